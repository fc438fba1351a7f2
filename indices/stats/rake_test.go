package stats_test

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"minping/indices/stats"
)

// twoByTwo is a sample of channel × stratum; each margin of the population is even.
func twoByTwo() ([]float64, []stats.Margin) {
	return []float64{40, 30, 20, 10}, []stats.Margin{
		{Name: "channel", Of: []int{0, 0, 1, 1}, Shares: []float64{1, 1}},
		{Name: "stratum", Of: []int{0, 1, 0, 1}, Shares: []float64{50, 50}},
	}
}

// Raking keeps the cross-product ratio (Deming & Stephan 1940), which with even
// margins fixes the whole table: a² / (½−a)² = 40·10 / (30·20).
func TestRakeClosedForm(t *testing.T) {
	t.Parallel()
	counts, margins := twoByTwo()
	got, err := stats.Rake(counts, margins, stats.RakeOptions{})
	if err != nil || !got.Converged {
		t.Fatalf("%+v, %v", got, err)
	}
	root := math.Sqrt(40. * 10 / (30 * 20))
	a := root / (1 + root) / 2
	for i, want := range []float64{a, .5 - a, .5 - a, a} {
		if share := counts[i] * got.Weights[i] / 100; !near(share, want, 1e-8) {
			t.Errorf("cell %d has %v of the weight, want %v", i, share, want)
		}
	}
	var each []float64
	for i, n := range counts {
		for range int(n) {
			each = append(each, got.Weights[i])
		}
	}
	if !near(got.Effective, stats.Kish(each), 1e-9) || !near(got.Design, stats.DesignEffect(each), 1e-9) {
		t.Errorf("effective %v, design %v; answer by answer %v, %v", got.Effective, got.Design, stats.Kish(each), stats.DesignEffect(each))
	}
}

func TestRakeTellsWhoIsMissing(t *testing.T) {
	t.Parallel()
	counts, margins := twoByTwo()
	counts[1], counts[3] = 0, 0
	_, err := stats.Rake(counts, margins, stats.RakeOptions{})
	var empty *stats.EmptyCategory
	if !errors.As(err, &empty) || empty.Margin != "stratum" || empty.Category != 1 {
		t.Errorf("got %v", err)
	}
}

func TestRakeRefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	counts, margins := twoByTwo()
	for name, c := range map[string]struct {
		counts []float64
		margin stats.Margin
	}{
		"negative count":   {[]float64{-1, 1, 1, 1}, margins[0]},
		"no answers":       {make([]float64, 4), margins[0]},
		"short":            {counts, stats.Margin{Of: []int{0}, Shares: []float64{1}}},
		"unknown category": {counts, stats.Margin{Of: []int{0, 1, 2, 0}, Shares: []float64{1, 1}}},
		"no shares":        {counts, stats.Margin{Of: []int{0, 0, 0, 0}, Shares: []float64{0}}},
		"NaN share":        {counts, stats.Margin{Of: []int{0, 0, 0, 0}, Shares: []float64{math.NaN()}}},
	} {
		if _, err := stats.Rake(c.counts, []stats.Margin{c.margin}, stats.RakeOptions{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestRakeProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		const rows, columns = 3, 4
		var counts []float64
		margins := []stats.Margin{{Name: "rows"}, {Name: "columns"}}
		for i := range rows {
			for j := range columns {
				counts = append(counts, float64(rapid.IntRange(1, 500).Draw(t, "n")))
				margins[0].Of, margins[1].Of = append(margins[0].Of, i), append(margins[1].Of, j)
			}
		}
		margins[0].Shares = rapid.SliceOfN(rapid.Float64Range(.05, 1), rows, rows).Draw(t, "rows")
		margins[1].Shares = rapid.SliceOfN(rapid.Float64Range(.05, 1), columns, columns).Draw(t, "columns")
		free, err := stats.Rake(counts, margins, stats.RakeOptions{})
		if err != nil || !free.Converged || free.Gap > 1e-9 {
			t.Fatalf("a full table must meet its margins: %+v, %v", free, err)
		}
		ratio := func(w []float64, i, j int) float64 { return w[i*columns+j] * w[0] / (w[i*columns] * w[j]) }
		for i := 1; i < rows; i++ {
			for j := 1; j < columns; j++ {
				if !near(ratio(free.Weights, i, j), 1, 1e-6) {
					t.Fatal("weights are not a product of row and column")
				}
			}
		}
		trimmed, err := stats.Rake(counts, margins, stats.RakeOptions{Trim: 2, Rounds: 100})
		if err != nil || trimmed.Effective < free.Effective*(1-1e-6) {
			t.Fatalf("trimming must not cost effective answers: %v, then %v (%v)", free.Effective, trimmed.Effective, err)
		}
		var n, sum float64
		for i, c := range counts {
			n += c
			sum += c * trimmed.Weights[i]
		}
		if !near(sum/n, 1, 1e-9) {
			t.Fatalf("mean weight %v", sum/n)
		}
	})
}
