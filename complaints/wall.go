package complaints

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/pg"
)

// PermWall opens the dispatch monitor 网络调度监控: counts and the numbers of
// pressing cases, never what anybody said.
const PermWall actor.Permission = "wall:read"

// Wall is the state of the desk at a glance.
type Wall struct {
	At time.Time
	Pressing
	Fresh   int // received and not given to an office yet
	Unsaid  int // given to an office that has not signed for it
	Working int // acknowledged, in progress, done again
	Asking  int // wait for the citizen
	Heard   int // answered, waiting for callback
	Judged  int // appeals that wait for a ruling
	Filed   int // today
	Ended   int // today
	Halls   []WallLoad
	Offices []WallLoad
	Reds    []WallCase // the longest overdue first
	Orders  []WallCase // under supervision of level 2 or 3, the next deadline first
	Ordered int        // how many are
}

// Pressing is what is to be done, and how much of it presses.
type Pressing struct {
	Live     int `db:"live"`
	Overdue  int `db:"overdue"`
	DueToday int `db:"today"`
	Red      int `db:"red"` // 200 % of a limit used up, or supervision of level 3
}

// WallLoad is the live cases about a hall, or at an office.
type WallLoad struct {
	Unit int64 `db:"unit_id"`
	Pressing
}

// WallCase is a case as the monitor names it: by its number, not by its words.
type WallCase struct {
	ID     ID         `db:"id"`
	Kind   Kind       `db:"kind"`
	State  State      `db:"state"`
	Office int64      `db:"office_id"`
	Hall   int64      `db:"hall_id"`
	Level  int        `db:"level"`
	DueAt  *time.Time `db:"due_at"`
	Clock  ClockName  `db:"due_clock"`
}

// wallRows is how many rows a list of the monitor has at most.
const wallRows = 8

// Wall draws the dispatch monitor over what by holds wall:read for. Sealed cases
// are not on it, whoever looks: it hangs where many pass. Forbidden without wall:read.
func (s *Service) Wall(ctx context.Context, by actor.Actor) (Wall, error) {
	if !by.Anywhere(PermWall) {
		return Wall{}, forbidden()
	}
	over := by.Scope(PermWall)
	r := reach{all: over.All, offices: over.Offices, halls: over.Halls, divisions: over.Divisions, account: by.Account, own: officesOf(by)}
	w := Wall{At: s.now()}
	err := pg.InSnapshot(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		q := wallQuery{tx, r, w.At, workday.Of(w.At).AddDays(1).Start()}
		return q.draw(ctx, &w)
	})
	return w, err
}
