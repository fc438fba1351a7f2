package surveys

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/pg"
)

// Unit is what this package needs to know of a place: enough to print it on a
// page or poster and to count a rating at every level above it.
type Unit struct {
	ID       int64  `db:"id"`
	Kind     string `db:"kind"`
	Code     string `db:"code"`
	Name     string `db:"name"`
	NameEn   string `db:"name_en"`
	Number   string `db:"number"`
	OfficeID int64  `db:"office_id"`
	Division int64  `db:"division_id"`
	HallID   int64  `db:"hall_id"`
	Brand    string `db:"brand_name"`
	Promise  string `db:"brand_promise"`
	Closed   bool   `db:"closed"`
	Office   *Unit  `db:"-"` // nil for halls
	Hall     *Unit  `db:"-"` // nil where there is none
}

// Parents of a rating of this unit.
func (u *Unit) Parents() Parents {
	p := Parents{Division: u.Division, Office: u.OfficeID, Hall: u.HallID}
	switch u.Kind {
	case "window":
		p.Window = u.ID
	case "division":
		p.Division = u.ID
	case "office":
		p.Office = u.ID
	case "hall":
		p.Hall = u.ID
	}
	return p
}

// Place of the unit, for access checks.
func (u *Unit) Place() actor.Place {
	p := u.Parents()
	return actor.Place{Office: p.Office, Division: p.Division, Hall: p.Hall}
}

// lookup keeps units, versions, publications and codes in memory: opening a
// rating page touches no database. It is replaced whole, never changed.
type lookup struct {
	db   *sqlx.DB
	one  sync.Mutex // an older read never replaces a newer one
	snap atomic.Pointer[snapshot]
}

type snapshot struct {
	units    map[int64]*Unit
	byCode   map[string]*Unit // kind NUL code → unit
	versions map[int]*Version
	codes    map[string]codeRow
	active   map[target]string        // unit and channel → the code in use
	running  map[target][]publication // latest start first

	directory probeDirectory
}

type target struct {
	unit    int64
	channel Channel
}

type codeRow struct {
	Code      string     `db:"code"`
	UnitID    int64      `db:"unit_id"`
	Channel   Channel    `db:"channel"`
	RetiredAt *time.Time `db:"retired_at"`
	RetiredAs *string    `db:"retired_as"`
}

type publication struct {
	ID           int64      `db:"id"`
	UnitID       int64      `db:"unit_id"`
	Channel      Channel    `db:"channel"`
	VersionID    int        `db:"version_id"`
	StartsAt     time.Time  `db:"starts_at"`
	EndsAt       *time.Time `db:"ends_at"`
	LateWorkdays int        `db:"late_workdays"`
}

func (l *lookup) reload(ctx context.Context) error {
	l.one.Lock()
	defer l.one.Unlock()
	s := &snapshot{units: map[int64]*Unit{}, byCode: map[string]*Unit{}, versions: map[int]*Version{}, codes: map[string]codeRow{},
		active: map[target]string{}, running: map[target][]publication{}}
	err := pg.InSnapshot(ctx, l.db, func(tx *sqlx.Tx) error {
		for _, load := range []func(context.Context, pg.Querier) error{s.loadUnits, s.loadVersions, s.loadPublications, s.loadCodes} {
			if err := load(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("load publications: %w", err)
	}
	s.directory = probeDirectoryOf(s.units)
	l.snap.Store(s)
	return nil
}

func (s *snapshot) loadUnits(ctx context.Context, q pg.Querier) error {
	const query = `SELECT id, kind, code, name, name_en, number, coalesce(office_id, 0) AS office_id,
		coalesce(division_id, 0) AS division_id, coalesce(hall_id, 0) AS hall_id, brand_name, brand_promise,
		coalesce(closed_on < (now() AT TIME ZONE 'Asia/Shanghai')::date, false) AS closed FROM units`
	var rows []Unit
	if err := q.SelectContext(ctx, &rows, query); err != nil {
		return err
	}
	for i := range rows {
		s.units[rows[i].ID] = &rows[i]
		s.byCode[rows[i].Kind+"\x00"+rows[i].Code] = &rows[i]
	}
	for _, u := range s.units {
		u.Office, u.Hall = s.units[u.Parents().Office], s.units[u.Parents().Hall]
	}
	return nil
}

func (s *snapshot) loadVersions(ctx context.Context, q pg.Querier) error {
	versions, err := selectVersions(ctx, q)
	for _, v := range versions {
		s.versions[v.ID] = v
	}
	return err
}

func (s *snapshot) loadPublications(ctx context.Context, q pg.Querier) error {
	const query = `SELECT p.id, u.unit_id, p.channel, p.version_id, p.starts_at, p.ends_at, p.late_workdays
		FROM publications p JOIN publication_units u ON u.publication_id = p.id`
	var rows []publication
	if err := q.SelectContext(ctx, &rows, query); err != nil {
		return err
	}
	for _, p := range rows {
		t := target{p.UnitID, p.Channel}
		s.running[t] = append(s.running[t], p)
	}
	for _, ps := range s.running {
		slices.SortFunc(ps, func(a, b publication) int {
			return cmp.Or(b.StartsAt.Compare(a.StartsAt), cmp.Compare(b.ID, a.ID))
		})
	}
	return nil
}

func (s *snapshot) loadCodes(ctx context.Context, q pg.Querier) error {
	const query = `SELECT code, unit_id, channel, retired_at, retired_as FROM codes`
	var rows []codeRow
	if err := q.SelectContext(ctx, &rows, query); err != nil {
		return err
	}
	for _, c := range rows {
		s.codes[c.Code] = c
		if c.RetiredAt == nil {
			s.active[target{c.UnitID, c.Channel}] = c.Code
		}
	}
	return nil
}
