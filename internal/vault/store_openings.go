package vault

import (
	"context"
	"fmt"
	"time"

	"minping/internal/pg"
)

func insertOpening(ctx context.Context, q pg.Querier, o Opening) (id int64, err error) {
	const stmt = `INSERT INTO vault_openings (record_id, account_id, account_name, office_id, hall_id, reason, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`
	err = q.GetContext(ctx, &id, stmt, o.Record, o.Account, o.Name, o.Office, o.Hall, o.Reason, o.At)
	if err != nil {
		return 0, fmt.Errorf("vault: write down opening of record %s: %w", o.Record, err)
	}
	return id, nil
}

// matching is the condition of a Filter: $1 account, $2 record, $3 from, $4 to.
const matching = `($1::bigint IS NULL OR account_id = $1) AND ($2::uuid IS NULL OR record_id = $2)
	AND ($3::timestamptz IS NULL OR at >= $3) AND ($4::timestamptz IS NULL OR at < $4)`

func selectOpenings(ctx context.Context, q pg.Querier, f Filter) ([]Opening, error) {
	const stmt = `SELECT id, record_id, account_id, account_name, office_id, hall_id, reason, at FROM vault_openings
		WHERE ` + matching + ` AND ($5::bigint = 0 OR id < $5) ORDER BY id DESC LIMIT $6`
	var list []Opening
	err := q.SelectContext(ctx, &list, stmt, f.Account, f.Record, bound(f.From), bound(f.To), f.Before, f.Limit)
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
	if err := q.SelectContext(ctx, &list, stmt, f.Account, f.Record, bound(f.From), bound(f.To)); err != nil {
		return nil, fmt.Errorf("vault: count openings: %w", err)
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
