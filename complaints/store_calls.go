package complaints

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"minping/internal/pg"
)

// withTries adds what was tried in the round of each case.
func withTries(ctx context.Context, q pg.Querier, list []Case) ([]Call, error) {
	const query = `SELECT c.id, c.contact_id IS NOT NULL AS reachable, (SELECT l.made_at FROM callback_links l WHERE l.case_id = c.id AND l.round = c.round) AS link_at,
			count(b.id)::int AS tries, max(b.at) AS last_at, coalesce((array_agg(b.missed ORDER BY b.id DESC))[1], '') AS last_missed,
			(array_agg(b.again_at ORDER BY b.id DESC))[1] AS again_at
		FROM cases c LEFT JOIN case_callbacks b ON b.case_id = c.id AND b.round = c.round WHERE c.id = ANY($1::bigint[]) GROUP BY c.id`
	ids := make([]int64, len(list))
	for i, c := range list {
		ids[i] = c.ID
	}
	var rows []struct {
		ID ID `db:"id"`
		Tried
	}
	if err := q.SelectContext(ctx, &rows, query, pq.Int64Array(ids)); err != nil {
		return nil, fmt.Errorf("tries to reach citizens: %w", err)
	}
	found := map[ID]Tried{}
	for _, r := range rows {
		found[r.ID] = r.Tried
	}
	calls := make([]Call, 0, len(list))
	for _, c := range list {
		calls = append(calls, Call{c, found[c.ID]})
	}
	return calls, nil
}
