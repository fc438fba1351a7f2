package indices

import (
	"cmp"
	"context"
	"slices"

	"minping/internal/actor"
	"minping/internal/fault"
)

// The five indices, and the readings that stand beside them. Every Profile has a
// reading for each of these that can be taken at its level, in this order; one that
// nobody answered has the state none.
const (
	KeySatisfaction = "satisfaction"       // 满意度: the walk-in ratings, 0–100
	KeyACSI         = "satisfaction.panel" // 满意度 (panel): (S+E+P−3)/27×100, never mixed with the walk-in figure
	KeyAwareness    = "awareness"          // 知名度: aware ÷ asked × 100, of citizens asked about an office they had not come for
	KeyUnprompted   = "awareness.first"    // 未提示提及率: named first ÷ asked × 100
	KeyReputation   = "reputation"         // 美誉度: favourable ÷ aware with an opinion × 100
	KeyTrust        = "trust"              // 信任度: share who answer TrustFrom or more × 100
	KeyTrustMean    = "trust.mean"         // mean of the answers 0–10, × 10
	KeyLoyalty      = "loyalty"            // 忠诚度: mean of the three items, rescaled to 0–100
	KeyLoyaltyNet   = "loyalty.net"        // share who answer 9–10 less the share who answer 0–6, −100…100
)

// FiveKeys are the five indices.
func FiveKeys() []string {
	return []string{KeySatisfaction, KeyAwareness, KeyReputation, KeyTrust, KeyLoyalty}
}

// The sources of a reading. Figures of different sources are never added up unless the
// source says so.
const (
	FromRatings = "ratings" // those who were served, at the window
	FromProbes  = "probes"  // those who were served elsewhere, asked after their rating
	FromPanel   = "panel"   // members of the citizens' panel, weighted to known margins
)

// Reading is one index of one unit. In the states none and suppressed everything but
// State, Below and Source is blank.
type Reading struct {
	Key      string
	Figure   *Figure // 0–100; loyalty.net −100…100
	N        int64   // answers counted
	NEff     float64 // effective number of answers (Kish)
	Deff     float64 // design effect, 1: unweighted
	Response *Figure // 0–1: share of those asked who answered; nil where it is not known
	State    State
	Below    int64  // fewer answers are suppressed
	Source   string // how it was asked
	Note     string // NoteUnweighted, NotePartly or empty
}

// Shown tells whether there is a figure to show.
func (r Reading) Shown() bool { return r.State == Insufficient || r.State == OK }

// Profile is all that is known of a unit's five indices in a period.
//
// An index that several sources measured has a reading for each, the one with the larger
// effective number first; At gives that one.
type Profile struct {
	Unit     Unit
	Period   Period
	Readings []Reading
	Scales   []Consistency // of the citizens' panel
	Formula  string        // methodology version
}

// At gives the first reading of a key that citizens answered, never one of experts or of
// other offices; one with the state none where there is none.
func (p Profile) At(key string) Reading {
	for _, r := range p.Readings {
		if r.Key == key && citizens(r.Source) {
			return r
		}
	}
	return Reading{Key: key, State: None}
}

// Five gives the five indices of each unit of a level, by code. Offices, and the city over
// them, have all five; divisions, halls and windows those that their own visitors answer.
//
// Awareness and reputation come from the question that visitors of other offices are
// asked, and from the panel; never from the office's own visitors. What ratings, probes and
// panel say stands side by side and is never added up.
//
// It takes index:internal: Unauthorized or Forbidden without it; only units in its scope
// are listed, and the city for everybody who has it. Otherwise the faults are those of Index.
func (s *Service) Five(ctx context.Context, by actor.Actor, q Query) ([]Profile, error) {
	if !by.Anywhere(PermInternal) {
		return nil, refusal(by)
	}
	rows, err := s.Index(ctx, by, q)
	if err != nil {
		return nil, err
	}
	asked := len(rows)
	if rows, err = s.within(ctx, by, rows); err != nil {
		return nil, err
	}
	if len(q.Units) > 0 && len(rows) < asked {
		return nil, fault.New(fault.NotFound, "indices.fault.unit")
	}
	formula, err := s.Methodology(ctx, q.Period)
	if err != nil {
		return nil, err
	}
	got, err := s.evidence(ctx, q, formula, rows)
	if err != nil {
		return nil, err
	}
	list := make([]Profile, 0, len(rows))
	for _, r := range rows {
		list = append(list, formula.profile(r, got))
	}
	return list, nil
}

