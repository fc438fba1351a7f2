package indices

import (
	"fmt"

	"minping/indices/stats"
)

// State says how far a set of figures may be used.
type State string

// The states, from unusable to gradable (domain ladder: <5, 5–29, ≥30).
const (
	None         State = "none"         // 无评价: nobody rated
	Suppressed   State = "suppressed"   // too few to show without pointing at people
	Insufficient State = "insufficient" // 样本不足: shown, not graded
	OK           State = "ok"
)

// Figure is one number with its confidence interval.
type Figure struct{ Value, Low, High float64 }

// Figures are what is known about a set of ratings. In the state none or
// suppressed everything but State, Below and Formula is blank: counts are 0 and
// each Figure is nil.
type Figures struct {
	N       int64    // ratings counted
	NEff    float64  // effective sample size (Kish)
	Suspect int64    // suspect ratings in the same selection, counted or not
	Levels  [5]int64 // ratings of level 1..5

	Sat    *Figure // 满意度, 0–100
	Mean   *Figure // average level, 1–5
	Good   *Figure // 好评率: levels 3–5
	TopTwo *Figure // levels 4–5
	Bad    *Figure // 差评率: levels 1–2

	State   State
	Below   int64  // the number under which figures are suppressed
	Formula string // methodology version
}

// CountText is N as it may be shown: "<5" where figures are suppressed.
func (f Figures) CountText() string {
	if f.State == Suppressed {
		return fmt.Sprintf("<%d", f.Below)
	}
	return fmt.Sprint(f.N)
}

// Shown tells whether there are figures to show.
func (f Figures) Shown() bool { return f.State == Insufficient || f.State == OK }

// tally is what the rollups hold about a selection of ratings.
type tally struct {
	Levels  [5]int64
	Suspect int64
}

func (t *tally) add(o tally) {
	for i, n := range o.Levels {
		t.Levels[i] += n
	}
	t.Suspect += o.Suspect
}

// group is a number of ratings that weigh alike.
type group struct {
	n      int64
	weight float64
}

// groups gives each level's ratings their weight: 1 until strata are weighted.
func (t tally) groups() []group {
	gs := make([]group, 0, len(t.Levels))
	for _, n := range t.Levels {
		gs = append(gs, group{n: n, weight: 1})
	}
	return gs
}

// effective is stats.Kish, (Σw)²/Σw², over ratings that are counted and not
// listed: a city's millions would not fit in a slice of weights.
func effective(groups []group) float64 {
	var sum, squares float64
	for _, g := range groups {
		sum += float64(g.n) * g.weight
		squares += float64(g.n) * g.weight * g.weight
	}
	if squares == 0 {
		return 0
	}
	return sum * sum / squares
}

// measure turns counts into figures: nothing below the suppression limit, every
// share with Wilson's interval, every mean with Student's.
func (m Methodology) measure(t tally) Figures {
	f := Figures{Below: m.SuppressBelow, Formula: m.Version}
	var n int64
	for _, k := range t.Levels {
		n += k
	}
	switch {
	case n == 0:
		f.State = None
		return f
	case n < m.SuppressBelow:
		f.State = Suppressed
		return f
	}
	f.N, f.Levels, f.Suspect = n, t.Levels, t.Suspect
	f.NEff = effective(t.groups())
	f.State = OK
	if f.NEff < float64(m.GradeFrom) {
		f.State = Insufficient
	}
	f.Sat = m.mean(f, m.Scores)
	f.Mean = m.mean(f, [stats.Levels]float64{1, 2, 3, 4, 5})
	f.Good = m.share(f, f.Levels[2]+f.Levels[3]+f.Levels[4])
	f.TopTwo = m.share(f, f.Levels[3]+f.Levels[4])
	f.Bad = m.share(f, f.Levels[0]+f.Levels[1])
	return f
}

func (m Methodology) mean(f Figures, scores [stats.Levels]float64) *Figure {
	var counts stats.Counts
	for i, n := range f.Levels {
		counts[i] = float64(n)
	}
	i := stats.MeanInterval(counts, scores, m.Confidence, f.NEff)
	return &Figure{Value: counts.Mean(scores), Low: i.Low, High: i.High}
}

func (m Methodology) share(f Figures, of int64) *Figure {
	p := float64(of) / float64(f.N)
	i := stats.Wilson(p*f.NEff, f.NEff, m.Confidence)
	return &Figure{Value: p, Low: i.Low, High: i.High}
}
