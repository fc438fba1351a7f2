package indices

import (
	"context"

	"minping/internal/actor"
	"minping/internal/fault"
)

// Row is one unit's figures for a period.
type Row struct {
	Unit   Unit
	Period Period
	Figures
	Services *Services // nil where nobody told how many were served, or the ratings are filtered
}

// Unit is a place in the directory.
type Unit struct {
	ID     int64
	Kind   Level
	Code   string
	Name   string
	NameEn string
}

// Title is the unit's name in the reader's language.
func (u Unit) Title(language string) string {
	if language == "en" && u.NameEn != "" {
		return u.NameEn
	}
	return u.Name
}

// Index gives the figures of each unit of a level, by kind and code. Units that
// were open in the period or have ratings in it are listed; a unit nobody rated
// has the state none.
//
// Anybody may ask, except for divisions: those need index:internal, and only
// divisions in its scope are listed. Unauthorized or Forbidden without it;
// Invalid for values that do not exist; NotFound for a unit in Units or Within
// that does not exist, is not of the level, or is out of scope.
func (s *Service) Index(ctx context.Context, by actor.Actor, q Query) ([]Row, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	formula, err := s.Methodology(ctx, q.Period)
	if err != nil {
		return nil, err
	}
	return s.index(ctx, by, q, formula)
}

// index answers a checked question with formulas that need not be in force.
func (s *Service) index(ctx context.Context, by actor.Actor, q Query, formula Methodology) ([]Row, error) {
	sc, err := scopeFor(by, q.Level)
	if err != nil {
		return nil, err
	}
	if q.Within != 0 {
		if _, err := s.visible(ctx, by, q.Within); err != nil {
			return nil, err
		}
	}
	counted, err := s.store.index(ctx, q, sc)
	if err != nil {
		return nil, err
	}
	if missing(q.Units, counted) {
		return nil, fault.New(fault.NotFound, "indices.fault.unit")
	}
	byUnit := map[int64]sources{}
	if !formula.plain() {
		if byUnit, err = s.store.indexCells(ctx, q, sc); err != nil {
			return nil, err
		}
	}
	rows := make([]Row, 0, len(counted))
	for _, c := range counted {
		f := formula.measure(c.tally)
		if apart := byUnit[c.ID]; len(apart) > 0 {
			f = formula.measureCells(apart)
		}
		rows = append(rows, Row{Unit: c.Unit, Period: q.Period, Figures: f})
	}
	return rows, s.services(ctx, q, formula, rows)
}

func (q Query) check() error {
	fields := choice("level", string(q.Level), LevelNames())
	if q.Level == "" {
		fields = []fault.Field{{Name: "level", Key: "fault.field.required"}}
	}
	return q.filter().check(fields...)
}

func missing(asked []int64, got []countedUnit) bool {
	found := map[int64]bool{}
	for _, c := range got {
		found[c.ID] = true
	}
	for _, id := range asked {
		if !found[id] {
			return true
		}
	}
	return false
}
