package stats_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"minping/indices/stats"
)

// hundred maps the levels to 25×(level−1).
func hundred() [stats.Levels]float64 { return [stats.Levels]float64{0, 25, 50, 75, 100} }

func TestCountsWorkedExample(t *testing.T) {
	t.Parallel()
	// 2,4,4,4,5,5 on the levels themselves: mean 24/6, Σ(x−4)² = 4+0+0+0+1+1.
	c, scores := stats.Counts{0, 1, 0, 3, 2}, [stats.Levels]float64{1, 2, 3, 4, 5}
	if got := c.Total(); got != 6 {
		t.Errorf("total %v", got)
	}
	if got := c.Mean(scores); !near(got, 4, tiny) {
		t.Errorf("mean %v, want 4", got)
	}
	if got := c.Variance(scores); !near(got, 6./5, tiny) {
		t.Errorf("variance %v, want 1.2", got)
	}
	// t(.975; 5) = 2.5706 (printed tables), s/√n = √(1.2/6) = .44721.
	got := stats.MeanInterval(c, scores, .95, 6)
	if !near(got.Low, 4-2.5706*.44721, 1e-4) || got.High != 5 {
		t.Errorf("interval %v, want 2.8504–5", got)
	}
}

func TestCountsOfNothing(t *testing.T) {
	t.Parallel()
	var none stats.Counts
	if none.Total() != 0 || !math.IsNaN(none.Mean(hundred())) || !math.IsNaN(none.Variance(hundred())) {
		t.Error("no answers must have no mean and no variance")
	}
	if one := (stats.Counts{0, 0, 1, 0, 0}); !math.IsNaN(one.Variance(hundred())) {
		t.Error("one answer has no variance")
	}
}

func TestMeanIntervalOfAlikeAnswers(t *testing.T) {
	t.Parallel()
	// Clopper–Pearson upper limits for 0 of n: 3 → .7076, 10 → .3085, 30 → .1157
	// (as tabulated for two-sided 95%).
	for _, c := range []struct {
		name      string
		counts    stats.Counts
		low, high float64
	}{
		{"3 of 3 very satisfied", stats.Counts{4: 3}, 100 - 70.76, 100},
		{"10 of 10 very satisfied", stats.Counts{4: 10}, 100 - 30.85, 100},
		{"30 of 30 very dissatisfied", stats.Counts{0: 30}, 0, 11.57},
		{"10 of 10 satisfied", stats.Counts{3: 10}, 75 - .3085*75, 75 + .3085*25},
		{"one answer", stats.Counts{4: 1}, 100 - 97.5, 100},
	} {
		got := stats.MeanInterval(c.counts, hundred(), .95, c.counts.Total())
		if !near(got.Low, c.low, .01) || !near(got.High, c.high, .01) {
			t.Errorf("%s: %v, want %.2f–%.2f", c.name, got, c.low, c.high)
		}
	}
}

func TestMeanIntervalOfAlikeScores(t *testing.T) {
	t.Parallel()
	// Levels 3 and 4 worth the same: their mixture has no spread either.
	scores := [stats.Levels]float64{0, 0, 100, 100, 100}
	got := stats.MeanInterval(stats.Counts{0, 0, 1, 1, 1}, scores, .95, 3)
	if want := stats.MeanInterval(stats.Counts{4: 3}, scores, .95, 3); got != want {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestMeanIntervalClamps(t *testing.T) {
	t.Parallel()
	whole := stats.Interval{Low: 0, High: 100}
	mixed := stats.Counts{1, 0, 0, 0, 9}
	for _, c := range []struct {
		name       string
		counts     stats.Counts
		conf, nEff float64
	}{
		{"no answers", stats.Counts{}, .95, 10},
		{"no effective size", mixed, .95, 0},
		{"negative size", mixed, .95, -3},
		{"size not a number", mixed, .95, math.NaN()},
		{"size infinite", mixed, .95, math.Inf(1)},
		{"unlike answers worth one", mixed, .95, 1},
		{"worth less than one", mixed, .95, .4},
		{"hardly more than one", mixed, .95, 1 + 1e-9},
		{"certainty asked", mixed, 1, 10},
		{"confidence in percent", mixed, 95, 10},
	} {
		if got := stats.MeanInterval(c.counts, hundred(), c.conf, c.nEff); got != whole {
			t.Errorf("%s: %v, want the whole range", c.name, got)
		}
	}
}

func drawCounts(t *rapid.T) stats.Counts {
	var c stats.Counts
	for k := range c {
		c[k] = float64(rapid.IntRange(0, 200).Draw(t, "count"))
	}
	return c
}

func TestMeanIntervalIsBoundedAndHoldsTheMean(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawCounts(t)
		n := c.Total() * rapid.Float64Range(.05, 1).Draw(t, "efficiency")
		got := stats.MeanInterval(c, hundred(), .95, n)
		if got.Low < 0 || got.High > 100 || got.Width() <= 0 {
			t.Fatalf("%v, n_eff %v: %v", c, n, got)
		}
		if c.Total() > 0 && !got.Contains(c.Mean(hundred())) {
			t.Fatalf("%v lies outside %v", c.Mean(hundred()), got)
		}
	})
}

func TestMeanIntervalNarrowsWithEffectiveSize(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawCounts(t)
		n := rapid.Float64Range(.2, 1000).Draw(t, "n")
		more := n * rapid.Float64Range(1, 50).Draw(t, "times")
		a, b := stats.MeanInterval(c, hundred(), .95, n), stats.MeanInterval(c, hundred(), .95, more)
		if b.Width() > a.Width()+1e-9 {
			t.Fatalf("%v: n_eff %v → %v, width %v → %v", c, n, more, a.Width(), b.Width())
		}
	})
}

func TestMeanIntervalIsMirrored(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawCounts(t)
		mirror := stats.Counts{c[4], c[3], c[2], c[1], c[0]}
		n := rapid.Float64Range(.2, 1000).Draw(t, "n")
		a, b := stats.MeanInterval(c, hundred(), .95, n), stats.MeanInterval(mirror, hundred(), .95, n)
		if !near(a.Low, 100-b.High, 1e-9) || !near(a.High, 100-b.Low, 1e-9) {
			t.Fatalf("%v: %v, mirrored %v", c, a, b)
		}
	})
}

func TestMeanIntervalCoverage(t *testing.T) {
	t.Parallel()
	const rounds = 4000 // standard error of a coverage near .95: .0034
	random := rand.New(rand.NewPCG(20261123, 5))
	for name, shares := range map[string][stats.Levels]float64{
		"even":      {.2, .2, .2, .2, .2},
		"bell":      {.1, .2, .4, .2, .1},
		"satisfied": {.03, .05, .12, .3, .5},
		"split":     {.3, 0, 0, 0, .7},
	} {
		for _, n := range []int{30, 60, 200} {
			hits := 0
			for range rounds {
				if sampleInterval(random, shares, n).Contains(stats.Counts(shares).Mean(hundred())) {
					hits++
				}
			}
			if got := float64(hits) / rounds; got < .93 || got > .975 {
				t.Errorf("%s, n=%d: a 95%% interval covers %.4f", name, n, got)
			}
		}
	}
}

// sampleInterval draws n answers from the population and gives their interval.
func sampleInterval(random *rand.Rand, shares [stats.Levels]float64, n int) stats.Interval {
	var c stats.Counts
	for range n {
		u, level := random.Float64(), 0
		for level < stats.Levels-1 && u >= shares[level] {
			u -= shares[level]
			level++
		}
		c[level]++
	}
	return stats.MeanInterval(c, hundred(), .95, float64(n))
}
