package indices

import (
	"math"

	"minping/indices/stats"
)

// measure is what one answer of the panel says for an index; not ok: nothing.
type measure struct {
	key   string
	share bool           // a yes or no, 1 or 0
	scale stats.Interval // otherwise
	of    func(panelAnswer) (float64, bool)
}

// on gives an answer that lies on its scale.
func on(v *int, from int) (float64, bool) {
	if v == nil || *v < from {
		return 0, false
	}
	return float64(*v), true
}

// all gives several answers that all lie on their scale.
func all(from int, list ...*int) ([]float64, bool) {
	values := make([]float64, 0, len(list))
	for _, v := range list {
		x, ok := on(v, from)
		if !ok {
			return nil, false
		}
		values = append(values, x)
	}
	return values, true
}

func (a panelAnswer) satisfaction() ([]float64, bool) { return all(1, a.Overall, a.Expected, a.Ideal) }
func (a panelAnswer) loyalty() ([]float64, bool)      { return all(0, a.Reuse, a.Recommend, a.Cooperate) }

func yes(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// measures are the panel's indices.
func (m Methodology) measures() []measure {
	hundred := stats.Interval{Low: 0, High: 100}
	return []measure{
		{key: KeyACSI, scale: hundred, of: func(a panelAnswer) (float64, bool) { // ACSI's three items, equal weights
			v, ok := a.satisfaction()
			if !ok {
				return 0, false
			}
			return (v[0] + v[1] + v[2] - 3) / 27 * 100, true
		}},
		{key: KeyAwareness, share: true, of: func(a panelAnswer) (float64, bool) { return yes(a.Heard == "yes"), a.Heard != "" }},
		{key: KeyReputation, share: true, of: func(a panelAnswer) (float64, bool) {
			v, ok := on(a.Esteem, 0)
			return yes(v >= float64(m.Terms.FavourableFrom)), ok
		}},
		{key: KeyTrust, share: true, of: func(a panelAnswer) (float64, bool) {
			v, ok := on(a.Trust, 0)
			return yes(v >= float64(m.Terms.TrustFrom)), ok
		}},
		{key: KeyTrustMean, scale: hundred, of: func(a panelAnswer) (float64, bool) {
			v, ok := on(a.Trust, 0)
			return v * 10, ok
		}},
		{key: KeyLoyalty, scale: hundred, of: func(a panelAnswer) (float64, bool) {
			v, ok := a.loyalty()
			if !ok {
				return 0, false
			}
			return (v[0] + v[1] + v[2]) / 3 * 10, true
		}},
		{key: KeyLoyaltyNet, scale: stats.Interval{Low: -100, High: 100}, of: func(a panelAnswer) (float64, bool) {
			v, ok := a.loyalty()
			net := 0.0
			for _, x := range v {
				net += yes(x >= 9) - yes(x <= 6)
			}
			return net / 3 * 100, ok
		}},
	}
}

// sample is values that weigh, one for each person.
type sample struct{ x, w []float64 }

func (s *sample) add(x, w float64) {
	if w > 0 {
		s.x, s.w = append(s.x, x), append(s.w, w)
	}
}

// sampleOf is what a measure finds in answers, one value for each person: about one office a
// person answers once, over several offices the person's mean counts.
func (ms measure) sampleOf(list []panelAnswer) sample {
	type key struct {
		wave       int64
		respondent string
	}
	var s sample
	at, times := map[key]int{}, map[key]float64{}
	for _, a := range list {
		x, ok := ms.of(a)
		if !ok || a.weight <= 0 {
			continue
		}
		k := key{a.Wave, a.Respondent}
		if i, seen := at[k]; seen {
			times[k]++
			s.x[i] += (x - s.x[i]) / times[k]
			continue
		}
		at[k], times[k] = len(s.x), 1
		s.add(x, a.weight)
	}
	return s
}

// reading makes an index of a sample: a share with Wilson's interval, a mean with Student's,
// both with Kish's effective number.
func (m Methodology) reading(ms measure, source string, s sample) Reading {
	r, blank := m.blank(ms.key, source, int64(len(s.x)))
	if blank {
		return r
	}
	r.NEff = stats.Kish(s.w)
	if !ms.share {
		mean, i := stats.Weighted(s.x, s.w, ms.scale, m.Confidence)
		r.Figure = &Figure{mean, i.Low, i.High}
		return m.graded(r)
	}
	var hits, weights float64
	for k := range s.x {
		hits, weights = hits+s.w[k]*s.x[k], weights+s.w[k]
	}
	p := hits / weights
	i := stats.Wilson(p*r.NEff, r.NEff, m.Confidence)
	r.Figure = &Figure{100 * p, 100 * i.Low, 100 * i.High}
	return m.graded(r)
}

// panelReadings are what each source of the panel says of a unit.
func (m Methodology) panelReadings(unit int64, d panelData) []Reading {
	var list []Reading
	for _, source := range panelSources() {
		answers := d.answers[unit][source]
		if len(answers) == 0 {
			continue
		}
		invited := d.invited[unit][source]
		for _, ms := range m.measures() {
			if ms.key == KeyAwareness && source != FromPanel && source != FromExperts {
				continue // who works with an office knows it
			}
			list = append(list, d.noted(m.reading(ms, source, ms.sampleOf(answers)), invited, m))
		}
	}
	if len(d.mentions) > 0 {
		list = append(list, m.firstNamed(unit, d))
	}
	return list
}

// noted adds to a reading of the panel how many were asked, and how they were weighted.
func (d panelData) noted(r Reading, invited invitation, m Methodology) Reading {
	if r.Shown() && invited.Invited > 0 && (r.Key == KeyAwareness || r.Source != FromPanel) {
		r.Response = m.response(invited.Answered, invited.Invited)
	}
	if r.Shown() && r.Source == FromPanel {
		r.Note = d.note
	}
	return r
}

// firstNamed is the share of citizens to whom the office comes to mind first; of the city
// any office.
func (m Methodology) firstNamed(unit int64, d panelData) Reading {
	var s sample
	for _, n := range d.mentions {
		s.add(yes(n.Unit == unit), n.weight)
	}
	r := m.reading(measure{key: KeyUnprompted, share: true}, FromPanel, s)
	if r.Shown() {
		r.Note = d.note
	}
	return r
}

// ofCity puts all offices' answers under the city.
func (d *panelData) ofCity(city int64) {
	answers, invited := map[string][]panelAnswer{}, map[string]invitation{}
	for _, source := range panelSources() {
		for _, unit := range sortedKeys(d.answers) {
			answers[source] = append(answers[source], d.answers[unit][source]...)
		}
		for _, of := range d.invited {
			sum := invited[source]
			sum.Invited, sum.Answered = sum.Invited+of[source].Invited, sum.Answered+of[source].Answered
			invited[source] = sum
		}
	}
	d.answers, d.invited = map[int64]map[string][]panelAnswer{city: answers}, map[int64]map[string]invitation{city: invited}
	for i, n := range d.mentions {
		if n.Unit != 0 {
			d.mentions[i].Unit = city
		}
	}
}

// Consistency is how far the items of a scale measure one thing (Cronbach's alpha).
type Consistency struct {
	Key    string // KeyACSI or KeyLoyalty
	Alpha  float64
	Low    float64
	High   float64
	N      int
	Usable bool // 0.7 and more, the usual floor
}

// alphaFrom is how many persons alpha takes to be worth a look.
const alphaFrom = 10

// consistency tests the panel's two scales on all citizens who answered all items.
func (m Methodology) consistency(list []panelAnswer) []Consistency {
	var found []Consistency
	for _, scale := range []struct {
		key string
		of  func(panelAnswer) ([]float64, bool)
	}{{KeyACSI, panelAnswer.satisfaction}, {KeyLoyalty, panelAnswer.loyalty}} {
		var rows [][]float64
		for _, a := range list {
			if v, ok := scale.of(a); ok {
				rows = append(rows, v)
			}
		}
		alpha := stats.CronbachAlpha(rows)
		if len(rows) < alphaFrom || math.IsNaN(alpha) {
			continue
		}
		i := stats.AlphaInterval(alpha, len(rows), 3, m.Confidence)
		found = append(found, Consistency{Key: scale.key, Alpha: alpha, Low: i.Low, High: i.High, N: len(rows), Usable: alpha >= 0.7})
	}
	return found
}
