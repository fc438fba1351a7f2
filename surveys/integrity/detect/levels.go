package detect

import "math"

// counts are ratings by level.
type counts [5]float64

func (c counts) n() (n float64) {
	for _, k := range c {
		n += k
	}
	return n
}

// moments are mean and variance of the levels 1–5.
func (c counts) moments() (mean, variance float64) {
	n := c.n()
	for l, k := range c {
		mean += k * float64(l+1) / n
	}
	for l, k := range c {
		variance += k * (float64(l+1) - mean) * (float64(l+1) - mean) / max(n-1, 1)
	}
	return mean, variance
}

// entropy is Shannon's, in bits: 0 where all levels are alike.
func (c counts) entropy() (h float64) {
	n := c.n()
	for _, k := range c {
		if k > 0 {
			h -= k / n * math.Log2(k/n)
		}
	}
	return h
}

const (
	leastWeek = 12 // ratings of a window in the week
	leastPast = 30 // and before it
)

// collapses finds windows whose levels were mixed and have become all alike: the
// likelihood ratio against their own past (drawn to the windows of the same office
// by twenty ratings), where the entropy falls. Honest windows wander as well: by how
// much is learned from the city (quasi-likelihood).
func collapses(w *Week, _ Rules) []candidate {
	peers := map[int64]counts{}
	now, past := make([]counts, len(w.Windows)), make([]counts, len(w.Windows))
	for i := range w.Windows {
		past[i] = w.Windows[i].before(func(Past) bool { return true }, InSight, Away)
		sum := peers[w.Windows[i].Office]
		for l, k := range past[i] {
			sum[l] += k
		}
		peers[w.Windows[i].Office] = sum
	}
	for i := range w.Ratings {
		if r := &w.Ratings[i]; r.Mode != Elsewhere {
			now[r.Window][r.Level-1]++
		}
	}
	var found []candidate
	var gs []float64
	for i := range w.Windows {
		if now[i].n() < leastWeek || past[i].n() < leastPast {
			continue
		}
		usual := past[i].drawnTo(peers[w.Windows[i].Office], 20)
		g := ratio(now[i], usual)
		gs = append(gs, g)
		level, fewer := now[i].mode(), now[i].entropy() < usual.entropy()-0.2
		c := candidate{Finding: w.at(Collapse, i)}
		c.Seen, c.Of, c.Expected = now[i][level], int(now[i].n()), usual[level]*now[i].n()/usual.n()
		if fewer && c.Seen > c.Expected {
			c.LogP = g // for now: corrected below
			c.Ratings = w.pick(i, func(r *Rating) bool { return int(r.Level) == level+1 && r.Mode != Elsewhere })
		}
		found = append(found, c)
	}
	spread := max(1, median(gs)/3.357) // the median of χ² with four degrees
	for i := range found {
		if found[i].Ratings != nil {
			found[i].LogP = chi4Tail(found[i].LogP / spread)
		}
	}
	return found
}

func (c counts) mode() int {
	best := 0
	for l, k := range c {
		if k > c[best] {
			best = l
		}
	}
	return best
}

// drawnTo adds so many ratings in the peers' proportions, and keeps every level possible.
func (c counts) drawnTo(peers counts, weight float64) counts {
	n := max(peers.n(), 1)
	for l := range c {
		c[l] += weight*peers[l]/n + 0.5
	}
	return c
}

// ratio is G = 2 Σ k ln(k/expected).
func ratio(now, usual counts) (g float64) {
	n, m := now.n(), usual.n()
	for l, k := range now {
		if k > 0 {
			g += 2 * k * math.Log(k/(usual[l]*n/m))
		}
	}
	return max(g, 0)
}

// before sums up a window's past, of some days and modes.
func (v *Window) before(days func(Past) bool, modes ...Mode) (sum counts) {
	for _, p := range v.Past {
		if !days(p) {
			continue
		}
		for _, m := range modes {
			for l, k := range p.Levels[m] {
				sum[l] += float64(k)
			}
		}
	}
	return sum
}

const leastMode = 30

// modeGaps finds windows that are rated far better in sight of the desk than away
// from it, over this week and the four before, more than is usual in the city:
// people are kinder face to face everywhere.
func modeGaps(w *Week, _ Rules) []candidate {
	type gap struct {
		window        int
		sight, away   counts
		gap, variance float64
	}
	var gaps []gap
	sums := make([][2]counts, len(w.Windows))
	for i := range w.Ratings {
		if r := &w.Ratings[i]; r.Mode != Elsewhere {
			sums[r.Window][r.Mode][r.Level-1]++
		}
	}
	var all []float64
	for i := range w.Windows {
		recent := func(p Past) bool { return p.Ago <= 28 }
		g := gap{window: i, sight: add(sums[i][InSight], w.Windows[i].before(recent, InSight)), away: add(sums[i][Away], w.Windows[i].before(recent, Away))}
		if g.sight.n() < leastMode || g.away.n() < leastMode {
			continue
		}
		a, va := g.sight.moments()
		b, vb := g.away.moments()
		// The greater variance for both: where all are fives, none is no certainty.
		g.gap, g.variance = a-b, max(va, vb, 0.05)*(1/g.sight.n()+1/g.away.n())
		gaps, all = append(gaps, g), append(all, g.gap)
	}
	usual := median(all)
	var zs []float64
	for _, g := range gaps {
		zs = append(zs, math.Abs(g.gap-usual)/math.Sqrt(g.variance))
	}
	spread := max(1, median(zs)/0.6745) // honest windows differ by more than chance
	var found []candidate
	for i, g := range gaps {
		c := candidate{Finding: w.at(Modes, g.window)}
		c.Seen, c.Expected, c.Of = g.gap, usual, int(g.sight.n())
		if g.gap-usual > 0.4 {
			c.LogP = normalTail(zs[i] / spread)
			c.Ratings = w.pick(g.window, func(r *Rating) bool { return r.Mode == InSight && r.Level == 5 })
		}
		found = append(found, c)
	}
	return found
}

func add(a, b counts) counts {
	for l := range a {
		a[l] += b[l]
	}
	return a
}
