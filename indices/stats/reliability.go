package stats

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// CronbachAlpha is the internal consistency of k items, rows holding what each
// person answered to all of them (L. J. Cronbach, "Coefficient alpha and the
// internal structure of tests", Psychometrika 16, 1951, 297–334):
//
//	α = k/(k−1) · (1 − Σs²ᵢ / s²_T)
//
// s²ᵢ being the variance of item i and s²_T that of the sum. NaN where it says
// nothing: fewer than two items or people, rows of unequal length, or sums that
// are all alike. For two items ask SpearmanBrown; below zero the items contradict
// each other.
func CronbachAlpha(rows [][]float64) float64 {
	columns, sums, ok := items(rows)
	if !ok {
		return math.NaN()
	}
	total := stat.Variance(sums, nil)
	if total == 0 {
		return math.NaN()
	}
	var parts float64
	for _, column := range columns {
		parts += stat.Variance(column, nil)
	}
	k := float64(len(columns))
	return k / (k - 1) * (1 - parts/total)
}

// SpearmanBrown is the consistency of two items, 2r / (1 + r) with r their
// correlation: for two items alpha understates it wherever their spreads differ
// (Eisinga, te Grotenhuis & Pelzer, International Journal of Public Health 58,
// 2013, 637–642). NaN unless rows hold pairs that vary in both items, or r = −1.
func SpearmanBrown(rows [][]float64) float64 {
	columns, _, ok := items(rows)
	if !ok || len(columns) != 2 {
		return math.NaN()
	}
	r := stat.Correlation(columns[0], columns[1], nil)
	if r == -1 {
		return math.NaN()
	}
	return 2 * r / (1 + r)
}

// AlphaInterval is the interval of Cronbach's alpha from n people and k items
// (L. S. Feldt, "The approximate sampling distribution of Kuder–Richardson
// reliability coefficient twenty", Psychometrika 30, 1965, 357–370): under
// independent normal answers (1−α)/(1−α̂) follows F with n−1 and (n−1)(k−1)
// degrees of freedom. What cannot be said is −∞..1.
func AlphaInterval(alpha float64, n, k int, conf float64) Interval {
	if n < 2 || k < 2 || !(alpha <= 1) || !confident(conf) {
		return Interval{Low: math.Inf(-1), High: 1}
	}
	f := distuv.F{D1: float64(n - 1), D2: float64((n - 1) * (k - 1))}
	return Interval{
		Low:  1 - (1-alpha)*f.Quantile(1-(1-conf)/2),
		High: 1 - (1-alpha)*f.Quantile((1-conf)/2),
	}.holding(alpha)
}

// items turns people's rows into items' columns and the sum of each person.
func items(rows [][]float64) (columns [][]float64, sums []float64, ok bool) {
	if len(rows) < 2 || len(rows[0]) < 2 {
		return nil, nil, false
	}
	columns = make([][]float64, len(rows[0]))
	for _, row := range rows {
		if len(row) != len(columns) {
			return nil, nil, false
		}
		var sum float64
		for i, v := range row {
			columns[i] = append(columns[i], v)
			sum += v
		}
		sums = append(sums, sum)
	}
	return columns, sums, true
}
