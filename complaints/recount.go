package complaints

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/emmansun/gmsm/sm3"
	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
	"minping/internal/settings"
)

// Move is a deadline that moved without anything having happened to the case: the
// holidays or the office hours were changed.
type Move struct {
	At      time.Time `db:"at"`
	Clock   ClockName `db:"clock"`
	Was     time.Time `db:"was"`
	Becomes time.Time `db:"becomes"`
}

// calendarOf names a calendar with its office hours: two that answer alike have one name.
func calendarOf(w *workday.Clock) string {
	sum := sm3.New()
	for _, day := range w.Calendar().Exceptions() {
		_, _ = fmt.Fprintln(sum, day, w.Calendar().IsWorkday(day))
	}
	for _, s := range w.Hours().Schedules() {
		_, _ = fmt.Fprintln(sum, s.From, s.Spans)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// recount is one walk through all cases.
type recount struct {
	ID       int64      `db:"id"`
	Calendar string     `db:"calendar"`
	UpTo     ID         `db:"up_to"`
	Changed  int        `db:"changed"`
	Moved    int        `db:"moved"`
	DoneAt   *time.Time `db:"done_at"`
}

// Recompute writes anew what the events of all cases say where the calendar or the
// office hours are not those of the last walk: deadlines move with them, and what
// was in time is judged by them. Broken off, it goes on where it stopped. It tells how
// many cases it changed; the chain is told when it is through. A job calls it every minute.
func (s *Service) Recompute(ctx context.Context) (int, error) {
	run, err := s.openRecount(ctx, calendarOf(s.cfg.Clock()))
	changed := 0
	for err == nil && run.DoneAt == nil {
		before := run.Changed
		err = s.recountPage(ctx, &run)
		changed += run.Changed - before
	}
	return changed, err
}

// openRecount gives the walk that is not through, or begins one where the calendar is
// another; what an older calendar had left undone is then done by the new walk.
func (s *Service) openRecount(ctx context.Context, calendar string) (recount, error) {
	var run recount
	err := pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) (err error) {
		if err := lockRecounts(ctx, tx); err != nil {
			return err
		}
		last, err := lastRecount(ctx, tx)
		if run = last; err != nil || run.Calendar == calendar {
			return err
		}
		run, err = insertRecount(ctx, tx, calendar, s.now())
		return err
	})
	return run, err
}

// recountPage looks at the next cases; each that changes is a transaction of its own.
func (s *Service) recountPage(ctx context.Context, run *recount) error {
	var ids []ID
	err := pg.InSnapshot(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		cases, events, err := selectPage(ctx, tx, run.UpTo)
		for _, c := range cases {
			if run.UpTo = c.ID; len(s.compare(c, events[c.ID])) > 0 {
				ids = append(ids, c.ID)
			}
		}
		if len(cases) == 0 {
			run.DoneAt = moment(s.now())
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		moved, err := s.settleAnew(ctx, id)
		if err != nil {
			return fmt.Errorf("case %d: %w", id, err)
		}
		run.Changed++
		if moved {
			run.Moved++
		}
	}
	return pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		open, err := updateRecount(ctx, tx, run)
		if err != nil || !open || run.DoneAt == nil || run.Changed == 0 {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{At: s.now(), By: actor.System("calendar"), Action: audit.CaseRecount, Object: audit.Object{Kind: "city"},
			Detail: audit.Detail{"changed": run.Changed, "moved": run.Moved, "calendar": run.Calendar[:12]}})
	})
}

// settleAnew writes what a case's events say under the calendar of now.
func (s *Service) settleAnew(ctx context.Context, id ID) (moved bool, err error) {
	err = pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		c, err := lockCase(ctx, tx, id)
		if err != nil {
			return err
		}
		events, err := selectEvents(ctx, tx, id)
		if err != nil {
			return err
		}
		f, err := fold(events)
		if err != nil {
			return err
		}
		w := s.cfg.Clock()
		if moved, err = s.noteMove(ctx, tx, &c, f, w); err != nil {
			return err
		}
		c.settle(f, w)
		return updateCase(ctx, tx, &c, s.now())
	})
	return moved, err
}

// noteMove keeps that a locked case's deadline is no longer where it was written.
func (s *Service) noteMove(ctx context.Context, tx *sqlx.Tx, c *Case, f *Flow, w *workday.Clock) (bool, error) {
	to, moved := c.moves(f, w)
	if !moved {
		return false, nil
	}
	to.At = s.now()
	return true, insertMove(ctx, tx, c.ID, to)
}

// moves tells whether a case's deadline lies elsewhere by a clock than it is written.
func (c *Case) moves(f *Flow, w *workday.Clock) (Move, bool) {
	name, due, ok := f.Due(w)
	if !ok || c.DueAt == nil || !f.State.Live() || moment(due.At).Equal(*c.DueAt) {
		return Move{}, false
	}
	return Move{Clock: name, Was: *c.DueAt, Becomes: *moment(due.At)}, true
}

// Foreseen is what another calendar would move.
type Foreseen struct {
	Live    int // live cases whose deadline would lie elsewhere
	Looked  int // cases that were looked at
	Partial bool
}

// Foresee counts what another calendar would move among the cases that are live and
// not sealed, at most so many of them, and changes nothing. Needs setting:read over the city.
func (s *Service) Foresee(ctx context.Context, by actor.Actor, w *workday.Clock, most int) (Foreseen, error) {
	var n Foreseen
	if !by.Citywide(settings.PermRead) {
		return n, fault.New(fault.Forbidden, "fault.forbidden")
	}
	err := pg.InSnapshot(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		for after := ID(0); n.Looked < most; {
			cases, events, err := selectLivePage(ctx, tx, after)
			if err != nil || len(cases) == 0 {
				return err
			}
			for _, c := range cases {
				after, n.Looked = c.ID, n.Looked+1
				f, err := fold(events[c.ID])
				if err != nil {
					return err
				}
				if _, moved := c.moves(f, w); moved {
					n.Live++
				}
			}
		}
		n.Partial = true
		return nil
	})
	return n, err
}

// Recounting tells whether deadlines are still to be computed anew for the calendar of now.
func (s *Service) Recounting(ctx context.Context) (bool, error) {
	last, err := lastRecount(ctx, s.cfg.DB)
	return last.ID != 0 && (last.DoneAt == nil || last.Calendar != calendarOf(s.cfg.Clock())), err
}

// NoticeMissing gives the year whose holiday notice is missing and should be there: this
// year's, or from the first of November on next year's. 0: none is.
func (s *Service) NoticeMissing() int {
	return workday.Missing(s.cfg.Clock().Calendar(), workday.Of(s.now()))
}
