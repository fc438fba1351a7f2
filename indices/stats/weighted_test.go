package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Equal weights are no weights: the mean and Student's interval of the plain answers.
func TestWeightedWithEqualWeights(t *testing.T) {
	t.Parallel()
	var x, w []float64
	counts := Counts{2, 3, 5, 9, 4}
	for level, n := range counts {
		for range int(n) {
			x, w = append(x, float64(level+1)), append(w, 2.5)
		}
	}
	scores := [Levels]float64{1, 2, 3, 4, 5}
	mean, i := Weighted(x, w, Interval{1, 5}, 0.95)
	want := MeanInterval(counts, scores, 0.95, counts.Total())
	if math.Abs(mean-counts.Mean(scores)) > 1e-12 || math.Abs(i.Low-want.Low) > 1e-9 || math.Abs(i.High-want.High) > 1e-9 {
		t.Errorf("%v %v, want %v %v", mean, i, counts.Mean(scores), want)
	}
}

func TestWeightedClamps(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ x, w []float64 }{{nil, nil}, {[]float64{1}, nil}, {[]float64{1}, []float64{-1}}, {[]float64{1, 2}, []float64{0, 0}}} {
		if mean, i := Weighted(c.x, c.w, Interval{0, 10}, 0.95); !math.IsNaN(mean) || i != (Interval{0, 10}) {
			t.Errorf("%v: %v %v", c, mean, i)
		}
	}
	if mean, i := Weighted([]float64{10, 10, 10}, []float64{1, 1, 1}, Interval{0, 10}, 0.95); mean != 10 || i.High != 10 || i.Low < 1 || i.Low > 8 {
		t.Errorf("%v %v", mean, i) // three alike prove little: 1 − 0.025^(1/3) of 0.708 may differ
	}
}

// The interval of a weighted mean covers the population's mean in 93–97 % of samples drawn
// with unequal chances and weighted back. Where the strata differ, Kish's number is on the
// safe side, for it leaves out what weighting gains.
func TestWeightedCovers(t *testing.T) {
	t.Parallel()
	type stratum struct{ share, chance, mean float64 }
	for _, c := range []struct {
		strata []stratum
		most   float64
	}{{[]stratum{{0.7, 0.4, 6}, {0.2, 0.3, 6}, {0.1, 0.3, 6}}, 0.97}, {[]stratum{{0.7, 0.4, 6}, {0.2, 0.3, 7.5}, {0.1, 0.3, 5}}, 0.985}} {
		src := rand.New(rand.NewPCG(3, 4))
		truth := 0.0
		for _, s := range c.strata {
			truth += s.share * s.mean
		}
		const runs, n = 4000, 150
		hits := 0
		for range runs {
			var x, w []float64
			for range n {
				u, s := src.Float64(), c.strata[2]
				if u < 0.4 {
					s = c.strata[0]
				} else if u < 0.7 {
					s = c.strata[1]
				}
				x, w = append(x, s.mean+2*(src.Float64()+src.Float64()+src.Float64()-1.5)), append(w, s.share/s.chance)
			}
			if _, i := Weighted(x, w, Interval{0, 10}, 0.95); i.Contains(truth) {
				hits++
			}
		}
		if cover := float64(hits) / runs; cover < 0.93 || cover > c.most {
			t.Errorf("covers %.3f", cover)
		}
	}
}

// Newcombe 1998, table II, method 10: 56/70 against 48/80 gives .0524 to .3339; 9/10 against 3/10 .1705 to .8090.
func TestDifferenceOfShares(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ a, m, b, n, low, high float64 }{{56, 70, 48, 80, .0524, .3339}, {9, 10, 3, 10, .1705, .8090}, {6, 7, 2, 7, .0582, .8062}, {10, 10, 0, 10, .6075, 1}} {
		d, i := Difference(c.a/c.m, Wilson(c.a, c.m, 0.95), c.b/c.n, Wilson(c.b, c.n, 0.95))
		if math.Abs(d-(c.a/c.m-c.b/c.n)) > 1e-12 || math.Abs(i.Low-c.low) > 5e-5 || math.Abs(i.High-c.high) > 5e-5 {
			t.Errorf("%v: %.4f %.4f–%.4f", c, d, i.Low, i.High)
		}
	}
}

// With equal numbers and variances it is Student's: ν = 2(n−1) = 18, t(0.975) = 2.10092.
func TestWelch(t *testing.T) {
	t.Parallel()
	d, i := Welch(7, 4, 10, 5, 4, 10, 0.95)
	if half := 2.10092 * math.Sqrt(0.8); d != 2 || math.Abs(i.High-2-half) > 1e-4 || math.Abs(i.Low-2+half) > 1e-4 {
		t.Errorf("%v %v", d, i)
	}
	// The smaller, noisier group decides: hardly more than its four degrees of freedom.
	_, i = Welch(0, 9, 5, 0, 1, 20, 0.95)
	nu := (9.0/5 + 1.0/20) * (9.0/5 + 1.0/20) / (9.0/5*9/5/4 + 1.0/20/20/19)
	if nu < 4.2 || nu > 4.3 || i.High/math.Sqrt(1.85) < 2.70 || i.High/math.Sqrt(1.85) > 2.776 {
		t.Errorf("ν = %.3f: ±%.3f standard errors", nu, i.High/math.Sqrt(1.85))
	}
	if _, i := Welch(1, 1, 1, 2, 1, 5, 0.95); !math.IsInf(i.Low, -1) || !math.IsInf(i.High, 1) {
		t.Errorf("one answer gives %v", i)
	}
}
