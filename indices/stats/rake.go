package stats

import (
	"fmt"
	"math"
	"slices"
	"sort"
)

// Margin is what is known of the population in one respect: the share of each
// category, and which category each cell of the sample belongs to.
type Margin struct {
	Name   string
	Of     []int     // category of each cell
	Shares []float64 // of each category; they are brought to a sum of 1
}

// RakeOptions say when raking is good enough; zero fields take the usual values.
type RakeOptions struct {
	Tolerance float64 // largest difference of a share; 1e-9
	Rounds    int     // at most; 1000
	// Trim bounds each weight to so many times the median weight of an answer; 0: unbounded.
	// Five is usual. A bound keeps a few answers from deciding everything, at the price of
	// margins that are met less exactly: Gap says by how much.
	Trim float64
}

// Raked is a weighted sample.
type Raked struct {
	Weights   []float64 // of one answer in each cell; their mean over the answers is 1
	Effective float64   // Kish's effective number of answers
	Design    float64   // Kish's design effect
	Rounds    int
	Trimmed   int     // cells at the bound
	Gap       float64 // largest difference between a weighted share and its margin
	Converged bool    // the gap is within the tolerance
}

// EmptyCategory says that a category which the population has was answered by nobody:
// no weight can make up for that, so the categories must be joined or the margin left out.
type EmptyCategory struct {
	Margin   string
	Category int
}

func (e *EmptyCategory) Error() string {
	return fmt.Sprintf("margin %q: nobody answered in category %d", e.Margin, e.Category)
}

// Rake weights cells of counts[i] answers so that the weighted shares meet every
// margin: iterative proportional fitting (W. E. Deming & F. F. Stephan, "On a least
// squares adjustment of a sampled frequency table when the expected marginal totals
// are known", Annals of Mathematical Statistics 11, 1940, 427–444), each margin in
// turn until none is off. Weights are trimmed between rounds as J. Potter ("A study
// of procedures to identify and trim extreme sampling weights", 1990) and the raking
// macros of survey practice do, and raked again.
//
// Answers of a category with share 0 weigh nothing. *EmptyCategory where a category
// with a share has no answer; an error where counts and margins do not fit together.
func Rake(counts []float64, margins []Margin, o RakeOptions) (Raked, error) {
	if o.Tolerance <= 0 {
		o.Tolerance = 1e-9
	}
	if o.Rounds <= 0 {
		o.Rounds = 1000
	}
	r := raking{counts: counts, weights: make([]float64, len(counts))}
	for i := range r.weights {
		r.weights[i] = 1
		r.n += counts[i]
	}
	if err := r.take(margins); err != nil {
		return Raked{}, err
	}
	var out Raked
	for out.Rounds = 1; ; out.Rounds++ {
		for _, m := range r.margins {
			r.fit(m)
		}
		if out.Trimmed = r.trim(o.Trim); r.gap() <= o.Tolerance {
			out.Converged = true
			break
		}
		if out.Rounds >= o.Rounds {
			break
		}
	}
	out.Weights, out.Gap = r.weights, r.gap()
	out.Effective, out.Design = r.kish()
	return out, nil
}

type raking struct {
	n               float64
	counts, weights []float64
	margins         []Margin
}

// take checks the margins and brings their shares to a sum of 1.
func (r *raking) take(margins []Margin) error {
	for _, c := range r.counts {
		if !(c >= 0) || math.IsInf(c, 1) {
			return fmt.Errorf("a cell of %v answers", c)
		}
	}
	if r.n == 0 {
		return fmt.Errorf("no answers to weight")
	}
	for _, m := range margins {
		if len(m.Of) != len(r.counts) {
			return fmt.Errorf("margin %q: %d cells of %d have a category", m.Name, len(m.Of), len(r.counts))
		}
		var sum float64
		for _, s := range m.Shares {
			if !(s >= 0) || math.IsInf(s, 1) {
				return fmt.Errorf("margin %q: a share of %v", m.Name, s)
			}
			sum += s
		}
		if sum == 0 {
			return fmt.Errorf("margin %q: no shares", m.Name)
		}
		m.Shares = slices.Clone(m.Shares)
		answered := make([]float64, len(m.Shares))
		for i, k := range m.Of {
			if k < 0 || k >= len(m.Shares) {
				return fmt.Errorf("margin %q: no category %d", m.Name, k)
			}
			answered[k] += r.counts[i]
		}
		for k := range m.Shares {
			if m.Shares[k] /= sum; m.Shares[k] > 0 && answered[k] == 0 {
				return &EmptyCategory{Margin: m.Name, Category: k}
			}
		}
		r.margins = append(r.margins, m)
	}
	return nil
}

// shares are the weighted shares of a margin's categories.
func (r *raking) shares(m Margin) []float64 {
	out := make([]float64, len(m.Shares))
	var total float64
	for i, k := range m.Of {
		w := r.counts[i] * r.weights[i]
		out[k] += w
		total += w
	}
	for k := range out {
		out[k] /= total
	}
	return out
}

func (r *raking) fit(m Margin) {
	have := r.shares(m)
	for i, k := range m.Of {
		if have[k] > 0 {
			r.weights[i] *= m.Shares[k] / have[k]
		}
	}
	r.level()
}

// level brings the mean weight of an answer to 1.
func (r *raking) level() {
	var sum float64
	for i, c := range r.counts {
		sum += c * r.weights[i]
	}
	for i := range r.weights {
		r.weights[i] *= r.n / sum
	}
}

// trim cuts weights to so many times the median weight of an answer.
func (r *raking) trim(times float64) (cells int) {
	if times <= 0 {
		return 0
	}
	most := times * r.median()
	for i := range r.weights {
		if r.counts[i] > 0 && r.weights[i] >= most*(1-1e-12) {
			r.weights[i] = most
			cells++
		}
	}
	if cells > 0 {
		r.level()
	}
	return cells
}

// median is the median weight over the answers that weigh anything.
func (r *raking) median() float64 {
	order := make([]int, 0, len(r.weights))
	var n float64
	for i := range r.weights {
		if r.counts[i] > 0 && r.weights[i] > 0 {
			order = append(order, i)
			n += r.counts[i]
		}
	}
	sort.Slice(order, func(a, b int) bool { return r.weights[order[a]] < r.weights[order[b]] })
	var seen float64
	for _, i := range order {
		if seen += r.counts[i]; seen >= n/2 {
			return r.weights[i]
		}
	}
	return 1
}

func (r *raking) gap() (gap float64) {
	for _, m := range r.margins {
		for k, have := range r.shares(m) {
			gap = math.Max(gap, math.Abs(have-m.Shares[k]))
		}
	}
	return gap
}

// kish is the effective size and design effect of cells of several answers.
func (r *raking) kish() (effective, design float64) {
	var sum, squares float64
	for i, c := range r.counts {
		sum += c * r.weights[i]
		squares += c * r.weights[i] * r.weights[i]
	}
	effective = sum * sum / squares
	return effective, r.n / effective
}
