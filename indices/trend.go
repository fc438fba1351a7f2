package indices

import (
	"context"
	"fmt"
	"time"

	"minping/internal/actor"
)

// Point is one step of a trend.
type Point struct {
	Period Period
	Figures
}

// Trend gives one unit's figures for each calendar unit of a period, gaps
// included. All points are made with the methodology of the whole period's last
// day, so that they can be compared. Who may ask: as for Index. NotFound for an
// unknown unit; Invalid for a grain that is unknown or too fine for the period.
func (s *Service) Trend(ctx context.Context, by actor.Actor, q Subject, g Grain) ([]Point, error) {
	formula, err := s.admit(ctx, by, q)
	if err != nil {
		return nil, err
	}
	buckets, err := q.Period.Buckets(g)
	if err != nil {
		return nil, err
	}
	sp := q.Period.Split()
	if g == Day || g == Week {
		sp = q.Period.byDays()
	}
	parts, err := s.store.parts(ctx, q, sp, "cell")
	if err != nil {
		return nil, err
	}
	apart, err := bucketed(buckets, parts)
	if err != nil {
		return nil, err
	}
	points := make([]Point, len(buckets))
	for i, b := range buckets {
		points[i] = Point{Period: b, Figures: formula.measureCells(apart[i])}
	}
	return points, nil
}

// bucketed adds parts, in the order of their days, to the buckets that hold them.
func bucketed(buckets []Period, parts []part) ([]sources, error) {
	apart := make([]sources, len(buckets))
	i := 0
	for _, p := range parts {
		start, at := p.source()
		day, err := time.Parse(dayForm, start)
		if err != nil {
			return nil, fmt.Errorf("read the day of a count: %w", err)
		}
		for day.After(buckets[i].To()) {
			i++
		}
		if apart[i] == nil {
			apart[i] = sources{}
		}
		sum := apart[i][at]
		sum.add(p.tally)
		apart[i][at] = sum
	}
	return apart, nil
}

// admit checks a question about one unit and gives the methodology that answers it.
func (s *Service) admit(ctx context.Context, by actor.Actor, q Subject) (Methodology, error) {
	if err := q.filter().check(); err != nil {
		return Methodology{}, err
	}
	if _, err := s.visible(ctx, by, q.Unit); err != nil {
		return Methodology{}, err
	}
	return s.Methodology(ctx, q.Period)
}
