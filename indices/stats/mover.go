package stats

import "math"

// Estimate is a figure with its interval, which may be lopsided.
type Estimate struct {
	Value float64
	Interval
}

// WeightedSum is Σ wᵢ·xᵢ of independent estimates with weights that are not negative. Its
// interval is recovered from theirs, each side from the ends on that side (MOVER: G. Y. Zou,
// W. Huang & X. Zhang, "A note on confidence interval estimation for a linear function of
// binomial proportions", Computational Statistics & Data Analysis 53, 2009, 1080–1085):
//
//	low = x − √Σ wᵢ²(xᵢ − lᵢ)²,  high = x + √Σ wᵢ²(uᵢ − xᵢ)²
//
// so that it has the confidence of its parts and keeps the lopsidedness of shares near 0 and 1.
func WeightedSum(parts []Estimate, weights []float64) Estimate {
	var e Estimate
	var below, above float64
	for i, p := range parts {
		e.Value += weights[i] * p.Value
		down, up := weights[i]*(p.Value-p.Low), weights[i]*(p.High-p.Value)
		below, above = below+down*down, above+up*up
	}
	e.Interval = Interval{Low: e.Value - math.Sqrt(below), High: e.Value + math.Sqrt(above)}
	return e
}

// GeometricMean is √(a·b) of two independent estimates that are not negative, its interval
// recovered as for WeightedSum on the scale of logarithms. Where one is 0 so is the mean,
// and its upper end is that of both upper ends.
func GeometricMean(a, b Estimate) Estimate {
	e := Estimate{Value: math.Sqrt(a.Value * b.Value)}
	if !(e.Value > 0) {
		e.Interval = Interval{Low: 0, High: math.Sqrt(math.Max(a.High, 0) * math.Max(b.High, 0))}
		return e
	}
	far := func(x, y float64) float64 { return math.Log(x) - math.Log(math.Max(y, 0)) } // +Inf at y = 0
	low := math.Hypot(far(a.Value, a.Low), far(b.Value, b.Low)) / 2
	high := math.Hypot(far(a.Value, a.High), far(b.Value, b.High)) / 2
	e.Interval = Interval{Low: e.Value * math.Exp(-low), High: e.Value * math.Exp(high)}
	return e
}
