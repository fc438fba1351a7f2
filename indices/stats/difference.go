package stats

import "math"

// Sample is what is known of a set of answers: their mean, the variance of a single
// answer (divisor n−1), and how many there are, which may be an effective size.
type Sample struct{ Mean, Variance, N float64 }

// Of sums up counts of levels; nEff is their effective size. Where all answers are alike
// the variance is not 0 but what the interval of such a mean stands for (MeanInterval).
func (c Counts) Of(scores [Levels]float64, nEff float64) Sample {
	if !(c.Total() > 0) || !(nEff > 1) {
		return Sample{Mean: c.Mean(scores), Variance: math.NaN(), N: nEff}
	}
	s := Sample{Mean: c.Mean(scores), Variance: c.spread(scores) * nEff / (nEff - 1), N: nEff}
	if c.alike(scores) {
		const conf = 0.95
		half := MeanInterval(c, scores, conf, nEff).Width() / 2 / TwoSided(conf)
		s.Variance = half * half * nEff
	}
	return s
}

// Difference is a's mean less b's with its interval, the variances not assumed equal
// (B. L. Welch, "The generalization of 'Student's' problem when several different
// population variances are involved", Biometrika 34, 1947, 28–35), with the degrees of
// freedom of F. E. Satterthwaite (Biometrics Bulletin 2, 1946, 110–114). The interval
// excludes nothing where either side has fewer than two answers.
func Difference(a, b Sample, conf float64) (float64, Interval) {
	d := a.Mean - b.Mean
	open := Interval{Low: math.Inf(-1), High: math.Inf(1)}
	if !(a.N > 1) || !(b.N > 1) || math.IsNaN(a.Variance+b.Variance) || !confident(conf) {
		return d, open
	}
	va, vb := a.Variance/a.N, b.Variance/b.N
	if va+vb == 0 {
		return d, Interval{Low: d, High: d}
	}
	degrees := (va + vb) * (va + vb) / (va*va/(a.N-1) + vb*vb/(b.N-1))
	half := studentQuantile(1-(1-conf)/2, degrees) * math.Sqrt(va+vb)
	if math.IsNaN(half) {
		return d, open
	}
	return d, Interval{Low: d - half, High: d + half}
}
