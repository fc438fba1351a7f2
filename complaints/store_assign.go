package complaints

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"minping/internal/pg"
)

// aboutHolder joins accounts a to the cases c that are about their holders, as isConcerned has it for one.
const aboutHolder = `(a.staff_id = c.accused_staff_id OR c.rating_id IS NOT NULL AND EXISTS (SELECT 1 FROM duties d
	WHERE d.staff_id = a.staff_id AND d.window_id = c.unit_id AND d.from_on <= c.rating_day AND coalesce(d.to_on >= c.rating_day, true)))`

// selectAway gives those of some accounts who must have nothing to do with a case,
// whom it is about, or who play another part than handler in it.
func selectAway(ctx context.Context, q pg.Querier, id ID, accounts []int64) ([]int64, error) {
	const query = `SELECT a.id FROM cases c, accounts a WHERE c.id = $1 AND a.id = ANY($2::bigint[]) AND (` + aboutHolder + `
		OR EXISTS (SELECT 1 FROM case_bars b WHERE b.case_id = c.id AND b.account_id = a.id)
		OR EXISTS (SELECT 1 FROM case_parts p WHERE p.case_id = c.id AND p.account_id = a.id AND p.part <> 'handler'))`
	var away []int64
	if err := q.SelectContext(ctx, &away, query, id, pq.Int64Array(accounts)); err != nil {
		return nil, fmt.Errorf("who keeps away from case %d: %w", id, err)
	}
	return away, nil
}
