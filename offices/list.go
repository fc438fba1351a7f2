package offices

import (
	"context"
	"strings"
	"time"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Filter narrows a list of units; zero fields do not narrow. Lists are ordered
// by id: pass the last id as AfterID for the next page.
type Filter struct {
	Kind     Kind
	Office   int64
	Division int64
	Hall     int64
	Query    string // part of a name, code or window number
	Open     bool   // only units in service today
	Limit    int    // 1–1000; 0 = 50
	AfterID  int64
}

// StaffFilter narrows a list of people like Filter.
type StaffFilter struct {
	Office   int64
	Division int64
	Query    string // part of a name or staff number
	Present  bool   // only people in service today
	Limit    int
	AfterID  int64
}

const (
	defaultLimit = 50
	maxLimit     = 1000
)

func limitOf(n int) int {
	if n <= 0 {
		return defaultLimit
	}
	return min(n, maxLimit)
}

// Units lists the units by may read. Forbidden without directory:read.
func (s *Service) Units(ctx context.Context, by actor.Actor, f Filter) ([]Unit, error) {
	sc, err := scopeOf(by, PermRead)
	if err != nil {
		return nil, err
	}
	f.Query, f.Limit = searchable(f.Query), limitOf(f.Limit)
	var units []Unit
	err = s.read(ctx, func(q pg.Querier) error {
		units, err = selectUnits(ctx, q, sc, f, DayOf(s.now()))
		return err
	})
	return units, err
}

// Unit reads one unit. NotFound where there is none or by may not read it.
func (s *Service) Unit(ctx context.Context, by actor.Actor, id int64) (Unit, error) {
	sc, err := scopeOf(by, PermRead)
	if err != nil {
		return Unit{}, err
	}
	var u Unit
	err = s.read(ctx, func(q pg.Querier) error {
		u, err = selectUnit(ctx, q, sc, id)
		return missing(err)
	})
	return u, err
}

// ByCode reads one unit by its code within its kind. NotFound like Unit.
func (s *Service) ByCode(ctx context.Context, by actor.Actor, kind Kind, code string) (Unit, error) {
	sc, err := scopeOf(by, PermRead)
	if err != nil {
		return Unit{}, err
	}
	var u Unit
	err = s.read(ctx, func(q pg.Querier) error {
		u, err = selectUnitByCode(ctx, q, sc, kind, searchable(code))
		return missing(err)
	})
	return u, err
}

// Staff lists the people by may read. Forbidden without directory:read.
func (s *Service) Staff(ctx context.Context, by actor.Actor, f StaffFilter) ([]Staff, error) {
	sc, err := scopeOf(by, PermRead)
	if err != nil {
		return nil, err
	}
	f.Query, f.Limit = searchable(f.Query), limitOf(f.Limit)
	var staff []Staff
	err = s.read(ctx, func(q pg.Querier) error {
		staff, err = selectStaff(ctx, q, sc, f, DayOf(s.now()))
		return err
	})
	return staff, err
}

// OnDuty lists who was on duty at a window on the day of an instant.
// NotFound where there is no such window or by may not read it.
func (s *Service) OnDuty(ctx context.Context, by actor.Actor, windowID int64, at time.Time) ([]Duty, error) {
	return s.duties(ctx, by, windowID, DayOf(at))
}

// Duties lists everybody who ever was on duty at a window, oldest first.
// NotFound like OnDuty.
func (s *Service) Duties(ctx context.Context, by actor.Actor, windowID int64) ([]Duty, error) {
	return s.duties(ctx, by, windowID, "")
}

func (s *Service) duties(ctx context.Context, by actor.Actor, windowID int64, day Day) ([]Duty, error) {
	var duties []Duty
	err := s.within(ctx, by, Window, windowID, func(q pg.Querier) (err error) {
		duties, err = selectDuties(ctx, q, windowID, day)
		return err
	})
	return duties, err
}

// Tenures lists the chiefs of a division, oldest first. NotFound where there
// is no such division or by may not read it.
func (s *Service) Tenures(ctx context.Context, by actor.Actor, divisionID int64) ([]Tenure, error) {
	var tenures []Tenure
	err := s.within(ctx, by, Division, divisionID, func(q pg.Querier) (err error) {
		tenures, err = selectTenures(ctx, q, divisionID)
		return err
	})
	return tenures, err
}

// within runs f where the unit is of the kind and by may read it.
func (s *Service) within(ctx context.Context, by actor.Actor, kind Kind, id int64, f func(pg.Querier) error) error {
	sc, err := scopeOf(by, PermRead)
	if err != nil {
		return err
	}
	return s.read(ctx, func(q pg.Querier) error {
		u, err := selectUnit(ctx, q, sc, id)
		if err != nil {
			return missing(err)
		}
		if u.Kind != kind {
			return fault.New(fault.NotFound, "offices.fault.not_found")
		}
		return f(q)
	})
}

// missing turns "no rows" into NotFound.
func missing(err error) error {
	if pg.None(err) {
		return fault.Wrap(fault.NotFound, "offices.fault.not_found", err)
	}
	return err
}

// searchable drops what PostgreSQL cannot hold in text, so that a strange
// query finds nothing and does not fail.
func searchable(text string) string {
	return strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", "\uFFFD"), "\uFFFD"))
}

// AllUnits lists every unit of a kind within by's reach, page after page: for
// imports and exports, which want them all.
func (s *Service) AllUnits(ctx context.Context, by actor.Actor, kind Kind) ([]Unit, error) {
	var all []Unit
	for f := (Filter{Kind: kind, Limit: maxLimit}); ; {
		page, err := s.Units(ctx, by, f)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if len(page) < maxLimit {
			return all, nil
		}
		f.AfterID = page[len(page)-1].ID
	}
}
