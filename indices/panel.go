package indices

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"minping/indices/stats"
)

// The panel's sources besides the citizens, who are FromPanel. None is ever added to another.
const (
	FromExperts = "panel.expert" // 专家、市民代表、代表委员
	FromAbove   = "panel.above"  // 上级
	FromPeers   = "panel.peer"   // 同级
	FromBelow   = "panel.below"  // 下级
)

// sourceOf says for whom a group of the panel speaks.
func sourceOf(group string) string {
	switch group {
	case "public", "society", "grassroots":
		return FromPanel
	case "expert", "delegate", "deputy":
		return FromExperts
	}
	return "panel." + group
}

func panelSources() []string {
	return []string{FromPanel, FromExperts, FromAbove, FromPeers, FromBelow}
}

// How far the panel's margins could be met.
const (
	NoteUnweighted = "unweighted" // no margins are known, or none could be met
	NotePartly     = "partly"     // one had to be left out, for nobody answered in one of its categories
)

// panelData is what the panel answered in a period, by office and source.
type panelData struct {
	answers  map[int64]map[string][]panelAnswer
	mentions []panelMention
	invited  map[int64]map[string]invitation
	note     string
	any      bool
}

// panel reads the closed waves of a period and weighs their citizens.
func (s *Service) panel(ctx context.Context, q Query, formula Methodology) (panelData, error) {
	d := panelData{answers: map[int64]map[string][]panelAnswer{}, invited: map[int64]map[string]invitation{}}
	if q.Channel != "" || q.Version != 0 { // of ratings; the panel has neither
		return d, nil
	}
	answers, err := s.store.panelAnswers(ctx, q.Period)
	if err != nil {
		return d, err
	}
	mentions, err := s.store.panelMentions(ctx, q.Period)
	if err != nil {
		return d, err
	}
	margins, err := s.store.panelMargins(ctx, q.Period)
	if err != nil {
		return d, err
	}
	if d.note, err = formula.weigh(answers, mentions, margins); err != nil {
		return d, err
	}
	for _, a := range answers {
		source := sourceOf(a.Group)
		if !asksFor(q.Stratum, a.Group, source) {
			continue
		}
		if d.answers[a.Unit] == nil {
			d.answers[a.Unit] = map[string][]panelAnswer{}
		}
		d.answers[a.Unit][source], d.any = append(d.answers[a.Unit][source], a), true
	}
	for _, m := range mentions {
		if sourceOf(m.Group) == FromPanel && asksFor(q.Stratum, m.Group, FromPanel) {
			d.mentions, d.any = append(d.mentions, m), true
		}
	}
	return d, s.invite(ctx, q, &d)
}

func (s *Service) invite(ctx context.Context, q Query, d *panelData) error {
	list, err := s.store.invitations(ctx, q.Period)
	if err != nil {
		return err
	}
	for _, i := range list {
		source := sourceOf(i.Group)
		if !asksFor(q.Stratum, i.Group, source) {
			continue
		}
		if d.invited[i.Unit] == nil {
			d.invited[i.Unit] = map[string]invitation{}
		}
		sum := d.invited[i.Unit][source]
		sum.Invited, sum.Answered = sum.Invited+i.Invited, sum.Answered+i.Answered
		d.invited[i.Unit][source] = sum
	}
	return nil
}

// asksFor tells whether a question about one stratum means a group.
func asksFor(stratum, group, source string) bool {
	return stratum == "" || stratum == group || stratum == "expert" && source == FromExperts
}

// cell is a kind of respondent: stratum and age.
type cellOf struct{ group, age string }

