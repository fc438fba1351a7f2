package stats

import "math"

// Standardized is a unit's share made comparable with units that have other kinds of work.
type Standardized struct {
	Observed float64  // x among n, as it is
	Expected float64  // the share it would have if each kind of its work went as everywhere
	Share    float64  // Observed / Expected × the share of all
	Interval Interval // Wilson's of the observed share, on the same scale
	Covered  float64  // share of its answers in kinds of work that other units have too
}

// Standardize adjusts for the mix of work by indirect standardisation, O/E × overall
// (P. Armitage & G. Berry, "Statistical Methods in Medical Research", 4th edition,
// 2002, §19.3; J. L. Fleiss, "Statistical Methods for Rates and Proportions", 1981,
// §14): x and n hold what was observed of each unit (row) in each kind of work
// (column). The expected share of a kind is that of all units together.
//
// A kind of work that one unit alone has is expected to go as it does there, and so
// adjusts nothing: Covered tells how much of a unit can be compared. NaN where a unit
// has no answers, or nothing can be expected.
func Standardize(x, n [][]float64, conf float64) []Standardized {
	var kinds int
	for _, row := range n {
		kinds = max(kinds, len(row))
	}
	sumX, sumN, units := make([]float64, kinds), make([]float64, kinds), make([]int, kinds)
	var allX, allN float64
	for u := range n {
		for k := range n[u] {
			sumX[k] += x[u][k]
			sumN[k] += n[u][k]
			allX += x[u][k]
			allN += n[u][k]
			if n[u][k] > 0 {
				units[k]++
			}
		}
	}
	list := make([]Standardized, len(n))
	for u := range n {
		var got, size, expected, shared float64
		for k := range n[u] {
			if n[u][k] > 0 {
				got += x[u][k]
				size += n[u][k]
				expected += n[u][k] * sumX[k] / sumN[k]
				if units[k] > 1 {
					shared += n[u][k]
				}
			}
		}
		s := Standardized{Observed: got / size, Expected: expected / size, Covered: shared / size}
		scale := allX / allN / s.Expected
		s.Share = s.Observed * scale
		i := Wilson(got, size, conf)
		s.Interval = Interval{Low: i.Low * scale, High: i.High * scale}
		if size == 0 || s.Expected == 0 || math.IsNaN(scale) {
			s.Share, s.Interval = math.NaN(), Interval{Low: 0, High: 1}
		}
		list[u] = s
	}
	return list
}
