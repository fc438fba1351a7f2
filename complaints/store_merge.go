package complaints

import (
	"context"
	"fmt"

	"minping/internal/pg"
)

// shareCase keeps a case from being changed while another is merged into it. Of two that
// are merged into each other at once one waits and then finds the other merged;
// PostgreSQL ends a deadlock between them.
func shareCase(ctx context.Context, q pg.Querier, id ID) (Case, error) {
	const query = `SELECT ` + caseColumns + ` FROM cases c WHERE c.id = $1 FOR SHARE`
	return oneCase(ctx, q, query, id)
}

func hasDoubles(ctx context.Context, q pg.Querier, id ID) (bool, error) {
	const query = `SELECT EXISTS (SELECT 1 FROM cases WHERE merged_into = $1)`
	var yes bool
	if err := q.GetContext(ctx, &yes, query, id); err != nil {
		return false, fmt.Errorf("doubles of case %d: %w", id, err)
	}
	return yes, nil
}
