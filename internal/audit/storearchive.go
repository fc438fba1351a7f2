package audit

import (
	"context"
	"time"

	"minping/internal/pg"
)

// notedArchive is an archive as the database knows it.
type notedArchive struct {
	Archive
	ID        int64      `db:"id"`
	RemovedAt *time.Time `db:"removed_at"`
}

func insertArchive(ctx context.Context, q pg.Querier, a Archive, at time.Time) error {
	const sql = `INSERT INTO audit_archives (first_day, last_day, entries, prev, last, file_digest, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (file_digest) DO NOTHING`
	_, err := q.ExecContext(ctx, sql, a.FirstDay.Format(time.DateOnly), a.LastDay.Format(time.DateOnly), a.Entries, a.Prev, a.Last, a.FileDigest, at)
	return err
}

// removedArchives gives the archives that are no longer online, oldest first.
func removedArchives(ctx context.Context, q pg.Querier) ([]Archive, error) {
	const sql = `SELECT first_day, last_day, entries, prev, last, file_digest FROM audit_archives
		WHERE removed_at IS NOT NULL ORDER BY first_day`
	var all []Archive
	err := q.SelectContext(ctx, &all, sql)
	return all, err
}

func archiveByDigest(ctx context.Context, q pg.Querier, digest []byte) (notedArchive, error) {
	const sql = `SELECT id, first_day, last_day, entries, prev, last, file_digest, removed_at FROM audit_archives WHERE file_digest = $1`
	var a notedArchive
	err := q.GetContext(ctx, &a, sql, digest)
	return a, err
}

func removeArchive(ctx context.Context, q pg.Querier, id int64, at time.Time) error {
	const sql = `SELECT audit_remove($1, $2)`
	_, err := q.ExecContext(ctx, sql, id, at)
	return err
}

// headOf gives a day's head; one without entries where the day has none.
func headOf(ctx context.Context, q pg.Querier, day time.Time) (Head, error) {
	const sql = `SELECT day, entries AS seq, digest FROM audit_heads WHERE day = $1`
	var h Head
	err := q.GetContext(ctx, &h, sql, day.Format(time.DateOnly))
	if pg.None(err) {
		return Head{Day: day}, nil
	}
	return h, err
}

func hasEntriesUpTo(ctx context.Context, q pg.Querier, day time.Time) (bool, error) {
	const sql = `SELECT EXISTS (SELECT 1 FROM audit_entries WHERE day <= $1)`
	var found bool
	err := q.GetContext(ctx, &found, sql, day.Format(time.DateOnly))
	return found, err
}

// oldestOnline gives the first day with entries; the zero time where there are none.
func oldestOnline(ctx context.Context, q pg.Querier) (time.Time, error) {
	const sql = `SELECT coalesce(min(day), '0001-01-01') FROM audit_entries`
	var day time.Time
	err := q.GetContext(ctx, &day, sql)
	return day, err
}