// within keeps the units whose inner figures the actor may see.
func (s *Service) within(ctx context.Context, by actor.Actor, rows []Row) ([]Row, error) {
	if by.Citywide(PermInternal) {
		return rows, nil
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.Unit.ID
	}
	places, err := s.store.places(ctx, ids)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rows, func(r Row) bool {
		if r.Unit.Kind == City {
			return false
		}
		return !by.Can(PermInternal, places[r.Unit.ID].place())
	}), nil
}

func (u unitPlace) place() actor.Place {
	p := actor.Place{Office: u.Office, Division: u.Division, Hall: u.Hall}
	switch u.Kind {
	case Office:
		p.Office = u.ID
	case Division:
		p.Division = u.ID
	case Hall:
		p.Hall = u.ID
	}
	return p
}

// evidence is all that was counted for profiles, by unit.
type evidence struct {
	answers map[int64][]points
	probes  map[int64]probeTally
	panel   panelData
}

// evidence reads what the units' profiles are made of. What is known of the city is the
// sum of its offices.
func (s *Service) evidence(ctx context.Context, q Query, formula Methodology, rows []Row) (evidence, error) {
	got := evidence{answers: map[int64][]points{}, probes: map[int64]probeTally{}}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.Unit.ID
	}
	answers, err := s.store.fiveAnswers(ctx, q, ids)
	if err != nil {
		return got, err
	}
	for _, a := range answers {
		got.answers[a.Unit] = append(got.answers[a.Unit], a)
	}
	city := int64(0)
	switch {
	case q.Level == City && len(rows) > 0:
		city = rows[0].Unit.ID
		if ids, err = s.store.officeIDs(ctx, q.Period); err != nil {
			return got, err
		}
	case q.Level != Office:
		return got, nil
	}
	if got.panel, err = s.panel(ctx, q, formula); err != nil {
		return got, err
	}
	if city != 0 {
		got.panel.ofCity(city)
	}
	probes, err := s.store.fiveProbes(ctx, q, ids)
	if err != nil {
		return got, err
	}
	for _, p := range probes {
		unit := p.Unit
		if city != 0 {
			unit = city
		}
		sum := got.probes[unit]
		sum.add(p)
		got.probes[unit] = sum
	}
	return got, nil
}

// profile puts a unit's readings in the order of their keys; of one key the reading that
// rests on most comes first.
func (m Methodology) profile(r Row, got evidence) Profile {
	p := Profile{Unit: r.Unit, Period: r.Period, Formula: m.Version}
	p.Readings = append(p.Readings, m.walkIn(r))
	p.Readings = append(p.Readings, m.visitors(got.answers[r.Unit.ID])...)
	if r.Unit.Kind == Office || r.Unit.Kind == City {
		p.Readings = append(p.Readings, m.strangers(got.probes[r.Unit.ID])...)
		p.Readings = append(p.Readings, m.panelReadings(r.Unit.ID, got.panel)...)
		p.Scales = m.consistency(got.panel.answers[r.Unit.ID][FromPanel])
	}
	slices.SortStableFunc(p.Readings, func(a, b Reading) int {
		return cmp.Or(cmp.Compare(slices.Index(keyOrder(), a.Key), slices.Index(keyOrder(), b.Key)),
			cmp.Compare(distance(a.Source), distance(b.Source)), cmp.Compare(b.NEff, a.NEff))
	})
	return p
}

func keyOrder() []string {
	return []string{KeySatisfaction, KeyACSI, KeyAwareness, KeyUnprompted, KeyReputation, KeyTrust, KeyTrustMean, KeyLoyalty, KeyLoyaltyNet}
}

// distance is 0 for what citizens answered, who come first.
func distance(source string) int {
	if citizens(source) {
		return 0
	}
	return 1
}

func citizens(source string) bool {
	return source == FromRatings || source == FromProbes || source == FromPanel
}
