package stats

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"

	"gonum.org/v1/gonum/stat/distuv"
)

// Posterior is what is known of a unit: a draw from it is one world in which the
// answers could have come about.
type Posterior interface{ Rand() float64 }

// Candidate is a unit that is to be ranked; it makes its posterior draw from a
// source of chance.
type Candidate func(src rand.Source) Posterior

// BetaCandidate is a unit whose share is Beta(a, b).
func BetaCandidate(a, b float64) Candidate {
	return func(src rand.Source) Posterior { return distuv.Beta{Alpha: a, Beta: b, Src: src} }
}

// NormalCandidate is a unit whose mean is normal around it.
func NormalCandidate(mean, sd float64) Candidate {
	return func(src rand.Source) Posterior { return distuv.Normal{Mu: mean, Sigma: sd, Src: src} }
}

// RankOptions say how ranks are simulated.
type RankOptions struct {
	Draws int     // 10,000 is usual
	Conf  float64 // of the rank interval
	Seed  uint64  // the same seed gives the same bytes
	Ends  int     // the first and the last so many are counted apart
}

// Rank is what can be said of a unit's place; 1 is the highest.
type Rank struct {
	Expected   float64 // mean rank
	Low, High  int     // rank interval
	First      float64 // probability to be among the first Ends
	Last       float64 // probability to be among the last Ends
	AboveMean  float64 // probability to lie above the mean of all units
	Definitely bool    // the interval is one single rank
}

// chunk is how many draws come from one source: results do not depend on how
// many processors share the work.
const chunk = 250

// Ranks simulates the ranks of units (H. Goldstein & D. J. Spiegelhalter, "League
// tables and their limitations", Journal of the Royal Statistical Society A 159,
// 1996, 385–443): in each draw every unit takes a value from its posterior, the
// values are sorted, and a unit's ranks over all draws are its distribution.
// Nil for no units or no draws.
func Ranks(units []Candidate, o RankOptions) []Rank {
	if len(units) == 0 || o.Draws <= 0 {
		return nil
	}
	t := newTally(len(units))
	var wait sync.WaitGroup
	var lock sync.Mutex
	next := make(chan int)
	for range min(runtime.GOMAXPROCS(0), (o.Draws+chunk-1)/chunk) {
		wait.Go(func() {
			own := newTally(len(units))
			for start := range next {
				own.draw(units, o, start)
			}
			lock.Lock()
			defer lock.Unlock()
			t.add(own)
		})
	}
	for start := 0; start < o.Draws; start += chunk {
		next <- start
	}
	close(next)
	wait.Wait()
	return t.ranks(o)
}

// rankTally counts, whole numbers only, so that the order of adding cannot matter.
type rankTally struct {
	at    [][]uint32 // unit × rank
	above []uint32
}

func newTally(n int) *rankTally {
	t := &rankTally{at: make([][]uint32, n), above: make([]uint32, n)}
	all := make([]uint32, n*n)
	for i := range t.at {
		t.at[i] = all[i*n : (i+1)*n]
	}
	return t
}

func (t *rankTally) add(o *rankTally) {
	for i := range t.at {
		t.above[i] += o.above[i]
		for k := range t.at[i] {
			t.at[i][k] += o.at[i][k]
		}
	}
}

type placed struct {
	value float64
	unit  int32
}

func (t *rankTally) draw(units []Candidate, o RankOptions, start int) {
	src := rand.NewPCG(o.Seed, uint64(start))
	posteriors := make([]Posterior, len(units))
	for i, unit := range units {
		posteriors[i] = unit(src)
	}
	order := make([]placed, len(units))
	for range min(chunk, o.Draws-start) {
		var sum float64
		for i, p := range posteriors {
			order[i] = placed{p.Rand(), int32(i)}
			sum += order[i].value
		}
		mean := sum / float64(len(units))
		slices.SortFunc(order, func(a, b placed) int {
			switch {
			case a.value > b.value:
				return -1
			case a.value < b.value:
				return 1
			}
			return int(a.unit - b.unit)
		})
		for k, p := range order {
			t.at[p.unit][k]++
			if p.value > mean {
				t.above[p.unit]++
			}
		}
	}
}

func (t *rankTally) ranks(o RankOptions) []Rank {
	n := len(t.at)
	draws := float64(o.Draws)
	list := make([]Rank, n)
	tail := (1 - o.Conf) / 2 * draws
	for i := range list {
		r := Rank{AboveMean: float64(t.above[i]) / draws}
		var seen, low, high float64
		for k, count := range t.at[i] {
			c := float64(count)
			r.Expected += float64(k+1) * c / draws
			if k < o.Ends {
				r.First += c / draws
			}
			if k >= n-o.Ends {
				r.Last += c / draws
			}
			low = seen
			seen += c
			high = seen
			if r.Low == 0 && high > tail {
				r.Low = k + 1
			}
			if r.High == 0 && high >= draws-tail && high > low {
				r.High = k + 1
			}
		}
		if !confident(o.Conf) {
			r.Low, r.High = 1, n
		}
		r.Definitely = r.Low == r.High
		list[i] = r
	}
	return list
}

// Tier is where a unit stands against the mean of its group.
type Tier string

// Tiers.
const (
	TierAbove   Tier = "above"   // 明显高于
	TierMiddle  Tier = "similar" // 不可区分
	TierBelow   Tier = "below"   // 明显低于
	TierUnknown Tier = "unknown" // 样本不足
)

// Tiers sorts units by the probability that they lie above the mean: above where
// it is at least sure, below where at most 1 − sure. wrong is how many of those
// set apart are expected to be set apart wrongly (P. Müller, G. Parmigiani & K.
// Rice, "FDR and Bayesian multiple comparisons rules", Bayesian Statistics 8, 2007).
func Tiers(above []float64, sure float64) (tiers []Tier, wrong float64) {
	tiers = make([]Tier, len(above))
	for i, p := range above {
		switch {
		case math.IsNaN(p):
			tiers[i] = TierUnknown
		case p >= sure:
			tiers[i] = TierAbove
			wrong += 1 - p
		case p <= 1-sure:
			tiers[i] = TierBelow
			wrong += p
		default:
			tiers[i] = TierMiddle
		}
	}
	return tiers, wrong
}
