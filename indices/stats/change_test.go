package stats_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"minping/indices/stats"
)

// Average run lengths of the two-sided scheme with k = ½, as D. C. Montgomery prints
// them ("Introduction to Statistical Quality Control", table 9.3, after Lucas & Crosier,
// Technometrics 24, 1982).
func TestCUSUMRunLengthTable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ shift, four, five float64 }{
		{0, 168, 465}, {.25, 74.2, 139}, {.5, 26.6, 38}, {.75, 13.3, 17}, {1, 8.38, 10.4}, {1.5, 4.75, 5.75}, {2, 3.34, 4.01}, {3, 2.19, 2.57},
	} {
		for h, want := range map[float64]float64{4: c.four, 5: c.five} {
			if got := (stats.CUSUM{K: .5, H: h}).Run(c.shift); math.Abs(got-want) > .006*want {
				t.Errorf("h %v, shift %v: %v, want %v", h, c.shift, got, want)
			}
		}
	}
}

// The stated rate of false alarms, by simulation.
func TestCUSUMCriesWolfAsOftenAsItSays(t *testing.T) {
	t.Parallel()
	h := stats.Threshold(.5, 120) // once in ten years of months
	c := stats.CUSUM{K: .5, H: h}
	random := rand.New(rand.NewPCG(15, 16))
	z := make([]float64, 400_000)
	for i := range z {
		z[i] = random.NormFloat64()
	}
	if each := float64(len(z)) / float64(len(c.Watch(z))); math.Abs(each-120) > 6 {
		t.Errorf("a false alarm every %.1f periods, 120 were stated (h %v)", each, h)
	}
}

func TestCUSUMFindsWhenItBegan(t *testing.T) {
	t.Parallel()
	c := stats.CUSUM{K: .5, H: 4}
	z := []float64{.1, -.2, math.NaN(), .3, -.1, -2, -2.2, math.NaN(), -1.9, -2, 3, 3, 0, 0}
	got := c.Watch(z)
	if len(got) != 2 || got[0].Up || got[0].Since != 5 || got[0].At != 8 || !got[1].Up || got[1].Since != 10 {
		t.Errorf("%+v", got)
	}
}
