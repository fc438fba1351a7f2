package complaints

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"minping/internal/actor"
	"minping/internal/pg"
)

// Call is a case on the list of whom to ask, with what was tried in this round.
type Call struct {
	Case
	Tried
}

// Tried is what was done in a round to reach a citizen.
type Tried struct {
	Tries     int        `db:"tries"`
	Last      Miss       `db:"last_missed"`
	LastAt    *time.Time `db:"last_at"`
	Again     *time.Time `db:"again_at"` // asked to be called then
	LinkAt    *time.Time `db:"link_at"`  // a link was sent
	Reachable bool       `db:"reachable"`
}

// Calls lists whose citizens wait to be asked, in the order in which they are due: what
// by may be caller of. Forbidden without case:callback, or where by reads no cases.
func (s *Service) Calls(ctx context.Context, by actor.Actor, after *Mark, limit int) ([]Call, error) {
	if !by.Anywhere(PermCallback) {
		return nil, forbidden()
	}
	r, err := reachOf(by)
	if err != nil {
		return nil, err
	}
	if limit <= 0 || limit > 200 {
		limit = 50
	}
	f := Filter{States: []State{Replied, InCallback}, As: "caller", After: after, Limit: limit}
	var calls []Call
	err = pg.InSnapshot(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		list, err := selectQueue(ctx, tx, r, f, s.now())
		if err != nil {
			return err
		}
		calls, err = withTries(ctx, tx, list)
		return err
	})
	return calls, err
}

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
