package indices

import (
	"context"
	"slices"
	"time"

	"minping/indices/stats"
	"minping/internal/actor"
	"minping/internal/fault"
)

// RatesFormula is the version of what is counted in the three rates; docs/desk.md
// says it in words. It changes when sql/rates.sql or the views under it count otherwise.
const RatesFormula = "rates-1"

// CaseKinds are the kinds of case that rates can be asked for (checks of the table cases).
func CaseKinds() []string {
	return []string{"complaint", "report", "consultation", "suggestion", "request", "praise", "bad_rating"}
}

// RatesQuery asks for the three rates of the units of one level.
type RatesQuery struct {
	Level  Level
	Period Period
	Within int64  // only this unit and what lies below it
	Kind   string // of case; "": any
}

// Share is one rate: Hits of N, with its interval. Where fewer than the
// methodology's limit were counted, all but State and Below is blank.
type Share struct {
	N, Hits int64
	*Figure
	State State
	Below int64
}

// Rates are what becomes of the cases of one unit: 三率 and the closing-honesty figure.
type Rates struct {
	Unit     Unit
	Period   Period
	Kind     string
	Response Share // 响应率: orders signed for in time and not denied by the citizen ÷ orders
	Resolve  Share // 解决率: citizens who say solved ÷ citizens heard
	Satisfy  Share // 满意率: levels 4 and 5 ÷ those who gave a level
	Content  Share // the same with level 3
	False    Share // 办结失实率: replies that the citizen contradicts ÷ replies asked about; blank without index:internal
	Formula  string
}

// Rates gives the three rates of each unit of a level, by code; sealed cases are in
// none. Who may ask is as with Index. Errors as Index.
func (s *Service) Rates(ctx context.Context, by actor.Actor, q RatesQuery) ([]Rates, error) {
	fields := choice("level", string(q.Level), LevelNames())
	if q.Level == "" {
		fields = []fault.Field{{Name: "level", Key: "fault.field.required"}}
	}
	fields = append(fields, choice("kind", q.Kind, CaseKinds())...)
	if err := (filter{period: q.Period}).check(fields...); err != nil {
		return nil, err
	}
	sc, err := scopeFor(by, q.Level)
	if err != nil {
		return nil, err
	}
	formula, err := s.Methodology(ctx, q.Period)
	if err != nil {
		return nil, err
	}
	if q.Within != 0 {
		if _, err := s.visible(ctx, by, q.Within); err != nil {
			return nil, err
		}
	}
	counted, err := s.store.rates(ctx, q, sc, s.Now())
	if err != nil {
		return nil, err
	}
	rows := make([]Rates, 0, len(counted))
	for _, c := range counted {
		rows = append(rows, Rates{Unit: c.Unit, Period: q.Period, Kind: q.Kind, Formula: formula.Version + "/" + RatesFormula,
			Response: formula.shareOf(c.responded, c.orders), Resolve: formula.shareOf(c.solved, c.heard),
			Satisfy: formula.shareOf(c.satisfied, c.said), Content: formula.shareOf(c.content, c.said),
			False: formula.shareOf(c.contradicted, c.heard)})
		if !by.Anywhere(PermInternal) {
			rows[len(rows)-1].False = Share{State: None, Below: formula.SuppressBelow}
		}
	}
	return rows, nil
}

// shareOf makes a rate of counts, with Wilson's interval.
func (m Methodology) shareOf(hits, n int64) Share {
	sh := Share{Below: m.SuppressBelow}
	switch {
	case n == 0:
		sh.State = None
		return sh
	case n < m.SuppressBelow:
		sh.State = Suppressed
		return sh
	}
	i := stats.Wilson(float64(hits), float64(n), m.Confidence)
	sh.N, sh.Hits, sh.Figure, sh.State = n, hits, &Figure{Value: float64(hits) / float64(n), Low: i.Low, High: i.High}, OK
	if n < m.GradeFrom {
		sh.State = Insufficient
	}
	return sh
}

// CountText is N as it may be shown.
func (s Share) CountText() string { return Figures{N: s.N, State: s.State, Below: s.Below}.CountText() }

// The permissions for figures about persons: the committee's over the city, a
// supervisor's at an office.
const (
	PermCommittee actor.Permission = "index:committee"
	PermSupervise actor.Permission = "case:supervise"
)

// Closings is how often citizens contradict what one person reported as dealt with.
type Closings struct {
	Account int64
	False   Share
}

// Closings gives the closing-honesty figure 办结失实率 of each person with at least
// Terms.PersonFrom replies that were asked about, the worst first. Needs index:committee,
// or case:supervise and then at those offices only. Unauthorized, Forbidden; Invalid.
func (s *Service) Closings(ctx context.Context, by actor.Actor, period Period, kind string) ([]Closings, error) {
	over := by.Scope(PermSupervise)
	all := by.Citywide(PermCommittee) || over.All
	if !all && len(over.Offices) == 0 {
		return nil, refusal(by)
	}
	if err := (filter{period: period}).check(choice("kind", kind, CaseKinds())...); err != nil {
		return nil, err
	}
	formula, err := s.Methodology(ctx, period)
	if err != nil {
		return nil, err
	}
	counted, err := s.store.closings(ctx, closingsQuery{period, kind, all, slices.Clone(over.Offices), formula.Terms.PersonFrom})
	if err != nil {
		return nil, err
	}
	rows := make([]Closings, 0, len(counted))
	for _, c := range counted {
		rows = append(rows, Closings{c.Account, formula.shareOf(c.Contradicted, c.Heard)})
	}
	return rows, nil
}

// instants are where a period of whole days begins and ends.
func (p Period) instants() (from, before time.Time) {
	zone := time.FixedZone("Asia/Shanghai", 8*3600)
	at := func(day time.Time) time.Time { return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone) }
	return at(p.From()), at(p.To().AddDate(0, 0, 1))
}
