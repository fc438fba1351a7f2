package complaints

import (
	"context"
	"fmt"
	"time"

	"minping/internal/pg"
)

func selectPresent(ctx context.Context, q pg.Querier, id ID, but int64, now time.Time) ([]string, error) {
	const query = `SELECT a.display_name FROM case_presences p JOIN accounts a ON a.id = p.account_id
		WHERE p.case_id = $1 AND p.account_id <> $2 AND p.until > $3 ORDER BY a.display_name LIMIT 10`
	var names []string
	if err := q.SelectContext(ctx, &names, query, id, but, now); err != nil {
		return nil, fmt.Errorf("who has case %d open: %w", id, err)
	}
	return names, nil
}

func savePresence(ctx context.Context, q pg.Querier, id ID, account int64, until time.Time) error {
	const query = `INSERT INTO case_presences (case_id, account_id, until) VALUES ($1, $2, $3)
		ON CONFLICT (case_id, account_id) DO UPDATE SET until = excluded.until`
	if _, err := q.ExecContext(ctx, query, id, account, until); err != nil {
		return fmt.Errorf("open case %d: %w", id, err)
	}
	return nil
}

func endPresence(ctx context.Context, q pg.Querier, id ID, account int64) error {
	const query = `DELETE FROM case_presences WHERE case_id = $1 AND account_id = $2`
	if _, err := q.ExecContext(ctx, query, id, account); err != nil {
		return fmt.Errorf("leave case %d: %w", id, err)
	}
	return nil
}

func removePresences(ctx context.Context, q pg.Querier, now time.Time) error {
	const query = `DELETE FROM case_presences WHERE until < $1`
	if _, err := q.ExecContext(ctx, query, now); err != nil {
		return fmt.Errorf("forget who had cases open: %w", err)
	}
	return nil
}
