package complaints

import (
	"context"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/pg"
)

// audiences are who is told of a share of a clock's limit, by the share's place.
// Whatever the clock, the third is overdue and puts the case under supervision of
// level 1, the fourth of level 2.
var audiences = map[ClockName][4][]string{
	ClockTriage:      {{"desk"}, {"desk"}, {"desk", "supervisor"}, {"desk", "supervisor", "head"}},
	ClockAcknowledge: {{"handler"}, {"chief"}, {"chief", "supervisor"}, {"head", "supervisor"}},
	ClockHandle:      {{"handler"}, {"chief"}, {"chief", "supervisor"}, {"head", "supervisor"}},
	ClockCallback:    {{"caller"}, {"caller"}, {"caller", "supervisor"}, {"supervisor"}},
	ClockReview:      {{"reviewer"}, {"reviewer"}, {"reviewer", "supervisor"}, {"supervisor"}},
}

// levelAt is the level of supervision that a passed share brings by itself.
func levelAt(share int) int { return max(0, share-1) }

// batch is how many cases are looked up at a time; every one that is due is reached.
const batch = 200

// Escalate does what time alone brings: reminders at the shares of each limit and
// the end of waiting for a citizen. A job calls it every minute. It works through
// everything that is due, the longest waiting first; a case that fails is left for
// the next run and keeps no other back.
func (s *Service) Escalate(ctx context.Context) (int, error) {
	var done int
	var failed error
	until := s.now()
	for after := (wakeMark{}); ; {
		marks, err := selectWaking(ctx, s.cfg.DB, until, after)
		if err != nil {
			return done, errors.Join(failed, err)
		}
		for _, m := range marks {
			n, err := s.wakeCase(ctx, m.ID, until)
			done, failed = done+n, errors.Join(failed, err)
			after = m
		}
		if len(marks) < batch {
			return done, failed
		}
	}
}

// wakeMark is a place in the order of waking.
type wakeMark struct {
	At time.Time `db:"wake_at"`
	ID ID        `db:"id"`
}

// wakeCase does everything that is due at a case, in one transaction.
func (s *Service) wakeCase(ctx context.Context, id ID, until time.Time) (n int, err error) {
	err = pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		c, err := lockCase(ctx, tx, id)
		if err != nil {
			return err
		}
		events, err := selectEvents(ctx, tx, id)
		if err != nil {
			return err
		}
		f, err := s.stand(events)
		if err != nil {
			return err
		}
		for {
			d, due := s.dueDeed(f, until)
			if !due {
				break
			}
			n++
			if err := s.happen(ctx, tx, actor.System("clock"), &c, f, d); err != nil {
				return err
			}
		}
		if n == 0 { // the calendar changed and what was due no longer is
			if _, err := s.noteMove(ctx, tx, &c, f, s.cfg.Clock()); err != nil {
				return err
			}
			c.settle(f, s.cfg.Clock())
			return updateCase(ctx, tx, &c, s.now())
		}
		return s.record(ctx, tx, actor.System("clock"), c, deed{action: ActStep, who: System})
	})
	return n, err
}

// dueDeed is what time brings to a case next.
func (s *Service) dueDeed(f *Flow, until time.Time) (deed, bool) {
	return s.dueDeedOn(f, s.cfg.Clock(), until)
}

func (s *Service) dueDeedOn(f *Flow, w *workday.Clock, until time.Time) (deed, bool) {
	if !f.State.Live() {
		return deed{}, false
	}
	if ends, ok := f.WaitEnds(w); ok && !ends.After(until) {
		return deed{action: ActWaitOver, who: System}, true
	}
	name, percent, at, ok := f.NextStep(w)
	if !ok || at.After(until) {
		return deed{}, false
	}
	// Where several shares passed while nobody looked, the last says all.
	c := f.Clock(name)
	for _, p := range c.shares() {
		if p > percent && !w.NextOpen(c.stepAt(w, p, c.Due(w).At)).After(until) {
			percent = p
		}
	}
	share := c.share(percent)
	d := deed{action: ActStep, who: System, detail: Detail{Clock: name, Percent: percent, Level: levelAt(share)}}
	d.after = func(ctx context.Context, tx *sqlx.Tx, c *Case, e Event) error {
		list := audiences[name][share]
		if c.Sealed {
			list = []string{"discipline"}
		}
		return insertNotices(ctx, tx, c, e, list)
	}
	return d, true
}

// Notice is something that somebody must be told.
type Notice struct {
	ID       int64     `db:"id"`
	Case     ID        `db:"case_id"`
	Audience string    `db:"audience"` // handler, chief, supervisor, head, desk, caller, reviewer, discipline
	Clock    ClockName `db:"clock"`
	Percent  int       `db:"percent"`
	Office   int64     `db:"office_id"`
	Account  int64     `db:"account_id"`
	SendAt   time.Time `db:"send_at"`
}

// TakeNotices hands over notices that may be sent now, oldest first, and counts
// them as sent if deliver does not fail. For the program itself.
func (s *Service) TakeNotices(ctx context.Context, by actor.Actor, most int, deliver func(context.Context, []Notice) error) (int, error) {
	if !isSystem(by) {
		return 0, forbidden()
	}
	var n int
	err := pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		list, err := takeNotices(ctx, tx, s.now(), most)
		if err != nil || len(list) == 0 {
			return err
		}
		n = len(list)
		return deliver(ctx, list)
	})
	return n, err
}
