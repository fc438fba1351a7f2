package web

import (
	"hash/maphash"
	"net/netip"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"minping/internal/settings"
)

// The budgets of the rating forms. A hall has one address for everybody in it, so
// an address alone never refuses anybody: only what one device, or all browsers
// without a cookie at one place, send too fast, and what exceeds the budgets of
// the code and of the address both. What one browser by its signed cookie (device), all without
// a cookie at one code and address (nameless), one kiosk, a busy window (code), a hall (source)
// and readers at one address may send is in settings.go; here is what belongs to the challenge.
var (
	perPaid    = budget{5, 10.0 / 60} // a browser that is over its budget, when it works for it
	perWaiting = budget{60, 30}       // who waited instead of working, at one address
	perOffer   = budget{30, 15}       // easy challenges to one address
	perForm    = budget{20, 6}        // the same form again: stored once, so nearly free
)

// Visit is one posted form as the limits see it.
type Visit struct {
	Source netip.Addr // zero where it is unknown
	Code   string     // "" where it may be anything: then only the address has a budget
	Device string     // a cookie of ours, or ""
	Kiosk  bool
	Form   [16]byte // submission id; zero where there is none
}

// Verdict is what the limits say of a visit. Where it may not pass, Rule names
// the budget that is used up ("device", "nameless", "kiosk" or "crowd"), Wait is
// how long until it is not, and Work tells whether a challenge can be done
// instead: a Hard one where the address is challenged on and on.
type Verdict struct {
	Pass bool
	Rule string
	Wait time.Duration
	Work bool
	Hard bool
}

// LimitConfig: all of it may be left out.
type LimitConfig struct {
	Now       func() time.Time
	Unlimited []netip.Prefix        // addresses that are never limited
	Registry  prometheus.Registerer // nil: not counted
	Settings  *settings.Set         // has Settings(); nil: their defaults
}

// Limiter holds the budgets of this node. All methods may be called at once.
type Limiter struct {
	now       func() time.Time
	start     time.Time
	seed      maphash.Seed
	unlimited []netip.Prefix
	counts    *limitCounts

	device, paid, nameless, kiosk, code, source, waiting, offers, readers, forms *buckets
}

// NewLimiter makes a limiter with every budget full. Its memory is bounded to
// some ten megabytes, however many addresses and devices come.
func NewLimiter(c LimitConfig) (*Limiter, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	set, handles, err := ratesOf(c.Settings)
	if err != nil {
		return nil, err
	}
	l := &Limiter{now: c.Now, start: c.Now(), seed: maphash.MakeSeed(), unlimited: c.Unlimited, counts: newLimitCounts(c.Registry)}
	some := func(r rates, keys int) *buckets {
		return newBuckets(func(now int64) budget { return r.at(l.start.Add(time.Duration(now))) }, keys)
	}
	fixed := func(b budget, keys int) *buckets { return some(rates{fixed: b}, keys) }
	l.device, l.nameless, l.kiosk = some(set("device", 60), 50_000), some(set("nameless", 1), 20_000), some(set("kiosk", 1), 5_000)
	l.code, l.source, l.readers = some(set("code", 1), 20_000), some(set("source", 1), 20_000), some(set("reader", 1), 10_000)
	l.paid, l.waiting, l.offers, l.forms = fixed(perPaid, 10_000), fixed(perWaiting, 5_000), fixed(perOffer, 5_000), fixed(perForm, 50_000)
	return l, handles.Err()
}

