package detect

import (
	"math"
	"slices"
)

// sumTail adds up a tail from its first term: next gives the ratio of term i+1 to
// term i. Terms must fall off; the sum ends where they no longer matter.
func sumTail(next func(i float64) float64) float64 {
	sum, term := 1.0, 1.0
	for i := range 100_000 {
		term *= next(float64(i))
		sum += term
		if term < 1e-12*sum {
			break
		}
	}
	return sum
}

// poissonTail is log10 P(X ≥ k) for a Poisson count of the given mean; 0 where k is
// no more than the mean (no alarm comes from there). k need not be whole.
func poissonTail(k, mean float64) float64 {
	if k <= mean || k <= 0 {
		return 0
	}
	lg, _ := math.Lgamma(k + 1)
	first := k*math.Log(mean) - mean - lg
	return min(0, (first+math.Log(sumTail(func(i float64) float64 { return mean / (k + i + 1) })))/math.Ln10)
}

// binomialTail is log10 P(X ≥ k) of n tries with chance p; 0 where k is not above the mean.
func binomialTail(k, n int, p float64) float64 {
	x, m := float64(k), float64(n)
	if x <= m*p || k == 0 || p >= 1 {
		return 0
	}
	first := logChoose(m, x) + x*math.Log(p) + (m-x)*math.Log1p(-p)
	odds := p / (1 - p)
	return min(0, (first+math.Log(sumTail(func(i float64) float64 { return (m - x - i) / (x + i + 1) * odds })))/math.Ln10)
}

// betaBinomialTail is log10 P(X ≥ k) of n tries whose chance itself varies from unit to
// unit as Beta(a, b): what is unusual among units that honestly differ.
func betaBinomialTail(k, n int, a, b float64) float64 {
	x, m := float64(k), float64(n)
	if x <= m*a/(a+b) || k == 0 {
		return 0
	}
	first := logChoose(m, x) + logBeta(x+a, m-x+b) - logBeta(a, b)
	next := func(i float64) float64 {
		y := x + i
		if y >= m {
			return 0
		}
		return (m - y) / (y + 1) * (y + a) / (m - y - 1 + b)
	}
	return min(0, (first+math.Log(sumTail(next)))/math.Ln10)
}

func logChoose(n, k float64) float64 {
	a, _ := math.Lgamma(n + 1)
	b, _ := math.Lgamma(k + 1)
	c, _ := math.Lgamma(n - k + 1)
	return a - b - c
}

func logBeta(a, b float64) float64 {
	x, _ := math.Lgamma(a)
	y, _ := math.Lgamma(b)
	z, _ := math.Lgamma(a + b)
	return x + y - z
}

// chi4Tail is log10 P(χ² ≥ g) with four degrees of freedom: e^(−g/2)(1 + g/2).
func chi4Tail(g float64) float64 { return min(0, (-g/2+math.Log1p(g/2))/math.Ln10) }

// normalTail is log10 P(Z ≥ z); beyond 8 by the asymptotic series, where erfc is no
// longer exact enough to compare.
func normalTail(z float64) float64 {
	switch {
	case z <= 0:
		return 0
	case z < 8:
		return math.Log10(math.Erfc(z/math.Sqrt2) / 2)
	}
	return (-z*z/2 - math.Log(z*math.Sqrt(2*math.Pi)) + math.Log1p(-1/(z*z))) / math.Ln10
}

func median(v []float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	v = slices.Clone(v)
	slices.Sort(v)
	if n := len(v); n%2 == 0 {
		return (v[n/2-1] + v[n/2]) / 2
	}
	return v[len(v)/2]
}

// share is how often something happens at windows in general: a Beta fitted by
// moments to those windows that are not themselves the outliers looked for.
type share struct{ a, b float64 }

// leastStrength and mostStrength bound how much windows are taken to differ: between
// a standard deviation of a fifth of the binomial's scale and next to none.
const (
	leastStrength = 30.0
	mostStrength  = 3000.0
)

func fitShare(k, n []int) share {
	p := pooled(k, n, func(int) bool { return true })
	inlier := func(i int) bool { return binomialTail(k[i], n[i], p) > -6 }
	for range 3 {
		p = pooled(k, n, inlier)
	}
	var excess, weight float64 // Σ of squared residuals beyond the binomial's
	for i := range k {
		if n[i] < 2 || !inlier(i) {
			continue
		}
		m := float64(n[i])
		d := float64(k[i]) - m*p
		excess += d*d - m*p*(1-p)
		weight += m * (m - 1) * p * (1 - p)
	}
	strength := mostStrength
	if rho := excess / max(weight, 1e-9); rho > 0 {
		strength = min(max(1/rho-1, leastStrength), mostStrength)
	}
	return share{p * strength, (1 - p) * strength}
}

// pooled leaves a little room for what did not happen yet.
func pooled(k, n []int, use func(int) bool) float64 {
	x, m := 0.5, 1.0
	for i := range k {
		if use(i) {
			x, m = x+float64(k[i]), m+float64(n[i])
		}
	}
	return min(x/m, 0.999)
}

func (s share) mean() float64 { return s.a / (s.a + s.b) }
