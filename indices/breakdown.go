package indices

import (
	"context"

	"minping/internal/actor"
)

// Part is the figures of one channel or stratum.
type Part struct {
	Key string
	Figures
}

// ByChannel gives one unit's figures for each channel that has ratings, as they came:
// without weights and corrections, in the order of Channels. Compare them: a code at the desk is filled in under the
// eyes of the staff. Who may ask, and the faults: as for Trend.
func (s *Service) ByChannel(ctx context.Context, by actor.Actor, q Subject) ([]Part, error) {
	return s.breakdown(ctx, by, q, cut{"channel", Channels()})
}

// ByStratum gives one unit's figures for each stratum that has ratings, in the
// order of Strata. Who may ask, and the faults: as for Trend.
func (s *Service) ByStratum(ctx context.Context, by actor.Actor, q Subject) ([]Part, error) {
	return s.breakdown(ctx, by, q, cut{"stratum", Strata()})
}

// Figures gives one unit's figures over the whole period. Who may ask, and the
// faults: as for Trend.
func (s *Service) Figures(ctx context.Context, by actor.Actor, q Subject) (Figures, error) {
	formula, err := s.admit(ctx, by, q)
	if err != nil {
		return Figures{}, err
	}
	apart, err := s.total(ctx, q)
	if err != nil {
		return Figures{}, err
	}
	return formula.measureCells(apart), nil
}

// cut is a way to take ratings apart, with its parts in the order shown.
type cut struct {
	column string
	order  []string
}

func (s *Service) breakdown(ctx context.Context, by actor.Actor, q Subject, c cut) ([]Part, error) {
	formula, err := s.admit(ctx, by, q)
	if err != nil {
		return nil, err
	}
	counted, err := s.store.parts(ctx, q, q.Period.Split(), c.column)
	if err != nil {
		return nil, err
	}
	byKey := map[string]tally{}
	for _, p := range counted {
		byKey[p.key] = p.tally
	}
	var parts []Part
	for _, key := range c.order {
		if t, ok := byKey[key]; ok {
			parts = append(parts, Part{Key: key, Figures: formula.measure(t)})
		}
	}
	return parts, nil
}

// total is everything counted about a subject.
func (s *Service) total(ctx context.Context, q Subject) (sources, error) {
	counted, err := s.store.parts(ctx, q, q.Period.Split(), "cell")
	all := sources{}
	for _, p := range counted {
		_, at := p.source()
		sum := all[at]
		sum.add(p.tally)
		all[at] = sum
	}
	return all, err
}