// Admit says whether a form may go on to be stored, and takes it off the
// budgets. The budget of the sender (device, nameless or kiosk) must have room,
// and that of the code or of the address: a full hall passes by its address'
// budget, a window that everybody rates at once by its code's. A form that was
// let through before passes again; so a double click and a corrected form cost
// nothing. A proof passes where budgets are used up.
func (l *Limiter) Admit(v Visit, p Proof) Verdict {
	if l.free(v.Source) {
		return Verdict{Pass: true}
	}
	now := int64(l.now().Sub(l.start)) // monotonic where the clock is the system's
	form := maphash.Comparable(l.seed, v.Form)
	if v.Form != [16]byte{} && l.forms.has(form) {
		ok, wait := l.forms.take(form, now)
		return l.say(Verdict{Pass: ok, Rule: RuleForm, Wait: wait})
	}
	verdict := l.judge(v, p, now)
	if verdict.Work {
		easy, _ := l.offers.take(maphash.Comparable(l.seed, networkOf(v.Source)), now)
		verdict.Hard = !easy
	}
	if verdict.Pass && v.Form != [16]byte{} {
		l.forms.take(form, now)
	}
	return l.say(verdict)
}

func (l *Limiter) judge(v Visit, p Proof, now int64) Verdict {
	who, key, rule := l.sender(v)
	if who != nil {
		if ok, wait := who.take(key, now); !ok {
			return l.instead(v, p, Verdict{Rule: rule, Wait: wait, Work: true}, now)
		}
	}
	if anybody(v.Source) {
		return Verdict{Pass: true}
	}
	source := maphash.Comparable(l.seed, networkOf(v.Source))
	bySource, wait := l.source.take(source, now)
	byCode := false
	if v.Code != "" {
		var waitCode time.Duration
		byCode, waitCode = l.code.take(maphash.String(l.seed, v.Code), now)
		wait = min(wait, waitCode)
	}
	if bySource || byCode {
		return Verdict{Pass: true}
	}
	verdict := l.instead(v, p, Verdict{Rule: RuleCrowd, Wait: wait, Work: true}, now)
	if !verdict.Pass && who != nil {
		who.giveBack(key)
	}
	return verdict
}

// sender chooses the budget of who sends: a visit whose code may be anything and
// that carries no cookie has none but its address'.
func (l *Limiter) sender(v Visit) (*buckets, uint64, string) {
	place := placeKey{networkOf(v.Source), v.Code}
	switch {
	case v.Kiosk:
		return l.kiosk, maphash.Comparable(l.seed, place), RuleKiosk
	case v.Device != "":
		return l.device, maphash.String(l.seed, v.Device), RuleDevice
	case v.Code != "" && !anybody(v.Source):
		return l.nameless, maphash.Comparable(l.seed, place), RuleNameless
	}
	return nil, 0, ""
}

// instead lets a proof stand for a budget that is used up. One device can work
// only for a second, smaller budget, so that no amount of computing makes it a
// crowd; waiting is limited by address, for it costs a program nothing.
func (l *Limiter) instead(v Visit, p Proof, refused Verdict, now int64) Verdict {
	passed := Verdict{Pass: true, Rule: refused.Rule}
	switch {
	case refused.Rule == RuleDevice:
		if p == ProofWork {
			ok, wait := l.paid.take(maphash.String(l.seed, v.Device), now)
			if ok {
				return passed
			}
			refused.Wait, refused.Work = min(refused.Wait, wait), false
		}
	case p == ProofWork:
		return passed
	case p == ProofWait:
		if ok, _ := l.waiting.take(maphash.Comparable(l.seed, networkOf(v.Source)), now); ok {
			return passed
		}
	}
	return refused
}

// anybody tells an address that says nothing of who sends: that of this machine
// itself, which is a proxy nobody named as trusted, or a program of the operator's.
// Counting it would shut out a whole city by a forgotten setting; devices are
// still limited by their cookies.
func anybody(source netip.Addr) bool { return source.IsLoopback() }

func (l *Limiter) free(source netip.Addr) bool {
	for _, p := range l.unlimited {
		if p.Contains(source) {
			return true
		}
	}
	return false
}

// size is the number of keys held, for tests.
func (l *Limiter) size() int {
	n := 0
	for _, b := range []*buckets{l.device, l.paid, l.nameless, l.kiosk, l.code, l.source, l.waiting, l.offers, l.readers, l.forms} {
		n += b.size()
	}
	return n
}
