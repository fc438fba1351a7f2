package indices

import (
	"cmp"
	"context"
	"hash/fnv"
	"math"
	"slices"
	"strconv"
	"strings"

	"minping/indices/stats"
	"minping/internal/actor"
)

// Standing is where a unit stands among its peers in satisfaction.
//
// A unit that was rated seldom is estimated from its own ratings and, for the rest,
// from those of its peers; Borrowed says how much. A place is never one number: it is
// a range that the ratings do not contradict, and only units with enough ratings have one.
type Standing struct {
	Row
	Peers    string // key of the group it is compared with
	Estimate *Figure
	Borrowed float64 // share of Estimate that comes from its peers, 0–1
	Place    *Place  // nil: not ranked
	Tier     stats.Tier
	Why      Unranked // why it has no place; empty where it has one
	Within   *Figure  // Value: the peers' mean; Low, High: what chance alone explains at its number of ratings
}

// Place is a range of ranks among the ranked peers; 1 is the best.
type Place struct {
	Low, High   int
	Expected    float64
	First, Last float64 // probability to be among the first and the last Ends
	Above       float64 // probability to lie above the mean of the peers
}

// Unranked is a reason to have no place.
type Unranked string

// The reasons.
const (
	NobodyRated  Unranked = "none"       // 无人评价
	TooFew       Unranked = "suppressed" // 评价过少，不显示
	SmallSample  Unranked = "small"      // 有效样本不足
	NoPeers      Unranked = "no_peers"   // 可比单位不足
	NothingToSay Unranked = "alike"      // all answers of all peers are alike
)

// Peers are the units that are compared with each other.
type Peers struct {
	Key           string
	Title         string // office type, or the name of the hall; empty: not stated, or all units of the level
	TitleEn       string
	Ranked        int
	Mean          float64 // of the peers' means, each weighted by how well it is known
	Between       float64 // standard deviation of their true means: how much they really differ
	Spread        float64 // standard deviation of a single rating within a unit
	ExpectedWrong float64 // how many of those set apart from the mean are expected to be so wrongly
}

// Standings are the standings of a level, group by group.
type Standings struct {
	Period  Period
	Formula string
	Floor   int64 // ratings that a place takes
	Ends    int
	Draws   int
	Groups  []Peers
	Rows    []Standing // by group, then by tier; within above and below by estimate; unranked ones last
}

// Standings compares the units of a level with their peers: offices with those of
// their type, divisions likewise, windows with those of their hall, halls with each other.
//
// Estimates shrink towards the peers' mean by normal empirical Bayes (Morris 1983;
// between-unit variance by Paule & Mandel 1982), with the variance of a single rating
// pooled over the peers, for a few ratings that happen to be alike prove no certainty.
// Places are simulated (Goldstein & Spiegelhalter 1996) with a seed that follows from the
// question, so that the same ratings give the same places.
//
// Who may ask, and the faults: as for Index.
func (s *Service) Standings(ctx context.Context, by actor.Actor, q Query) (Standings, error) {
	if err := q.check(); err != nil {
		return Standings{}, err
	}
	formula, err := s.Methodology(ctx, q.Period)
	if err != nil {
		return Standings{}, err
	}
	return s.standings(ctx, by, q, formula)
}

// standings answers with formulas that need not be in force.
func (s *Service) standings(ctx context.Context, by actor.Actor, q Query, formula Methodology) (Standings, error) {
	rows, err := s.index(ctx, by, q, formula)
	if err != nil {
		return Standings{}, err
	}
	if q.Pool {
		if err := s.pool(ctx, by, q, rows); err != nil {
			return Standings{}, err
		}
	}
	ids := make([]int64, 0, len(rows))
	for _, r := range rows {
		ids = append(ids, r.Unit.ID)
	}
	known, err := s.store.peers(ctx, ids)
	if err != nil {
		return Standings{}, err
	}
	out := Standings{Period: q.Period, Formula: formula.Version, Floor: formula.GradeFrom, Ends: formula.Terms.Ends, Draws: formula.Terms.Draws}
	groups := map[string][]Standing{}
	titles := map[string]Peers{}
	for _, r := range rows {
		p := known[r.Unit.ID]
		titles[p.Key] = p
		groups[p.Key] = append(groups[p.Key], Standing{Row: r, Peers: p.Key, Tier: stats.TierUnknown})
	}
	for key, list := range groups {
		g := formula.stand(titles[key], list, seedOf(q, formula.Version, key))
		out.Groups = append(out.Groups, g)
		out.Rows = append(out.Rows, list...)
	}
	out.sort()
	return out, nil
}

// seedOf makes chance repeatable: it follows from the question alone.
func seedOf(q Query, formula, group string) uint64 {
	h := fnv.New64a()
	for _, part := range []string{formula, string(q.Level), q.Period.String(), q.Channel, q.Stratum, string(q.Suspects), strconv.FormatInt(q.Version, 10), group} {
		_, _ = h.Write([]byte(part + "\x00")) // a hash never fails
	}
	return h.Sum64()
}

