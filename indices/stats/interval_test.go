package stats_test

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"minping/indices/stats"
)

const tiny = 1e-12

func near(got, want, tolerance float64) bool { return math.Abs(got-want) <= tolerance }

// The vectors were computed apart from this program, to four places.
func TestWilsonWorkedExamples(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ x, n, low, high float64 }{
		{0, 3, .0000, .5615},
		{3, 3, .4385, 1.0000},
		{5, 6, .4365, .9699},
		{9, 10, .5958, .9821},
		{29, 30, .8333, .9941},
		{95, 100, .8882, .9785},
		{197, 200, .9568, .9949},
		{1990, 2000, .9908, .9973},
	} {
		got := stats.Wilson(c.x, c.n, .95)
		if !near(got.Low, c.low, 5e-5) || !near(got.High, c.high, 5e-5) {
			t.Errorf("Wilson(%v, %v) = %.4f–%.4f, want %.4f–%.4f", c.x, c.n, got.Low, got.High, c.low, c.high)
		}
	}
}

func TestWilsonHalfWidths(t *testing.T) {
	t.Parallel()
	for n, want := range map[float64]float64{10: .193, 20: .137, 30: .111, 50: .085, 100: .060, 200: .042, 400: .029} {
		if got := stats.Wilson(.9*n, n, .95).Width() / 2; !near(got, want, 5.1e-4) {
			t.Errorf("half-width at p=.9, n=%v: %.4f, want %.3f", n, got, want)
		}
	}
}

func TestWilsonClamps(t *testing.T) {
	t.Parallel()
	whole := stats.Interval{Low: 0, High: 1}
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		name       string
		x, n, conf float64
		want       stats.Interval
	}{
		{"no answers", 0, 0, .95, whole},
		{"negative n", 3, -1, .95, whole},
		{"n not a number", 1, nan, .95, whole},
		{"n infinite", 1, inf, .95, whole},
		{"x not a number", nan, 5, .95, whole},
		{"certainty asked", 1, 5, 1, whole},
		{"no confidence asked", 1, 5, 0, whole},
		{"confidence in percent", 1, 5, 95, whole},
		{"confidence not a number", 1, 5, nan, whole},
		{"x below 0", -2, 5, .95, stats.Wilson(0, 5, .95)},
		{"x above n", 7, 5, .95, stats.Wilson(5, 5, .95)},
	} {
		if got := stats.Wilson(c.x, c.n, c.conf); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// drawShare gives n, not necessarily whole, and x within it.
func drawShare(t *rapid.T) (x, n float64) {
	n = rapid.Float64Range(.01, 1e6).Draw(t, "n")
	return n * rapid.Float64Range(0, 1).Draw(t, "share"), n
}

func TestWilsonIsBoundedAndHoldsTheEstimate(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x, n := drawShare(t)
		got := stats.Wilson(x, n, rapid.Float64Range(.5, .999).Draw(t, "conf"))
		if got.Low < 0 || got.High > 1 || !got.Contains(x/n) || got.Width() <= 0 {
			t.Fatalf("Wilson(%v, %v) = %v", x, n, got)
		}
	})
}

func TestWilsonRisesWithX(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x, n := drawShare(t)
		more := x + (n-x)*rapid.Float64Range(0, 1).Draw(t, "more")
		a, b := stats.Wilson(x, n, .95), stats.Wilson(more, n, .95)
		if b.Low < a.Low-tiny || b.High < a.High-tiny {
			t.Fatalf("x %v → %v of %v: %v → %v", x, more, n, a, b)
		}
	})
}

func TestWilsonIsSymmetric(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x, n := drawShare(t)
		a, b := stats.Wilson(x, n, .95), stats.Wilson(n-x, n, .95)
		if !near(a.Low, 1-b.High, tiny) || !near(a.High, 1-b.Low, tiny) {
			t.Fatalf("Wilson(%v, %v) = %v, mirrored %v", x, n, a, b)
		}
	})
}

func TestWilsonNarrowsWithN(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x, n := drawShare(t)
		k := rapid.Float64Range(1, 100).Draw(t, "times")
		if a, b := stats.Wilson(x, n, .95), stats.Wilson(k*x, k*n, .95); b.Width() > a.Width()+tiny {
			t.Fatalf("%v of %v: width %v, %v times as many: %v", x, n, a.Width(), k, b.Width())
		}
	})
}

func TestWilsonWidensWithConfidence(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x, n := drawShare(t)
		if a, b := stats.Wilson(x, n, .9), stats.Wilson(x, n, .99); b.Width() < a.Width()-tiny {
			t.Fatalf("%v of %v: 90%% %v, 99%% %v", x, n, a, b)
		}
	})
}

// The coverage of a binomial interval can be summed exactly, so no draw of
// random numbers decides this test. It swings with p because x is whole (Brown,
// Cai & DasGupta 2001 show the same swings): .9298 at n=30, p=.7. Hence a strict
// band for the average over p, and a wider one for each p.
func TestWilsonCoverage(t *testing.T) {
	t.Parallel()
	for _, n := range []int{30, 50, 100, 400} {
		var sum float64
		for percent := 5; percent <= 95; percent++ {
			p := float64(percent) / 100
			got := wilsonCoverage(n, p)
			sum += got
			if got < .92 || got > .98 {
				t.Errorf("n=%d p=%v: a 95%% interval covers %.4f", n, p, got)
			}
		}
		if mean := sum / 91; mean < .945 || mean > .957 {
			t.Errorf("n=%d: a 95%% interval covers %.4f on average", n, mean)
		}
	}
}

func wilsonCoverage(n int, p float64) float64 {
	var sum float64
	binomial := distuv.Binomial{N: float64(n), P: p}
	for x := range n + 1 {
		if stats.Wilson(float64(x), float64(n), .95).Contains(p) {
			sum += binomial.Prob(float64(x))
		}
	}
	return sum
}

func ExampleWilson() {
	i := stats.Wilson(29, 30, .95)
	fmt.Printf("29 of 30: %.1f%%–%.1f%%\n", 100*i.Low, 100*i.High)
	// Output: 29 of 30: 83.3%–99.4%
}
