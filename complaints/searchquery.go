package complaints

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"minping/internal/actor"
	cut "minping/internal/words"
)

// A search is one tsquery: the words, and besides them where by may read and what
// the filter asks for, as the marks of case_search. So PostgreSQL meets everything in
// the index and reads only what is shown.

// term writes one lexeme of a tsquery.
func term(lexeme string) string {
	return "'" + strings.ReplaceAll(strings.ReplaceAll(lexeme, `\`, `\\`), "'", "''") + "'"
}

func mark(letter string, id int64) string { return term("@" + letter + strconv.FormatInt(id, 10)) }

// anyOf and allOf join expressions; "" stands for what is always true in allOf, and
// for nothing at all in anyOf.
func anyOf(list ...string) string { return joined(" | ", list) }
func allOf(list ...string) string { return joined(" & ", list) }

func joined(by string, list []string) string {
	list = slices.DeleteFunc(list, func(s string) bool { return s == "" })
	if len(list) == 1 {
		return list[0]
	}
	if len(list) == 0 {
		return ""
	}
	return "(" + strings.Join(list, by) + ")"
}

const (
	sealedMark = `'@x'`
	openMark   = `!'@x'`
	// never is an expression that no case meets.
	never = `('@x' & !'@x')`
)

// within is where something holds, as marks: over everything that is not sealed,
// over some parts, over what is sealed. "" is everywhere, never nowhere.
func within(all, sealed bool, parts ...string) string {
	open := anyOf(parts...)
	switch {
	case all && sealed:
		return ""
	case all:
		return openMark
	case open == "" && sealed:
		return sealedMark
	case open == "":
		return never
	case sealed:
		return anyOf(allOf(openMark, open), sealedMark)
	}
	return allOf(openMark, open)
}

func marks(letter string, ids []int64) []string {
	list := make([]string, 0, len(ids))
	for _, id := range ids {
		list = append(list, mark(letter, id))
	}
	return list
}

// readsAt is readable as marks, but for bars.
func (r reach) readsAt() string {
	return within(r.all || r.system, r.discipline || r.system,
		slices.Concat(marks("o", r.offices), marks("u", r.offices), marks("h", r.halls), marks("d", r.divisions))...)
}

// notesAt is where by reads private notes, by the rule of Get. Whoever holds a
// permission over a division reads notes there but does not search them: which office a
// division belongs to may change.
func notesAt(by actor.Actor) string {
	if isSystem(by) {
		return ""
	}
	var parts []string
	all := false
	for _, p := range []actor.Permission{PermHandle, PermSupervise} {
		over := by.Scope(p)
		all = all || over.All
		parts = slices.Concat(parts, marks("o", over.Offices), marks("h", over.Halls))
	}
	parts = append(parts, marks("u", officesOf(by))...)
	return within(all, by.Citywide(PermDiscipline), parts...)
}

// narrowedAt is the filter as marks; more tells that it asks for what marks do not hold.
func (f Filter) narrowedAt() (expression string, more bool) {
	var kinds, states []string
	for _, k := range f.Kinds {
		kinds = append(kinds, term("@k"+string(k)))
	}
	for _, st := range f.States {
		if len(f.States) == len(States()) {
			break // all of them: nothing to ask for
		}
		name := "@s" + string(st)
		if st.Live() {
			name = "@slive"
		}
		if name = term(name); !slices.Contains(states, name) {
			states = append(states, name)
		}
	}
	at := func(letter string, id int64) string {
		if id == 0 {
			return ""
		}
		return mark(letter, id)
	}
	nobody := ""
	if f.Nobody {
		nobody = mark("a", 0)
	}
	lives := len(slices.DeleteFunc(slices.Clone(f.States), func(s State) bool { return !s.Live() }))
	more = f.Overdue || !f.DueFrom.IsZero() || !f.DueBy.IsZero() || f.Level > 0 || f.As != "" || lives > 0 && lives < len(live)
	return allOf(anyOf(kinds...), anyOf(states...), at("o", f.Office), at("h", f.Hall), at("w", f.Unit), at("c", int64(f.Category)), at("a", f.Handler), nobody), more
}

// sought is one piece of what was typed, between spaces: the words it holds, or
// a place whose name it is part of.
type sought struct {
	words  []cut.Wanted
	places []int64
}

// expression of a piece; private also finds it in notes.
func (p sought) expression(private bool) string {
	var all []string
	for _, w := range p.words {
		if len(p.places) > 0 && w.Prefix && utf8.RuneCountInString(w.Text) == 1 {
			all = nil // the name says all that lonely characters could
			break
		}
		end := ""
		if w.Prefix {
			end = ":*"
		}
		if e := term(w.Text) + end; private {
			all = append(all, anyOf(e, term(notePrefix+w.Text)+end))
		} else {
			all = append(all, e)
		}
	}
	var parts []string
	if len(all) > 0 {
		parts = append(parts, allOf(all...))
	}
	for _, id := range p.places {
		parts = append(parts, mark("o", id), mark("u", id), mark("h", id), mark("d", id), mark("w", id))
	}
	return anyOf(parts...)
}

// searchFor is the whole tsquery of a search.
func searchFor(by actor.Actor, r reach, f Filter, pieces []sought) (query string, more bool) {
	var public, private []string
	for _, p := range pieces {
		public, private = append(public, p.expression(false)), append(private, p.expression(true))
	}
	reads, notes := r.readsAt(), notesAt(by)
	said := allOf(append(public, reads)...)
	switch notes {
	case never:
	case reads:
		said = allOf(append(private, reads)...)
	default:
		said = anyOf(said, allOf(append(private, reads, notes)...))
	}
	rest, more := f.narrowedAt()
	if query = allOf(said, rest); query == "" {
		query = "!" + never // everything
	}
	return query, more
}
