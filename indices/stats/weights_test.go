package stats_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"minping/indices/stats"
)

// fiftyAndTen is the worked example: 50 weights of 1 and 10 of 4, so that
// (50+40)² / (50+160) = 8100/210.
func fiftyAndTen() []float64 {
	weights := make([]float64, 60)
	for i := range weights {
		weights[i] = 1
		if i >= 50 {
			weights[i] = 4
		}
	}
	return weights
}

func TestKishWorkedExample(t *testing.T) {
	t.Parallel()
	if got := stats.Kish(fiftyAndTen()); !near(got, 38.57, .005) {
		t.Errorf("n_eff %v, want 38.57", got)
	}
	if got := stats.DesignEffect(fiftyAndTen()); !near(got, 60*210/8100., tiny) {
		t.Errorf("design effect %v, want 1.5556", got)
	}
}

func TestWeightsOfNothing(t *testing.T) {
	t.Parallel()
	for _, weights := range [][]float64{nil, {}, {0, 0}} {
		if got := stats.Kish(weights); got != 0 {
			t.Errorf("n_eff of %v: %v", weights, got)
		}
		if got := stats.DesignEffect(weights); !math.IsNaN(got) {
			t.Errorf("design effect of %v: %v", weights, got)
		}
	}
}

func TestKishBoundsAndScale(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Float64Range(.001, 1000), 1, 80).Draw(t, "weights")
		n, got := float64(len(weights)), stats.Kish(weights)
		if got < 1-1e-9 || got > n+1e-9 {
			t.Fatalf("n_eff %v of %v answers", got, n)
		}
		if deff := stats.DesignEffect(weights); !near(deff*got, n, 1e-9*n) {
			t.Fatalf("deff %v × n_eff %v ≠ %v", deff, got, n)
		}
		scale := rapid.SampledFrom([]float64{1e-300, .5, 7, 1e300}).Draw(t, "scale")
		scaled := make([]float64, len(weights))
		for i, w := range weights {
			scaled[i] = w * scale
		}
		if again := stats.Kish(scaled); !near(again, got, 1e-6*n) {
			t.Fatalf("scaled by %v: %v, was %v", scale, again, got)
		}
	})
}

func TestKishOfEqualWeightsIsTheirNumber(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n, w := rapid.IntRange(1, 500).Draw(t, "n"), rapid.Float64Range(.01, 100).Draw(t, "w")
		weights := make([]float64, n)
		for i := range weights {
			weights[i] = w
		}
		if got := stats.Kish(weights); !near(got, float64(n), 1e-9*float64(n)) {
			t.Fatalf("%d weights of %v: %v", n, w, got)
		}
	})
}
