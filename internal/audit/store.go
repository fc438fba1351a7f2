package audit

import (
	"context"
	"time"

	"minping/internal/pg"
)

// lockHead waits for its turn to record, until the transaction ends, and gives the chain's head.
func lockHead(ctx context.Context, q pg.Querier) (Head, error) {
	const sql = `SELECT day, entries AS seq, digest FROM audit_head()`
	return orEmpty(oneHead(ctx, q, sql))
}

func latestHead(ctx context.Context, q pg.Querier) (Head, error) {
	const sql = `SELECT day, entries AS seq, digest FROM audit_heads ORDER BY day DESC LIMIT 1`
	return orEmpty(oneHead(ctx, q, sql))
}

func oneHead(ctx context.Context, q pg.Querier, sql string) (Head, error) {
	var h Head
	err := q.GetContext(ctx, &h, sql)
	return h, err
}

// orEmpty turns no row into the head of an empty chain.
func orEmpty(h Head, err error) (Head, error) {
	if pg.None(err) {
		return Head{Digest: genesis()}, nil
	}
	return h, err
}

func insertEntry(ctx context.Context, q pg.Querier, s Stored) error {
	const sql = `INSERT INTO audit_entries (day, seq, at, actor_id, actor_name, source, action, object_kind, object_id,
			office_id, hall_id, outcome, detail, prev, digest)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`
	_, err := q.ExecContext(ctx, sql, s.Day.Format(time.DateOnly), s.Seq, s.At, s.ActorID, s.ActorName, s.Source, s.Action,
		s.ObjectKind, s.ObjectID, s.OfficeID, s.HallID, s.Outcome, string(s.Detail), s.Prev, s.Digest)
	return err
}

// selectEntries gives a filter's entries, newest first, below a place in the chain; limit 0: all of them.
func selectEntries(ctx context.Context, q pg.Querier, f Filter, below Cursor, limit int, each func(Stored) error) error {
	const sql = `SELECT day, seq, at, actor_id, actor_name, source, action, object_kind, object_id,
			office_id, hall_id, outcome, detail, prev, digest
		FROM audit_entries
		WHERE ($1::date IS NULL OR day >= $1) AND ($2::date IS NULL OR day <= $2)
			AND ($3::bigint IS NULL OR actor_id = $3)
			AND starts_with(action, $4)
			AND ($5::text IS NULL OR object_kind = $5) AND ($6::text IS NULL OR object_id = $6)
			AND ($7::bigint IS NULL OR office_id = $7)
			AND ($8::text IS NULL OR outcome = $8) AND ($9::text IS NULL OR source = $9)
			AND ($10 = '' OR position($10 in lower(concat_ws(' ', actor_name, object_id, detail::text))) > 0)
			AND ($11::date IS NULL OR (day, seq) < ($11::date, $12::int))
		ORDER BY day DESC, seq DESC LIMIT nullif($13::int, 0)`
	return eachEntry(ctx, q, each, sql, date(f.From), date(f.To), known(f.Actor), f.Action, text(f.ObjectKind), text(f.ObjectID),
		known(f.Office), text(string(f.Outcome)), text(f.Source), f.query(), date(below.Day), below.Seq, limit)
}

// selectDay gives a day's entries in the chain's order.
func selectDay(ctx context.Context, q pg.Querier, day time.Time, each func(Stored) error) error {
	const sql = `SELECT day, seq, at, actor_id, actor_name, source, action, object_kind, object_id,
			office_id, hall_id, outcome, detail, prev, digest
		FROM audit_entries WHERE day = $1 ORDER BY seq`
	return eachEntry(ctx, q, each, sql, day.Format(time.DateOnly))
}

func eachEntry(ctx context.Context, q pg.Querier, each func(Stored) error, sql string, args ...any) error {
	rows, err := q.QueryxContext(ctx, sql, args...) //nolint:sqlclosecheck // closed just below; unseen through sqlx.Rows
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var s Stored
		if err := rows.StructScan(&s); err != nil {
			return err
		}
		if err := each(s); err != nil {
			return err
		}
	}
	return rows.Err()
}

// chainDay is a day that has entries or a head.
type chainDay struct {
	Day    *time.Time `db:"day"` // nil: no day is left
	Seq    *int       `db:"seq"` // nil: no head
	Digest []byte     `db:"digest"`
}

// nextDay gives the first day of the chain after one; a zero day means from the beginning.
func nextDay(ctx context.Context, q pg.Querier, after time.Time) (chainDay, error) {
	const sql = `SELECT d.day, h.entries AS seq, h.digest
		FROM (SELECT least((SELECT min(day) FROM audit_heads WHERE day > $1), (SELECT min(day) FROM audit_entries WHERE day > $1)) AS day) d
		LEFT JOIN audit_heads h ON h.day = d.day`
	var d chainDay
	err := q.GetContext(ctx, &d, sql, after.Format(time.DateOnly))
	return d, err
}

// date and text give SQL's null for what is not set.
func date(day time.Time) any {
	if day.IsZero() {
		return nil
	}
	return day.Format(time.DateOnly)
}

func text(value string) any {
	if value == "" {
		return nil
	}
	return value
}
