package offices

import (
	"slices"
	"strings"

	"minping/internal/csvtext"
)

// read tidies one cell and tells what is wrong with it by itself.
func (c column) read(cell string, from1904 bool) (string, *problem) {
	text, wrong := c.rule.check(csvtext.Rearm(strings.TrimSpace(cell)))
	if wrong == nil && brokenCell(text) {
		wrong = &problem{"offices.import.error_cell", map[string]any{"Value": text}}
	}
	if c.day == noDay || wrong != nil {
		return text, wrong
	}
	if text == "" || (c.day == openEnd && slices.Contains([]string{"至今", "长期", "现任", "在职"}, text)) {
		return "", nil
	}
	day, err := ParseDay(text, from1904)
	if err != nil {
		return text, &problem{"offices.fault.bad_day", map[string]any{"Value": excerpt(text)}}
	}
	return string(day), nil
}

// brokenCell tells whether a text is the error value of a formula.
func brokenCell(text string) bool {
	switch text {
	case "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!":
		return true
	}
	return false
}

// checkPeriod wants the end not before the beginning.
func (p *planner) checkPeriod(l layout, e *entry) {
	from, to := e.values[l.begin], e.values[l.end]
	if isDay(from) && isDay(to) && to < from {
		p.refuse(e, l.end, problem{"offices.fault.period", map[string]any{"From": from, "To": to}})
	}
}

func isDay(text string) bool { return !Day(text).Time().IsZero() }

// checkReferences wants every code that a row refers to in the file or the directory.
func (p *planner) checkReferences(t Table, e *entry) {
	for i, c := range layouts[t].columns {
		if c.to == "" || e.values[i] == "" || p.find(c.to, e.values[i]) != nil {
			continue
		}
		p.refuse(e, i, problem{c.to.unknownKey(), map[string]any{"Value": excerpt(e.values[i])}})
	}
}

// unknownKey is the message for a code that no row of the table has.
func (t Table) unknownKey() string {
	switch t {
	case Offices:
		return "offices.import.unknown_office"
	case Divisions:
		return "offices.import.unknown_division"
	case Halls:
		return "offices.import.unknown_hall"
	case Windows:
		return "offices.import.unknown_window"
	default:
		return "offices.import.unknown_staff"
	}
}

// find looks up a row by its only key.
func (p *planner) find(t Table, code string) *entry { return p.world[t][code+"\x00"] }

// value reads a column of an entry by its machine name.
func (t Table) value(e *entry, name string) string { return e.values[layouts[t].index(name)] }

// checkReach wants the row, as it was and as it will be, within the offices,
// divisions and halls that the importing person may write.
func (p *planner) checkReach(t Table, e *entry) {
	if p.reach.all || (p.within(t, e.values) && (e.old == nil || p.within(t, e.old))) {
		return
	}
	p.refuse(e, -1, problem{"offices.import.out_of_scope", nil})
}

func (p *planner) within(t Table, values []string) bool {
	at := func(name string) string { return values[layouts[t].index(name)] }
	switch t {
	case Offices:
		return p.reach.offices[at("code")]
	case Halls:
		return p.reach.halls[at("code")]
	case Divisions:
		return p.reach.offices[at("office")] || p.reach.divisions[at("code")]
	case Windows:
		return p.reach.offices[at("office")] || p.reach.divisions[at("division")] || p.reach.halls[at("hall")]
	case Duties:
		w := p.find(Windows, at("window"))
		return w != nil && p.within(Windows, w.values)
	case Tenures:
		d := p.find(Divisions, at("division"))
		return d != nil && p.within(Divisions, d.values)
	default: // staff
		return p.reach.offices[at("office")] || p.reach.divisions[at("division")]
	}
}

// checkMembers wants a window's or person's division in their own office. Where
// the file moves a division away from members that the file leaves where they
// are, the division's row is at fault.
func (p *planner) checkMembers(t Table) {
	l := layouts[t]
	division, office := l.index("division"), l.index("office")
	for _, e := range p.order[t] {
		d := p.find(Divisions, e.values[division])
		if d == nil {
			continue
		}
		// An office that is not there has been reported where it stands.
		its := Divisions.value(d, "office")
		if its != e.values[office] && p.find(Offices, its) != nil && p.find(Offices, e.values[office]) != nil {
			p.refuse(e, division, problem{"offices.import.division_elsewhere", map[string]any{
				"Value": excerpt(e.values[division]), "Office": excerpt(its)}})
		}
	}
	left := map[*entry]int{}
	for _, e := range p.world[t] {
		d := p.find(Divisions, e.values[division])
		if e.sheet == nil && d != nil && d.sheet != nil && Divisions.value(d, "office") != e.values[office] {
			left[d]++
		}
	}
	for _, d := range p.order[Divisions] {
		if n := left[d]; n > 0 {
			p.refuse(d, layouts[Divisions].index("office"), problem{"offices.import.division_moved", map[string]any{"Count": n}})
		}
	}
}

// checkOverlaps wants the periods of rows with the same values in the columns
// by to be apart.
func (p *planner) checkOverlaps(t Table, by ...string) {
	l := layouts[t]
	group := func(e *entry) string {
		key := ""
		for _, name := range by {
			key += e.values[l.index(name)] + "\x00"
		}
		return key
	}
	touched := map[string][]*entry{}
	for _, e := range p.order[t] {
		touched[group(e)] = nil
	}
	for _, e := range p.world[t] {
		if g := group(e); !e.faulty && isDay(e.values[l.begin]) {
			if _, ok := touched[g]; ok {
				touched[g] = append(touched[g], e)
			}
		}
	}
	for _, e := range p.order[t] { // in the order of the file, so that plans are alike
		g := group(e)
		p.overlaps(l, touched[g])
		delete(touched, g)
	}
}

// overlaps reports each period of one group that begins before an earlier one has ended.
func (p *planner) overlaps(l layout, entries []*entry) {
	slices.SortFunc(entries, func(a, b *entry) int { return strings.Compare(a.values[l.begin], b.values[l.begin]) })
	var longest *entry
	for _, e := range entries {
		if longest != nil && (longest.values[l.end] == "" || longest.values[l.end] >= e.values[l.begin]) {
			p.refuseOverlap(l, e, longest)
		}
		if longest == nil || lastDay(l, e) > lastDay(l, longest) {
			longest = e
		}
	}
}

// refuseOverlap blames the row that the file has; of two, the later period.
func (p *planner) refuseOverlap(l layout, e, other *entry) {
	if e.sheet == nil {
		e, other = other, e
	}
	if e.sheet == nil {
		return // stored so; the database would not have let it
	}
	args := map[string]any{"From": other.values[l.begin], "To": other.values[l.end]}
	if other.values[l.end] == "" {
		p.refuse(e, l.begin, problem{"offices.import.overlap_open", args})
		return
	}
	p.refuse(e, l.begin, problem{"offices.import.overlap", args})
}

// lastDay is the end of an entry's period, where an open end is after all others.
func lastDay(l layout, e *entry) string {
	if e.values[l.end] == "" {
		return "9999-12-31"
	}
	return e.values[l.end]
}
