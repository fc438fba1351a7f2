package offices

// column is one column of a sheet of the workbook.
type column struct {
	name    string // machine name
	heading string // as exported
	aliases []string
	rule    textRule
	day     dayUse
	key     bool  // part of what recognises the row
	to      Table // the sheet it refers to by code; "" = none
	width   float64
	note    string // for the sheet 填写说明
}

// dayUse tells how a column holds a day.
type dayUse int

const (
	noDay   dayUse = iota
	plain          // any day
	openEnd        // a last day: empty, 至今 and 长期 mean that there is none yet
)

// Table names one sheet of the workbook.
type Table string

// The sheets, in the order in which they refer to each other.
const (
	Offices   Table = "offices"
	Divisions Table = "divisions"
	Halls     Table = "halls"
	Windows   Table = "windows"
	People    Table = "staff"
	Duties    Table = "duties"
	Tenures   Table = "tenures"
)

// Tables lists the sheets in the order of the workbook.
func Tables() []Table {
	return []Table{Offices, Divisions, Halls, Windows, People, Duties, Tenures}
}

// Title is the sheet's name in the workbook.
func (t Table) Title() string { return layouts[t].title }

// MessageKey is the message that names the sheet to the user.
func (t Table) MessageKey() string { return layouts[t].messageKey }

// layout is what a sheet looks like.
type layout struct {
	title      string
	messageKey string
	aliases    []string // other sheet names
	columns    []column
	begin, end int // columns of the period
}

// keyOf joins the values that recognise a row. Values hold no control
// characters, so the separator cannot be forged.
func (l layout) keyOf(values []string) string {
	key := ""
	for i, c := range l.columns {
		if c.key {
			key += values[i] + "\x00"
		}
	}
	return key
}

// index finds a column by machine name; -1 = none.
func (l layout) index(name string) int {
	for i, c := range l.columns {
		if c.name == name {
			return i
		}
	}
	return -1
}

func codeColumn(name, heading string, max int, aliases ...string) column {
	return column{name: name, heading: heading, aliases: aliases, rule: textRule{code: true, max: max}, width: 16}
}

func textColumn(name, heading string, max int, aliases ...string) column {
	return column{name: name, heading: heading, aliases: aliases, rule: textRule{max: max}, width: 24}
}

func dayColumn(name, heading string, use dayUse, aliases ...string) column {
	return column{name: name, heading: heading, aliases: aliases, rule: textRule{max: 40}, day: use, width: 13}
}

func (c column) isKey() column               { c.key, c.rule.required = true, true; return c }
func (c column) isRequired() column          { c.rule.required = true; return c }
func (c column) refersTo(t Table) column     { c.to = t; return c }
func (c column) noted(note string) column    { c.note = note; return c }
func (c column) mayBreak() column            { c.rule.lines = true; return c }
func (c column) wide(width float64) column   { c.width = width; return c }
func (l layout) period(b, e string) layout   { l.begin, l.end = l.index(b), l.index(e); return l }
func (l layout) also(names ...string) layout { l.aliases = names; return l }
