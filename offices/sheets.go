package offices

import (
	"strings"

	"golang.org/x/text/width"
)

// Sheets is what a workbook or CSV file holds, recognised but not yet checked.
type Sheets struct {
	Sheets  []Sheet
	Ignored []Ignored
}

// With adds the sheets of another file, so that seven CSV files are one import.
func (s Sheets) With(other Sheets) Sheets {
	return Sheets{
		Sheets:  append(append([]Sheet(nil), s.Sheets...), other.Sheets...),
		Ignored: append(append([]Ignored(nil), s.Ignored...), other.Ignored...),
	}
}

// Sheet is the rows of one table. Cells stand in the order of the table's
// columns, whatever order the file has.
type Sheet struct {
	Table    Table
	Title    string // as the file names it
	Rows     []Row
	form     *layout // of another package; nil: Table says
	from1904 bool
	heading  int   // row number of the headings
	places   []int // file column (from 0) of each table column; -1 = not in the file
	problems []Problem
}

func (s *Sheet) layout() layout {
	if s.form != nil {
		return *s.form
	}
	return layouts[s.Table]
}

// Row is one row and its number as Excel shows it.
type Row struct {
	Number int
	Cells  []string
}

// Ignored is something in the file that the import did not use: a whole sheet
// (Column and Row are zero), a column, or a closing remark.
type Ignored struct {
	Sheet  string
	Column string
	Row    int
}

// simplify makes headings comparable: width folded, lower case, and without
// spaces, asterisks, and what stands in brackets after the name.
func simplify(heading string) string {
	heading = strings.ToLower(width.Fold.String(heading))
	if i := strings.IndexAny(heading, "(【[〔"); i > 0 {
		heading = heading[:i]
	}
	return strings.Map(func(c rune) rune {
		switch c {
		case ' ', '\t', '\n', '\r', '\u00a0', '\u3000', '\ufeff', '*', '_', '-', ':', '\'':
			return -1
		}
		return c
	}, heading)
}

// tableNamed finds the table by a sheet's or file's name.
func tableNamed(name string) (Table, bool) {
	name = simplify(name)
	for _, t := range Tables() {
		l := layouts[t]
		for _, alias := range append([]string{l.title, string(t)}, l.aliases...) {
			if simplify(alias) == name {
				return t, true
			}
		}
	}
	return "", false
}

// match finds the file column of each of the layout's columns; again lists
// file columns that repeat one, rest those that mean nothing here.
func (l layout) match(headings []string) (places, again, rest []int) {
	places = make([]int, len(l.columns))
	for i := range places {
		places[i] = -1
	}
	for at, heading := range headings {
		i := l.recognise(heading)
		switch {
		case simplify(heading) == "":
		case i < 0:
			rest = append(rest, at)
		case places[i] >= 0:
			again = append(again, at)
		default:
			places[i] = at
		}
	}
	return places, again, rest
}

// recognise finds the column that a heading names; -1 = none.
func (l layout) recognise(heading string) int {
	heading = simplify(heading)
	for i, c := range l.columns {
		if heading == simplify(c.heading) || heading == simplify(c.name) {
			return i
		}
		for _, alias := range c.aliases {
			if heading == simplify(alias) {
				return i
			}
		}
	}
	return -1
}

// score counts the matched columns; complete tells whether all required ones are there.
func (l layout) score(headings []string) (n int, complete bool) {
	places, _, _ := l.match(headings)
	complete = true
	for i, at := range places {
		if at >= 0 {
			n++
		} else if l.columns[i].rule.required {
			complete = false
		}
	}
	return n, complete
}

// tableOf recognises a table by its headings; hint decides between equals.
func tableOf(headings []string, hint Table) (Table, bool) {
	best, most, tied := Table(""), 0, false
	for _, t := range Tables() {
		n, complete := layouts[t].score(headings)
		switch {
		case !complete || n < most:
		case n > most:
			best, most, tied = t, n, false
		case t == hint || best == hint:
			best, tied = hint, false
		default:
			tied = true
		}
	}
	return best, most > 0 && !tied
}
