package indices

import (
	"context"

	"minping/internal/actor"
)

// Around is satisfaction before and after something happened.
type Around struct {
	Before, After Row
	Delta         *Delta // After less Before; nil where one has no figures
}

// aroundDays is how long the span before and the one after are.
const aroundDays = 90

// Around compares the 90 days before a run of days with the 90 days after it, the run itself
// left out; what has not come yet is not counted. It says that satisfaction differed, not why. Who may
// ask, and the faults: as for Figures.
func (s *Service) Around(ctx context.Context, by actor.Actor, q Subject, during Run) (Around, error) {
	var out Around
	after, err := Span(during.To.AddDate(0, 0, 1), during.To.AddDate(0, 0, aroundDays))
	if err != nil {
		return out, err
	}
	before, err := Span(during.From.AddDate(0, 0, -aroundDays), during.From.AddDate(0, 0, -1))
	if err != nil {
		return out, err
	}
	q.Period = after
	formula, err := s.admit(ctx, by, q) // one for both, so that they can be compared
	if err != nil {
		return out, err
	}
	for p, row := range map[Period]*Row{before: &out.Before, after: &out.After} {
		q.Period, row.Period = p, p
		t, err := s.total(ctx, q)
		if err != nil {
			return out, err
		}
		row.Figures = formula.measure(t)
	}
	if out.Before.Shown() && out.After.Shown() {
		out.Delta = formula.delta(out.After.Figures, out.Before.Figures)
	}
	return out, nil
}