// stand fills in the standings of one group of peers.
func (m Methodology) stand(g Peers, list []Standing, seed uint64) Peers {
	var y, v []float64
	var shown []int
	g.Spread = m.spread(list)
	for i := range list {
		r := &list[i]
		switch r.State {
		case None:
			r.Why = NobodyRated
			continue
		case Suppressed:
			r.Why = TooFew
			continue
		case Insufficient:
			r.Why = SmallSample
		}
		shown = append(shown, i)
		y, v = append(y, r.Sat.Value), append(v, g.Spread*g.Spread/r.NEff)
	}
	prior, err := stats.FitNormal(y, v)
	if err != nil {
		for _, i := range shown {
			if list[i].Why == "" {
				list[i].Why = NoPeers
				if len(shown) >= m.Terms.PeersFrom {
					list[i].Why = NothingToSay
				}
			}
		}
		return g
	}
	g.Mean, g.Between = prior.Mean, math.Sqrt(prior.Between)
	var ranked []int
	var candidates []stats.Candidate
	for k, i := range shown {
		own := prior.Shrink(y[k], v[k], m.Confidence)
		list[i].Estimate, list[i].Borrowed = inPoints(own), own.Borrowed
		half := stats.TwoSided(m.Confidence) * math.Sqrt(v[k])
		list[i].Within = inPoints(stats.Shrunk{Estimate: g.Mean, Interval: stats.Interval{Low: g.Mean - half, High: g.Mean + half}})
		if list[i].Why == "" {
			ranked = append(ranked, i)
			sd := own.Interval.Width() / 2 / stats.TwoSided(m.Confidence)
			candidates = append(candidates, stats.NormalCandidate(own.Estimate, sd))
		}
	}
	m.place(&g, list, ranking{ranked, candidates, seed})
	return g
}

// ranking is who is ranked, by place in a list, and what is known of each.
type ranking struct {
	ranked     []int
	candidates []stats.Candidate
	seed       uint64
}

// place simulates the places of those who are ranked, and their tiers.
func (m Methodology) place(g *Peers, list []Standing, r ranking) {
	if len(r.ranked) < m.Terms.PeersFrom {
		for _, i := range r.ranked {
			list[i].Why = NoPeers
		}
		return
	}
	g.Ranked = len(r.ranked)
	above := make([]float64, len(r.ranked))
	for k, rank := range stats.Ranks(r.candidates, stats.RankOptions{Draws: m.Terms.Draws, Conf: m.Confidence, Seed: r.seed, Ends: m.Terms.Ends}) {
		list[r.ranked[k]].Place = &Place{Low: rank.Low, High: rank.High, Expected: rank.Expected, First: rank.First, Last: rank.Last, Above: rank.AboveMean}
		above[k] = rank.AboveMean
	}
	var tiers []stats.Tier
	tiers, g.ExpectedWrong = stats.Tiers(above, 1-(1-m.Confidence)/2)
	for k, i := range r.ranked {
		list[i].Tier = tiers[k]
	}
}

// spread is the standard deviation of a single rating's score within a unit, pooled
// over the peers: Σ(nᵢ−1)s²ᵢ / Σ(nᵢ−1).
func (m Methodology) spread(list []Standing) float64 {
	var squares, degrees float64
	for _, r := range list {
		var counts stats.Counts
		for i, n := range r.Levels {
			counts[i] = float64(n)
		}
		if r.N > 1 {
			squares += counts.Variance(m.Scores) * float64(r.N-1)
			degrees += float64(r.N - 1)
		}
	}
	if degrees == 0 {
		return 0
	}
	return math.Sqrt(squares / degrees)
}

// inPoints keeps an estimate of satisfaction on its scale of 0–100.
func inPoints(s stats.Shrunk) *Figure {
	on := func(v float64) float64 { return math.Min(math.Max(v, 0), 100) }
	return &Figure{Value: on(s.Estimate), Low: on(s.Interval.Low), High: on(s.Interval.High)}
}

var tierOrder = map[stats.Tier]int{stats.TierAbove: 0, stats.TierMiddle: 1, stats.TierBelow: 2, stats.TierUnknown: 3}

// sort puts the largest groups first, in each of them those above, those that cannot be
// told apart in the order of their codes, those below, and at the end who has no place.
func (s *Standings) sort() {
	slices.SortFunc(s.Groups, func(a, b Peers) int {
		if a.Ranked != b.Ranked {
			return b.Ranked - a.Ranked
		}
		return strings.Compare(a.Key, b.Key)
	})
	at := map[string]int{}
	for i, g := range s.Groups {
		at[g.Key] = i
	}
	slices.SortFunc(s.Rows, func(a, b Standing) int {
		switch {
		case a.Peers != b.Peers:
			return at[a.Peers] - at[b.Peers]
		case a.Tier != b.Tier:
			return tierOrder[a.Tier] - tierOrder[b.Tier]
		case (a.Tier == stats.TierAbove || a.Tier == stats.TierBelow) && a.Estimate.Value != b.Estimate.Value:
			return cmp.Compare(b.Estimate.Value, a.Estimate.Value)
		}
		return strings.Compare(a.Unit.Code, b.Unit.Code)
	})
}
