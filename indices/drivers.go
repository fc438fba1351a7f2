package indices

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"

	"minping/indices/stats"
	"minping/internal/actor"
)

// Driver is how much one dimension of the service has to do with satisfaction.
type Driver struct {
	Question    int64
	Key, Feeds  string
	TextZh      string
	TextEn      string
	N           int64
	Score       *Figure // mean of the dimension's own answers, 0–100
	Correlation *Figure // with the level, −1…1
	Share       *Figure // of what the dimensions together explain of the level, 0–1
}

// Text is the question's wording in the reader's language.
func (d Driver) Text(language string) string {
	if language == "en" {
		return d.TextEn
	}
	return d.TextZh
}

// Drivers are the dimensions of a unit's service, those that matter most first. State none,
// suppressed or insufficient: they cannot be weighed against each other, and there are no shares.
type Drivers struct {
	State     State
	Ratings   int64   // with an answer to any of them
	Explained float64 // R² of the level by all of them together
	List      []Driver
	Formula   string
}

// driverDraws is how often the bootstrap draws.
const driverDraws = 500

// Drivers weighs the dimensions (the questions on a scale of agreement, of which each
// rating answers two in turn) against each other: correlations with the level, and shares
// of the explained variance (stats.Importance) with intervals that are the same for the same
// ratings. It takes as many ratings for each pair of dimensions as a figure takes to be graded.
// It is the one question that reads single ratings, for only there answers stand together.
// Who may ask, and the faults: as for Figures, of an office.
func (s *Service) Drivers(ctx context.Context, by actor.Actor, q Subject) (Drivers, error) {
	formula, err := s.admit(ctx, by, q)
	if err != nil {
		return Drivers{}, err
	}
	all, err := s.store.scaled(ctx)
	if err != nil {
		return Drivers{}, err
	}
	items := slices.DeleteFunc(all, func(x question) bool { return x.Kind != "agree" })
	cells, err := s.store.together(ctx, q, items)
	if err != nil {
		return Drivers{}, err
	}
	out := Drivers{State: None, Formula: formula.Version}
	for _, c := range cells {
		out.Ratings += int64(c.N)
	}
	switch {
	case out.Ratings == 0:
		return out, nil
	case out.Ratings < formula.SuppressBelow:
		return Drivers{State: Suppressed, Formula: formula.Version}, nil
	}
	out.List = formula.dimensions(items, cells)
	seed := seedOf(Query{Level: Office, Period: q.Period}, formula.Version, "drivers")
	got, err := stats.Importance(cells, stats.DriverOptions{Conf: formula.Confidence, Least: float64(formula.GradeFrom), Draws: driverDraws, Seed: seed + uint64(q.Unit)})
	few := errors.Is(err, stats.ErrFewAnswers)
	if err != nil && !few {
		return Drivers{}, err
	}
	out.State, out.Explained = OK, got.Explained
	if few {
		out.State = Insufficient
	}
	for i, d := range got.Items {
		if d.N >= float64(formula.GradeFrom) && !math.IsNaN(d.Correlation.Value) {
			out.List[i].Correlation = figureOf(d.Correlation)
		}
		if !few {
			out.List[i].Share = figureOf(d.Share)
		}
	}
	slices.SortStableFunc(out.List, func(a, b Driver) int { return cmp.Compare(b.weight(), a.weight()) })
	return out, nil
}

// weight is what drivers are ordered by: their share, else their correlation.
func (d Driver) weight() float64 {
	switch {
	case d.Share != nil:
		return d.Share.Value
	case d.Correlation != nil:
		return d.Correlation.Value
	}
	return -2
}

func figureOf(e stats.Estimate) *Figure { return &Figure{Value: e.Value, Low: e.Low, High: e.High} }

// dimensions scores each item by itself, 1–5 on 0–100; few answers are blanked.
func (m Methodology) dimensions(items []question, cells []stats.Answered) []Driver {
	list := make([]Driver, len(items))
	scale := [stats.Levels]float64{0, 25, 50, 75, 100}
	for i, x := range items {
		var counts stats.Counts
		for _, c := range cells {
			if v := c.Items[i]; !math.IsNaN(v) {
				counts[int(v)-1] += c.N
			}
		}
		list[i] = Driver{Question: x.ID, Key: x.Key, Feeds: x.Feeds, TextZh: x.Zh, TextEn: x.En}
		if n := counts.Total(); n >= float64(m.SuppressBelow) {
			in := stats.MeanInterval(counts, scale, m.Confidence, n)
			list[i].N, list[i].Score = int64(n), &Figure{Value: counts.Mean(scale), Low: in.Low, High: in.High}
		}
	}
	return list
}
