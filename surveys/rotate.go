package surveys

// Variants tells how many different sets of further questions a version can
// show; Shown picks one of them. Pages are rendered once per variant and the
// variant is drawn for each visit, so rotation costs nothing at request time.
func (d Definition) Variants() int {
	n := 1
	for _, group := range d.groups() {
		n *= group.size()
	}
	return n
}

// Shown gives the further questions of a variant (0 ≤ variant < Variants).
func (d Definition) Shown(variant int) []Question {
	pick := map[string]map[string]bool{}
	for _, group := range d.groups() {
		pick[group.name] = group.chosen(variant % group.size())
		variant /= group.size()
	}
	var shown []Question
	for _, q := range d.Further() {
		if q.Rotate == nil || pick[q.Rotate.Group][q.Key] {
			shown = append(shown, q)
		}
	}
	return shown
}

type rotationGroup struct {
	name  string
	keys  []string
	show  int
	oneIn int
}

// mostSets is how many sets of a group's items are shown at most: each costs a page.
const mostSets = 10

// size: a group of k items showing two has a turn for each pair, where there are few, so that
// every item meets every other (what each has to do with satisfaction can then be weighed);
// otherwise a group has k turns (item i and the s-1 after it). Either way every item is
// shown equally often. A one-in-n group has n turns.
func (g rotationGroup) size() int {
	if g.oneIn > 1 {
		return g.oneIn
	}
	if g.show <= 0 || g.show >= len(g.keys) {
		return 1
	}
	if g.pairs() {
		return len(g.keys) * (len(g.keys) - 1) / 2
	}
	return len(g.keys)
}

func (g rotationGroup) pairs() bool {
	return g.show == 2 && len(g.keys) > 2 && len(g.keys)*(len(g.keys)-1)/2 <= mostSets
}

// pair is the turn-th pair, counted by how far apart the two stand.
func (g rotationGroup) pair(turn int) (first, second int) {
	k := len(g.keys)
	for apart := 1; apart < k; apart++ {
		for first := range k - apart {
			if turn == 0 {
				return first, first + apart
			}
			turn--
		}
	}
	return 0, 1
}

func (g rotationGroup) chosen(turn int) map[string]bool {
	chosen := map[string]bool{}
	switch {
	case g.oneIn > 1:
		if turn == 0 {
			for _, k := range g.keys {
				chosen[k] = true
			}
		}
	case g.size() == 1:
		for _, k := range g.keys {
			chosen[k] = true
		}
	case g.pairs():
		first, second := g.pair(turn)
		chosen[g.keys[first]], chosen[g.keys[second]] = true, true
	default:
		for i := range g.show {
			chosen[g.keys[(turn+i)%len(g.keys)]] = true
		}
	}
	return chosen
}

func (d Definition) groups() []rotationGroup {
	var groups []rotationGroup
	at := map[string]int{}
	for _, q := range d.Further() {
		if q.Rotate == nil {
			continue
		}
		i, ok := at[q.Rotate.Group]
		if !ok {
			i = len(groups)
			at[q.Rotate.Group] = i
			groups = append(groups, rotationGroup{name: q.Rotate.Group, show: q.Rotate.Show, oneIn: q.Rotate.OneIn})
		}
		groups[i].keys = append(groups[i].keys, q.Key)
	}
	return groups
}
