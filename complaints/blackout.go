package complaints

import (
	"context"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/pg"
)

// permPrivacy is held by who handles what people ask of their data.
const permPrivacy actor.Permission = "privacy:handle"

// Blackout is a rating's comment of which parts were made unreadable.
type Blackout struct {
	Rating        int64
	Before, After string
}

// BlackOutRating makes the same parts unreadable in the case that the rating
// opened, in the caller's transaction, which records it; nothing where there is no case. Needs
// privacy:handle citywide. Forbidden.
func (s *Service) BlackOutRating(ctx context.Context, tx *sqlx.Tx, by actor.Actor, b Blackout) error {
	if !by.Citywide(permPrivacy) {
		return forbidden()
	}
	id, body, err := lockBody(ctx, tx, RatingRef{ID: b.Rating}.submission())
	if pg.None(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("black out the case of rating %d: %w", b.Rating, err)
	}
	before := clean(b.Before)
	if before == "" {
		return nil
	}
	body = strings.ReplaceAll(body, before, clean(b.After))
	if err := updateBody(ctx, tx, RatingRef{ID: b.Rating}.submission(), body, beginning(body)); err != nil {
		return fmt.Errorf("black out the case of rating %d: %w", b.Rating, err)
	}
	return s.reindex(ctx, tx, id)
}
