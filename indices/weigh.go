package indices

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"minping/indices/stats"
)

// source is where ratings come from: those of one source weigh alike and were asked alike.
type source struct{ channel, stratum string }

// sources are a selection of ratings, apart by where they come from.
type sources map[source]tally

func (c sources) total() tally {
	var t tally
	for _, one := range c {
		t.add(one)
	}
	return t
}

// inOrder lists the sources always alike, so that the same counts give the same last digit.
func (c sources) inOrder() []source {
	return slices.SortedFunc(maps.Keys(c), func(a, b source) int {
		return cmp.Or(cmp.Compare(a.channel, b.channel), cmp.Compare(a.stratum, b.stratum))
	})
}

// plain tells whether every rating counts as it comes: then sources need not be told apart.
func (m Methodology) plain() bool { return len(m.Terms.Strata) == 0 && len(m.Terms.Channels) == 0 }

// weights gives each stratum's weight of one rating, so that the strata that answered have the
// shares that the methodology wants (post-stratification; Holt & Smith, JRSS A 142, 1979). Strata
// without ratings leave theirs to the others; who did not say a stratum weighs 1, which is the mean of the
// others, so they move nothing between the strata. No weight is more than Trim times the
// median of the ratings' weights; nil where all weigh alike.
func (m Methodology) weights(c sources) map[string]float64 {
	counts := map[string]float64{}
	var said, share float64
	for at, t := range c {
		n := t.count()
		counts[at.stratum] += n
		if m.Terms.Strata[at.stratum] > 0 && n > 0 {
			said += n
		}
	}
	for _, stratum := range slices.Sorted(maps.Keys(counts)) { // always the same order: sums of fractions depend on it
		if counts[stratum] > 0 {
			share += m.Terms.Strata[stratum]
		}
	}
	if share == 0 {
		return nil
	}
	weights := map[string]float64{}
	for stratum, n := range counts {
		weights[stratum] = 1
		if w := m.Terms.Strata[stratum]; n > 0 && (w > 0 || slices.Contains(WeightedStrata(), stratum)) {
			weights[stratum] = w / share * said / n
		}
	}
	limit := m.Terms.Trim * medianWeight(weights, counts)
	for stratum, w := range weights {
		weights[stratum] = math.Min(w, limit)
	}
	return weights
}

// medianWeight is the median over the ratings that have a weight.
func medianWeight(weights, counts map[string]float64) float64 {
	type group struct{ w, n float64 }
	var groups []group
	var all float64
	for stratum, w := range weights {
		if w > 0 {
			groups = append(groups, group{w, counts[stratum]})
			all += counts[stratum]
		}
	}
	slices.SortFunc(groups, func(a, b group) int {
		switch {
		case a.w < b.w:
			return -1
		case a.w > b.w:
			return 1
		}
		return 0
	})
	var below float64
	for _, g := range groups {
		if below += g.n; below*2 >= all {
			return g.w
		}
	}
	return 1
}

// measureCells turns counts into figures with the methodology's weights and channel
// corrections. The official rates (好评率 and the others) stay shares of the ratings as they
// came: their norm defines them so. Satisfaction and the mean level are weighted, with
// Kish's effective sample size in their interval.
func (m Methodology) measureCells(c sources) Figures {
	f := m.measure(c.total())
	if m.plain() || !f.Shown() {
		return f
	}
	weights := m.weights(c)
	var levels stats.Counts
	var groups []group
	var shift, all float64
	for _, at := range c.inOrder() {
		t, w := c[at], 1.0
		if weights != nil {
			w = weights[at.stratum]
		}
		for i, n := range t.Levels {
			levels[i] += w * float64(n)
		}
		groups = append(groups, group{int64(t.count()), w})
		shift += w * t.count() * m.Terms.Channels[at.channel]
		all += w * t.count()
	}
	if all == 0 { // every stratum that answered has the weight zero
		return f
	}
	f.NEff = effective(groups)
	f.State = OK
	if f.NEff < float64(m.GradeFrom) {
		f.State = Insufficient
	}
	f.Sat = shifted(m.weightedMean(levels, m.Scores, f.NEff), shift/all, m.Scores)
	f.Mean = m.weightedMean(levels, [stats.Levels]float64{1, 2, 3, 4, 5}, f.NEff)
	return f
}

func (m Methodology) weightedMean(levels stats.Counts, scores [stats.Levels]float64, nEff float64) *Figure {
	i := stats.MeanInterval(levels, scores, m.Confidence, nEff)
	return &Figure{Value: levels.Mean(scores), Low: i.Low, High: i.High}
}

// shifted moves a figure, but not out of the scores' range.
func shifted(f *Figure, by float64, scores [stats.Levels]float64) *Figure {
	low, high := slices.Min(scores[:]), slices.Max(scores[:])
	into := func(v float64) float64 { return math.Min(math.Max(v+by, low), high) }
	return &Figure{Value: into(f.Value), Low: into(f.Low), High: into(f.High)}
}

func (t tally) count() float64 {
	var n int64
	for _, k := range t.Levels {
		n += k
	}
	return float64(n)
}
