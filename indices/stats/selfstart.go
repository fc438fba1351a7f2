package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Observed is a period's mean and how many answers it rests on; N 0: there are none.
type Observed struct{ Mean, N float64 }

// Shift is a lasting change of level that a series shows. Periods are counted from 0.
type Shift struct {
	Alarm
	From, To      int     // the level before holds in [From, Since), the one after in [Since, To)
	Before, After float64 // the two levels
	Size          float64 // After − Before
	Interval      Interval
}

// Follow finds the lasting changes of a series whose level and scatter nobody knows
// beforehand: a self-starting CUSUM (D. M. Hawkins, "Self-starting CUSUM charts for
// location and scale", The Statistician 36, 1987, 299–315). Each period's mean is
// compared with those before it since the last change,
//
//	t = (x − m) / (s·√(1/n + 1/N)),  z = Φ⁻¹(F_{k−2}(t)),
//
// m the mean and N the sum of the answers of the k−1 periods before, s² their scatter
// weighted by answers with k−2 degrees of freedom. While nothing changes the z are
// independent and standard normal from the third period on, so Run tells how often the
// sum cries wolf, without a span of time set apart to learn from. The variance of a
// period's mean is taken to be in proportion to 1/answers; how large it is, is learnt, so
// that real swings from one period to the next do not count as changes.
//
// After an alarm all begins again at the period in which the change began.
func (c CUSUM) Follow(series []Observed, conf float64) []Shift {
	var list []Shift
	from := 0
	for {
		alarm, ok := c.first(series, from)
		if !ok {
			break
		}
		list = append(list, Shift{Alarm: alarm, From: from, To: len(series)})
		if n := len(list); n > 1 {
			list[n-2].To = alarm.Since
		}
		from = alarm.Since
	}
	for i := range list {
		list[i].measure(series, conf)
	}
	return list
}

// first is the first alarm of the series from a period on.
func (c CUSUM) first(series []Observed, from int) (Alarm, bool) {
	var past level
	var up, down float64
	upSince, downSince := from, from
	for i := from; i < len(series); i++ {
		x := series[i]
		if !(x.N > 0) {
			continue
		}
		z, ok := past.surprise(x)
		past.add(x)
		if !ok {
			continue
		}
		if up == 0 {
			upSince = i
		}
		if down == 0 {
			downSince = i
		}
		up, down = math.Max(0, up+z-c.K), math.Max(0, down-z-c.K)
		if up > c.H || down > c.H {
			since := downSince
			if up > c.H {
				since = upSince
			}
			return Alarm{At: i, Since: began(series[from:i+1], since-from) + from, Up: up > c.H}, true
		}
	}
	return Alarm{}, false
}

// began dates a change that was found: the period at which cutting the series explains
// most of its scatter, the maximum of the likelihood (D. V. Hinkley, "Inference about the
// change-point in a sequence of random variables", Biometrika 57, 1970, 1–17).
func began(series []Observed, otherwise int) int {
	var all level
	for _, x := range series {
		if x.N > 0 {
			all.add(x)
		}
	}
	var before level
	best, at := 0.0, otherwise
	for i, x := range series {
		if !(x.N > 0) {
			continue
		}
		if rest := all.answers - before.answers; before.periods >= 2 {
			d := before.mean - all.mean
			if gain := d * d * before.answers * all.answers / rest; gain > best {
				best, at = gain, i
			}
		}
		before.add(x)
	}
	return at
}

// level is what the periods so far say of their common mean and scatter.
type level struct {
	periods          int
	answers          float64
	mean             float64
	squares, largest float64 // Σ n(x−m)²; the largest |x|, to tell scatter from rounding
}

func (l *level) add(x Observed) {
	l.periods++
	l.answers += x.N
	d := x.Mean - l.mean
	l.mean += d * x.N / l.answers
	l.squares += x.N * d * (x.Mean - l.mean)
	l.largest = math.Max(l.largest, math.Abs(x.Mean))
}

// variance is the scatter of a single answer as the periods show it.
func (l *level) variance() (float64, bool) {
	if l.periods < 2 {
		return 0, false
	}
	v := l.squares / float64(l.periods-1)
	noise := l.largest * 1e-9
	return v, v > noise*noise*l.answers
}

// farthest keeps a surprise of which the arithmetic cannot say how great it is finite.
const farthest = 8

// surprise is how far a period's mean lies from the level so far, as a z-score.
func (l *level) surprise(x Observed) (float64, bool) {
	v, ok := l.variance()
	if !ok {
		return 0, false
	}
	t := (x.Mean - l.mean) / math.Sqrt(v*(1/x.N+1/l.answers))
	p := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(l.periods - 1)}.CDF(-math.Abs(t)) // the small tail keeps its digits
	z := math.Min(-distuv.UnitNormal.Quantile(p), farthest)
	return math.Copysign(z, t), true
}

// measure fills in the levels before and after a change and the size of it: the
// difference of the two means, with the scatter of both together.
func (s *Shift) measure(series []Observed, conf float64) {
	var before, after level
	for i := s.From; i < s.To; i++ {
		switch x := series[i]; {
		case !(x.N > 0):
		case i < s.Since:
			before.add(x)
		default:
			after.add(x)
		}
	}
	s.Before, s.After = before.mean, after.mean
	s.Size = s.After - s.Before
	s.Interval = Interval{Low: math.Inf(-1), High: math.Inf(1)}
	degrees := float64(before.periods + after.periods - 2)
	if degrees < 1 || before.periods == 0 || after.periods == 0 || !confident(conf) {
		return
	}
	v := (before.squares + after.squares) / degrees
	half := studentQuantile(1-(1-conf)/2, degrees) * math.Sqrt(v*(1/before.answers+1/after.answers))
	s.Interval = Interval{Low: s.Size - half, High: s.Size + half}
}
