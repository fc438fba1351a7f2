package stats_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"minping/indices/stats"
)

func sixPeople() [][]float64 {
	return [][]float64{{5, 4, 5, 4}, {4, 4, 4, 5}, {2, 1, 2, 2}, {3, 3, 2, 3}, {5, 5, 5, 5}, {1, 2, 1, 1}}
}

func TestCronbachAlphaWorkedExample(t *testing.T) {
	t.Parallel()
	if got := stats.CronbachAlpha(sixPeople()); !near(got, .9737, .00005) {
		t.Errorf("alpha %v, want .9737", got)
	}
}

// Two items of equal spread: alpha is the Spearman–Brown figure.
func TestSpearmanBrownIsAlphaOfEqualSpreads(t *testing.T) {
	t.Parallel()
	rows := [][]float64{{1, 2}, {2, 1}, {3, 4}, {4, 3}, {5, 5}}
	if a, b := stats.CronbachAlpha(rows), stats.SpearmanBrown(rows); !near(a, b, tiny) || !near(b, 2*.8/1.8, tiny) {
		t.Errorf("alpha %v, Spearman–Brown %v, want both %v", a, b, 2*.8/1.8)
	}
}

func TestReliabilityOfNothing(t *testing.T) {
	t.Parallel()
	for name, rows := range map[string][][]float64{
		"nobody": nil, "one person": {{1, 2}}, "one item": {{1}, {2}}, "unequal": {{1, 2}, {3}}, "all alike": {{3, 3}, {3, 3}},
	} {
		if got := stats.CronbachAlpha(rows); !math.IsNaN(got) {
			t.Errorf("%s: alpha %v, want NaN", name, got)
		}
		if got := stats.SpearmanBrown(rows); !math.IsNaN(got) {
			t.Errorf("%s: Spearman–Brown %v, want NaN", name, got)
		}
	}
	if got := stats.SpearmanBrown(sixPeople()); !math.IsNaN(got) {
		t.Errorf("four items: Spearman–Brown %v, want NaN", got)
	}
}

func TestAlphaDoesNotDependOnScaleOrOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows, moved := make([][]float64, rapid.IntRange(3, 20).Draw(t, "people")), [][]float64(nil)
		shift, scale := rapid.Float64Range(-9, 9).Draw(t, "shift"), rapid.Float64Range(.1, 9).Draw(t, "scale")
		for i := range rows {
			rows[i] = rapid.SliceOfN(rapid.Float64Range(1, 10), 3, 3).Draw(t, "row")
			moved = append([][]float64{{rows[i][2]*scale + shift, rows[i][0]*scale + shift, rows[i][1]*scale + shift}}, moved...)
		}
		a, b := stats.CronbachAlpha(rows), stats.CronbachAlpha(moved)
		if !near(a, b, 1e-6*(1+math.Abs(a))) && !math.IsNaN(a) {
			t.Fatalf("%v became %v", a, b)
		}
	})
}

// Independent normal answers to k items with one common part: the true alpha is
// known, and Feldt's interval must hold it in 95 of 100 samples.
func TestAlphaIntervalCoverage(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	const samples, people, k = 4000, 40, 3
	const want = k * .5 / (1 + (k-1)*.5) // Spearman–Brown with r = ½
	held := 0
	for range samples {
		rows := make([][]float64, people)
		for i := range rows {
			common := random.NormFloat64()
			for range k {
				rows[i] = append(rows[i], common+random.NormFloat64())
			}
		}
		if stats.AlphaInterval(stats.CronbachAlpha(rows), people, k, .95).Contains(want) {
			held++
		}
	}
	if share := float64(held) / samples; share < .93 || share > .97 {
		t.Errorf("held the true alpha in %.3f of samples", share)
	}
}
