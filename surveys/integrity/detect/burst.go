package detect

import (
	"math"
)

// binLength is the grain of the city's usual course of a day.
const binLength = 1800

// spans are the lengths of time that bursts are looked for in, in minutes.
var spans = [...]int{5, 10, 20, 40, 90}

// leastBurst: fewer than so many together are never called a burst.
const leastBurst = 5

// course is the usual course of a day and how much windows differ from chance.
type course struct {
	share  [][48]float64 // by day, of its ratings in each half hour
	volume []float64     // of each day of the week, times the usual
	usual  []float64     // ratings a day of each window
	spread float64       // variance over mean of a window's days: 1 is pure chance
	levels [5]float64    // of the city's ratings
}

func newCourse(w *Week) course {
	c := course{volume: make([]float64, w.Days), usual: make([]float64, len(w.Windows)), share: make([][48]float64, w.Days)}
	n := 0.0
	for i := range w.Ratings {
		if at := w.Ratings[i].At - w.Start; at >= 0 && at/86400 < int64(w.Days) {
			c.share[at/86400][at%86400/binLength]++
		}
		c.levels[w.Ratings[i].Level-1]++
		n++
	}
	c.smooth()
	for i := range c.levels {
		c.levels[i] = (c.levels[i] + 0.2) / (n + 1)
	}
	c.past(w)
	c.volumes(w)
	return c
}

// smooth draws each day's course to the week's: a Saturday morning is a day of its own,
// a day with few ratings is not.
func (c *course) smooth() {
	const borrowed = 50
	var week [48]float64
	n := 0.2 * 48
	for _, day := range c.share {
		for i, k := range day {
			week[i], n = week[i]+k, n+k
		}
	}
	for d := range c.share {
		sum := 0.0
		for _, k := range c.share[d] {
			sum += k
		}
		for i, k := range c.share[d] {
			c.share[d][i] = (k + borrowed*(week[i]+0.2)/n) / (sum + borrowed)
		}
	}
}

// past learns each window's usual day; one without a past takes the city's median.
func (c *course) past(w *Week) {
	var means, ratios []float64
	for i := range w.Windows {
		var n, sum, squares float64
		for _, p := range w.Windows[i].Past {
			x := float64(p.n())
			n, sum, squares = n+1, sum+x, squares+x*x
		}
		c.usual[i] = math.NaN()
		if n < 5 {
			continue
		}
		mean := sum / n
		c.usual[i] = mean
		means = append(means, mean)
		if n >= 15 && mean >= 2 {
			ratios = append(ratios, (squares/n-mean*mean)*n/(n-1)/mean)
		}
	}
	middle := median(means)
	if math.IsNaN(middle) {
		middle = float64(len(w.Ratings)) / float64(max(len(w.Windows)*w.Days, 1))
	}
	for i := range c.usual {
		if math.IsNaN(c.usual[i]) {
			c.usual[i] = middle
		}
	}
	if c.spread = median(ratios); math.IsNaN(c.spread) || c.spread < 1 {
		c.spread = 1
	}
	c.spread = min(c.spread, 4)
}

// volumes tells busy days of the whole city from quiet ones, by the windows that were
// rated on a day: on a Saturday half of them are closed.
func (c *course) volumes(w *Week) {
	total := make([]float64, w.Days)
	for i, list := range w.byWindow {
		open := make([]bool, w.Days)
		for _, r := range list {
			if at := w.Ratings[r].At - w.Start; at >= 0 && at/86400 < int64(w.Days) {
				c.volume[at/86400]++
				open[at/86400] = true
			}
		}
		for day := range open {
			if open[day] {
				total[day] += c.usual[i]
			}
		}
	}
	for day := range c.volume {
		c.volume[day] = min(max(c.volume[day]/max(total[day], 1), 0.1), 4)
	}
}

// expected is how many of a window's ratings fall between two instants of a day.
func (c *course) expected(window, day int, from, to int64) float64 {
	sum := 0.0
	for at := from; at < to; {
		end := min((at/binLength+1)*binLength, to)
		sum += c.share[day][at/binLength%48] * float64(end-at) / binLength
		at = end
	}
	return max(sum*c.usual[window]*c.volume[day], 0.01*float64(to-from)/3600)
}

// stream is a kind of ratings whose bursts are looked for by themselves: a burst of
// bad ratings shows that drowns among all.
type stream struct {
	holds func(level int8) bool
	share func(*course, *Window) float64
}

func streams() []stream {
	every := func(int8) bool { return true }
	top, bad := func(l int8) bool { return l == 5 }, func(l int8) bool { return l <= 2 }
	return []stream{
		{every, func(*course, *Window) float64 { return 1 }},
		{top, func(c *course, v *Window) float64 { return c.levelShare(v, 4, 4) }},
		{bad, func(c *course, v *Window) float64 { return c.levelShare(v, 0, 1) }},
	}
}

// levelShare is the usual share of levels at a window, drawn to the city's where its past is short.
func (c *course) levelShare(v *Window, from, to int) float64 {
	const borrowed = 30
	n, k := float64(borrowed), 0.0
	for l := from; l <= to; l++ {
		k += borrowed * c.levels[l]
	}
	for _, p := range v.Past {
		n += float64(p.n())
		for l := from; l <= to; l++ {
			k += float64(p.Levels[0][l] + p.Levels[1][l])
		}
	}
	return k / n
}

// bursts finds, for each window and day, the clump of ratings that chance explains least.
func bursts(w *Week, _ Rules) []candidate {
	c := newCourse(w)
	var found []candidate
	for window := range w.Windows {
		byDay := make([][]int32, w.Days)
		for _, i := range w.byWindow[window] {
			r := &w.Ratings[i]
			if day := int((r.At - w.Start) / 86400); r.At >= w.Start && day < w.Days && r.Mode != Elsewhere {
				byDay[day] = append(byDay[day], i)
			}
		}
		for day, list := range byDay {
			if len(list) == 0 {
				continue
			}
			best := candidate{Finding: w.at(Burst, window)}
			for _, s := range streams() {
				best.clump(w, scanned{c: &c, stream: s, window: window, day: day, list: list})
			}
			found = append(found, best)
		}
	}
	return found
}

type scanned struct {
	c           *course
	stream      stream
	window, day int
	list        []int32
}

// clump slides each span over the ratings; every start and span is a test.
func (best *candidate) clump(w *Week, s scanned) {
	var list []int32
	for _, i := range s.list {
		if s.stream.holds(w.Ratings[i].Level) {
			list = append(list, i)
		}
	}
	part := s.stream.share(s.c, &w.Windows[s.window])
	best.tests += len(list) * len(spans)
	for _, minutes := range spans {
		length, end := int64(minutes)*60, 0
		for start := range list {
			at := w.Ratings[list[start]].At
			for end < len(list) && w.Ratings[list[end]].At < at+length {
				end++
			}
			k := end - start
			if k < leastBurst {
				continue
			}
			from := (at - w.Start) % 86400
			mean := part * s.c.expected(s.window, s.day, from, from+length)
			p := poissonTail(float64(k-1)/s.c.spread, mean/s.c.spread) // the first rating sets the start
			if p < best.LogP {
				best.LogP, best.Seen, best.Expected = p, float64(k), mean
				best.Minutes, best.Of, best.Ratings = minutes, len(s.list), append([]int32(nil), list[start:end]...)
			}
		}
	}
}
