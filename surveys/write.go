package surveys

import (
	"context"
	"database/sql/driver"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"minping/internal/pg"
)

// writer is one of the intake's writers. It keeps a connection of its own with
// the statement prepared, so that the plan of a long statement is made once.
type writer struct {
	in   *Intake
	conn *sqlx.Conn
	stmt *sqlx.Stmt
	city int64

	slices map[slice]bool // those known to exist
}

// slice is what counts are kept apart by, besides unit and day; whether a rating
// is suspect is found out by the statement that stores it.
type slice struct {
	channel Channel
	stratum Stratum
	version int
}

// store writes a batch and answers everybody in it. While the database is away
// it tries again for a time; a batch that the database refuses is taken apart, so
// that one impossible rating does not take the others with it.
func (w *writer) store(batch []*pending) {
	ctx, cancel := context.WithTimeout(context.Background(), w.in.limits.Retry)
	defer cancel()
	started := time.Now()
	receipts, err := w.try(ctx, batch)
	if err != nil && !pg.Transient(err) && !pg.Exhausted(err) && len(batch) > 1 {
		w.in.log.Error("intake: batch refused, storing its ratings one by one", "batch", len(batch), "error", err)
		for i := range batch {
			w.store(batch[i : i+1])
		}
		return
	}
	if err == nil {
		w.in.observe(len(batch), time.Since(started))
	} else {
		w.in.log.Error("intake: batch not stored", "batch", len(batch), "error", err)
	}
	for _, p := range batch {
		p.answer <- answerFor(p.rating, receipts, err)
	}
}

func answerFor(r Rating, receipts map[uuid.UUID]given, err error) outcome {
	switch {
	case err != nil && (pg.Transient(err) || pg.Exhausted(err) || errors.Is(err, context.DeadlineExceeded)):
		return outcome{err: busy(err)}
	case err != nil:
		return outcome{err: err}
	case receipts[r.SubmissionID].Receipt == "":
		return outcome{err: errLostReceipt}
	}
	was := receipts[r.SubmissionID]
	return outcome{stored: Stored{Receipt: was.Receipt, Repeat: was.Receipt != r.Receipt, form: was.Form.UUID}}
}

// try stores a batch, again and again while failures are transient and time is left.
func (w *writer) try(ctx context.Context, batch []*pending) (map[uuid.UUID]given, error) {
	pause := 10 * time.Millisecond
	for {
		told, err := w.once(ctx, unique(batch))
		if err == nil || !(pg.Transient(err) || missingPartition(err) || missingSlice(err)) {
			return told, err
		}
		w.reset()
		if missingPartition(err) {
			if err := w.makePartitions(ctx, batch); err != nil {
				return nil, err
			}
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(pause):
			pause = min(2*pause, 500*time.Millisecond)
		}
	}
}

// once is one transaction. It gives the receipt of every rating in it: its own
// where it was new, the first one where it had been stored before.
func (w *writer) once(ctx context.Context, ratings []Rating) (map[uuid.UUID]given, error) {
	fresh, err := w.save(ctx, ratings)
	if err != nil {
		return nil, err
	}
	told := make(map[uuid.UUID]given, len(ratings))
	var known []string
	for _, r := range ratings {
		if fresh[r.SubmissionID] {
			told[r.SubmissionID] = given{ID: r.SubmissionID, Receipt: r.Receipt, Form: uuid.NullUUID{UUID: r.Form, Valid: r.Form != uuid.Nil}}
		} else {
			known = append(known, r.SubmissionID.String())
		}
	}
	if len(known) == 0 {
		return told, nil
	}
	first, err := receipts(ctx, w.conn, known)
	for id, was := range first {
		told[id] = was
	}
	return told, err
}

// save stores ratings of different submissions; it gives the ids that were new.
func (w *writer) save(ctx context.Context, ratings []Rating) (map[uuid.UUID]bool, error) {
	if err := w.ready(ctx); err != nil {
		return nil, err
	}
	for i := range ratings {
		s := slice{ratings[i].Channel, ratings[i].Stratum, ratings[i].Version}
		if w.slices[s] {
			continue
		}
		if err := ensureSlices(ctx, w.conn, s); err != nil {
			return nil, err
		}
		w.slices[s] = true
	}
	return w.storeRatings(ctx, ratings)
}

func (w *writer) ready(ctx context.Context) error {
	if w.stmt != nil {
		return nil
	}
	w.slices = map[slice]bool{}
	conn, err := w.in.db.Connx(ctx)
	if err != nil {
		return err
	}
	w.conn = conn
	// The plan does not depend on the values; planning it anew each time costs more than the writing.
	if _, err := conn.ExecContext(ctx, `SET plan_cache_mode = force_generic_plan`); err != nil {
		return err
	}
	if w.city, err = cityUnit(ctx, conn); err != nil {
		return err
	}
	w.stmt, err = conn.PreparexContext(ctx, storeRatingsSQL)
	return err
}

func (w *writer) reset() {
	if w.stmt != nil {
		_ = w.stmt.Close()
	}
	if w.conn != nil {
		// The connection carries a setting of ours (or is broken): it does not go back to the pool.
		_ = w.conn.Raw(func(any) error { return driver.ErrBadConn })
		_ = w.conn.Close()
	}
	w.stmt, w.conn = nil, nil
}

func (w *writer) makePartitions(ctx context.Context, batch []*pending) error {
	if err := w.ready(ctx); err != nil {
		return err
	}
	first, last := batch[0].rating.VisitedOn, batch[0].rating.VisitedOn
	for _, p := range batch {
		if p.rating.VisitedOn.Before(first) {
			first = p.rating.VisitedOn
		}
		if p.rating.VisitedOn.After(last) {
			last = p.rating.VisitedOn
		}
	}
	return ensurePartitions(ctx, w.conn, first.String(), last.String())
}

// missingPartition tells the error of a row that no partition takes.
func missingPartition(err error) bool {
	var e *pq.Error
	return errors.As(err, &e) && e.Code == "23514" && e.Constraint == "" && e.Routine == "ExecFindPartition"
}

// missingSlice tells the error of counts whose slice is gone: the database was
// restored or filled anew under the writer, which then learns the slices again.
func missingSlice(err error) bool {
	var e *pq.Error
	return errors.As(err, &e) && e.Code == "23502" && e.Column == "slice_id"
}
