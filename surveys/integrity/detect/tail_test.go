package detect

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-6*(1+math.Abs(want)) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// Against the incomplete gamma and beta functions of an independent library.
func TestTailsAgreeWithGonum(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ k, mean float64 }{{5, 1}, {12, 3.5}, {30, 10}, {3, 0.01}, {200, 120}} {
		near(t, "Poisson", poissonTail(c.k, c.mean), math.Log10(mathext.GammaIncReg(c.k, c.mean)))
	}
	for _, c := range []struct {
		k, n int
		p    float64
	}{{5, 20, 0.05}, {10, 40, 0.1}, {3, 3, 0.2}, {90, 300, 0.2}} {
		near(t, "binomial", binomialTail(c.k, c.n, c.p), math.Log10(mathext.RegIncBeta(float64(c.k), float64(c.n-c.k+1), c.p)))
	}
	for _, z := range []float64{0.5, 1.96, 4, 6} {
		near(t, "normal", normalTail(z), math.Log10(distuv.UnitNormal.Survival(z)))
	}
	for _, g := range []float64{0.1, 3.357, 9.488, 40} {
		near(t, "χ²", chi4Tail(g), math.Log10(distuv.ChiSquared{K: 4}.Survival(g)))
	}
	near(t, "5 % of χ² with four degrees", math.Pow(10, chi4Tail(9.487729)), 0.05) // the printed table
	if d := normalTail(7.9999) - normalTail(8.0001); math.Abs(d) > 1e-2 {
		t.Errorf("the two branches of the normal tail differ by %v", d)
	}
}

// A beta-binomial tail is the sum of its probabilities, and a binomial's where units do not differ.
func TestBetaBinomialTail(t *testing.T) {
	t.Parallel()
	const a, b, n, k = 2.0, 18.0, 15, 6
	sum := 0.0
	for i := k; i <= n; i++ {
		sum += math.Exp(logChoose(n, float64(i)) + logBeta(float64(i)+a, float64(n-i)+b) - logBeta(a, b))
	}
	near(t, "sum", betaBinomialTail(k, n, a, b), math.Log10(sum))
	if got, want := betaBinomialTail(k, n, 0.1*1e7, 0.9*1e7), binomialTail(k, n, 0.1); math.Abs(got-want) > 1e-3 {
		t.Errorf("%v, binomial %v", got, want)
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 400).Draw(t, "n")
		k := rapid.IntRange(0, n-1).Draw(t, "k")
		a, b := rapid.Float64Range(0.01, 50).Draw(t, "a"), rapid.Float64Range(0.5, 500).Draw(t, "b")
		less, more := betaBinomialTail(k, n, a, b), betaBinomialTail(k+1, n, a, b)
		if more > less+1e-9 || less > 0 || math.IsNaN(more) {
			t.Fatalf("P(X ≥ %d) = %v, P(X ≥ %d) = %v", k, less, k+1, more)
		}
	})
}

func TestEntropyAndG(t *testing.T) {
	t.Parallel()
	near(t, "all alike", counts{0, 0, 0, 0, 9}.entropy(), 0)
	near(t, "all five levels", counts{3, 3, 3, 3, 3}.entropy(), math.Log2(5))
	near(t, "halves", counts{0, 0, 0, 4, 4}.entropy(), 1)
	near(t, "G of what is expected", ratio(counts{1, 2, 3, 4, 5}, counts{2, 4, 6, 8, 10}), 0)
	near(t, "G", ratio(counts{0, 0, 0, 0, 10}, counts{0, 0, 0, 5, 5}), 20*math.Log(2))
}
