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

// span is which part of a search is wanted; zero fields are no limit.
type span struct {
	below Cursor
	limit int
	look  int // at this many entries at the most, where no index knows the whole filter
}

// leading are the conditions that an index finds, in the chain's order: of the
// parameters from $5 on, Filter.split sets one. The others are null, and
// PostgreSQL, which plans with the values, drops them.
const leading = `
		FROM audit_entries
		WHERE ($1::date IS NULL OR day >= $1) AND ($2::date IS NULL OR day <= $2)
			AND ($3::date IS NULL OR (day, seq) < ($3::date, $4::int))
			AND ($5::text IS NULL OR (object_kind = $5 AND object_id = $6))
			AND ($7::bigint IS NULL OR actor_id = $7) AND ($8::text IS NULL OR actor_name = $8)
			AND ($9::text IS NULL OR source = $9)
			AND ($10::text IS NULL OR action = $10) AND ($11::text IS NULL OR split_part(action, '.', 1) = $11)
			AND ($12::bigint IS NULL OR office_id = $12) AND ($13::bigint IS NULL OR hall_id = $13)
			AND ($14::text IS NULL OR outcome = $14)
		ORDER BY day DESC, seq DESC`

func (f Filter) leadingArgs(below Cursor) []any {
	return []any{date(f.From), date(f.To), date(below.Day), below.Seq, text(f.ObjectKind), f.ObjectID,
		known(f.Actor), text(f.Name), text(f.Source), text(f.action()), text(f.group()), known(f.Office), known(f.Hall), text(string(f.Outcome))}
}

// selectEntries gives a filter's entries, newest first.
func selectEntries(ctx context.Context, q pg.Querier, f Filter, in span, each func(Stored) error) error {
	const sql = `SELECT day, seq, at, actor_id, actor_name, source, action, object_kind, object_id,
			office_id, hall_id, outcome, detail, prev, digest
		FROM (SELECT day, seq, at, actor_id, actor_name, source, action, object_kind, object_id,
				office_id, hall_id, outcome, detail, prev, digest` + leading + ` LIMIT nullif($15::int, 0)) looked
		WHERE ($16::text IS NULL OR object_kind = $16) AND ($17::text IS NULL OR object_id = $17)
			AND ($18::bigint IS NULL OR actor_id = $18) AND ($19::text IS NULL OR actor_name = $19)
			AND ($20::text IS NULL OR source = $20)
			AND ($21::text IS NULL OR action = $21) AND ($22::text IS NULL OR split_part(action, '.', 1) = $22)
			AND ($23::bigint IS NULL OR office_id = $23) AND ($24::bigint IS NULL OR hall_id = $24)
			AND ($25::text IS NULL OR outcome = $25)
			AND ($26 = '' OR position($26 in lower(concat_ws(' ', actor_name, object_id, detail::text))) > 0)
		ORDER BY day DESC, seq DESC LIMIT nullif($27::int, 0)`
	lead, rest := f.split()
	args := append(lead.leadingArgs(in.below), in.look, text(rest.ObjectKind), text(rest.ObjectID), known(rest.Actor), text(rest.Name),
		text(rest.Source), text(rest.action()), text(rest.group()), known(rest.Office), known(rest.Hall), text(string(rest.Outcome)),
		rest.query(), in.limit)
	return eachEntry(ctx, q, each, sql, args...)
}

// lookedTo gives the last entry that selectEntries looks at; a zero Cursor where it comes to the end first.
func lookedTo(ctx context.Context, q pg.Querier, f Filter, in span) (Cursor, error) {
	const sql = `SELECT day, seq` + leading + ` OFFSET $15 LIMIT 1`
	lead, _ := f.split()
	var at Head
	err := q.GetContext(ctx, &at, sql, append(lead.leadingArgs(in.below), in.look-1)...)
	if pg.None(err) {
		return Cursor{}, nil
	}
	return Cursor{Day: at.Day, Seq: at.Seq}, err
}

func entryAt(ctx context.Context, q pg.Querier, at Cursor) (Stored, error) {
	const sql = `SELECT day, seq, at, actor_id, actor_name, source, action, object_kind, object_id,
			office_id, hall_id, outcome, detail, prev, digest
		FROM audit_entries WHERE day = $1 AND seq = $2`
	var s Stored
	err := q.GetContext(ctx, &s, sql, at.Day.Format(time.DateOnly), at.Seq)
	return s, err
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
