package indices

import (
	"cmp"
	"context"
	"math"
	"slices"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/settings"
)

// Simulation is a list of the past as it was and as it would have been under other formulas.
type Simulation struct {
	Period    Period
	Now, Next Methodology // Next has the version "" where it is a draft
	Moves     []Move      // who moves most, first
	Ranked    [2]int      // units with a place, before and after
	Changed   int         // units whose tier changes
}

// Move is what becomes of one unit.
type Move struct {
	Before, After Standing
	Change        *float64   // of satisfaction, in points; nil where one of the two is not shown
	Parts         []MovePart // what the change is made of; they sum to it
}

// MovePart is how many points one change of the formulas moves a unit.
type MovePart struct {
	Cause  Cause
	Points float64
}

// Cause is a part of the formulas.
type Cause string

// The causes, in the order in which they are exchanged.
const (
	ByScores   Cause = "scores"
	ByStrata   Cause = "strata"
	ByChannels Cause = "channels"
)

// Simulate shows a level's standings over a past period under the formulas of a draft (or,
// where version is given, an adopted version) beside those in force. The same ratings,
// counted once; nothing is stored. Needs setting:read over the city besides what Index
// needs; NotFound for a draft or version that is none.
func (s *Service) Simulate(ctx context.Context, by actor.Actor, q Query, draft int64, version string) (Simulation, error) {
	if err := citywide(by, settings.PermRead); err != nil {
		return Simulation{}, err
	}
	if err := q.check(); err != nil {
		return Simulation{}, err
	}
	next, err := s.candidate(ctx, draft, version)
	if err != nil {
		return Simulation{}, err
	}
	now, err := s.Methodology(ctx, q.Period)
	if err != nil {
		return Simulation{}, err
	}
	before, err := s.standings(ctx, by, q, now)
	if err != nil {
		return Simulation{}, err
	}
	trial := next
	trial.Version = now.Version // chance is drawn alike, so that no place moves by chance alone
	after, err := s.standings(ctx, by, q, trial)
	if err != nil {
		return Simulation{}, err
	}
	sc, err := scopeFor(by, q.Level)
	if err != nil {
		return Simulation{}, err
	}
	counted, err := s.store.indexCells(ctx, q, sc)
	if err != nil {
		return Simulation{}, err
	}
	out := Simulation{Period: q.Period, Now: now, Next: next}
	out.compare(before, after, counted)
	return out, nil
}

// candidate is the formulas that are tried.
func (s *Service) candidate(ctx context.Context, draft int64, version string) (Methodology, error) {
	if version == "" {
		d, err := s.store.draft(ctx, s.store.db, draft)
		if err == nil && d.State != Adopted {
			d.Formula.Version = ""
		}
		return d.Formula, err
	}
	list, err := s.Methodologies(ctx)
	if err != nil {
		return Methodology{}, err
	}
	for _, m := range list {
		if m.Version == version {
			return m, nil
		}
	}
	return Methodology{}, fault.New(fault.NotFound, "methodology.fault.version")
}

func (s *Simulation) compare(before, after Standings, counted map[int64]sources) {
	then := map[int64]Standing{}
	for _, r := range after.Rows {
		then[r.Unit.ID] = r
		if r.Place != nil {
			s.Ranked[1]++
		}
	}
	for _, r := range before.Rows {
		m := Move{Before: r, After: then[r.Unit.ID]}
		if r.Place != nil {
			s.Ranked[0]++
		}
		if r.Tier != m.After.Tier {
			s.Changed++
		}
		if r.Sat != nil && m.After.Sat != nil {
			change := m.After.Sat.Value - r.Sat.Value
			m.Change, m.Parts = &change, s.parts(counted[r.Unit.ID])
		}
		s.Moves = append(s.Moves, m)
	}
	slices.SortStableFunc(s.Moves, func(a, b Move) int {
		return cmp.Or(cmp.Compare(b.size(), a.size()), cmp.Compare(a.Before.Unit.Code, b.Before.Unit.Code))
	})
}

func (m Move) size() float64 {
	if m.Change == nil {
		return -1
	}
	return math.Abs(*m.Change)
}

// parts exchanges one part of the formulas after another and notes what each moves.
func (s *Simulation) parts(c sources) []MovePart {
	step := s.Now
	value := func(m Methodology) float64 {
		m.SuppressBelow = 0 // who is shown is another question
		if f := m.measureCells(c); f.Sat != nil {
			return f.Sat.Value
		}
		return math.NaN()
	}
	last := value(step)
	var parts []MovePart
	for _, exchange := range []struct {
		cause Cause
		do    func()
	}{
		{ByScores, func() { step.Scores = s.Next.Scores }},
		{ByStrata, func() { step.Terms.Strata, step.Terms.Trim = s.Next.Terms.Strata, s.Next.Terms.Trim }},
		{ByChannels, func() { step.Terms.Channels = s.Next.Terms.Channels }},
	} {
		exchange.do()
		now := value(step)
		if points := now - last; math.Abs(points) > 1e-12 {
			parts = append(parts, MovePart{exchange.cause, points})
		}
		last = now
	}
	return parts
}
