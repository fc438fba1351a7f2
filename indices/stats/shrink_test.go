package stats_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"

	"minping/indices/stats"
)

func TestBetaShrinkWorkedExample(t *testing.T) {
	t.Parallel()
	prior := stats.BetaPrior{A: .9405 * 20, B: .0595 * 20}
	for _, c := range []struct{ x, n, want float64 }{{3, 3, .9482}, {9, 10, .9270}, {27, 30, .9162}, {180, 200, .9037}, {950, 1000, .9498}} {
		got := prior.Shrink(c.x, c.n, .95)
		if !near(got.Estimate, c.want, .0001) || !got.Interval.Contains(got.Estimate) || !near(got.Borrowed, 20/(c.n+20), tiny) {
			t.Errorf("%v/%v: %+v, want %v", c.x, c.n, got, c.want)
		}
	}
}

// betaBinomial is the log likelihood, written anew for the test.
func betaBinomial(p stats.BetaPrior, x, n []float64) (sum float64) {
	for i := range x {
		sum += mathext.Lbeta(x[i]+p.A, n[i]-x[i]+p.B) - mathext.Lbeta(p.A, p.B)
	}
	return sum
}

// No point of a fine grid of priors explains the units better than the one found.
func TestFitBetaIsTheLikeliest(t *testing.T) {
	t.Parallel()
	x := []float64{57, 47, 19, 9, 180, 48, 88, 30, 140, 21}
	n := []float64{60, 50, 20, 10, 200, 60, 95, 30, 150, 29}
	got, err := stats.FitBeta(x, n)
	if err != nil {
		t.Fatal(err)
	}
	best := betaBinomial(got, x, n)
	for mean := .80; mean < .99; mean += .002 {
		for strength := 2.0; strength < 2000; strength *= 1.05 {
			p := stats.BetaPrior{A: mean * strength, B: (1 - mean) * strength}
			if better := betaBinomial(p, x, n); better > best+1e-4 {
				t.Fatalf("%+v explains better than %+v: %v > %v", p, got, better, best)
			}
		}
	}
}

func TestFitBetaFindsWhatWasPlanted(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	truth := distuv.Beta{Alpha: 45, Beta: 5, Src: random}
	const units = 2000
	x, n := make([]float64, units), make([]float64, units)
	held := 0
	shares := make([]float64, units)
	for i := range x {
		shares[i] = truth.Rand()
		n[i] = float64(5 + random.IntN(200))
		x[i] = distuv.Binomial{N: n[i], P: shares[i], Src: random}.Rand()
	}
	prior, err := stats.FitBeta(x, n)
	if err != nil || !near(prior.Mean(), .9, .005) || !near(prior.Strength(), 50, 8) {
		t.Fatalf("%+v (mean %v, strength %v), %v", prior, prior.Mean(), prior.Strength(), err)
	}
	for i := range x {
		if prior.Shrink(x[i], n[i], .95).Interval.Contains(shares[i]) {
			held++
		}
	}
	if share := float64(held) / units; share < .93 || share > .97 {
		t.Errorf("intervals held %.3f of the true shares", share)
	}
}

func TestFitsRefuseWhatTeachesNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string][2][]float64{
		"two units": {{1, 2}, {3, 4}}, "all alike": {{3, 4, 5}, {3, 4, 5}}, "none": {{0, 0, 0}, {3, 4, 5}}, "no answers": {{0, 0, 0, 1}, {0, 0, 0, 2}},
	} {
		if _, err := stats.FitBeta(c[0], c[1]); !errors.Is(err, stats.ErrFewUnits) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := stats.FitNormal([]float64{1, 2, 3}, []float64{1, 1, 0}); !errors.Is(err, stats.ErrFewUnits) {
		t.Errorf("two means: %v", err)
	}
	// Units that differ by less than chance: one prior, as strong as it may be.
	if p, err := stats.FitBeta([]float64{50, 50, 50, 50}, []float64{100, 100, 100, 100}); err != nil || p.Strength() < 1000 {
		t.Errorf("alike units: %+v, %v", p, err)
	}
}

// The eight schools (D. B. Rubin, "Estimation in parallel randomized experiments",
// Journal of Educational Statistics 6, 1981): differences are no more than chance,
// the common mean is 7.7 with a standard error of 4.1.
func TestFitNormalEightSchools(t *testing.T) {
	t.Parallel()
	y := []float64{28, 8, -3, 7, -1, 1, 18, 12}
	errors := []float64{15, 10, 16, 11, 9, 11, 10, 18}
	v := make([]float64, len(errors))
	for i, s := range errors {
		v[i] = s * s
	}
	p, err := stats.FitNormal(y, v)
	if err != nil || p.Between != 0 || !near(p.Mean, 7.69, .005) {
		t.Fatalf("%+v, %v", p, err)
	}
	if s := p.Shrink(28, 225, .95); s.Borrowed != 1 || !near(s.Interval.Width()/2, 1.96*4.07, .01) {
		t.Errorf("school A: %+v", s)
	}
}

// The 13 trials of BCG vaccine (Colditz et al., JAMA 271, 1994): log relative risks;
// Paule and Mandel's variance is .3181 (W. Viechtbauer's metafor gives it as that).
func TestFitNormalBCG(t *testing.T) {
	t.Parallel()
	var y, v []float64
	for _, r := range [][4]float64{
		{4, 119, 11, 128}, {6, 300, 29, 274}, {3, 228, 11, 209}, {62, 13536, 248, 12619}, {33, 5036, 47, 5761},
		{180, 1361, 372, 1079}, {8, 2537, 10, 619}, {505, 87886, 499, 87892}, {29, 7470, 45, 7232},
		{17, 1699, 65, 1600}, {186, 50448, 141, 27197}, {5, 2493, 3, 2338}, {27, 16886, 29, 17825},
	} {
		n, m := r[0]+r[1], r[2]+r[3]
		y = append(y, math.Log(r[0]/n/(r[2]/m)))
		v = append(v, 1/r[0]-1/n+1/r[2]-1/m)
	}
	if p, err := stats.FitNormal(y, v); err != nil || !near(p.Between, .3181, .00005) || !near(p.Mean, -.7150, .00005) {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestNormalShrinkCoverage(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 8))
	const units = 60
	held, all := 0, 0
	for range 60 {
		truth, y, v := make([]float64, units), make([]float64, units), make([]float64, units)
		for i := range y {
			truth[i] = 80 + 4*random.NormFloat64()
			v[i] = math.Pow(1+9*random.Float64(), 2)
			y[i] = truth[i] + random.NormFloat64()*math.Sqrt(v[i])
		}
		p, err := stats.FitNormal(y, v)
		if err != nil {
			t.Fatal(err)
		}
		for i := range y {
			all++
			if p.Shrink(y[i], v[i], .95).Interval.Contains(truth[i]) {
				held++
			}
		}
	}
	if share := float64(held) / float64(all); share < .93 || share > .97 {
		t.Errorf("held %.3f of the true means", share)
	}
}
