package complaints

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"minping/internal/pg"
)

func lockRecounts(ctx context.Context, tx *sqlx.Tx) error {
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('minping.case_recounts', 0))`); err != nil {
		return fmt.Errorf("lock recounts: %w", err)
	}
	return nil
}

// lastRecount gives the newest walk; one without number where there was none.
func lastRecount(ctx context.Context, q pg.Querier) (recount, error) {
	const query = `SELECT id, calendar, up_to, changed, moved, done_at FROM case_recounts ORDER BY id DESC LIMIT 1`
	var run recount
	err := q.GetContext(ctx, &run, query)
	if pg.None(err) {
		return recount{}, nil
	}
	if err != nil {
		return run, fmt.Errorf("read recounts: %w", err)
	}
	return run, nil
}

func insertRecount(ctx context.Context, q pg.Querier, calendar string, now time.Time) (recount, error) {
	const query = `INSERT INTO case_recounts (calendar, begun_at) VALUES ($1, $2) RETURNING id, calendar, up_to, changed, moved, done_at`
	var run recount
	if err := q.GetContext(ctx, &run, query, calendar, now); err != nil {
		return run, fmt.Errorf("begin recount: %w", err)
	}
	return run, nil
}

// updateRecount writes how far a walk has come; false where it is through already,
// because another node walked beside.
func updateRecount(ctx context.Context, q pg.Querier, run *recount) (bool, error) {
	const query = `UPDATE case_recounts SET up_to = greatest(up_to, $2), changed = greatest(changed, $3), moved = greatest(moved, $4), done_at = $5
		WHERE id = $1 AND done_at IS NULL`
	res, err := q.ExecContext(ctx, query, run.ID, run.UpTo, run.Changed, run.Moved, run.DoneAt)
	if err != nil {
		return false, fmt.Errorf("write recount: %w", err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

func insertMove(ctx context.Context, q pg.Querier, id ID, m Move) error {
	const query = `INSERT INTO case_moves (case_id, at, clock, was, becomes) VALUES ($1, $2, $3, $4, $5)`
	if _, err := q.ExecContext(ctx, query, id, m.At, string(m.Clock), m.Was, m.Becomes); err != nil {
		return fmt.Errorf("note moved deadline of case %d: %w", id, err)
	}
	return nil
}

func selectMoves(ctx context.Context, q pg.Querier, id ID) ([]Move, error) {
	const query = `SELECT at, clock, was, becomes FROM case_moves WHERE case_id = $1 ORDER BY id`
	var list []Move
	if err := q.SelectContext(ctx, &list, query, id); err != nil {
		return nil, fmt.Errorf("read moved deadlines of case %d: %w", id, err)
	}
	return list, nil
}

// selectLivePage reads the next live cases with a deadline that are not sealed, with their events.
func selectLivePage(ctx context.Context, q pg.Querier, after ID) ([]Case, map[ID][]Event, error) {
	const query = `SELECT ` + caseColumns + ` FROM cases c WHERE c.id > $1 AND c.due_at IS NOT NULL AND NOT c.sealed ORDER BY c.id LIMIT 1000`
	var cases []Case
	if err := q.SelectContext(ctx, &cases, query, after); err != nil {
		return nil, nil, fmt.Errorf("read live cases: %w", err)
	}
	events, err := selectEventsOf(ctx, q, cases)
	return cases, events, err
}

// selectEventsOf reads the events of cases.
func selectEventsOf(ctx context.Context, q pg.Querier, cases []Case) (map[ID][]Event, error) {
	ids := make([]int64, len(cases))
	for i, c := range cases {
		ids[i] = c.ID
	}
	const log = `SELECT ` + eventColumns + ` FROM case_events WHERE case_id = ANY($1::bigint[]) ORDER BY case_id, seq`
	var rows []eventRow
	if err := q.SelectContext(ctx, &rows, log, pq.Int64Array(ids)); err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	events := make(map[ID][]Event, len(cases))
	for _, r := range rows {
		e, err := r.event()
		if err != nil {
			return nil, err
		}
		events[r.CaseID] = append(events[r.CaseID], e)
	}
	return events, nil
}
