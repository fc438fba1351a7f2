package indices

import (
	"context"

	"minping/internal/actor"
)

// poolYears is how far back ratings are pooled at most.
const poolYears = 3

// pool puts in the place of units that were rated too seldom to be graded in the period their
// figures over a longer one that ends on the same day: a year, two, three, the shortest that
// is enough. Their Row.Period says which. What is not enough in three years stays as it was.
//
// Ratings of long ago stand for the unit as it was then; that is the price, and whoever
// shows the row says the period.
func (s *Service) pool(ctx context.Context, by actor.Actor, q Query, rows []Row) error {
	for years := 1; years <= poolYears; years++ {
		longer, err := Span(q.Period.To().AddDate(-years, 0, 1), q.Period.To())
		if err != nil || !longer.From().Before(q.Period.From()) {
			continue // the period is as long already
		}
		wide := q
		wide.Period, wide.Units = longer, nil
		at := map[int64]int{}
		for i, r := range rows {
			if r.State != OK {
				wide.Units, at[r.Unit.ID] = append(wide.Units, r.Unit.ID), i
			}
		}
		if len(wide.Units) == 0 {
			return nil
		}
		found, err := s.Index(ctx, by, wide)
		if err != nil {
			return err
		}
		for _, r := range found {
			if i, ok := at[r.Unit.ID]; ok && r.State == OK {
				rows[i] = r
			}
		}
	}
	return nil
}
