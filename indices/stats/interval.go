package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Interval is a closed range of values of a population figure that the answers
// do not contradict at the stated confidence.
type Interval struct{ Low, High float64 }

// Width is the distance between the ends.
func (i Interval) Width() float64 { return i.High - i.Low }

// Contains tells whether v lies in the interval, its ends included.
func (i Interval) Contains(v float64) bool { return i.Low <= v && v <= i.High }

// holding widens the interval where rounding in the last bits has put an end
// on the wrong side of the estimate.
func (i Interval) holding(estimate float64) Interval {
	return Interval{Low: math.Min(i.Low, estimate), High: math.Max(i.High, estimate)}
}

// clip cuts the interval to the range that the figure can take at all.
func (i Interval) clip(to Interval) Interval {
	return Interval{
		Low:  math.Min(math.Max(i.Low, to.Low), to.High),
		High: math.Max(math.Min(i.High, to.High), to.Low),
	}
}

// Wilson is the score interval for a share of x among n (E. B. Wilson, 1927,
// "Probable inference, the law of succession, and statistical inference",
// JASA 22, 209–212), with z the normal quantile of the two-sided confidence:
//
//	centre (p + z²/2n) / (1 + z²/n)
//	half   z·√(p(1−p)/n + z²/4n²) / (1 + z²/n)
//
// It keeps its coverage in small samples and at shares near 0 and 1, where the
// textbook p ± z·√(p(1−p)/n) has zero width (Brown, Cai & DasGupta, 2001,
// "Interval estimation for a binomial proportion", Statistical Science 16).
//
// n may be an effective size (Kish) and need not be whole; x is then p·n with
// the weighted share p. Clamps: n ≤ 0 or NaN, or conf outside (0, 1), gives
// 0..1; x below 0 counts as 0 and x above n as n.
func Wilson(x, n, conf float64) Interval {
	whole := Interval{Low: 0, High: 1}
	if !(n > 0) || math.IsInf(n, 1) || math.IsNaN(x) || !confident(conf) {
		return whole
	}
	p := math.Min(math.Max(x/n, 0), 1)
	z := distuv.UnitNormal.Quantile(1 - (1-conf)/2)
	zz := z * z / n
	centre := (p + zz/2) / (1 + zz)
	half := z * math.Sqrt(p*(1-p)/n+zz/(4*n)) / (1 + zz)
	return Interval{Low: centre - half, High: centre + half}.clip(whole).holding(p)
}

// confident tells whether conf can be the confidence of an interval.
func confident(conf float64) bool { return conf > 0 && conf < 1 }
