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

// Contrast is a's mean less b's with Welch's interval.
func Contrast(a, b Sample, conf float64) (float64, Interval) {
	return Welch(a.Mean, a.Variance, a.N, b.Mean, b.Variance, b.N, conf)
}
