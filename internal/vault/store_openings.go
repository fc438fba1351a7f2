package vault

import (
	"context"
	"fmt"
	"time"

	"minping/internal/pg"
)

func insertOpening(ctx context.Context, q pg.Querier, o Opening) (id int64, err error) {
	const stmt = `INSERT INTO vault_openings (record_id, account_id, account_name, office_id, hall_id, purpose, reason, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`
	err = q.GetContext(ctx, &id, stmt, o.Record, o.Account, o.Name, o.Office, o.Hall, o.Purpose, o.Reason, o.At)
	if err != nil {
		return 0, fmt.Errorf("vault: write down opening of record %s: %w", o.Record, err)
	}
	return id, nil
}

// matching is the condition of a Filter: $1 account, $2 record, $3 from, $4 to, $5 people only.
const matching = `($1::bigint IS NULL OR account_id = $1) AND ($2::uuid IS NULL OR record_id = $2)
	AND ($3::timestamptz IS NULL OR at >= $3) AND ($4::timestamptz IS NULL OR at < $4)
	AND (NOT $5::boolean OR account_id <> 0)`

func selectOpenings(ctx context.Context, q pg.Querier, f Filter) ([]Opening, error) {
	const stmt = `SELECT id, record_id, account_id, account_name, office_id, hall_id, purpose, reason, at FROM vault_openings
		WHERE ` + matching + ` AND ($6::bigint = 0 OR id < $6) ORDER BY id DESC LIMIT $7`
	var list []Opening
	err := q.SelectContext(ctx, &list, stmt, f.Account, f.Record, bound(f.From), bound(f.To), f.People, f.Before, f.Limit)
	if err != nil {
		return nil, fmt.Errorf("vault: list openings: %w", err)
	}
	return list, nil
}

func countOpenings(ctx context.Context, q pg.Querier, f Filter) ([]PersonCount, error) {
	const stmt = `SELECT account_id, (array_agg(account_name ORDER BY id DESC))[1] AS account_name, count(*) AS openings,
			count(DISTINCT record_id) AS records, max(at) AS last_at
		FROM vault_openings WHERE ` + matching + ` GROUP BY account_id ORDER BY openings DESC, account_id`
	var list []PersonCount
	if err := q.SelectContext(ctx, &list, stmt, f.Account, f.Record, bound(f.From), bound(f.To), f.People); err != nil {
		return nil, fmt.Errorf("vault: count openings: %w", err)
	}
	return list, nil
}

func countByMonth(ctx context.Context, q pg.Querier, f Filter) ([]MonthCount, error) {
	const stmt = `SELECT to_char(at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM') AS month, account_id,
			(array_agg(account_name ORDER BY id DESC))[1] AS account_name, count(*) AS openings, count(DISTINCT record_id) AS records
		FROM vault_openings WHERE ` + matching + ` GROUP BY month, account_id ORDER BY month DESC, openings DESC, account_id LIMIT $6`
	var list []MonthCount
	if err := q.SelectContext(ctx, &list, stmt, f.Account, f.Record, bound(f.From), bound(f.To), f.People, f.Limit); err != nil {
		return nil, fmt.Errorf("vault: count openings by month: %w", err)
	}
	return list, nil
}

// bound is null for the zero time, which bounds nothing.
func bound(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
