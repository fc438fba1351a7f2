package offices

import (
	"strings"

	"minping/internal/fault"
)

const (
	maxRows    = 200_000
	maxColumns = 256
	// Headings may stand below a title and remarks, but not deeper than this.
	searchRows = 10
)

// gatherer turns the raw rows of one file's sheet into a Sheet.
type gatherer struct {
	sheet  Sheet
	hint   Table // what the sheet's name says; "" = nothing
	fixed  bool  // the name decides, not the headings
	found  bool
	seen   int  // non-empty rows before the headings
	budget *int // rows that the file may still have
	rest   []Ignored
}

// add takes the next row. TooLarge where the file has too many rows or columns.
func (g *gatherer) add(number int, cells []string) error {
	if len(cells) > maxColumns {
		return fault.New(fault.TooLarge, "offices.import.too_many_columns").With("Max", maxColumns).With("Sheet", g.sheet.Title)
	}
	if blank(cells) {
		return nil
	}
	if *g.budget--; *g.budget < 0 {
		return fault.New(fault.TooLarge, "offices.import.too_many_rows").With("Max", maxRows)
	}
	if !g.found {
		g.seek(number, cells)
		return nil
	}
	row := Row{Number: number, Cells: make([]string, len(g.sheet.places))}
	for i, at := range g.sheet.places {
		if at >= 0 && at < len(cells) {
			row.Cells[i] = cells[at]
		}
	}
	if !blank(row.Cells) { // rows prepared with a serial number only are empty too
		g.sheet.Rows = append(g.sheet.Rows, row)
	}
	return nil
}

// seek looks whether a row holds the headings.
func (g *gatherer) seek(number int, cells []string) {
	if g.seen++; g.seen > searchRows {
		return
	}
	if g.sheet.form != nil {
		if n, _ := g.sheet.form.score(cells); n >= 2 {
			g.begin(number, cells)
		}
		return
	}
	table, ok := tableOf(cells, g.hint)
	if g.fixed || (!ok && g.hint != "") {
		n, _ := layouts[g.hint].score(cells)
		table, ok = g.hint, n >= 2
	}
	if !ok {
		return
	}
	g.sheet.Table = table
	g.begin(number, cells)
}

// begin takes a row as the headings.
func (g *gatherer) begin(number int, cells []string) {
	g.found, g.sheet.heading = true, number
	l := g.sheet.layout()
	places, again, rest := l.match(cells)
	g.sheet.places = places
	for _, at := range again {
		p := g.sheet.at(number, l.recognise(cells[at]), problem{"offices.import.column_twice", map[string]any{"Value": excerpt(cells[at])}})
		p.Cell = cellName(at, number)
		g.sheet.problems = append(g.sheet.problems, p)
	}
	for _, at := range rest {
		g.rest = append(g.rest, Ignored{Sheet: g.sheet.Title, Column: excerpt(strings.TrimSpace(cells[at]))})
	}
	for i, at := range places {
		if at < 0 && l.columns[i].rule.required {
			g.sheet.problems = append(g.sheet.problems, g.sheet.at(number, i,
				problem{"offices.import.column_missing", map[string]any{"Value": l.columns[i].heading}}))
		}
	}
}

// into adds what was gathered to the file's sheets.
func (g *gatherer) into(s *Sheets) {
	switch {
	case g.found:
		s.Sheets = append(s.Sheets, g.sheet)
		s.Ignored = append(s.Ignored, g.rest...)
	case g.seen > 0 && g.fixed:
		g.sheet.Table = g.hint
		g.sheet.places = layouts[g.hint].nowhere()
		g.sheet.problems = []Problem{g.sheet.at(0, -1, problem{"offices.import.no_headings", nil})}
		s.Sheets = append(s.Sheets, g.sheet)
	case g.seen > 0:
		s.Ignored = append(s.Ignored, Ignored{Sheet: g.sheet.Title})
	}
}

// nowhere is places for a sheet without headings.
func (l layout) nowhere() []int {
	places := make([]int, len(l.columns))
	for i := range places {
		places[i] = -1
	}
	return places
}

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}
