package accounts

import (
	"context"

	"minping/internal/pg"
)

// nameOf gives the name that an account has now; "" where there is none.
func nameOf(ctx context.Context, q pg.Querier, account int64) (string, error) {
	const query = `SELECT display_name FROM accounts WHERE id = $1`
	var name string
	err := q.GetContext(ctx, &name, query, account)
	if pg.None(err) {
		return "", nil
	}
	return name, err
}
