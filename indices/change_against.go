package indices

import (
	"context"
	"math"

	"minping/indices/stats"
	"minping/internal/actor"
)

// against fills in what the line is held against: the unit's own past and its peers.
func (s *Service) against(ctx context.Context, by actor.Actor, q Subject, c *Change) error {
	own := q
	own.Period = Containing(date(q.Period.To().Year()-1, 1, 1), Year)
	f, err := s.Figures(ctx, by, own)
	if err != nil {
		return err
	}
	if f.Shown() {
		c.Own = &Past{own.Period, f}
	}
	unit, err := s.visible(ctx, by, q.Unit)
	if err != nil || unit.Kind == City {
		return err
	}
	months, err := Span(date(q.Period.To().Year(), int(q.Period.To().Month())-peerMonths+1, 1), q.Period.To())
	if err != nil {
		return err
	}
	rows, err := s.Index(ctx, by, Query{Level: unit.Kind, Period: months, Channel: q.Channel, Stratum: q.Stratum, Version: q.Version, Suspects: q.Suspects})
	if err != nil {
		return err
	}
	return s.peerLine(ctx, rows, unit.ID, c)
}

// peerLine is the mean of a unit's peers, weighted as for standings, and how far they range.
func (s *Service) peerLine(ctx context.Context, rows []Row, unit int64, c *Change) error {
	ids := make([]int64, 0, len(rows))
	for _, r := range rows {
		ids = append(ids, r.Unit.ID)
	}
	known, err := s.store.peers(ctx, ids)
	if err != nil {
		return err
	}
	mine := known[unit]
	var y, v []float64
	var list []Standing
	low, high := math.Inf(1), math.Inf(-1)
	for _, r := range rows {
		if known[r.Unit.ID].Key == mine.Key && r.State == OK {
			list = append(list, Standing{Row: r})
			low, high = math.Min(low, r.Sat.Value), math.Max(high, r.Sat.Value)
		}
	}
	formula, err := s.Methodology(ctx, c.Steps[len(c.Steps)-1].Period)
	if err != nil {
		return err
	}
	mine.Spread = formula.spread(list)
	for _, r := range list {
		y, v = append(y, r.Sat.Value), append(v, mine.Spread*mine.Spread/r.NEff)
	}
	prior, few := stats.FitNormal(y, v)
	if few != nil || len(list) < formula.Terms.PeersFrom {
		return nil //nolint:nilerr // too few to compare with: there is no line
	}
	mine.Ranked, mine.Mean, mine.Between = len(list), prior.Mean, math.Sqrt(prior.Between)
	c.Peers, c.Range = &mine, Figure{Value: prior.Mean, Low: low, High: high}
	return nil
}
