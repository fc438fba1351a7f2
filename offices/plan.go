package offices

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Plan is what an import would do, or why it may not.
type Plan struct {
	Sheets   []SheetPlan // one per table that the file has, in the order of the workbook
	Problems []Problem   // in the order of sheet and row
	Dropped  int         // problems beyond the first 10,000
	Ignored  []Ignored
}

// SheetPlan counts the rows of one table. Rows = New + Changed + Unchanged + Faulty.
type SheetPlan struct {
	Table     Table
	Title     string // as the file names it
	Rows      int
	New       int
	Changed   int
	Unchanged int
	Faulty    int
}

// OK tells whether the import may be applied.
func (p Plan) OK() bool { return len(p.Problems) == 0 }

// Writes counts the rows that the import would add or change.
func (p Plan) Writes() int {
	n := 0
	for _, s := range p.Sheets {
		n += s.New + s.Changed
	}
	return n
}

// Plan tells what Apply would do and every fault of the file. It writes nothing.
// Forbidden without directory:import; rows outside by's offices are faults.
func (s *Service) Plan(ctx context.Context, by actor.Actor, sheets Sheets) (Plan, error) {
	sc, err := scopeOf(by, PermImport)
	if err != nil {
		return Plan{}, err
	}
	var p *planner
	err = s.read(ctx, func(q pg.Querier) error {
		p, err = preparePlan(ctx, q, sc, sheets)
		return err
	})
	if err != nil {
		return Plan{}, err
	}
	return p.plan, nil
}

// Apply plans again and writes the whole file or, where there is any fault,
// nothing: then it returns the plan with an Invalid fault. Applying a file twice
// changes nothing the second time. Forbidden like Plan.
func (s *Service) Apply(ctx context.Context, by actor.Actor, sheets Sheets) (Plan, error) {
	sc, err := scopeOf(by, PermImport)
	if err != nil {
		return Plan{}, err
	}
	var plan Plan
	err = s.write(ctx, func(q *sqlx.Tx) error {
		if err := lockDirectory(ctx, q); err != nil {
			return err
		}
		p, err := preparePlan(ctx, q, sc, sheets)
		if err != nil {
			return err
		}
		if plan = p.plan; !plan.OK() {
			return fault.New(fault.Invalid, "offices.import.faulty").With("Count", len(plan.Problems)+plan.Dropped)
		}
		if err := s.applyChanges(ctx, q, p.changes); err != nil {
			return err
		}
		return audit.Record(ctx, q, plan.told(by, s.now()))
	})
	return plan, err
}

// told is what the audit chain learns of an import.
func (p Plan) told(by actor.Actor, now time.Time) audit.Entry {
	rows, added, changed := 0, 0, 0
	for _, s := range p.Sheets {
		rows, added, changed = rows+s.Rows, added+s.New, changed+s.Changed
	}
	return audit.Entry{At: now, By: by, Action: audit.DirectoryImport, Object: audit.Object{Kind: "directory"},
		Detail: audit.Detail{"sheets": len(p.Sheets), "rows": rows, "added": added, "changed": changed}}
}

// applyChanges writes table by table, each after those it refers to, and
// changed rows before new ones: a period that now ends earlier makes room.
func (s *Service) applyChanges(ctx context.Context, q pg.Querier, all map[Table]changes) error {
	now := s.now()
	for _, t := range Tables() {
		c := all[t]
		if err := writeRows(ctx, q, t, statementsOf(t).update, c.update, now); err != nil {
			return err
		}
		if err := writeRows(ctx, q, t, statementsOf(t).insert, c.insert, now); err != nil {
			return err
		}
	}
	return nil
}

// preparePlan loads what the sheets can touch and plans.
func preparePlan(ctx context.Context, q pg.Querier, sc scope, sheets Sheets) (*planner, error) {
	reach, err := loadReach(ctx, q, sc)
	if err != nil {
		return nil, err
	}
	p := newPlanner(reach)
	for _, t := range neededTables(sheets) {
		rows, err := loadRows(ctx, q, t, scope{all: true})
		if err != nil {
			return nil, err
		}
		p.know(t, rows)
	}
	if err := p.run(ctx, sheets); err != nil {
		return nil, err
	}
	return p, nil
}

// neededTables are the units and people always, duties and tenures, of which
// there may be very many, only where the file has some.
func neededTables(sheets Sheets) []Table {
	needed := []Table{Offices, Divisions, Halls, Windows, People}
	for _, t := range []Table{Duties, Tenures} {
		for _, s := range sheets.Sheets {
			if s.Table == t {
				needed = append(needed, t)
				break
			}
		}
	}
	return needed
}
