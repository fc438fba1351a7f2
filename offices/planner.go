package offices

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

const maxProblems = 10_000

// changes are the rows to write of one table, in the order of its columns.
type changes struct{ insert, update [][]string }

// reach is the part of the directory that the importing person may write.
type reach struct {
	all       bool
	offices   map[string]bool // codes
	divisions map[string]bool
	halls     map[string]bool
}

// entry is one row of the directory as it will be after the import.
type entry struct {
	values []string
	old    []string // nil = new
	sheet  *Sheet   // nil = not in the file
	row    int
	faulty bool
}

// planner compares a file with the directory. It is pure: what the database
// holds comes in through know, what is to be written goes out as changes.
type planner struct {
	reach   reach
	world   map[Table]map[string]*entry
	order   map[Table][]*entry // entries of the file, in its order
	rows    map[Table]*SheetPlan
	plan    Plan
	changes map[Table]changes
}

func newPlanner(r reach) *planner {
	p := &planner{reach: r, world: map[Table]map[string]*entry{}, order: map[Table][]*entry{},
		rows: map[Table]*SheetPlan{}, changes: map[Table]changes{}}
	for _, t := range Tables() {
		p.world[t] = map[string]*entry{}
	}
	return p
}

// know takes the existing rows of a table.
func (p *planner) know(t Table, rows [][]string) {
	l := layouts[t]
	for _, values := range rows {
		p.world[t][l.keyOf(values)] = &entry{values: values, old: values}
	}
}

// run plans all sheets: first every row by itself, then what ties them together.
func (p *planner) run(ctx context.Context, sheets Sheets) error {
	p.plan.Ignored = sheets.Ignored
	for i := range sheets.Sheets {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("plan import: %w", err)
		}
		p.takeSheet(&sheets.Sheets[i])
	}
	for _, t := range Tables() {
		for _, e := range p.order[t] {
			p.checkReferences(t, e)
			p.checkReach(t, e)
		}
	}
	p.checkMembers(Windows)
	p.checkMembers(People)
	p.checkOverlaps(Duties, "staff", "window")
	p.checkOverlaps(Tenures, "division")
	p.count()
	p.sort()
	return nil
}

// takeSheet reads the rows of one sheet into the world.
func (p *planner) takeSheet(s *Sheet) {
	for _, found := range s.problems {
		p.report(found)
	}
	plan := p.rows[s.Table]
	if plan == nil {
		plan = &SheetPlan{Table: s.Table, Title: s.Title}
		p.rows[s.Table] = plan
	}
	plan.Rows += len(s.Rows)
	if len(s.problems) > 0 { // without its columns no row can be understood
		plan.Faulty += len(s.Rows)
		return
	}
	for _, row := range s.Rows {
		p.takeRow(s, row)
	}
}

// takeRow checks one row by itself and puts it into the world under its key.
func (p *planner) takeRow(s *Sheet, row Row) {
	l := layouts[s.Table]
	e := &entry{sheet: s, row: row.Number, values: make([]string, len(l.columns))}
	p.order[s.Table] = append(p.order[s.Table], e)
	keyed := true
	for i, c := range l.columns {
		value, wrong := c.read(row.Cells[i], s.from1904)
		e.values[i] = value
		if wrong != nil {
			p.refuse(e, i, *wrong)
			keyed = keyed && !c.key
		}
	}
	if keyed {
		p.place(s, e)
	}
	p.checkPeriod(l, e)
}

// place enters a row into the world; columns that the file does not have keep
// their values.
func (p *planner) place(s *Sheet, e *entry) {
	l := layouts[s.Table]
	key := l.keyOf(e.values)
	before := p.world[s.Table][key]
	if before != nil && before.sheet != nil {
		p.refuse(e, slices.IndexFunc(l.columns, func(c column) bool { return c.key }),
			problem{"offices.import.twice", map[string]any{"Value": excerpt(l.show(e.values)), "Row": before.row, "Sheet": before.sheet.Title}})
		return
	}
	if before != nil {
		e.old = before.old
		for i, at := range s.places {
			if at < 0 {
				e.values[i] = e.old[i]
			}
		}
	}
	p.world[s.Table][key] = e
}

// show writes a key for a message.
func (l layout) show(values []string) string {
	var parts []string
	for i, c := range l.columns {
		if c.key {
			parts = append(parts, values[i])
		}
	}
	return strings.Join(parts, " / ")
}

// refuse reports a problem and marks the row.
func (p *planner) refuse(e *entry, col int, wrong problem) {
	e.faulty = true
	p.report(e.sheet.at(e.row, col, wrong))
}

func (p *planner) report(found Problem) {
	if len(p.plan.Problems) >= maxProblems {
		p.plan.Dropped++
		return
	}
	p.plan.Problems = append(p.plan.Problems, found)
}

// count classifies the rows and collects what is to be written.
func (p *planner) count() {
	for _, t := range Tables() {
		plan := p.rows[t]
		if plan == nil {
			continue
		}
		var c changes
		for _, e := range p.order[t] {
			switch {
			case e.faulty:
				plan.Faulty++
			case e.old == nil:
				plan.New++
				c.insert = append(c.insert, e.values)
			case !slices.Equal(e.old, e.values):
				plan.Changed++
				c.update = append(c.update, e.values)
			default:
				plan.Unchanged++
			}
		}
		p.changes[t] = c
		p.plan.Sheets = append(p.plan.Sheets, *plan)
	}
}

// sort puts the problems in the order in which the user walks through the file.
func (p *planner) sort() {
	rank := map[Table]int{}
	for i, t := range Tables() {
		rank[t] = i
	}
	slices.SortStableFunc(p.plan.Problems, func(a, b Problem) int {
		if d := rank[a.Table] - rank[b.Table]; d != 0 {
			return d
		}
		if d := strings.Compare(a.Sheet, b.Sheet); d != 0 {
			return d
		}
		return a.Row - b.Row
	})
}
