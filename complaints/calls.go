package complaints

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

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
