package complaints

import (
	"context"
	"fmt"

	"minping/internal/pg"
)

func selectCategories(ctx context.Context, q pg.Querier) ([]Category, error) {
	const query = `SELECT id, coalesce(parent_id, 0) AS parent_id, level, name, retired FROM categories ORDER BY level, id`
	var list []Category
	if err := q.SelectContext(ctx, &list, query); err != nil {
		return nil, fmt.Errorf("read categories: %w", err)
	}
	return list, nil
}

// ensureCategory gives the id of a name under a parent, and whether it was new.
func ensureCategory(ctx context.Context, q pg.Querier, parent, level int, name string) (id int, made bool, err error) {
	const insert = `INSERT INTO categories (parent_id, level, name) VALUES (nullif($1::int, 0), $2, $3)
		ON CONFLICT (coalesce(parent_id, 0), name) DO NOTHING RETURNING id`
	err = q.GetContext(ctx, &id, insert, parent, level, name)
	if err == nil {
		return id, true, nil
	}
	if !pg.None(err) {
		return 0, false, fmt.Errorf("store category: %w", err)
	}
	const query = `SELECT id FROM categories WHERE coalesce(parent_id, 0) = $1 AND name = $2`
	if err := q.GetContext(ctx, &id, query, parent, name); err != nil {
		return 0, false, fmt.Errorf("read category: %w", err)
	}
	return id, false, nil
}
