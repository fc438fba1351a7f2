package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// CUSUM watches a series of z-scores for a lasting change of level (E. S. Page,
// "Continuous inspection schemes", Biometrika 41, 1954, 100–115), up and down at once:
//
//	S⁺ = max(0, S⁺ + z − k),  S⁻ = max(0, S⁻ − z − k), an alarm where one exceeds h
//
// K is half the change that matters, in standard deviations; H follows from how
// often it may cry wolf (Threshold).
type CUSUM struct{ K, H float64 }

// Alarm is a change that was found.
type Alarm struct {
	At    int  // the period in which the sum passed the threshold
	Since int  // the last period before the sum rose from 0, plus one: when it began, by Page's estimate
	Up    bool // for the better
}

// Watch runs over the series and tells every alarm; after one both sums begin
// again at 0. NaN (no data in a period) leaves the sums as they are.
func (c CUSUM) Watch(z []float64) []Alarm {
	var up, down float64
	var upSince, downSince int
	var list []Alarm
	for i, v := range z {
		if math.IsNaN(v) {
			continue
		}
		if up == 0 {
			upSince = i
		}
		if down == 0 {
			downSince = i
		}
		up, down = math.Max(0, up+v-c.K), math.Max(0, down-v-c.K)
		switch {
		case up > c.H:
			list = append(list, Alarm{At: i, Since: upSince, Up: true})
		case down > c.H:
			list = append(list, Alarm{At: i, Since: downSince})
		default:
			continue
		}
		up, down = 0, 0
	}
	return list
}

// cells is how finely Run cuts a sum's range; 200 gives four digits.
const cells = 200

// Run is the average number of periods until the first alarm where the level is
// shift standard deviations off: at shift 0 the average time between false alarms,
// otherwise how long a change goes unseen. One sum is a Markov chain on a grid (D.
// Brook & D. A. Evans, "An approach to the probability distribution of CUSUM run
// length", Biometrika 59, 1972, 539–549); both together run 1/(1/up + 1/down)
// (K. W. Kemp, "The use of cumulative sums for sampling inspection schemes", Applied
// Statistics 11, 1962, 16–31).
func (c CUSUM) Run(shift float64) float64 {
	return 1 / (1/c.oneSided(shift) + 1/c.oneSided(-shift))
}

func (c CUSUM) oneSided(shift float64) float64 {
	width := 2 * c.H / (2*cells - 1)
	normal := distuv.UnitNormal
	a := mat.NewDense(cells, cells, nil)
	ones := mat.NewVecDense(cells, nil)
	for i := range cells {
		ones.SetVec(i, 1)
		for j := range cells {
			to := float64(j-i)*width + c.K - shift
			p := normal.CDF(to + width/2)
			if j > 0 {
				p -= normal.CDF(to - width/2)
			}
			if a.Set(i, j, -p); i == j {
				a.Set(i, j, 1-p)
			}
		}
	}
	var run mat.VecDense
	if err := run.SolveVec(a, ones); err != nil && run.IsEmpty() {
		return math.Inf(1)
	}
	return run.AtVec(0)
}

// Threshold is the H at which false alarms come once in so many periods on average.
func Threshold(k, periods float64) float64 {
	low, high := 0.1, 20.0
	for range 40 {
		if middle := (low + high) / 2; (CUSUM{K: k, H: middle}).Run(0) < periods {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2
}

func sortedCopy(v []float64) []float64 {
	v = slices.Clone(v)
	slices.Sort(v)
	return v
}
