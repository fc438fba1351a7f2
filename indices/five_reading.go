package indices

import (
	"math"

	"minping/indices/stats"
)

// blank is a reading without figures: none where nobody answered, suppressed where so few
// did that they might be recognised.
func (m Methodology) blank(key, source string, n int64) (Reading, bool) {
	r := Reading{Key: key, Source: source, Below: m.SuppressBelow}
	switch {
	case n == 0:
		r.State = None
	case n < m.SuppressBelow:
		r.State = Suppressed
	default:
		r.N = n
		return r, false
	}
	return r, true
}

// graded says how far a reading with figures may be used.
func (m Methodology) graded(r Reading) Reading {
	r.Deff, r.State = float64(r.N)/r.NEff, OK
	if r.NEff < float64(m.GradeFrom) {
		r.State = Insufficient
	}
	return r
}

// shareReading is a share of answers that weigh alike, in per cent, with Wilson's interval.
func (m Methodology) shareReading(key, source string, hits, n int64) Reading {
	r, blank := m.blank(key, source, n)
	if blank {
		return r
	}
	r.NEff = float64(n)
	i := stats.Wilson(float64(hits), r.NEff, m.Confidence)
	r.Figure = &Figure{100 * float64(hits) / r.NEff, 100 * i.Low, 100 * i.High}
	return m.graded(r)
}

// response is the share of those asked who answered.
func (m Methodology) response(answered, asked int64) *Figure {
	if asked < m.SuppressBelow || answered > asked {
		return nil
	}
	i := stats.Wilson(float64(answered), float64(asked), m.Confidence)
	return &Figure{float64(answered) / float64(asked), i.Low, i.High}
}

// walkIn is satisfaction as those who were served rated it.
func (m Methodology) walkIn(row Row) Reading {
	r, blank := m.blank(KeySatisfaction, FromRatings, row.N)
	if blank || !row.Shown() {
		r.State = row.State
		return r
	}
	r.Figure, r.NEff = row.Sat, row.NEff
	if row.Services != nil {
		r.Response = row.Services.Rate
	}
	return m.graded(r)
}

// strangers are awareness and reputation as visitors of other offices see the office.
// Who is not sure whether they have heard of it has not; who will not say is in neither.
func (m Methodology) strangers(p probeTally) []Reading {
	aware := m.shareReading(KeyAwareness, FromProbes, p.Yes, p.answered())
	esteem := p.esteem()
	var rated, favourable int64
	for level, n := range esteem {
		rated += n
		if level >= m.Terms.FavourableFrom {
			favourable += n
		}
	}
	// 美誉度 = favourable ÷ aware: who knows the office and has no opinion of it does not praise it.
	known := m.shareReading(KeyReputation, FromProbes, favourable, rated)
	if aware.Shown() {
		aware.Response = m.response(p.answered(), p.Asked)
	}
	if known.Shown() {
		known.Response = m.response(rated, p.Yes)
	}
	return []Reading{aware, known}
}

// visitors are trust and loyalty as the office's own visitors answer, a part of whom is asked.
func (m Methodology) visitors(counted []points) []Reading {
	trust, byQuestion := map[int]int64{}, map[int64][]answerCount{}
	var order []int64
	for _, c := range counted {
		switch {
		case c.Value < 0 || c.Value > 10: // 不了解 lies outside of the scale
		case c.Feeds == "trust":
			trust[c.Value] += c.N
		default:
			if len(byQuestion[c.Question]) == 0 {
				order = append(order, c.Question)
			}
			byQuestion[c.Question] = append(byQuestion[c.Question], answerCount{Value: c.Value, N: c.N})
		}
	}
	list := m.trust(trust, FromRatings)
	return append(list, m.loyalty(order, byQuestion)...)
}

// trust gives the share from TrustFrom up and the mean × 10 (OECD, Guidelines on Measuring
// Trust, 2017: answers 0–10, 6–10 trusting).
func (m Methodology) trust(given map[int]int64, source string) []Reading {
	var n, trusting int64
	var counts []answerCount
	for v := range 11 {
		if given[v] == 0 {
			continue
		}
		n += given[v]
		counts = append(counts, answerCount{Value: v, N: given[v]})
		if v >= m.Terms.TrustFrom {
			trusting += given[v]
		}
	}
	mean, blank := m.blank(KeyTrustMean, source, n)
	if !blank {
		f := pointMean(counts, stats.Interval{Low: 0, High: 10}, m.Confidence)
		mean.NEff, mean.Figure = float64(n), f.rescaled(0, 10)
		mean = m.graded(mean)
	}
	return []Reading{m.shareReading(KeyTrust, source, trusting, n), mean}
}

// loyalty is the mean of the items' means. Visitors answer one or two of the items, so how
// the items go together is not known; the interval is as wide as if they went together
// entirely, for the standard error of a mean of items is never more than their mean one.
func (m Methodology) loyalty(order []int64, given map[int64][]answerCount) []Reading {
	n := int64(math.MaxInt64)
	var index, net Figure
	for _, q := range order {
		var of int64
		var promoters, detractors float64
		for _, c := range given[q] {
			of += c.N
			if c.Value >= 9 {
				promoters += float64(c.N)
			}
			if c.Value <= 6 {
				detractors += float64(c.N)
			}
		}
		n = min(n, of)
		index = index.plus(*pointMean(given[q], stats.Interval{Low: 0, High: 10}, m.Confidence).rescaled(0, 10))
		net = net.plus(netFigure(promoters, detractors, float64(of), m.Confidence))
	}
	if len(order) == 0 {
		n = 0
	}
	mean, blank := m.blank(KeyLoyalty, FromRatings, n)
	if blank {
		return []Reading{mean, {Key: KeyLoyaltyNet, Source: FromRatings, State: mean.State, Below: mean.Below}}
	}
	k := float64(len(order))
	mean.NEff, mean.Figure = float64(n), &Figure{index.Value / k, index.Low / k, index.High / k}
	mean = m.graded(mean)
	other := mean
	other.Key, other.Figure = KeyLoyaltyNet, &Figure{net.Value / k, net.Low / k, net.High / k}
	return []Reading{mean, other}
}

func (f Figure) plus(o Figure) Figure {
	return Figure{f.Value + o.Value, f.Low + o.Low, f.High + o.High}
}

// netFigure is promoters less detractors in points of a hundred, −100…100, with the interval
// of a difference of two shares of one multinomial sample, from the adjusted Wald method of
// J. Sauro & J. R. Lewis ("Quantifying the User Experience", 2nd edition, 2016, ch. 5;
// A. Agresti & Y. Min, "Simple improved confidence intervals for comparing matched
// proportions", Statistics in Medicine 24, 2005, 729–740, add ½ to either side).
func netFigure(promoters, detractors, n, conf float64) Figure {
	if n <= 0 {
		return Figure{0, -100, 100}
	}
	p, d := (promoters+0.75)/(n+3), (detractors+0.75)/(n+3)
	half := stats.TwoSided(conf) * math.Sqrt(math.Max(p+d-(p-d)*(p-d), 0)/(n+3))
	value := (promoters - detractors) / n
	low, high := math.Max(p-d-half, -1), math.Min(p-d+half, 1)
	return Figure{100 * value, 100 * math.Min(low, value), 100 * math.Max(high, value)}
}
