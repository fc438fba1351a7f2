package indices

import (
	"context"

	"minping/indices/stats"
)

// Services set ratings against how many were served: who kept silent, and what the
// figures would be if silence counted.
type Services struct {
	Served  int64
	Rated   int64   // ratings counted
	Unrated int64   // 未评: served and not rated
	Rate    *Figure // 主动评价率: rated / served; nil where there are more ratings than services
	// More says that there are more ratings than services: some were given twice, or
	// by nobody who was served, or services were not told. It is a finding, not a rate.
	More bool
	// The same period where those who kept silent count as 基本满意 (level 3), as some
	// national and provincial rules have it. Nothing is stored as rated by this.
	DefaultGood, DefaultSat float64
}

// services finds what was served at the units of rows. A channel, a stratum or a
// version was not served on its own, so with such a filter nothing is known.
func (s *Service) services(ctx context.Context, q Query, formula Methodology, rows []Row) error {
	if q.Channel != "" || q.Stratum != "" || q.Version != 0 || len(rows) == 0 {
		return nil
	}
	units := make([]int64, len(rows))
	for i, r := range rows {
		units[i] = r.Unit.ID
	}
	served, err := s.store.served(ctx, q, units)
	if err != nil {
		return err
	}
	for i := range rows {
		if n, told := served[rows[i].Unit.ID]; told && rows[i].Shown() {
			rows[i].Services = formula.against(rows[i].Figures, n)
		}
	}
	return nil
}

// against sets figures against the number served.
func (m Methodology) against(f Figures, served int64) *Services {
	s := &Services{Served: served, Rated: f.N, More: f.N > served}
	if s.More {
		return s
	}
	s.Unrated = served - f.N
	i := stats.Wilson(float64(f.N), float64(served), m.Confidence)
	s.Rate = &Figure{Value: float64(f.N) / float64(served), Low: i.Low, High: i.High}
	levels := f.Levels
	levels[2] += s.Unrated
	var sum float64
	for k, n := range levels {
		sum += m.Scores[k] * float64(n)
	}
	s.DefaultGood, s.DefaultSat = float64(levels[2]+levels[3]+levels[4])/float64(served), sum/float64(served)
	return s
}
