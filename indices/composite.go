package indices

import (
	"cmp"
	"context"
	"math"
	"slices"

	"minping/indices/stats"
	"minping/internal/actor"
	"minping/internal/fault"
)

// The parts of a brand's composite, as methodologies weigh them.
const (
	PartSatisfaction = "satisfaction"
	PartImage        = "image" // √(awareness × reputation)
	PartTrust        = "trust"
	PartLoyalty      = "loyalty"
)

// Parts lists them, the one that weighs most first.
func Parts() []string { return []string{PartSatisfaction, PartImage, PartTrust, PartLoyalty} }

// Standing in public: where awareness and reputation lie, each cut at 50.
type Quadrant string

// The quadrants.
const (
	WellRegarded Quadrant = "A" // known and well regarded
	Unnoticed    Quadrant = "B" // little known, well regarded
	Dormant      Quadrant = "C" // little known, little regarded
	Troubled     Quadrant = "D" // known, and not well regarded
)

// quadrantCut is where the quadrants meet.
const quadrantCut = 50

// Brand is what an office's brand is worth by a methodology.
type Brand struct {
	Profile
	Composite *Figure // nil where a part is missing: weights are never shared out among the rest
	Missing   []string
	Least     int64 // answers in the part that rests on fewest
	Parts     []BrandPart
	Quadrant  Quadrant // "" where awareness or reputation has no figure
	Sure      bool     // both intervals lie on one side of the cut
}

// BrandPart is one part of the composite.
type BrandPart struct {
	Key    string
	Weight float64
	Figure *Figure // nil: missing
	N      int64
	State  State
}

// Brands gives the brands of offices, by code; the composite is
//
//	Σ weight × part,  image = √(awareness × reputation),
//
// a geometric mean, so that fame cannot make up for a bad name. The methodology weighs no part
// above satisfaction. A part that nobody answered, or too few, is missing and named, and then
// there is no composite. Intervals are recovered from those of the parts (stats.WeightedSum),
// which different people, or different questions, gave.
//
// Who may ask, and the faults: as for Five. Invalid for a level other than office.
func (s *Service) Brands(ctx context.Context, by actor.Actor, q Query) ([]Brand, error) {
	if q.Level != Office {
		return nil, fault.Fielded(fault.Field{Name: "level", Key: "indices.fault.choice", Args: map[string]any{"Value": string(q.Level)}})
	}
	profiles, err := s.Five(ctx, by, q)
	if err != nil {
		return nil, err
	}
	formula, err := s.Methodology(ctx, q.Period)
	if err != nil {
		return nil, err
	}
	list := make([]Brand, 0, len(profiles))
	for _, p := range profiles {
		list = append(list, formula.brand(p))
	}
	slices.SortStableFunc(list, func(a, b Brand) int { return cmp.Compare(a.Unit.Code, b.Unit.Code) })
	return list, nil
}

// brand puts a profile together.
func (m Methodology) brand(p Profile) Brand {
	b := Brand{Profile: p, Least: math.MaxInt64}
	b.Quadrant, b.Sure = quadrant(p.At(KeyAwareness), p.At(KeyReputation))
	var parts []stats.Estimate
	var weights []float64
	for _, key := range Parts() {
		part := BrandPart{Key: key, Weight: m.Terms.Brand[key]}
		part.Figure, part.N, part.State = m.part(p, key)
		if part.Weight > 0 {
			if part.Figure == nil {
				b.Missing = append(b.Missing, key)
			} else {
				parts, weights = append(parts, estimateOf(part.Figure)), append(weights, part.Weight)
				b.Least = min(b.Least, part.N)
			}
		}
		b.Parts = append(b.Parts, part)
	}
	if len(b.Missing) > 0 || len(parts) == 0 {
		b.Least = 0
		return b
	}
	b.Composite = figureOf(stats.WeightedSum(parts, weights))
	return b
}

func estimateOf(f *Figure) stats.Estimate {
	return stats.Estimate{Value: f.Value, Interval: stats.Interval{Low: f.Low, High: f.High}}
}

// part is one part's figure with the answers that it rests on; for image those of reputation,
// which are fewer.
func (m Methodology) part(p Profile, key string) (*Figure, int64, State) {
	if key != PartImage {
		r := p.At(map[string]string{PartSatisfaction: KeySatisfaction, PartTrust: KeyTrust, PartLoyalty: KeyLoyalty}[key])
		if !r.Shown() {
			return nil, 0, r.State
		}
		return r.Figure, r.N, r.State
	}
	aware, praise := p.At(KeyAwareness), p.At(KeyReputation)
	switch {
	case !aware.Shown():
		return nil, 0, aware.State
	case !praise.Shown():
		return nil, 0, praise.State
	}
	state := OK
	if aware.State == Insufficient || praise.State == Insufficient {
		state = Insufficient
	}
	return figureOf(stats.GeometricMean(estimateOf(aware.Figure), estimateOf(praise.Figure))), min(aware.N, praise.N), state
}

// quadrant is where awareness and reputation lie; sure where neither interval crosses the cut.
func quadrant(aware, praise Reading) (q Quadrant, sure bool) {
	if !aware.Shown() || !praise.Shown() {
		return "", false
	}
	known, liked := aware.Figure.Value >= quadrantCut, praise.Figure.Value >= quadrantCut
	one := func(f *Figure) bool { return f.Low >= quadrantCut || f.High < quadrantCut }
	sure = one(aware.Figure) && one(praise.Figure)
	switch {
	case known && liked:
		return WellRegarded, sure
	case liked:
		return Unnoticed, sure
	case known:
		return Troubled, sure
	}
	return Dormant, sure
}