// weigh gives every citizen of each wave the weight that raking to the wave's margins gives
// their stratum and age; everybody else weighs 1. Weights belong to persons, not to
// answers: they are the same whichever offices a person was asked about.
func (m Methodology) weigh(answers []panelAnswer, mentions []panelMention, margins []panelMargin) (note string, err error) {
	people := map[int64]map[string]cellOf{}
	meet := func(wave int64, respondent, group, age string) {
		if sourceOf(group) != FromPanel {
			return
		}
		if people[wave] == nil {
			people[wave] = map[string]cellOf{}
		}
		people[wave][respondent] = cellOf{group, age}
	}
	for _, a := range answers {
		meet(a.Wave, a.Respondent, a.Group, a.Age)
	}
	for _, n := range mentions {
		meet(n.Wave, n.Respondent, n.Group, n.Age)
	}
	weights := map[int64]map[cellOf]float64{}
	for wave, list := range people {
		known := slices.DeleteFunc(slices.Clone(margins), func(g panelMargin) bool { return g.Wave != wave })
		var of string
		if weights[wave], of, err = m.rakeWave(list, known); err != nil {
			return "", err
		}
		if note == "" || of == NoteUnweighted {
			note = of
		}
	}
	weightOf := func(wave int64, group, age string) float64 {
		if sourceOf(group) != FromPanel {
			return 1
		}
		return weights[wave][cellOf{group, age}]
	}
	for i, a := range answers {
		answers[i].weight = weightOf(a.Wave, a.Group, a.Age)
	}
	for i, n := range mentions {
		mentions[i].weight = weightOf(n.Wave, n.Group, n.Age)
	}
	return note, nil
}

// rakeWave weighs the cells of one wave. Who did not tell their age keeps the share they
// have among those who answered, and the ages share the rest.
func (m Methodology) rakeWave(people map[string]cellOf, known []panelMargin) (map[cellOf]float64, string, error) {
	counted := map[cellOf]float64{}
	for _, c := range people {
		counted[c]++
	}
	cells := make([]cellOf, 0, len(counted))
	for c := range counted {
		cells = append(cells, c)
	}
	slices.SortFunc(cells, func(a, b cellOf) int {
		if a.group != b.group {
			return slices.Index(Strata(), a.group) - slices.Index(Strata(), b.group)
		}
		if a.age < b.age {
			return -1
		}
		return 1
	})
	counts := make([]float64, len(cells))
	for i, c := range cells {
		counts[i] = counted[c]
	}
	margins, note := fitting(cells, counts, known)
	weights := map[cellOf]float64{}
	if len(margins) == 0 {
		for _, c := range cells {
			weights[c] = 1
		}
		return weights, NoteUnweighted, nil
	}
	raked, err := stats.Rake(counts, margins, stats.RakeOptions{Trim: m.Terms.Trim})
	var empty *stats.EmptyCategory
	if err != nil && !errors.As(err, &empty) {
		return nil, "", fmt.Errorf("weigh the panel: %w", err)
	}
	for i, c := range cells {
		weights[c] = 1
		if err == nil {
			weights[c] = raked.Weights[i]
		}
	}
	if err != nil {
		note = NoteUnweighted
	}
	return weights, note, nil
}

// fitting makes margins that the cells can meet; one with a category that nobody answered
// in is left out.
func fitting(cells []cellOf, counts []float64, known []panelMargin) (list []stats.Margin, note string) {
	for _, dimension := range []string{"stratum", "age"} {
		category := map[string]int{}
		margin := stats.Margin{Name: dimension, Of: make([]int, len(cells))}
		for _, k := range known {
			if k.Dimension == dimension {
				category[k.Category] = len(margin.Shares)
				margin.Shares = append(margin.Shares, k.Share/100)
			}
		}
		if len(margin.Shares) == 0 {
			continue
		}
		var all, untold float64
		present := map[int]bool{}
		for i, c := range cells {
			value := c.group
			if dimension == "age" {
				value = c.age
			}
			at, told := category[value]
			if !told {
				at, untold = len(category), untold+counts[i]
			}
			margin.Of[i], present[at], all = at, true, all+counts[i]
		}
		missing := false
		for at, share := range margin.Shares {
			missing = missing || share > 0 && !present[at]
			margin.Shares[at] = share * (1 - untold/all)
		}
		if untold > 0 {
			margin.Shares = append(margin.Shares, untold/all)
		}
		if missing {
			note = NotePartly
			continue
		}
		list = append(list, margin)
	}
	return list, note
}
