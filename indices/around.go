package indices

import (
	"context"

	"minping/internal/actor"
)

// Around is satisfaction in two periods.
type Around struct {
	Before, After Row
	Delta         *Delta // After less Before; nil where one has no figures
}

// aroundDays is how long the span before something happened and the one after are.
const aroundDays = 90

// Around compares the 90 days before a run of days with the 90 days after it, the run itself
// left out; what has not come yet is not counted. It says that satisfaction differed, not why. Who may
// ask, and the faults: as for Figures.
func (s *Service) Around(ctx context.Context, by actor.Actor, q Subject, during Run) (Around, error) {
	after, err := Span(during.To.AddDate(0, 0, 1), during.To.AddDate(0, 0, aroundDays))
	if err != nil {
		return Around{}, err
	}
	before, err := Span(during.From.AddDate(0, 0, -aroundDays), during.From.AddDate(0, 0, -1))
	if err != nil {
		return Around{}, err
	}
	q.Period = after
	return s.Against(ctx, by, q, before)
}

// Against compares a subject's period with an earlier one, both by the methodology of the
// later. Who may ask, and the faults: as for Figures.
func (s *Service) Against(ctx context.Context, by actor.Actor, q Subject, before Period) (Around, error) {
	formula, err := s.admit(ctx, by, q)
	if err != nil {
		return Around{}, err
	}
	out := Around{Before: Row{Period: before}, After: Row{Period: q.Period}}
	for _, row := range []*Row{&out.Before, &out.After} {
		q.Period = row.Period
		apart, err := s.total(ctx, q)
		if err != nil {
			return Around{}, err
		}
		row.Figures = formula.measureCells(apart)
	}
	if out.Before.Shown() && out.After.Shown() {
		out.Delta = formula.delta(out.After.Figures, out.Before.Figures)
	}
	return out, nil
}
