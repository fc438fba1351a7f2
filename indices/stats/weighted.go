package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Weighted is the mean of answers x that weigh w, with its confidence interval: Student's,
// with Kish's effective number n of answers in the place of their number (L. Kish, "Survey
// Sampling", Wiley 1965, §11.7), so mean ± t(n−1)·s/√n where s² = Σw(x−mean)²/Σw · n/(n−1),
// clipped to the scale. Where all answers are alike its ends come from the exact bound that
// MeanInterval uses. No answers give NaN and the whole scale; so do weights that are
// negative, or slices of unequal length.
func Weighted(x, w []float64, scale Interval, conf float64) (mean float64, i Interval) {
	var sum, weights float64
	for k := range x {
		if len(w) != len(x) || w[k] < 0 || math.IsNaN(w[k]) || math.IsNaN(x[k]) {
			return math.NaN(), scale
		}
		sum, weights = sum+w[k]*x[k], weights+w[k]
	}
	if weights <= 0 || !confident(conf) {
		return math.NaN(), scale
	}
	mean = sum / weights
	n, squares := Kish(w), 0.0
	for k := range x {
		squares += w[k] * (x[k] - mean) * (x[k] - mean)
	}
	if squares == 0 {
		differ := 1 - math.Pow((1-conf)/2, 1/n)
		return mean, Interval{mean - differ*(mean-scale.Low), mean + differ*(scale.High-mean)}
	}
	if n <= 1 {
		return mean, scale
	}
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: n - 1}.Quantile(1 - (1-conf)/2)
	half := t * math.Sqrt(squares/weights/(n-1))
	return mean, Interval{math.Max(mean-half, scale.Low), math.Min(mean+half, scale.High)}
}

// Difference is a−b with the interval that follows from those of the two, where they were
// taken from different people: a − b ± the root of the squared half-widths (square-and-add,
// G. Y. Zou & A. Donner, "Construction of confidence limits about effect measures", Statistics
// in Medicine 27, 2008, 1693–1702; for two shares with Wilson's intervals it is method 10 of
// R. G. Newcombe, "Interval estimation for the difference between independent proportions",
// Statistics in Medicine 17, 1998, 873–890).
func Difference(a float64, ia Interval, b float64, ib Interval) (float64, Interval) {
	d := a - b
	return d, Interval{d - math.Hypot(a-ia.Low, ib.High-b), d + math.Hypot(ia.High-a, b-ib.Low)}
}

// Welch is the difference of two means with the interval of B. L. Welch ("The generalization
// of 'Student's' problem when several different population variances are involved",
// Biometrika 34, 1947, 28–35), the degrees of freedom after Satterthwaite. v are the
// variances of the single answers, n their (effective) numbers. What cannot be said has
// infinite ends.
func Welch(meanA, vA, nA, meanB, vB, nB, conf float64) (float64, Interval) {
	d, a, b := meanA-meanB, vA/nA, vB/nB
	if nA <= 1 || nB <= 1 || !confident(conf) || a+b <= 0 || math.IsNaN(a+b) {
		return d, Interval{math.Inf(-1), math.Inf(1)}
	}
	nu := (a + b) * (a + b) / (a*a/(nA-1) + b*b/(nB-1))
	half := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: nu}.Quantile(1-(1-conf)/2) * math.Sqrt(a+b)
	return d, Interval{d - half, d + half}
}
