package complaints

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"minping/internal/pg"
)

func selectViews(ctx context.Context, q pg.Querier, account int64) (own []View, first string, err error) {
	const query = `SELECT id, name, filter FROM desk_views WHERE account_id = $1 ORDER BY id`
	var rows []struct {
		ID     int64  `db:"id"`
		Name   string `db:"name"`
		Filter []byte `db:"filter"`
	}
	if err := q.SelectContext(ctx, &rows, query, account); err != nil {
		return nil, "", fmt.Errorf("list views: %w", err)
	}
	for _, r := range rows {
		v := View{ID: r.ID, Name: r.Name}
		if err := json.Unmarshal(r.Filter, &v.Choice); err != nil {
			return nil, "", fmt.Errorf("read view %d: %w", r.ID, err)
		}
		own = append(own, v)
	}
	const choice = `SELECT coalesce((SELECT first_view FROM desk_choices WHERE account_id = $1), '')`
	if err := q.GetContext(ctx, &first, choice, account); err != nil {
		return nil, "", fmt.Errorf("read first view: %w", err)
	}
	return own, first, nil
}

// saveView gives 0 where there are as many as may be. The account's row is locked,
// so that two windows of a browser do not make one too many.
func saveView(ctx context.Context, q pg.Querier, account int64, v View) (int64, error) {
	filter, err := json.Marshal(v.Choice)
	if err != nil {
		return 0, fmt.Errorf("save view: %w", err)
	}
	const lock = `SELECT id FROM accounts WHERE id = $1 FOR NO KEY UPDATE`
	var id int64
	if err := q.GetContext(ctx, &id, lock, account); err != nil {
		return 0, fmt.Errorf("save view: %w", err)
	}
	const query = `INSERT INTO desk_views (account_id, name, filter)
		SELECT $1, $2, $3::jsonb WHERE (SELECT count(*) FROM desk_views d WHERE d.account_id = $1 AND d.name <> $2) < $4
		ON CONFLICT (account_id, name) DO UPDATE SET filter = excluded.filter RETURNING id`
	err = q.GetContext(ctx, &id, query, account, v.Name, string(filter), MaxViews)
	if pg.None(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("save view: %w", err)
	}
	return id, nil
}

func deleteView(ctx context.Context, q pg.Querier, account, id int64) (bool, error) {
	const query = `DELETE FROM desk_views WHERE id = $1 AND account_id = $2`
	done, err := q.ExecContext(ctx, query, id, account)
	if err != nil {
		return false, fmt.Errorf("drop view: %w", err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

func saveFirst(ctx context.Context, q pg.Querier, account int64, ref string) error {
	const query = `INSERT INTO desk_choices (account_id, first_view) VALUES ($1, $2) ON CONFLICT (account_id) DO UPDATE SET first_view = excluded.first_view`
	if _, err := q.ExecContext(ctx, query, account, ref); err != nil {
		return fmt.Errorf("choose first view: %w", err)
	}
	return nil
}

func countQueue(ctx context.Context, q pg.Querier, r reach, f Filter, now time.Time) (int, error) {
	const query = `SELECT count(*)::int FROM (SELECT 1 FROM cases c WHERE ` + readable + ` AND ` + narrowed + ` LIMIT $23) n`
	var n int
	if err := q.GetContext(ctx, &n, query, append(r.args(f, now), MostCounted)...); err != nil {
		return 0, fmt.Errorf("count cases: %w", err)
	}
	return n, nil
}
