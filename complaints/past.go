package complaints

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/pg"
)

// Past is a case that went its way before the desk was there, as the
// demonstration tells it: how it was filed, and what was done to it.
type Past struct {
	Filing
	At     time.Time
	Rating *RatingRef // of a bad rating
	By     Doer       // staff: who filed
	Moves  []PastMove // by time
}

// Doer is a member of staff as an event names him; 0: without an account here.
type Doer struct {
	Account int64
	Name    string
}

// PastMove is one thing that was done to a past case.
type PastMove struct {
	At     time.Time
	Action Action
	Who    Who
	By     Doer
	Detail Detail
	Words  string // to the citizen, from the citizen, or a note
	Way    string // callbacks: phone, sms, page
	Into   int    // merge: into which case of the fill, counted from 0
}

// PastReport says what a fill made.
type PastReport struct {
	Cases, Events int
	Cut           int      // cases whose telling broke a rule and ends before it
	Sample        []Ticket // of a few cases that are followed up, newest last
}

// ErrNotEmpty refuses a fill of a desk that has cases.
var ErrNotEmpty = errors.New("the desk already holds cases")

// pastBatch is how many past cases a transaction stores.
const pastBatch = 100

// FillPast stores past cases, oldest first, into a desk that has none. Every event is judged as if it
// happened, and what time alone brings (reminders, supervision, the end of a pause)
// happens in between, up to now; reminders of the past count as sent. A case whose telling breaks a rule ends where it
// does. The audit chain learns of the whole fill in one entry.
//
// For the program itself: Forbidden to everybody else.
func (s *Service) FillPast(ctx context.Context, by actor.Actor, cases iter.Seq[Past]) (PastReport, error) {
	if !isSystem(by) {
		return PastReport{}, forbidden()
	}
	f := pastFill{s: s, w: s.cfg.Clock(), now: s.now(), places: map[int64]unitRow{}}
	if taken, err := anyCase(ctx, s.cfg.DB); err != nil || taken {
		return f.report, errors.Join(err, errWhere(taken, ErrNotEmpty))
	}
	for p := range cases {
		if f.pending = append(f.pending, p); len(f.pending) < pastBatch {
			continue
		}
		if err := f.flush(ctx); err != nil {
			return f.report, err
		}
	}
	if err := f.flush(ctx); err != nil {
		return f.report, err
	}
	return f.report, audit.RecordNow(ctx, s.cfg.DB, audit.Entry{At: s.now(), By: by, Action: audit.CaseImport, Object: audit.Object{Kind: "city"},
		Detail: audit.Detail{"what": "cases", "rows": f.report.Cases, "stored": f.report.Cases}})
}

func errWhere(yes bool, err error) error {
	if yes {
		return err
	}
	return nil
}

// pastFill is the state of a fill.
type pastFill struct {
	s       *Service
	w       *workday.Clock
	now     time.Time
	places  map[int64]unitRow
	ids     []ID // of the cases so far, in their order
	pending []Past
	report  PastReport
}

func (f *pastFill) flush(ctx context.Context) error {
	err := pg.InTx(ctx, f.s.cfg.DB, func(tx *sqlx.Tx) error {
		var rows pastRows
		for i := range f.pending {
			p, err := f.tell(ctx, tx, &f.pending[i])
			if err != nil {
				return fmt.Errorf("past case %d: %w", len(f.ids), err)
			}
			if err := p.store(ctx, tx, &rows); err != nil {
				return err
			}
			f.ids = append(f.ids, p.now.ID)
			f.report.Cases, f.report.Events = f.report.Cases+1, f.report.Events+len(p.events)
			if p.o.pin != "" && p.flow.State.Live() {
				f.report.Sample = append(f.report.Sample[max(0, len(f.report.Sample)-4):], Ticket{Receipt: p.o.receipt, PIN: p.o.pin})
			}
		}
		return rows.store(ctx, tx)
	})
	f.pending = f.pending[:0]
	return err
}
