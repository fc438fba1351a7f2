package stats_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"testing"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/stat/distuv"

	"minping/indices/stats"
)

// ten are ten units as an office group may have them, with the prior mean .9 and strength 20.
func ten() []stats.Candidate {
	var list []stats.Candidate
	for _, u := range [][2]float64{{57, 60}, {47, 50}, {19, 20}, {9, 10}, {180, 200}, {48, 60}, {92, 100}, {27, 30}, {64, 70}, {36, 40}} {
		list = append(list, stats.BetaCandidate(u[0]+18, u[1]-u[0]+2))
	}
	return list
}

func options() stats.RankOptions {
	return stats.RankOptions{Draws: 10000, Conf: .95, Seed: 20260630, Ends: 3}
}

// Of two units the first is ahead with P(θ₁ > θ₂) = ∫ f₁(t)·F₂(t) dt.
func TestRanksOfTwoAgainstTheIntegral(t *testing.T) {
	t.Parallel()
	a, b := distuv.Beta{Alpha: 75, Beta: 5}, distuv.Beta{Alpha: 66, Beta: 14}
	want := quad.Fixed(func(x float64) float64 { return a.Prob(x) * b.CDF(x) }, 0, 1, 400, nil, 0)
	o := stats.RankOptions{Draws: 200000, Conf: .95, Seed: 1, Ends: 1}
	got := stats.Ranks([]stats.Candidate{stats.BetaCandidate(75, 5), stats.BetaCandidate(66, 14)}, o)
	if !near(got[0].First, want, .003) || !near(got[1].Last, want, .003) || !near(got[0].Expected, 2-want, .003) {
		t.Errorf("%+v, want P(first) %v", got, want)
	}
}

// What a naive list would put first cannot be told apart; only 48 of 60 is clearly low.
func TestRanksOfTen(t *testing.T) {
	t.Parallel()
	got := stats.Ranks(ten(), options())
	var expected, first float64
	above := make([]float64, len(got))
	for i, r := range got {
		expected += r.Expected
		first += r.First
		above[i] = r.AboveMean
		if r.Low > r.High || r.Expected < float64(r.Low) || r.Expected > float64(r.High) {
			t.Errorf("unit %d: %+v", i, r)
		}
	}
	if !near(expected, 55, 1e-6) || !near(first, 3, 1e-9) {
		t.Errorf("ranks sum to %v, the first three to %v", expected, first)
	}
	tiers, wrong := stats.Tiers(above, .975)
	for i, tier := range tiers {
		if (tier == stats.TierBelow) != (i == 5) {
			t.Errorf("unit %d is %s (P above mean %v)", i, tier, above[i])
		}
	}
	if wrong <= 0 || wrong > .1 {
		t.Errorf("%v units expected to be set apart wrongly", wrong)
	}
	if got[0].High < 6 || got[2].High < 6 || got[5].Low < 5 {
		t.Errorf("57/60 %+v, 19/20 %+v, 48/60 %+v", got[0], got[2], got[5])
	}
}

func TestRanksAreTheSameOnAnyNumberOfProcessors(t *testing.T) {
	first := stats.Ranks(ten(), options())
	was := runtime.GOMAXPROCS(1)
	second := stats.Ranks(ten(), options())
	runtime.GOMAXPROCS(was)
	if !reflect.DeepEqual(first, second) {
		t.Error("ranks hang on the number of processors")
	}
	other := options()
	other.Seed++
	if reflect.DeepEqual(first, stats.Ranks(ten(), other)) {
		t.Error("another seed draws the same")
	}
}

func TestRanksOfLikeUnits(t *testing.T) {
	t.Parallel()
	var list []stats.Candidate
	for range 20 {
		list = append(list, stats.NormalCandidate(80, 3))
	}
	for _, r := range stats.Ranks(list, options()) {
		if !near(r.Expected, 10.5, .3) || !near(r.First, .15, .02) || !near(r.AboveMean, .5, .03) || r.Low > 2 || r.High < 19 {
			t.Errorf("%+v", r)
		}
	}
}

func TestRanksOfNothing(t *testing.T) {
	t.Parallel()
	if stats.Ranks(nil, options()) != nil || stats.Ranks(ten(), stats.RankOptions{}) != nil {
		t.Error("ranks out of nothing")
	}
	tiers, _ := stats.Tiers([]float64{math.NaN(), 1, 0}, .975)
	if want := []stats.Tier{stats.TierUnknown, stats.TierAbove, stats.TierBelow}; !reflect.DeepEqual(tiers, want) {
		t.Errorf("%v", tiers)
	}
}

// True ranks must lie in 95% rank intervals about as often as they say.
func TestRankIntervalCoverage(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(9, 10))
	held, all := 0, 0
	for round := range 60 {
		const units = 20
		truth, list := make([]float64, units), make([]stats.Candidate, units)
		for i := range list {
			truth[i] = random.NormFloat64()
			se := .3 + random.Float64()
			b := se * se / (1 + se*se)
			list[i] = stats.NormalCandidate((1-b)*(truth[i]+se*random.NormFloat64()), math.Sqrt(se*se*(1-b)))
		}
		o := options()
		o.Draws, o.Seed = 2000, uint64(round)
		for i, r := range stats.Ranks(list, o) {
			rank := 1
			for _, other := range truth {
				if other > truth[i] {
					rank++
				}
			}
			all++
			if r.Low <= rank && rank <= r.High {
				held++
			}
		}
	}
	if share := float64(held) / float64(all); share < .93 || share > .99 {
		t.Errorf("held %.3f of the true ranks", share)
	}
}

// An edition of 2,000 windows.
func BenchmarkRanks(b *testing.B) {
	random := rand.New(rand.NewPCG(11, 12))
	var list []stats.Candidate
	for range 2000 {
		n := float64(5 + random.IntN(500))
		list = append(list, stats.BetaCandidate(n*.9+18, n*.1+2))
	}
	for b.Loop() {
		stats.Ranks(list, options())
	}
}
