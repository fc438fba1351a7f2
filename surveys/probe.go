package surveys

import (
	"cmp"
	"context"
	"hash/fnv"
	"slices"
	"strconv"
	"time"

	"minping/complaints/workday"
	"minping/internal/fault"
)

// Probe is the one question about another office that follows a rating: whether somebody
// who was served at one office has heard of another one, and if so how they rate it. It is
// how awareness 知名度 is measured, which an office's own visitors cannot tell: they all know it.
type Probe struct {
	Unit  *Unit // the office asked about
	Stage ProbeStage
	Heard Heard // what was answered first; empty: nothing yet
}

// Asked tells whether there is a question.
func (p Probe) Asked() bool { return p.Unit != nil }

// ProbeStage says what is to be asked next.
type ProbeStage string

// The stages. Nothing is asked after the last one.
const (
	ProbeHeard  ProbeStage = "heard"
	ProbeEsteem ProbeStage = "esteem"
	ProbeDone   ProbeStage = "done"
)

// Heard is the answer to the first question.
type Heard string

// The answers. Declined says that no answer is wanted.
const (
	HeardYes      Heard = "yes"
	HeardNo       Heard = "no"
	HeardUnsure   Heard = "unsure"
	HeardDeclined Heard = "declined"
)

// NoOpinion is 不了解, an answer outside the five levels of esteem.
const NoOpinion = 0

// probeFor is how long after a rating its question may be begun and answered.
const probeFor = 24 * time.Hour

// Probe gives the question that goes with a receipt, and notes that it was asked. Asked is false
// where there is none: the rating is a day old, came from a shared kiosk, falls outside of the
// share that is asked, or no office qualifies. The office follows from the receipt, so
// that loading the page again shows the same one. Anybody who holds the receipt may ask.
func (s *Service) Probe(ctx context.Context, receipt string) (Probe, error) {
	r, err := selectProbed(ctx, s.db, receipt)
	if err != nil {
		return Probe{}, err
	}
	now := s.now()
	if now.Sub(r.ReceivedAt) > probeFor || now.Before(r.ReceivedAt) {
		return Probe{}, nil
	}
	snap := s.lookup.snap.Load()
	if r.AskedUnit == 0 {
		about := s.probeOffice(snap, receipt, r, now)
		if about == nil {
			return Probe{}, nil
		}
		if r.AskedUnit, err = insertProbe(ctx, s.db, r, asked{about.ID, r.from(snap), workday.Of(now).String()}); err != nil {
			return Probe{}, err
		}
	}
	about := snap.units[r.AskedUnit]
	if about == nil {
		return Probe{}, nil // the directory is being read anew
	}
	return Probe{Unit: about, Stage: r.stage(), Heard: r.Heard}, nil
}

// AnswerProbe stores the answer to the question of a receipt. The first answer stands: one
// that comes later, or a second time, changes nothing and is no fault.
// NotFound for a receipt or question nobody was given; Invalid for what is no answer; Gone a day after the rating.
func (s *Service) AnswerProbe(ctx context.Context, receipt string, heard Heard) error {
	if !slices.Contains([]Heard{HeardYes, HeardNo, HeardUnsure, HeardDeclined}, heard) {
		return fault.Fielded(fault.Field{Name: "heard", Key: "fault.field.choice"})
	}
	return s.answerProbe(ctx, receipt, func(r probed, now time.Time) error {
		return updateHeard(ctx, s.db, r, heard, now)
	})
}

// RateProbed stores how somebody who has heard of the office rates it: 1–5 or NoOpinion.
// Conflict where the first answer was not yes; otherwise as AnswerProbe.
func (s *Service) RateProbed(ctx context.Context, receipt string, esteem int) error {
	if esteem < NoOpinion || esteem > 5 {
		return fault.Fielded(fault.Field{Name: "esteem", Key: "fault.field.choice"})
	}
	return s.answerProbe(ctx, receipt, func(r probed, _ time.Time) error {
		if r.Heard != HeardYes {
			return fault.New(fault.Conflict, "five.probe.fault.order")
		}
		return updateEsteem(ctx, s.db, r, esteem)
	})
}

func (s *Service) answerProbe(ctx context.Context, receipt string, store func(probed, time.Time) error) error {
	r, err := selectProbed(ctx, s.db, receipt)
	if err != nil {
		return err
	}
	now := s.now()
	switch {
	case r.AskedUnit == 0:
		return fault.New(fault.NotFound, "five.probe.fault.none")
	case now.Sub(r.ReceivedAt) > probeFor:
		return fault.New(fault.Gone, "five.probe.fault.late")
	}
	return store(r, now)
}

func (r probed) stage() ProbeStage {
	switch {
	case r.Heard == "":
		return ProbeHeard
	case r.Heard == HeardYes && r.Esteem == nil:
		return ProbeEsteem
	}
	return ProbeDone
}

// from is the office that was rated; the hall where no office was.
func (r probed) from(snap *snapshot) int64 {
	u := snap.units[r.UnitID]
	if p := u.Parents(); p.Office != 0 {
		return p.Office
	}
	return u.ID
}

// probeOffice chooses whom to ask about; nil: nobody.
func (s *Service) probeOffice(snap *snapshot, receipt string, r probed, now time.Time) *Unit {
	rated := snap.units[r.UnitID]
	if rated == nil || r.Channel == string(ChannelKiosk) || r.Channel == string(ChannelImport) {
		return nil
	}
	if int(drawn(receipt, "share")%100) >= s.set.probeShare.At(now) {
		return nil
	}
	list := snap.directory.strangers(rated, s.set.probeHall.At(now))
	if len(list) == 0 {
		return nil
	}
	return list[drawn(receipt, "office")%uint64(len(list))]
}

// drawn is a number that chance and the receipt alone decide.
func drawn(receipt, what string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(what + "\x00" + receipt + "\x00" + strconv.Itoa(len(receipt)))) // a hash never fails
	x := h.Sum64()
	x ^= x >> 33 // FNV's low bits are weak: finish as MurmurHash3 does
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return x
}

// probeDirectory is who may be asked about: every open office, and which of them have
// windows in which hall.
type probeDirectory struct {
	offices []*Unit
	halls   map[int64]map[int64]int // hall → office → windows
}

func probeDirectoryOf(units map[int64]*Unit) probeDirectory {
	d := probeDirectory{halls: map[int64]map[int64]int{}}
	for _, u := range units {
		switch {
		case u.Closed:
		case u.Kind == "office":
			d.offices = append(d.offices, u)
		case u.Kind == "window" && u.HallID != 0:
			if d.halls[u.HallID] == nil {
				d.halls[u.HallID] = map[int64]int{}
			}
			d.halls[u.HallID][u.OfficeID]++
		}
	}
	slices.SortFunc(d.offices, func(a, b *Unit) int { return cmp.Compare(a.ID, b.ID) })
	return d
}

// strangers are the offices that a visitor of the unit did not come for and does not see
// on the way: never the unit's own office; none that has a window in the same hall, unless
// those are wanted, and even then not the one that leads the hall, with the most windows.
func (d probeDirectory) strangers(rated *Unit, sameHall bool) []*Unit {
	p := rated.Parents()
	neighbours := d.halls[p.Hall]
	lead := int64(0)
	for office, windows := range neighbours {
		if lead == 0 || windows > neighbours[lead] || windows == neighbours[lead] && office < lead {
			lead = office
		}
	}
	var list []*Unit
	for _, o := range d.offices {
		if o.ID != p.Office && o.ID != lead && (sameHall || neighbours[o.ID] == 0) {
			list = append(list, o)
		}
	}
	return list
}
