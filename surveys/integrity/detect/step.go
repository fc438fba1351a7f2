package detect

import "math"

const (
	stepDays = 28 // before and after a ranking
	leastDay = 20 // ratings on either side
)

// steps finds windows whose level jumps up at the day of a ranking, compared with
// how the rest of the city moved there: what was told to fall short, and rises
// overnight, may have been helped.
func steps(w *Week, _ Rules) []candidate {
	var found []candidate
	for _, day := range w.Ranked {
		if since := w.Days - 1 - day; since < 6 || since > stepDays {
			continue
		}
		found = append(found, w.stepsAt(day)...)
	}
	return found
}

type jump struct {
	window      int
	before, now counts
	rise, error float64
}

func (w *Week) stepsAt(day int) []candidate {
	after := make([]counts, len(w.Windows))
	for i := range w.Ratings {
		if r := &w.Ratings[i]; r.Mode != Elsewhere && int(r.Day) >= day {
			after[r.Window][r.Level-1]++
		}
	}
	var jumps []jump
	var rises []float64
	for i := range w.Windows {
		j := jump{window: i}
		j.before = w.Windows[i].before(func(p Past) bool { return -p.Ago < day && -p.Ago >= day-stepDays }, InSight, Away)
		j.now = add(after[i], w.Windows[i].before(func(p Past) bool { return -p.Ago >= day }, InSight, Away))
		if j.before.n() < leastDay || j.now.n() < leastDay {
			continue
		}
		a, va := j.before.moments()
		b, vb := j.now.moments()
		j.rise, j.error = b-a, math.Sqrt(max(va, 1/j.before.n())/j.before.n()+max(vb, 1/j.now.n())/j.now.n())
		jumps, rises = append(jumps, j), append(rises, j.rise)
	}
	usual := median(rises)
	var zs []float64
	for _, j := range jumps {
		zs = append(zs, math.Abs(j.rise-usual)/j.error)
	}
	spread := max(1, median(zs)/0.6745)
	var found []candidate
	for i, j := range jumps {
		c := candidate{Finding: w.at(Step, j.window)}
		c.Seen, c.Expected, c.Of = j.rise, usual, int(j.now.n())
		if j.rise-usual > 0.3 {
			c.LogP = normalTail(zs[i] / spread)
			c.Ratings = w.pick(j.window, func(r *Rating) bool { return r.Level == 5 && int(r.Day) >= day })
		}
		found = append(found, c)
	}
	return found
}
