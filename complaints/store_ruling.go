package complaints

import (
	"context"
	"fmt"
	"time"

	"minping/internal/pg"
)

type rulingRow struct {
	ID       ID     `db:"id"`
	RatingID int64  `db:"rating_id"`
	Day      string `db:"day"`
	Reason   string `db:"reason"`
	By       string `db:"by"`
}

func selectRulings(ctx context.Context, q pg.Querier) ([]rulingRow, error) {
	const query = `SELECT c.id, c.rating_id, c.rating_day::text AS day, e.detail->>'code' AS reason, e.account_name AS by
		FROM cases c JOIN case_events e ON e.case_id = c.id AND e.action = 'exclude'
		WHERE c.state = 'excluded' AND c.rating_ruled_at IS NULL ORDER BY c.id LIMIT 500`
	var rows []rulingRow
	if err := q.SelectContext(ctx, &rows, query); err != nil {
		return nil, fmt.Errorf("read rulings: %w", err)
	}
	return rows, nil
}

func markRuled(ctx context.Context, q pg.Querier, id ID, now time.Time) error {
	const query = `UPDATE cases SET rating_ruled_at = $2 WHERE id = $1 AND rating_ruled_at IS NULL`
	if _, err := q.ExecContext(ctx, query, id, now); err != nil {
		return fmt.Errorf("note ruling of case %d: %w", id, err)
	}
	return nil
}
