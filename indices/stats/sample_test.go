package stats_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"minping/indices/stats"
)

// The usual table for 95%.
func TestSampleSizeTable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		half       float64
		population int
		want       int
	}{
		{.05, 0, 385}, {.05, 100, 80}, {.05, 300, 169}, {.05, 1000, 278}, {.05, 5000, 357},
		{.03, 0, 1068}, {.08, 0, 151}, {.10, 0, 97}, {0, 0, 0}, {1, 0, 0}, {.05, -1, 0},
	} {
		if got := stats.SampleSize(c.half, .95, c.population); got != c.want {
			t.Errorf("±%v of %d: %d, want %d", c.half, c.population, got, c.want)
		}
	}
}

// A change of the detectable size is found as often as the power says.
func TestDetectableHasItsPower(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	const n, m, samples = 80, 120, 20000
	change := stats.Detectable(1, n, m, .95, .8)
	spread, found := math.Sqrt(1./n+1./m), 0
	for range samples {
		if math.Abs(change+random.NormFloat64()*spread) > 1.959963984540054*spread {
			found++
		}
	}
	if power := float64(found) / samples; !near(power, .8, .01) {
		t.Errorf("found in %.3f of samples, want .8", power)
	}
	for _, bad := range []float64{stats.Detectable(1, 0, 10, .95, .8), stats.Detectable(1, 10, 10, 1, .8), stats.Detectable(-1, 10, 10, .95, .8)} {
		if !math.IsInf(bad, 1) {
			t.Errorf("nothing can be shown, got %v", bad)
		}
	}
}
