package indices

import (
	"context"

	"minping/internal/actor"
)

// Exclusions is how many ratings of an office a review took out of the figures: both totals stay visible.
type Exclusions struct {
	Unit     Unit
	Rated    int64 // all that came in, excluded ones among them
	Excluded int64
	Share    Share
}

// ExclusionsQuery asks for the offices' exclusions; Within 0: every office.
type ExclusionsQuery struct {
	Period Period
	Within int64
}

// Exclusions gives the exclusion rate of each office, by code. Anybody may ask: what is
// taken out of a public figure is public. Invalid as Index.
func (s *Service) Exclusions(ctx context.Context, _ actor.Actor, q ExclusionsQuery) ([]Exclusions, error) {
	if err := (filter{period: q.Period}).check(); err != nil {
		return nil, err
	}
	formula, err := s.Methodology(ctx, q.Period)
	if err != nil {
		return nil, err
	}
	list, err := s.store.exclusions(ctx, q)
	for i := range list {
		list[i].Share = formula.shareOf(list[i].Excluded, list[i].Rated)
	}
	return list, err
}
