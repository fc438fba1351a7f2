package indices

import (
	"context"
	"math"
	"slices"

	"minping/indices/stats"
	"minping/internal/actor"
	"minping/internal/fault"
)

// SocialFormula is the version of how social performance is put together; its weights
// belong to the methodology.
const SocialFormula = "social-1"

// The parts of social performance 社会绩效.
const (
	SocialSatisfaction = "satisfaction" // 满意度 of ratings
	SocialResponse     = "response"     // 响应率
	SocialSolved       = "solved"       // 解决率
	SocialSatisfied    = "satisfied"    // 满意率 of what became of cases
	SocialRectified    = "rectified"    // 整改确认率: bad ratings that the citizen calls solved at callback
	SocialEquity       = "equity"       // 公平程度: 100 less the widest gap between strata
	SocialCoverage     = "coverage"     // 主动评价率
)

// SocialPart is one part of a composite, as points 0–100.
type SocialPart struct {
	Key          string
	Weight       float64 // of the methodology
	N            int64   // answers behind it
	Figure       *Figure
	Contribution float64 // points it gives to the composite; 0 where there is none
	State        State
	Below        int64
}

// Social is the social performance of one office in a period.
//
// The composite is the weighted mean of the parts that are measured. It is given only
// where satisfaction is among them and they carry at least the share Terms.Covered of the
// weights; Covered says how much they carry, and Missing what is not measured.
type Social struct {
	Unit      Unit
	Period    Period
	Parts     []SocialPart
	Composite *Figure
	Covered   float64
	Missing   []string
	Closed    bool // the period is over: no rating of its days can come any more
	Formula   string
}

// Social gives the social performance of the offices, by code. Needs index:committee over
// the city, or index:internal and then for the offices in its scope. Unauthorized, Forbidden,
// Invalid; NotFound as Index.
//
// The interval of the composite adds the half widths of parts that come from the same answers
// (satisfaction and equity; solved, satisfied and rectified) and takes the root of the sum of
// squares over the groups: parts of one group may be wholly correlated, so it is rather
// too wide than too narrow.
func (s *Service) Social(ctx context.Context, by actor.Actor, q Query) ([]Social, error) {
	q.Level, q.Channel, q.Stratum, q.Version = Office, "", "", 0
	reach := by.Scope(PermInternal)
	all := by.Citywide(PermCommittee) || reach.All
	if !all && len(reach.Offices) == 0 {
		return nil, refusal(by)
	}
	if err := q.check(); err != nil {
		return nil, err
	}
	formula, err := s.Methodology(ctx, q.Period)
	if err != nil {
		return nil, err
	}
	rows, err := s.index(ctx, by, q, formula)
	if err != nil {
		return nil, err
	}
	got, err := s.socialEvidence(ctx, by, q)
	if err != nil {
		return nil, err
	}
	over := q.Period.To().Before(today(s.Now()).AddDate(0, 0, -lateDays))
	var list []Social
	for _, r := range rows {
		if !all && !slices.Contains(reach.Offices, r.Unit.ID) {
			continue
		}
		one := formula.social(r, got)
		one.Closed = over
		list = append(list, one)
	}
	if len(q.Units) > 0 && len(list) < len(q.Units) {
		return nil, fault.New(fault.NotFound, "indices.fault.unit")
	}
	return list, nil
}

// lateDays is how long after a visit a rating may still come, at the most: five working
// days may span a long holiday.
const lateDays = 20

// socialEvidence is what is known of the offices besides their ratings.
type socialEvidence struct {
	rates, bad map[int64]Rates
	sources    map[int64]sources
}

func (s *Service) socialEvidence(ctx context.Context, by actor.Actor, q Query) (socialEvidence, error) {
	got := socialEvidence{rates: map[int64]Rates{}, bad: map[int64]Rates{}}
	for kind, into := range map[string]map[int64]Rates{"": got.rates, "bad_rating": got.bad} {
		rows, err := s.Rates(ctx, by, RatesQuery{Level: Office, Period: q.Period, Kind: kind})
		if err != nil {
			return got, err
		}
		for _, r := range rows {
			into[r.Unit.ID] = r
		}
	}
	var err error
	got.sources, err = s.store.indexCells(ctx, q, scope{all: true})
	return got, err
}

// socialGroups are the parts that come from the same answers.
var socialGroups = map[string]int{SocialSatisfaction: 0, SocialEquity: 0, SocialResponse: 1, SocialSolved: 2, SocialSatisfied: 2, SocialRectified: 2, SocialCoverage: 3}

