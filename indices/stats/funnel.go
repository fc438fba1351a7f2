package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Funnel gives the limits within which the share of a unit with n answers lies by
// chance alone if its true share is the target (D. J. Spiegelhalter, "Funnel plots
// for comparing institutional performance", Statistics in Medicine 24, 2005,
// 1185–1202): the exact binomial quantiles, interpolated between whole numbers
// as there (A.1.1). widen is the overdispersion of the units (Overdispersion, or
// 1): it stretches the limits around the target by its root. What cannot be
// said is 0..1.
func Funnel(target, n, conf, widen float64) Interval {
	whole := Interval{Low: 0, High: 1}
	if !(n > 0) || !(target >= 0 && target <= 1) || !confident(conf) {
		return whole
	}
	limits := Interval{Low: binomialLimit((1-conf)/2, n, target), High: binomialLimit(1-(1-conf)/2, n, target)}
	if widen > 1 {
		root := math.Sqrt(widen)
		limits = Interval{Low: target - (target-limits.Low)*root, High: target + (limits.High-target)*root}
	}
	return limits.clip(whole).holding(target)
}

// binomialLimit is the interpolated quantile of Spiegelhalter's appendix: with r the
// smallest number whose P(X ≤ r) ≥ p, (r − (F(r)−p)/(F(r)−F(r−1))) / n.
func binomialLimit(p, n, target float64) float64 {
	if target == 0 || target == 1 {
		return target
	}
	low, high := -1.0, n // F(low) < p ≤ F(high)
	for high-low > 1 {
		middle := math.Floor((low + high) / 2)
		if binomialCDF(middle, n, target) >= p {
			high = middle
		} else {
			low = middle
		}
	}
	at, before := binomialCDF(high, n, target), 0.0
	if high >= 1 {
		before = binomialCDF(high-1, n, target)
	}
	return math.Max(high-(at-p)/(at-before), 0) / n
}

// binomialCDF is P(X ≤ k) by the incomplete beta function, n need not be whole.
func binomialCDF(k, n, p float64) float64 {
	switch {
	case k < 0:
		return 0
	case k >= n:
		return 1
	}
	return mathext.RegIncBeta(n-k, k+1, 1-p)
}

// Overdispersion is by how much units vary more than chance makes them: the mean
// of their squared z-scores, the most extreme of which are pulled in to the
// quantiles tail and 1−tail so that real outliers do not widen the limits that
// should find them (Spiegelhalter 2005, §2.5: winsorised, tail = 0.1). It is 1 at
// least, and 1 where fewer than two z-scores are given.
func Overdispersion(z []float64, tail float64) float64 {
	if len(z) < 2 {
		return 1
	}
	sorted := sortedCopy(z)
	cut := int(math.Floor(tail * float64(len(sorted))))
	low, high := sorted[cut], sorted[len(sorted)-1-cut]
	var sum float64
	for _, v := range sorted {
		v = math.Min(math.Max(v, low), high)
		sum += v * v
	}
	return math.Max(1, sum/float64(len(z)))
}
