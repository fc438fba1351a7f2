package accounts

import (
	"context"
	"fmt"
	"time"

	"minping/internal/pg"
)

func countOld(ctx context.Context, q pg.Querier, query string, before time.Time) (n int, err error) {
	if err := q.GetContext(ctx, &n, query, before); err != nil {
		return 0, fmt.Errorf("count what is over: %w", err)
	}
	return n, nil
}

func removeOld(ctx context.Context, q pg.Querier, query string, before time.Time, batch int) (int, error) {
	done, err := q.ExecContext(ctx, query, before, batch)
	if err != nil {
		return 0, fmt.Errorf("remove what is over: %w", err)
	}
	n, err := done.RowsAffected()
	return int(n), err
}
