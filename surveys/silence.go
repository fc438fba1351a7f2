package surveys

import (
	"context"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// PermWall is what the dispatch monitor needs.
const PermWall actor.Permission = "wall:read"

// Pulse is how ratings come in today, and where none do.
type Pulse struct {
	Ratings, Bad int  // of today, by day of the visit; without excluded ones
	Open         bool // offices work at this moment
	Silent       []Silence
	Quiet        int // how many windows are silent
	Days         int // from how many working days without a rating on
}

// Silence is a window that is staffed today, can be rated, and is not.
type Silence struct {
	Window int64       `db:"id"`
	Last   workday.Day `db:"-"` // zero: never
	Days   int         `db:"-"` // working days since; 0: never rated
}

// silentRows is how many silent windows are named at most.
const silentRows = 8

// Pulse tells how ratings come in over what by holds wall:read for. Windows are
// silent only while offices work: at night nobody is asked why. Forbidden without wall:read.
func (s *Service) Pulse(ctx context.Context, by actor.Actor) (Pulse, error) {
	if !by.Anywhere(PermWall) {
		return Pulse{}, fault.New(fault.Forbidden, "fault.forbidden")
	}
	now := s.now()
	today := workday.Of(now)
	calendar := s.working()
	clock := workday.NewClock(calendar, workday.OfficeHours())
	p := Pulse{Open: clock.Open(now), Days: s.set.silent.At(now)}
	since := today
	for n := 0; n < p.Days; { // the last day on which a rating breaks the silence
		if since = since.AddDays(-1); calendar.IsWorkday(since) {
			n++
		}
	}
	err := pg.InSnapshot(ctx, s.db, func(tx *sqlx.Tx) error {
		q := pulseQuery{tx, by.Scope(PermWall), today, since}
		if err := q.rated(ctx, &p); err != nil || !p.Open {
			return err
		}
		return q.silent(ctx, &p, calendar)
	})
	return p, err
}
