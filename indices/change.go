package indices

import (
	"context"
	"math"
	"sync"
	"time"

	"minping/indices/stats"
	"minping/internal/actor"
	"minping/internal/fault"
)

// Change is a unit's satisfaction over time, and what can be said of its changes.
type Change struct {
	Grain   Grain
	Formula string
	Steps   []Step
	Shifts  []Shift // lasting changes of level, the earliest first
	Watch   Watch
	Own     *Past  // the calendar year before; nil where it has no figures
	Peers   *Peers // Mean of the units of its kind over the last twelve months, its own among them; nil below three
	Range   Figure // of Peers: their mean, the lowest and the highest of those that may be graded
}

// Step is one month or week.
type Step struct {
	Point
	YearAgo *Delta // against the same month, or the week 52 weeks, before; nil where either has no figures
}

// Delta is a difference of two means of satisfaction, in points.
type Delta struct {
	Figure
	Than int64 // ratings of the earlier one
}

// Real tells whether chance alone would hardly make such a difference.
func (d Delta) Real() bool { return d.Low > 0 || d.High < 0 }

// Shift is a lasting change of level.
type Shift struct {
	Since, Found  Period // when it began by the best estimate, and when it could be told
	Until         Period // the last period of the new level
	Up            bool
	Before, After float64
	Size          Figure
}

// Watch says how changes are looked for.
type Watch struct {
	Periods     int     // looked at, with figures
	FalseAlarms float64 // expected a year where nothing changes
	Delay       [2]float64
}

// Past is an earlier year's figure.
type Past struct {
	Period Period
	Figures
}

// What the search for changes is set to. A false alarm comes once in five years and line:
// with beginnings anew after each, that takes a run of 1.2 × five years (simulated).
const (
	falseAlarms = 0.2 // a year
	runFactor   = 1.2
	halfShift   = 0.5 // Page's k: half the change that matters, in standard deviations of a period's mean
	looksBack   = 36  // months of a line; weeks: 104
	weeksBack   = 104
	peerMonths  = 12
)

// watches has the two charts: thresholds are worked out once.
var watches = map[Grain]func() watch{
	Month: sync.OnceValue(func() watch { return newWatch(12 / falseAlarms * runFactor) }),
	Week:  sync.OnceValue(func() watch { return newWatch(52 / falseAlarms * runFactor) }),
}

type watch struct {
	stats.CUSUM
	delay [2]float64 // periods until a change by one and by two standard deviations is found, once the level is known
}

func newWatch(run float64) watch {
	c := stats.CUSUM{K: halfShift, H: stats.Threshold(halfShift, run)}
	return watch{c, [2]float64{c.Run(1), c.Run(2)}}
}

// Change gives the line of a unit up to the last day of the subject's period, by months or
// weeks: three years, or two; each step beside the year before, lasting changes of level, and
// what the line is held against. Steps with too few ratings are blank and are not looked at.
// Who may ask, and the faults: as for Trend.
func (s *Service) Change(ctx context.Context, by actor.Actor, q Subject, g Grain) (Change, error) {
	if g != Month && g != Week {
		return Change{}, fault.Fielded(choice("grain", string(g), []string{string(Month), string(Week)})...)
	}
	last := Containing(q.Period.To(), g)
	first, back := last.From().AddDate(0, -looksBack+1, 0), last.From().AddDate(0, -looksBack+1-12, 0)
	if g == Week {
		first, back = last.From().AddDate(0, 0, -7*(weeksBack-1)), last.From().AddDate(0, 0, -7*(weeksBack-1+52))
	}
	wide := q
	var err error
	if wide.Period, err = Span(back, last.To()); err != nil {
		return Change{}, err
	}
	formula, err := s.admit(ctx, by, wide)
	if err != nil {
		return Change{}, err
	}
	points, err := s.Trend(ctx, by, wide, g)
	if err != nil {
		return Change{}, err
	}
	out := Change{Grain: g, Formula: formula.Version}
	out.Steps = formula.steps(points, first, map[Grain]int{Month: 12, Week: 52}[g])
	for len(out.Steps) > 1 && out.Steps[0].State == None { // before anybody rated there is nothing to show
		out.Steps = out.Steps[1:]
	}
	out.search(formula.Confidence)
	return out, s.against(ctx, by, wide, &out)
}

// steps are the points from a day on, each beside the one a year before.
func (m Methodology) steps(points []Point, first time.Time, year int) []Step {
	var list []Step
	for i, p := range points {
		if p.Period.From().Before(first) {
			continue
		}
		st := Step{Point: p}
		if i >= year && p.Shown() && points[i-year].Shown() {
			st.YearAgo = m.delta(p.Figures, points[i-year].Figures)
		}
		list = append(list, st)
	}
	return list
}

// delta is how far satisfaction lies above another's, by Welch's interval.
func (m Methodology) delta(now, then Figures) *Delta {
	d, i := stats.Contrast(m.sample(now), m.sample(then), m.Confidence)
	if math.IsInf(i.Low, 0) {
		return nil
	}
	return &Delta{Figure: Figure{Value: d, Low: math.Max(i.Low, -100), High: math.Min(i.High, 100)}, Than: then.N}
}

// sample is satisfaction as a mean with the scatter of single ratings; the figures are shown.
func (m Methodology) sample(f Figures) stats.Sample {
	var counts stats.Counts
	for i, n := range f.Levels {
		counts[i] = float64(n)
	}
	s := counts.Of(m.Scores, f.NEff)
	s.Mean = f.Sat.Value
	return s
}

// search looks for lasting changes.
func (c *Change) search(conf float64) {
	w := watches[c.Grain]()
	series := make([]stats.Observed, len(c.Steps))
	c.Watch = Watch{FalseAlarms: falseAlarms, Delay: w.delay}
	for i, st := range c.Steps {
		if st.Shown() {
			series[i] = stats.Observed{Mean: st.Sat.Value, N: st.NEff}
			c.Watch.Periods++
		}
	}
	for _, f := range w.Follow(series, conf) {
		size := Figure{Value: f.Size, Low: math.Max(f.Interval.Low, -100), High: math.Min(f.Interval.High, 100)}
		c.Shifts = append(c.Shifts, Shift{Since: c.Steps[f.Since].Period, Found: c.Steps[f.At].Period, Until: c.Steps[f.To-1].Period,
			Up: f.Up, Before: f.Before, After: f.After, Size: size})
	}
}
