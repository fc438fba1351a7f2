package stats_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"minping/indices/stats"
)

// Both units do each kind of work equally well, one has more of the hard kind:
// adjusted they are alike.
func TestStandardizeWorkedExample(t *testing.T) {
	t.Parallel()
	n := [][]float64{{80, 20}, {20, 80}}
	x := [][]float64{{76, 14}, {19, 56}} // 95% of the easy, 70% of the hard kind
	got := stats.Standardize(x, n, .95)
	for i, s := range got {
		if !near(s.Share, .825, 1e-12) || !near(s.Covered, 1, tiny) || !s.Interval.Contains(.825) {
			t.Errorf("unit %d: %+v", i, s)
		}
	}
	if !near(got[0].Observed, .90, tiny) || !near(got[1].Observed, .75, tiny) || !near(got[1].Expected, .75, tiny) {
		t.Errorf("%+v", got)
	}
}

func TestStandardizeProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		const units, kinds = 4, 3
		x, n, tenfoldX, tenfoldN := make([][]float64, units), make([][]float64, units), make([][]float64, units), make([][]float64, units)
		for u := range n {
			for range kinds {
				size := rapid.IntRange(1, 200).Draw(t, "n")
				good := rapid.IntRange(1, size).Draw(t, "x")
				n[u], x[u] = append(n[u], float64(size)), append(x[u], float64(good))
				tenfoldN[u], tenfoldX[u] = append(tenfoldN[u], float64(10*size)), append(tenfoldX[u], float64(10*good))
			}
		}
		var expected, observed float64
		more := stats.Standardize(tenfoldX, tenfoldN, .95)
		for u, s := range stats.Standardize(x, n, .95) {
			size := n[u][0] + n[u][1] + n[u][2]
			expected += s.Expected * size
			observed += s.Observed * size
			if !near(more[u].Share, s.Share, 1e-9) || more[u].Interval.Width() > s.Interval.Width()+1e-12 {
				t.Fatalf("ten times the answers: %+v, then %+v", s, more[u])
			}
		}
		if !near(expected, observed, 1e-6) {
			t.Fatalf("all units together: expected %v, observed %v", expected, observed)
		}
	})
}

func TestStandardizeTellsWhatCannotBeCompared(t *testing.T) {
	t.Parallel()
	got := stats.Standardize([][]float64{{9, 8}, {9, 0}, {0, 0}}, [][]float64{{10, 10}, {10, 0}, {0, 0}}, .95)
	if !near(got[0].Covered, .5, tiny) || !near(got[1].Covered, 1, tiny) || !math.IsNaN(got[2].Share) {
		t.Errorf("%+v", got)
	}
}
