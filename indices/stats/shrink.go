package stats

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/optimize"
	"gonum.org/v1/gonum/stat/distuv"
)

// BetaPrior is what is expected of a unit's share before its own answers are
// seen: Beta(A, B), learnt from the other units of its kind.
type BetaPrior struct{ A, B float64 }

// Mean is the share expected of a unit nothing is known of.
func (p BetaPrior) Mean() float64 { return p.A / (p.A + p.B) }

// Strength is how many answers the prior is worth.
func (p BetaPrior) Strength() float64 { return p.A + p.B }

// Shrunk is an estimate that leans on the other units the more, the fewer
// answers a unit has of its own.
type Shrunk struct {
	Estimate float64
	Interval Interval // credible: equal tails of the posterior
	Borrowed float64  // share of the estimate that comes from the other units, 0..1
}

// Shrink is the posterior of a share of x among n (both may be effective sizes):
// (x + A) / (n + A + B), with the equal-tailed interval of Beta(x+A, n−x+B)
// (G. Casella, "An introduction to empirical Bayes data analysis", American
// Statistician 39, 1985, 83–87). The interval takes the prior as given.
func (p BetaPrior) Shrink(x, n, conf float64) Shrunk {
	d := distuv.Beta{Alpha: p.A + x, Beta: p.B + n - x}
	s := Shrunk{Estimate: d.Mean(), Interval: Interval{Low: 0, High: 1}, Borrowed: p.Strength() / (n + p.Strength())}
	if confident(conf) {
		s.Interval = Interval{Low: d.Quantile((1 - conf) / 2), High: d.Quantile(1 - (1-conf)/2)}
	}
	return s
}

// ErrFewUnits says that a prior cannot be learnt: it takes at least three units
// with answers, and some that are not alike.
var ErrFewUnits = errors.New("too few units to learn a prior from")

// strongest bounds the strength of a prior: where units differ by less than
// chance, all of them are one and likelihood knows no end.
const strongest = 1e6

// FitBeta learns the prior from units of x[i] among n[i] by maximum likelihood of
// the beta-binomial (D. A. Williams, "The analysis of binary responses from
// toxicological experiments involving reproduction and teratogenicity", Biometrics
// 31, 1975, 949–952), over mean and strength on their logit and log scales.
// Units must be of one kind: a prior whose mean hangs on the number of answers biases.
// ErrFewUnits below three units with answers, or where all answers are alike.
func FitBeta(x, n []float64) (BetaPrior, error) {
	var units int
	var sumX, sumN float64
	for i := range x {
		if n[i] > 0 {
			units++
			sumX += x[i]
			sumN += n[i]
		}
	}
	if units < 3 || sumX <= 0 || sumX >= sumN {
		return BetaPrior{}, ErrFewUnits
	}
	prior := func(v []float64) BetaPrior {
		mean, strength := 1/(1+math.Exp(-v[0])), math.Exp(math.Min(v[1], math.Log(strongest)))
		return BetaPrior{A: mean * strength, B: (1 - mean) * strength}
	}
	loss := func(v []float64) float64 {
		if v[1] > math.Log(strongest) || v[1] < -7 || math.Abs(v[0]) > 20 {
			return math.Inf(1)
		}
		p := prior(v)
		var sum float64
		for i := range x {
			if n[i] > 0 {
				sum += mathext.Lbeta(x[i]+p.A, n[i]-x[i]+p.B) - mathext.Lbeta(p.A, p.B)
			}
		}
		return -sum
	}
	mean := sumX / sumN
	var best *optimize.Result
	for _, strength := range []float64{3, 30, 1000} {
		got, err := optimize.Minimize(optimize.Problem{Func: loss}, []float64{math.Log(mean / (1 - mean)), math.Log(strength)}, nil, &optimize.NelderMead{})
		if err == nil && (best == nil || got.F < best.F) {
			best = got
		}
	}
	if best == nil {
		return BetaPrior{}, ErrFewUnits
	}
	return prior(best.X), nil
}

// NormalPrior is what is expected of a unit's mean: normal around Mean, with the
// variance Between that units have apart from chance.
type NormalPrior struct {
	Mean, Between float64
	variance      float64 // of Mean itself
}

// FitNormal learns the prior from units' means y[i] with error variances v[i]:
// Between solves Σ(yᵢ−m)²/(vᵢ+τ²) = k−1, m the mean weighted by 1/(vᵢ+τ²)
// (R. C. Paule & J. Mandel, "Consensus values and weighting factors", Journal of
// Research of the National Bureau of Standards 87, 1982, 377–385); 0 where units
// differ by no more than chance. ErrFewUnits below three units with a positive variance.
func FitNormal(y, v []float64) (NormalPrior, error) {
	var k float64
	for i := range y {
		if v[i] > 0 {
			k++
		}
	}
	if k < 3 {
		return NormalPrior{}, ErrFewUnits
	}
	excess := func(between float64) (p NormalPrior, q float64) {
		var sum, weights float64
		for i := range y {
			if v[i] > 0 {
				sum += y[i] / (v[i] + between)
				weights += 1 / (v[i] + between)
			}
		}
		p = NormalPrior{Mean: sum / weights, Between: between, variance: 1 / weights}
		for i := range y {
			if v[i] > 0 {
				q += (y[i] - p.Mean) * (y[i] - p.Mean) / (v[i] + between)
			}
		}
		return p, q - (k - 1)
	}
	low, high := 0.0, 1.0
	p, q := excess(0)
	if q <= 0 {
		return p, nil
	}
	for _, q = excess(high); q > 0; _, q = excess(high) {
		low, high = high, high*2
	}
	for range 200 {
		middle := (low + high) / 2
		if p, q = excess(middle); q > 0 {
			low = middle
		} else {
			high = middle
		}
	}
	return p, nil
}

// Shrink is the estimate of a unit whose own mean is y with the error variance v:
// B·Mean + (1−B)·y with B = v/(v+Between), the weight that is borrowed. Its
// interval adds what is not known of the common mean, B²·Var(Mean) (C. N. Morris,
// "Parametric empirical Bayes inference", JASA 78, 1983, 47–55).
func (p NormalPrior) Shrink(y, v, conf float64) Shrunk {
	b := v / (v + p.Between)
	s := Shrunk{Estimate: b*p.Mean + (1-b)*y, Borrowed: b, Interval: Interval{Low: math.Inf(-1), High: math.Inf(1)}}
	if confident(conf) {
		half := TwoSided(conf) * math.Sqrt(v*(1-b)+b*b*p.variance)
		s.Interval = Interval{Low: s.Estimate - half, High: s.Estimate + half}
	}
	return s
}
