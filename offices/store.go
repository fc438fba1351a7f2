package offices

import (
	"context"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Config is what the service needs.
type Config struct {
	DB  *sqlx.DB
	Now func() time.Time // nil: time.Now
}

// Service is the directory.
type Service struct {
	db  *sqlx.DB
	now func() time.Time
}

// New makes the service.
func New(c Config) *Service {
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Service{db: c.DB, now: c.Now}
}

// write runs f in one transaction.
func (s *Service) write(ctx context.Context, f func(*sqlx.Tx) error) error {
	return pg.InTx(ctx, s.db, f)
}

// read runs f in one transaction that sees one moment.
func (s *Service) read(ctx context.Context, f func(pg.Querier) error) error {
	return pg.InSnapshot(ctx, s.db, func(tx *sqlx.Tx) error { return f(tx) })
}

// scope is the part of the directory an actor may see, as query parameters.
type scope struct {
	all   bool
	units []int64 // offices and divisions
	halls []int64
}

// scopeOf is the actor's scope for a permission; Forbidden where there is none.
func scopeOf(by actor.Actor, p actor.Permission) (scope, error) {
	if !by.Anywhere(p) {
		return scope{}, fault.New(fault.Forbidden, "offices.fault.forbidden")
	}
	reach := by.Scope(p)
	return scope{all: reach.All, units: slices.Concat(reach.Offices, reach.Divisions), halls: reach.Halls}, nil
}

// args are $1, $2 and $3 of every query that uses visibleUnit or visibleStaff.
func (sc scope) args(more ...any) []any {
	return append([]any{sc.all, pq.Int64Array(sc.units), pq.Int64Array(sc.halls)}, more...)
}

// visibleUnit is true for unit u within the scope: the city itself, the offices
// and divisions and all that belongs to them, the office above such a division,
// the halls and their windows, and a hall in which one of the offices or
// divisions has a window.
const visibleUnit = `($1::boolean OR u.kind = 'city'
	OR (u.kind IN ('office', 'division') AND u.id = ANY($2::bigint[]))
	OR u.office_id = ANY($2::bigint[]) OR u.division_id = ANY($2::bigint[])
	OR (u.kind = 'office' AND EXISTS (SELECT 1 FROM units od
		WHERE od.kind = 'division' AND od.id = ANY($2::bigint[]) AND od.office_id = u.id))
	OR (u.kind = 'hall' AND u.id = ANY($3::bigint[])) OR u.hall_id = ANY($3::bigint[])
	OR (u.kind = 'hall' AND EXISTS (SELECT 1 FROM units hw WHERE hw.hall_id = u.id AND hw.kind = 'window'
		AND (hw.office_id = ANY($2::bigint[]) OR hw.division_id = ANY($2::bigint[])))))`

// visibleStaff is true for person p within the scope: of the offices or
// divisions, or ever on duty at a window of the halls.
const visibleStaff = `($1::boolean OR p.office_id = ANY($2::bigint[]) OR p.division_id = ANY($2::bigint[])
	OR EXISTS (SELECT 1 FROM duties pd JOIN units pw ON pw.id = pd.window_id
		WHERE pd.staff_id = p.id AND pw.hall_id = ANY($3::bigint[])))`
