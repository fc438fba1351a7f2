package complaints

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"minping/internal/pg"
)

func selectLabels(ctx context.Context, q pg.Querier, units, accounts []int64) (Labels, error) {
	l := Labels{Units: map[int64]UnitLabel{}, Accounts: map[int64]string{}}
	const unitQuery = `SELECT id, name, coalesce(name_en, '') AS name_en, coalesce(number, '') AS number FROM units WHERE id = ANY($1::bigint[])`
	var found []UnitLabel
	if err := q.SelectContext(ctx, &found, unitQuery, pq.Int64Array(units)); err != nil {
		return l, fmt.Errorf("names of units: %w", err)
	}
	for _, u := range found {
		l.Units[u.ID] = u
	}
	const accountQuery = `SELECT id, display_name FROM accounts WHERE id = ANY($1::bigint[])`
	var people []struct {
		ID   int64  `db:"id"`
		Name string `db:"display_name"`
	}
	if err := q.SelectContext(ctx, &people, accountQuery, pq.Int64Array(accounts)); err != nil {
		return l, fmt.Errorf("names of accounts: %w", err)
	}
	for _, p := range people {
		l.Accounts[p.ID] = p.Name
	}
	return l, nil
}

func selectOffices(ctx context.Context, q pg.Querier, today string) ([]UnitLabel, error) {
	const query = `SELECT id, name, coalesce(name_en, '') AS name_en, '' AS number FROM units
		WHERE kind = 'office' AND coalesce(closed_on >= $1::date, true) ORDER BY name, id`
	var list []UnitLabel
	if err := q.SelectContext(ctx, &list, query, today); err != nil {
		return nil, fmt.Errorf("list offices: %w", err)
	}
	return list, nil
}

// selectPart gives the part that an account plays in a case; "": none.
func selectPart(ctx context.Context, q pg.Querier, id ID, account int64) (string, error) {
	const query = `SELECT coalesce((SELECT part FROM case_parts WHERE case_id = $1 AND account_id = $2), '')`
	var part string
	if err := q.GetContext(ctx, &part, query, id, account); err != nil {
		return "", fmt.Errorf("part in case %d: %w", id, err)
	}
	return part, nil
}
