package audit

import (
	"context"
	"time"

	"minping/internal/pg"
)

// insertCheck notes that a verification begins, unless one runs; one that has
// been silent for long has died.
func insertCheck(ctx context.Context, q pg.Querier, by string, now, silent time.Time) (int64, error) {
	const dead = `UPDATE audit_checks SET finished_at = $1, failed = true WHERE finished_at IS NULL AND seen_at < $2`
	if _, err := q.ExecContext(ctx, dead, now, silent); err != nil {
		return 0, err
	}
	const sql = `INSERT INTO audit_checks (asked_by, started_at, seen_at, total)
		SELECT $1, $2, $2, coalesce(sum(h.entries), 0) FROM audit_heads h WHERE h.day >= (SELECT min(day) FROM audit_entries)
		ON CONFLICT ((true)) WHERE finished_at IS NULL DO NOTHING RETURNING id`
	var id int64
	err := q.GetContext(ctx, &id, sql, cut(by, maxName), now)
	return id, err
}

func touchCheck(ctx context.Context, q pg.Querier, id, entries int64, now time.Time) error {
	const sql = `UPDATE audit_checks SET entries = $2, seen_at = $3 WHERE id = $1 AND finished_at IS NULL`
	_, err := q.ExecContext(ctx, sql, id, entries, now)
	return err
}

type checkEnd struct {
	at     time.Time
	failed bool
}

func finishCheck(ctx context.Context, q pg.Querier, id int64, r Report, end checkEnd) error {
	const sql = `UPDATE audit_checks SET finished_at = $2, seen_at = $2, failed = $3, entries = $4, days = $5, archived = $6, head = $7,
			broken_day = $8, broken_seq = $9, broken_why = $10
		WHERE id = $1 AND finished_at IS NULL`
	var day, seq, why any
	if r.FirstBroken != nil {
		day, seq, why = r.FirstBroken.Day.Format(time.DateOnly), r.FirstBroken.Seq, string(r.FirstBroken.Why)
	}
	head := ""
	if !end.failed {
		head = r.Head.String()
	}
	_, err := q.ExecContext(ctx, sql, id, end.at, end.failed, r.Entries, r.Days, r.Archived, head, day, seq, why)
	return err
}

const checkColumns = `id, asked_by, started_at, seen_at, total, entries, finished_at, days, archived, head,
	broken_day, broken_seq, broken_why, failed`

// stateOf reads how the chain stands; a check silent since a time is not running.
func stateOf(ctx context.Context, q pg.Querier, silent time.Time) (State, error) {
	const last = `SELECT ` + checkColumns + ` FROM audit_checks WHERE finished_at IS NOT NULL AND NOT failed ORDER BY id DESC LIMIT 1`
	const running = `SELECT ` + checkColumns + ` FROM audit_checks WHERE finished_at IS NULL AND seen_at >= $1`
	const archives = `SELECT first_day, last_day, entries, prev, last, file_digest, at, removed_at FROM audit_archives ORDER BY first_day DESC, id DESC LIMIT 50`
	var st State
	var err error
	if st.Head, err = latestHead(ctx, q); err != nil {
		return st, err
	}
	// In this order: one that ends between the two is seen by the second.
	if st.Running, err = oneCheck(ctx, q, running, silent); err != nil {
		return st, err
	}
	if st.Last, err = oneCheck(ctx, q, last); err != nil {
		return st, err
	}
	var files []struct {
		Archive
		At        time.Time  `db:"at"`
		RemovedAt *time.Time `db:"removed_at"`
	}
	if err := q.SelectContext(ctx, &files, archives); err != nil {
		return st, err
	}
	for _, f := range files {
		st.Archives = append(st.Archives, ArchiveFile(f))
	}
	return st, nil
}

func oneCheck(ctx context.Context, q pg.Querier, sql string, args ...any) (*Check, error) {
	var c Check
	err := q.GetContext(ctx, &c, sql, args...)
	if pg.None(err) {
		return nil, nil //nolint:nilnil // none yet is no fault
	}
	return &c, err
}

func inRemovedArchive(ctx context.Context, q pg.Querier, day time.Time) (bool, error) {
	const sql = `SELECT EXISTS (SELECT 1 FROM audit_archives WHERE removed_at IS NOT NULL AND $1 BETWEEN first_day AND last_day)`
	var found bool
	err := q.GetContext(ctx, &found, sql, day.Format(time.DateOnly))
	return found, err
}