// social puts one office together.
func (m Methodology) social(r Row, got socialEvidence) Social {
	out := Social{Unit: r.Unit, Period: r.Period, Formula: m.Version + "/" + SocialFormula}
	for _, key := range SocialParts() {
		if m.Terms.Social[key] > 0 {
			p := m.socialPart(key, r, got)
			p.Key, p.Weight, p.Below = key, m.Terms.Social[key], m.SuppressBelow
			out.Parts = append(out.Parts, p)
		}
	}
	for _, p := range out.Parts {
		if p.Figure == nil {
			out.Missing = append(out.Missing, p.Key)
		} else {
			out.Covered += p.Weight
		}
	}
	if slices.Contains(out.Missing, SocialSatisfaction) || out.Covered < m.Terms.Covered-sumSlack {
		return out
	}
	var sum float64
	half := map[int]float64{}
	for i, p := range out.Parts {
		if p.Figure == nil {
			continue
		}
		w := p.Weight / out.Covered
		out.Parts[i].Contribution = w * p.Figure.Value
		sum += out.Parts[i].Contribution
		half[socialGroups[p.Key]] += w * (p.Figure.High - p.Figure.Low) / 2
	}
	var squares float64
	for _, h := range half {
		squares += h * h
	}
	wide := math.Sqrt(squares)
	out.Composite = &Figure{Value: sum, Low: math.Max(sum-wide, 0), High: math.Min(sum+wide, 100)}
	return out
}

func (m Methodology) socialPart(key string, r Row, got socialEvidence) SocialPart {
	switch key {
	case SocialSatisfaction:
		if !r.Shown() {
			return SocialPart{State: r.State}
		}
		return SocialPart{N: r.N, Figure: r.Sat, State: r.State}
	case SocialResponse:
		return pointsOf(got.rates[r.Unit.ID].Response)
	case SocialSolved:
		return pointsOf(got.rates[r.Unit.ID].Resolve)
	case SocialSatisfied:
		return pointsOf(got.rates[r.Unit.ID].Satisfy)
	case SocialRectified:
		return pointsOf(got.bad[r.Unit.ID].Resolve)
	case SocialEquity:
		return m.equity(got.sources[r.Unit.ID])
	case SocialCoverage:
		if r.Services == nil || r.Services.Rate == nil {
			return SocialPart{State: None}
		}
		return SocialPart{N: r.Services.Served, Figure: inHundreds(*r.Services.Rate), State: OK}
	}
	return SocialPart{State: None}
}

func pointsOf(s Share) SocialPart {
	if s.Figure == nil {
		state := s.State
		if state == "" {
			state = None
		}
		return SocialPart{State: state}
	}
	return SocialPart{N: s.N, Figure: inHundreds(*s.Figure), State: s.State}
}

func inHundreds(f Figure) *Figure {
	return &Figure{Value: f.Value * 100, Low: f.Low * 100, High: f.High * 100}
}

// equity is 100 less the widest gap in satisfaction between two strata that may be graded,
// with the interval of a difference of means (Welch): 100 where all are served alike.
func (m Methodology) equity(c sources) SocialPart {
	byStratum := map[string]tally{}
	for at, t := range c {
		if at.stratum != "unstated" {
			sum := byStratum[at.stratum]
			sum.add(t)
			byStratum[at.stratum] = sum
		}
	}
	var lowest, highest *Figures
	var n int64
	for _, stratum := range WeightedStrata() {
		f := m.measure(byStratum[stratum])
		if f.State != OK {
			continue
		}
		n += f.N
		if lowest == nil || f.Sat.Value < lowest.Sat.Value {
			lowest = &f
		}
		if highest == nil || f.Sat.Value > highest.Sat.Value {
			highest = &f
		}
	}
	if lowest == nil || lowest == highest {
		return SocialPart{State: None}
	}
	gap := highest.Sat.Value - lowest.Sat.Value
	half := stats.TwoSided(m.Confidence) * math.Hypot(m.standardError(*lowest), m.standardError(*highest))
	return SocialPart{N: n, State: OK, Figure: &Figure{Value: 100 - gap, Low: math.Max(100-gap-half, 0), High: math.Min(100-gap+half, 100)}}
}

// standardError of a mean score.
func (m Methodology) standardError(f Figures) float64 {
	var squares float64
	for i, n := range f.Levels {
		squares += float64(n) * (m.Scores[i] - f.Sat.Value) * (m.Scores[i] - f.Sat.Value)
	}
	return math.Sqrt(squares / float64(f.N-1) / float64(f.N))
}
