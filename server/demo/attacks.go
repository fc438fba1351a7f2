package demo

import (
	"fmt"
	"math/rand/v2"
	"time"

	"minping/complaints/workday"
)

// Attack is padding 刷好评 or stuffing 恶意差评 that is planted in the city, so that
// what finds it can be measured. Which ratings are planted is written on them here
// (Rating.Planted) and is stored nowhere: the product must find out by itself.
type Attack struct {
	Kind     string
	Window   int
	From, To int // days of the city, both included
	seed     uint64
}

// The kinds of attack. The last two are what nobody may be expected to find: they
// are there so that what is missed is measured too.
const (
	StaffPhones = "staff_phones" // 3–5 phones of the staff, each a few times a day
	Competitor  = "competitor"   // a handful of phones, one star, two evenings, all windows of the office in the hall
	AfterHours  = "after_hours"  // a pile of five stars on one evening, cookies cleared
	CopyPaste   = "copy_paste"   // the same praise, hardly varied, from many phones
	SlowDrip    = "slow_drip"    // two phones, once a day each, for weeks
	CoachedDrip = "coached_drip" // one or two a day, every time another phone: asked-for favours
)

// AttackKinds lists them.
func AttackKinds() []string {
	return []string{StaffPhones, Competitor, AfterHours, CopyPaste, SlowDrip, CoachedDrip}
}

// Plant adds so many attacks of every kind between two days, on windows and days of
// the seed's choosing; no window is attacked twice.
func (d *Data) Plant(each int, from, to workday.Day) {
	rng := source(d.seed, streamAttacks)
	first, last := d.index(from), min(d.index(to), len(d.days)-1)
	taken := map[int]bool{d.Padded: true, d.Silent: true, 0: true}
	for _, kind := range AttackKinds() {
		for range each {
			w := rng.IntN(len(d.Windows))
			for taken[w] || d.Windows[w].Office == d.Small || d.plans[w].from > first {
				w = rng.IntN(len(d.Windows))
			}
			taken[w] = true
			long := attackDays[kind]
			at := first + rng.IntN(max(last-first-long, 1))
			d.Attacks = append(d.Attacks, Attack{Kind: kind, Window: w, From: at, To: min(at+long-1, last), seed: rng.Uint64()})
		}
	}
}

// attackDays is how long each goes on.
var attackDays = map[string]int{StaffPhones: 21, Competitor: 4, AfterHours: 4, CopyPaste: 10, SlowDrip: 42, CoachedDrip: 42}

// Span is the days between which an attack lies.
func (d *Data) Span(a Attack) (from, to workday.Day) { return d.days[a.From].date, d.days[a.To].date }

// Busier multiplies how often every window is rated, by as many times more people.
func (d *Data) Busier(times float64) {
	d.crowd = times
	for w := range d.plans {
		d.plans[w].load *= times
	}
}

// Between yields the ratings of visits on the days between two, both included, as Ratings does.
func (d *Data) Between(from, to workday.Day, yield func(Rating) bool) {
	s := d.stream()
	for at := d.index(from); at < len(d.days) && !d.days[at].date.After(to); at++ {
		if !d.days[at].open() {
			continue
		}
		for _, r := range s.day(at) {
			if r.Received.After(d.now) || !yield(r) {
				break
			}
		}
	}
}

// attack adds what is planted on a day. It draws from a source of its own, so that the
// honest ratings of the city are the same with and without it.
func (s *stream) attack(a Attack, at int) {
	if at < a.From || at > a.To || !s.days[at].work {
		return
	}
	rng := rand.New(rand.NewPCG(a.seed, uint64(at))) // #nosec G115,G404 -- a day of the city; a demonstration
	p := planter{stream: s, rng: rng, attack: a, at: at, phones: phonesOf(a)}
	switch a.Kind {
	case StaffPhones:
		for _, phone := range p.phones {
			for range 1 + rng.IntN(3) {
				if r := p.five(phone, p.worked()); rng.IntN(5) < 2 { // on the office's own network
					r.Signals, r.Standing = []string{"network"}, "suspect"
				}
			}
		}
	case Competitor:
		p.stuff()
	case AfterHours:
		if p.first() {
			for range 14 + rng.IntN(14) {
				if r := p.five(rng.Uint32()|1, 19*time.Hour+time.Duration(rng.IntN(5400))*time.Second); rng.IntN(2) == 0 {
					r.Seconds, r.Signals, r.Standing = 1+rng.IntN(2), []string{"hasty"}, "suspect"
				}
			}
		}
	case CopyPaste:
		for range 1 + rng.IntN(2) {
			p.five(rng.Uint32()|1, p.worked()).Comment = p.copied()
		}
	case SlowDrip:
		for _, phone := range p.phones[:2] {
			p.five(phone, p.worked())
		}
	case CoachedDrip:
		for range 1 + rng.IntN(2) {
			p.five(rng.Uint32()|1, p.worked())
		}
	}
}

