package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Check is one verification of the chain, running or ended.
type Check struct {
	ID         int64      `db:"id"`
	AskedBy    string     `db:"asked_by"`
	StartedAt  time.Time  `db:"started_at"`
	SeenAt     time.Time  `db:"seen_at"`
	Total      int64      `db:"total"`
	Entries    int64      `db:"entries"` // done so far, or all
	FinishedAt *time.Time `db:"finished_at"`
	Days       int        `db:"days"`
	Archived   int64      `db:"archived"`
	Head       string     `db:"head"`
	BrokenDay  *time.Time `db:"broken_day"`
	BrokenSeq  *int       `db:"broken_seq"`
	BrokenWhy  *Why       `db:"broken_why"`
	Failed     bool       `db:"failed"`
}

// Broken gives the first broken link that it found; nil where the chain is whole.
func (c Check) Broken() *Link {
	if c.BrokenDay == nil || c.BrokenSeq == nil || c.BrokenWhy == nil {
		return nil
	}
	return &Link{*c.BrokenDay, *c.BrokenSeq, *c.BrokenWhy}
}

// State is what there is to know about the chain.
type State struct {
	Head     Head
	Last     *Check // the last one that ended
	Running  *Check
	Archives []ArchiveFile
}

// ArchiveFile is an archive as it was noted.
type ArchiveFile struct {
	Archive
	At        time.Time
	RemovedAt *time.Time
}

// checks is the verification that this program runs.
type checks struct {
	mu      sync.Mutex
	running sync.WaitGroup
	ctx     context.Context //nolint:containedctx // ends the checks with the service
	stop    context.CancelFunc
}

const (
	signOfLife = time.Second
	silence    = time.Minute
)

// State tells how the chain stands. Needs audit:read over the city: Forbidden.
func (s *Service) State(ctx context.Context, by actor.Actor) (State, error) {
	if err := allowed(by, mayRead); err != nil {
		return State{}, err
	}
	st, err := stateOf(ctx, s.db, s.now().Add(-silence))
	if err != nil {
		return State{}, fmt.Errorf("audit state: %w", err)
	}
	return st, nil
}

// StartCheck begins to verify the whole chain and comes back at once; State
// tells how far it is. Conflict where one runs already; needs audit:read over
// the city: Forbidden.
func (s *Service) StartCheck(ctx context.Context, by actor.Actor) error {
	if err := allowed(by, mayRead); err != nil {
		return err
	}
	id, err := s.beginCheck(ctx, by)
	if err != nil {
		return err
	}
	s.checks.mu.Lock()
	defer s.checks.mu.Unlock()
	if s.checks.ctx.Err() != nil {
		return s.endCheck(ctx, id, Report{}, true)
	}
	source := sourceOf(ctx)
	s.checks.running.Go(func() {
		_ = s.runCheck(WithSource(s.checks.ctx, source), by, id) // its row says that it failed
	})
	return nil
}

// CheckNow verifies the chain and notes what was found, as StartCheck does, but
// waits for the end. Where one runs already it does nothing.
func (s *Service) CheckNow(ctx context.Context, by actor.Actor) error {
	if err := allowed(by, mayRead); err != nil {
		return err
	}
	id, err := s.beginCheck(ctx, by)
	if fault.KindOf(err) == fault.Conflict {
		return nil
	}
	if err != nil {
		return err
	}
	return s.runCheck(ctx, by, id)
}

func (s *Service) beginCheck(ctx context.Context, by actor.Actor) (id int64, err error) {
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		id, err = insertCheck(ctx, tx, by.Name, now, now.Add(-silence))
		return err
	})
	if pg.None(err) {
		return 0, fault.New(fault.Conflict, "audit.check.running")
	}
	if err != nil {
		return 0, fmt.Errorf("begin audit check: %w", err)
	}
	return id, nil
}

// runCheck verifies, tells how far it is, and records the result in the chain.
func (s *Service) runCheck(ctx context.Context, by actor.Actor, id int64) error {
	told := time.Now()
	var r Report
	err := pg.InSnapshot(ctx, s.db, func(tx *sqlx.Tx) (err error) {
		v := verification{q: tx, progress: func(n int64) error {
			if time.Since(told) < signOfLife {
				return nil
			}
			told = time.Now()
			return touchCheck(ctx, s.db, id, n, s.now())
		}}
		r, err = v.report(ctx)
		return err
	})
	if err != nil {
		return errors.Join(err, s.endCheck(context.WithoutCancel(ctx), id, r, true))
	}
	if err := s.endCheck(ctx, id, r, false); err != nil {
		return err
	}
	detail := Detail{"entries": r.Entries, "days": r.Days, "head": r.Head.String()}
	if r.FirstBroken != nil {
		detail["broken"] = r.FirstBroken.Day.Format(time.DateOnly) + "/" + strconv.Itoa(r.FirstBroken.Seq) + "/" + string(r.FirstBroken.Why)
	}
	return RecordNow(ctx, s.db, Entry{At: s.now(), By: by, Action: AuditVerify, Object: Object{Kind: "audit"}, Detail: detail})
}

func (s *Service) endCheck(ctx context.Context, id int64, r Report, failed bool) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return wrapped("end audit check", finishCheck(ctx, s.db, id, r, checkEnd{s.now(), failed}))
}

// Stop ends a running check, which is noted as interrupted.
func (s *Service) Stop() {
	s.checks.mu.Lock()
	s.checks.stop()
	s.checks.mu.Unlock()
	s.checks.running.Wait()
}

// Noted is what became of a head that somebody wrote down.
type Noted string

// What Compare finds.
const (
	NotedSame     Noted = "same"     // the chain goes through it
	NotedOther    Noted = "other"    // the entry there has another digest: the chain was written anew
	NotedMissing  Noted = "missing"  // there is no such entry: the chain was cut short
	NotedArchived Noted = "archived" // its day was removed into an archive, whose file tells
)

// Compare tells whether the chain still goes through a head that was noted.
// That nothing was changed up to it is proven together with a check of the whole
// chain. It is an entry of the chain; needs audit:read over the city: Forbidden.
func (s *Service) Compare(ctx context.Context, by actor.Actor, h Head) (Noted, error) {
	if err := allowed(by, mayRead); err != nil {
		return "", err
	}
	found, err := compare(ctx, s.db, h)
	if err != nil {
		return "", fmt.Errorf("compare audit head: %w", err)
	}
	err = RecordNow(ctx, s.db, Entry{At: s.now(), By: by, Action: AuditVerify, Object: Object{Kind: "audit"},
		Detail: Detail{"head": h.String(), "noted": string(found)}})
	return found, err
}

func compare(ctx context.Context, q pg.Querier, h Head) (Noted, error) {
	e, err := entryAt(ctx, q, Cursor{Day: h.Day, Seq: h.Seq})
	switch {
	case err == nil && bytes.Equal(e.Digest, h.Digest):
		return NotedSame, nil
	case err == nil:
		return NotedOther, nil
	case !pg.None(err):
		return "", err
	}
	archived, err := inRemovedArchive(ctx, q, h.Day)
	if err != nil || !archived {
		return NotedMissing, err
	}
	end, err := headOf(ctx, q, h.Day)
	switch {
	case err != nil:
		return "", err
	case end.Seq < h.Seq:
		return NotedMissing, nil
	case end.Seq == h.Seq && !bytes.Equal(end.Digest, h.Digest):
		return NotedOther, nil
	case end.Seq == h.Seq:
		return NotedSame, nil
	}
	return NotedArchived, nil
}
