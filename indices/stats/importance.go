package stats

import (
	"errors"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Answered is how often the same answers came together: the outcome, and the items in
// their order, NaN for those that were not asked.
type Answered struct {
	Outcome float64
	Items   []float64
	N       float64
}

// Driver is how much one item has to do with the outcome.
type Driver struct {
	N           float64 // answers with the item
	Correlation Estimate
	Share       Estimate // of the explained variance that falls to it, 0–1; all together 1
}

// Drivers is what items explain of an outcome.
type Drivers struct {
	Items     []Driver
	Explained float64 // R², 0–1
}

// DriverOptions: Least is how many answers each item and each pair of items must have
// together; Draws and Seed are those of the bootstrap.
type DriverOptions struct {
	Conf  float64
	Least float64
	Draws int
	Seed  uint64
}

// ErrFewAnswers says that items cannot be weighed against each other: some pair was hardly
// ever answered together, or nothing varies.
var ErrFewAnswers = errors.New("too few answers to weigh items against each other")

// Importance splits R² of the regression of the outcome on all items among them: an
// item's share is what it adds to R², averaged over all orders in which items can be
// added (R. H. Lindeman, P. F. Merenda & R. Z. Gold, "Introduction to Bivariate and
// Multivariate Analysis", 1980, 119 ff.; U. Grömping, "Estimators of relative importance in
// linear regression based on variance decomposition", The American Statistician 61, 2007,
// 139–147), which is Shapley's value.
//
// Where each person answers a few items drawn at random, no one answers all: correlations
// are taken pair by pair (missing completely at random by design; R. J. A. Little & D. B. Rubin,
// "Statistical Analysis with Missing Data", 2002, §3.4). Intervals of shares are percentiles
// of a bootstrap that draws each cell's count anew (Poisson), those of correlations Fisher's.
// With ErrFewAnswers the correlations are there all the same, NaN where an item or the
// outcome does not vary. Shares say how items go together with the outcome, not that they make it.
func Importance(cells []Answered, o DriverOptions) (Drivers, error) {
	if len(cells) == 0 || len(cells[0].Items) == 0 || len(cells[0].Items) > 12 {
		return Drivers{}, ErrFewAnswers
	}
	m := newMoments(cells)
	d := Drivers{Items: make([]Driver, len(m.with))}
	for i := range m.with {
		d.Items[i] = Driver{N: m.with[i].n, Correlation: fisher(m.with[i].correlation(), m.with[i].n, o.Conf)}
	}
	shares, explained, ok := m.shares()
	if !ok || m.least() < o.Least {
		return d, ErrFewAnswers
	}
	d.Explained = explained
	for i, s := range shares {
		d.Items[i].Share = Estimate{Value: s, Interval: Interval{Low: 0, High: 1}}
	}
	d.resample(cells, o)
	return d, nil
}

// resample gives the shares their intervals; draws that cannot be weighed are left out.
func (d *Drivers) resample(cells []Answered, o DriverOptions) {
	r := rand.New(rand.NewPCG(o.Seed, 0x9e3779b97f4a7c15)) //nolint:gosec // draws that can be repeated, no secret
	again := slices.Clone(cells)
	drawn := make([][]float64, len(d.Items))
	for range o.Draws {
		for i, c := range cells {
			again[i].N = distuv.Poisson{Lambda: c.N, Src: r}.Rand()
		}
		m := newMoments(again)
		if shares, _, ok := m.shares(); ok {
			for i, s := range shares {
				drawn[i] = append(drawn[i], s)
			}
		}
	}
	for i, list := range drawn {
		if len(list) < o.Draws*9/10 || len(list) == 0 {
			continue // so unsteady that nothing is excluded
		}
		slices.Sort(list)
		at := func(p float64) float64 { return list[int(math.Round(p*float64(len(list)-1)))] }
		d.Items[i].Share.Interval = Interval{Low: at((1 - o.Conf) / 2), High: at(1 - (1-o.Conf)/2)}.holding(d.Items[i].Share.Value)
	}
}

// fisher is a correlation with the interval of R. A. Fisher's z (Metron 1, 1921).
func fisher(r, n, conf float64) Estimate {
	e := Estimate{Value: r, Interval: Interval{Low: -1, High: 1}}
	if n > 3 && confident(conf) && math.Abs(r) < 1 {
		half := TwoSided(conf) / math.Sqrt(n-3)
		e.Interval = Interval{Low: math.Tanh(math.Atanh(r) - half), High: math.Tanh(math.Atanh(r) + half)}
	}
	return e
}

// pair sums up two variables that were answered together.
type pair struct{ n, x, y, xx, yy, xy float64 }

func (p *pair) add(x, y, n float64) {
	p.n += n
	p.x, p.y = p.x+n*x, p.y+n*y
	p.xx, p.yy, p.xy = p.xx+n*x*x, p.yy+n*y*y, p.xy+n*x*y
}

// correlation is Pearson's; NaN where one does not vary.
func (p *pair) correlation() float64 {
	v := (p.n*p.xx - p.x*p.x) * (p.n*p.yy - p.y*p.y)
	if !(v > 1e-9) {
		return math.NaN()
	}
	return (p.n*p.xy - p.x*p.y) / math.Sqrt(v)
}

type moments struct {
	with    []pair   // each item with the outcome
	between [][]pair // items with each other, the first the lower
}

func newMoments(cells []Answered) moments {
	k := len(cells[0].Items)
	m := moments{with: make([]pair, k), between: make([][]pair, k)}
	for i := range m.between {
		m.between[i] = make([]pair, k)
	}
	for _, c := range cells {
		for i, x := range c.Items {
			if math.IsNaN(x) || c.N == 0 {
				continue
			}
			m.with[i].add(x, c.Outcome, c.N)
			for j := i + 1; j < k; j++ {
				if y := c.Items[j]; !math.IsNaN(y) {
					m.between[i][j].add(x, y, c.N)
				}
			}
		}
	}
	return m
}

// least is how often the pair was answered that was answered least.
func (m moments) least() float64 {
	n := math.Inf(1)
	for i := range m.with {
		n = math.Min(n, m.with[i].n)
		for j := i + 1; j < len(m.with); j++ {
			n = math.Min(n, m.between[i][j].n)
		}
	}
	return n
}

// shares are the items' shares of R², and R² itself.
func (m moments) shares() (shares []float64, explained float64, ok bool) {
	k := len(m.with)
	r, y := mat.NewSymDense(k, nil), make([]float64, k)
	for i := range k {
		r.SetSym(i, i, 1)
		if y[i] = m.with[i].correlation(); math.IsNaN(y[i]) {
			return nil, 0, false
		}
		for j := i + 1; j < k; j++ {
			c := m.between[i][j].correlation()
			if math.IsNaN(c) {
				return nil, 0, false
			}
			r.SetSym(i, j, c)
		}
	}
	squares := make([]float64, 1<<k) // R² of every set of items
	for set := 1; set < 1<<k; set++ {
		if squares[set], ok = explain(r, y, set); !ok {
			return nil, 0, false
		}
	}
	explained = squares[1<<k-1]
	if !(explained > 0 && explained <= 1) {
		return nil, 0, false
	}
	weights := orders(k)
	shares = make([]float64, k)
	for i := range k {
		for set := range 1 << k {
			if set&(1<<i) == 0 {
				shares[i] += weights[bits.OnesCount(uint(set))] * (squares[set|1<<i] - squares[set])
			}
		}
		shares[i] /= explained
	}
	return shares, explained, true
}

// explain is R² of the items in a set: r′ R⁻¹ r.
func explain(r *mat.SymDense, y []float64, set int) (float64, bool) {
	var in []int
	for i := range y {
		if set&(1<<i) != 0 {
			in = append(in, i)
		}
	}
	a, b := mat.NewSymDense(len(in), nil), mat.NewVecDense(len(in), nil)
	for p, i := range in {
		b.SetVec(p, y[i])
		for q := p; q < len(in); q++ {
			a.SetSym(p, q, r.At(i, in[q]))
		}
	}
	var c mat.Cholesky
	if !c.Factorize(a) || c.Cond() > 1e8 {
		return 0, false
	}
	var x mat.VecDense
	if err := c.SolveVecTo(&x, b); err != nil {
		return 0, false
	}
	return mat.Dot(&x, b), true
}

// orders is the share of orders in which exactly so many given items come before: s!(k−1−s)!/k!.
func orders(k int) []float64 {
	w := make([]float64, k)
	for s := range k {
		w[s] = math.Exp(lfact(s) + lfact(k-1-s) - lfact(k))
	}
	return w
}

func lfact(n int) float64 {
	v, _ := math.Lgamma(float64(n + 1))
	return v
}