// phonesOf are the phones of an attack, the same on all its days.
func phonesOf(a Attack) []uint32 {
	rng := rand.New(rand.NewPCG(a.seed, 0)) // #nosec G404 -- a demonstration
	list := make([]uint32, 3+rng.IntN(3))
	for i := range list {
		list[i] = rng.Uint32() | 1<<31 | 1
	}
	return list
}

// planter makes the ratings of one attack on one day.
type planter struct {
	*stream
	rng    *rand.Rand
	attack Attack
	at     int
	phones []uint32
}

// first tells whether it is the attack's first working day.
func (p *planter) first() bool {
	for at := p.attack.From; at < p.at; at++ {
		if p.days[at].work {
			return false
		}
	}
	return true
}

// worked is a time of day at which offices work.
func (p *planter) worked() time.Duration {
	if p.rng.IntN(2) == 0 {
		return 9*time.Hour + time.Duration(p.rng.IntN(3*3600))*time.Second
	}
	return 13*time.Hour + 30*time.Minute + time.Duration(p.rng.IntN(3*3600+1800))*time.Second
}

func (p *planter) five(phone uint32, after time.Duration) *Rating {
	r := Rating{Window: p.attack.Window, Visited: p.days[p.at].date, Channel: "desk", Stratum: "public", Level: 5, Standing: "clear",
		Device: phone, Seconds: 3 + p.rng.IntN(9), Planted: p.attack.Kind}
	if p.rng.IntN(3) == 0 {
		r.Tags = []int16{510, 517}
	}
	return p.add(r, after)
}

// stuff is one star from five phones, at every window of the office in the hall.
func (p *planter) stuff() {
	days := 0
	for at := p.attack.From; at < p.at; at++ {
		if p.days[at].work {
			days++
		}
	}
	if days >= 2 {
		return
	}
	from := 20*time.Hour + time.Duration(p.rng.IntN(1800))*time.Second
	hit := 0
	for w := range p.Windows {
		if p.Windows[w].Office != p.Windows[p.attack.Window].Office || p.Windows[w].Hall != p.Windows[p.attack.Window].Hall || hit == 5 {
			continue
		}
		hit++
		for _, phone := range p.phones {
			r := Rating{Window: w, Visited: p.days[p.at].date, Channel: "web", Stratum: "public", Level: 1, Standing: "clear",
				Device: phone, Seconds: 5 + p.rng.IntN(12), Planted: p.attack.Kind}
			if p.rng.IntN(2) == 0 {
				r.Tags = []int16{108, 115}
			}
			p.add(r, from+time.Duration(p.rng.IntN(2400))*time.Second)
		}
	}
}

func (p *planter) add(r Rating, after time.Duration) *Rating {
	r.Submission = uuidOf(p.rng)
	r.Received = r.Visited.Start().Add(after + time.Duration(p.rng.IntN(1000))*time.Millisecond)
	p.buffer = append(p.buffer, r)
	return &p.buffer[len(p.buffer)-1]
}

// copied is one sentence of the attack's, hardly varied.
func (p *planter) copied() string {
	text := copiedPraise[p.attack.seed%uint64(len(copiedPraise))]
	return fmt.Sprintf(text, []string{"", "真的", "非常", "！"}[p.rng.IntN(4)])
}

var copiedPraise = []string{
	"窗口工作人员态度热情业务熟练，耐心解答我的每一个问题，%s为群众办实事，点赞",
	"来办业务时工作人员主动服务，一次性告知所需材料，%s高效便民，值得表扬",
	"工作人员想群众之所想急群众之所急，%s让人感到宾至如归，好评",
	"办事流程清晰服务周到细致，工作人员微笑服务贯穿始终，%s非常感谢",
}
