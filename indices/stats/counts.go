package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Levels is the number of answer levels, 1 (very dissatisfied) to 5 (very
// satisfied).
const Levels = 5

// Counts holds how many answers each level 1..5 got; level k is Counts[k-1].
// Weighted answers add their weights instead of 1. No entry may be negative.
type Counts [Levels]float64

// Total is the number of answers, or the sum of their weights.
func (c Counts) Total() float64 {
	var sum float64
	for _, n := range c {
		sum += n
	}
	return sum
}

// Mean is the average score, scores[k-1] being what level k is worth; NaN
// without answers.
func (c Counts) Mean(scores [Levels]float64) float64 {
	var sum float64
	for k, n := range c {
		sum += n * scores[k]
	}
	return sum / c.Total()
}

// Variance is the sample variance of the scores, with the divisor n−1; NaN for
// fewer than two answers. The counts must be numbers of answers: a variance of
// weighted answers needs their effective size, which MeanInterval takes.
func (c Counts) Variance(scores [Levels]float64) float64 {
	n := c.Total()
	if n < 2 {
		return math.NaN()
	}
	return c.spread(scores) * n / (n - 1)
}

// spread is the mean squared distance from the mean (divisor n). It does not
// change when all counts are multiplied, so it serves weighted counts as well.
func (c Counts) spread(scores [Levels]float64) float64 {
	mean := c.Mean(scores)
	var sum float64
	for k, n := range c {
		sum += n * (scores[k] - mean) * (scores[k] - mean)
	}
	return sum / c.Total()
}

// alike tells whether all answers have the same score.
func (c Counts) alike(scores [Levels]float64) bool {
	seen := math.NaN()
	for k, n := range c {
		if n <= 0 {
			continue
		}
		if !math.IsNaN(seen) && seen != scores[k] {
			return false
		}
		seen = scores[k]
	}
	return true
}

// MeanInterval is the confidence interval of the mean score.
//
// Usual case: Student's ("The probable error of a mean", Biometrika 6, 1908)
// mean ± t·s/√n with n−1 degrees of freedom, n being nEff (for weighted answers
// Kish's size, for plain ones Total), clipped to the range of the scores.
//
// Where all answers are alike s is 0 and that interval would have no width. Its
// open ends come from the exact bound instead: having seen 0 of n differ, at
// most 1 − (α/2)^(1/n) of the population can differ (upper limit for x = 0 of
// Clopper & Pearson, Biometrika 26, 1934; roughly 3/n for 95% one-sided, the
// "rule of three" of Hanley & Lippman-Hand, JAMA 249, 1983), and they can pull
// the mean at most that share of the way to the farthest score.
//
// Student's interval leans on the normal curve. Below n of some 200 it covers
// less than it says where nearly all answers are alike but not quite: with 90%
// of a population at the top and the rest spread below, a 95% interval covers
// 83% at n = 30, 87% at 60, 93% at 200 (simulated). Shares of such answers are
// better shown with Wilson.
//
// No answers, nEff ≤ 0, conf outside (0, 1), or nEff ≤ 1 with unlike answers
// gives the whole range of the scores.
func MeanInterval(counts Counts, scores [Levels]float64, conf, nEff float64) Interval {
	whole := scoreRange(scores)
	if !(counts.Total() > 0) || !(nEff > 0) || math.IsInf(nEff, 1) || !confident(conf) {
		return whole
	}
	mean := whole.nearest(counts.Mean(scores))
	if counts.alike(scores) {
		differ := 1 - math.Pow((1-conf)/2, 1/nEff)
		return Interval{
			Low:  mean - differ*(mean-whole.Low),
			High: mean + differ*(whole.High-mean),
		}
	}
	// s/√n with s² = spread·n/(n−1) is √(spread/(n−1)).
	half := studentQuantile(1-(1-conf)/2, nEff-1) * math.Sqrt(counts.spread(scores)/(nEff-1))
	if math.IsNaN(half) {
		return whole
	}
	return Interval{Low: mean - half, High: mean + half}.clip(whole)
}

// studentQuantile is the quantile of Student's t; +Inf where there is less than
// a tenth of a degree of freedom, for there the quantile exceeds any score and
// gonum's inversion loses its footing.
func studentQuantile(p, degrees float64) float64 {
	if degrees < 0.1 {
		return math.Inf(1)
	}
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: degrees}.Quantile(p)
}

// scoreRange spans the lowest and the highest score.
func scoreRange(scores [Levels]float64) Interval {
	r := Interval{Low: scores[0], High: scores[0]}
	for _, s := range scores[1:] {
		r = r.holding(s)
	}
	return r
}

// nearest is v, or the end of the interval that v lies beyond.
func (i Interval) nearest(v float64) float64 {
	return math.Min(math.Max(v, i.Low), i.High)
}
