package complaints

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"minping/internal/actor"
)

// Visible gives those of some cases that by may read, by number: what Get would
// show, without its words. Forbidden where by may read none at all.
func (s *Service) Visible(ctx context.Context, by actor.Actor, ids []ID) (map[ID]Case, error) {
	r, err := reachOf(by)
	if err != nil {
		return nil, err
	}
	const query = `SELECT ` + caseColumns + ` FROM cases c WHERE ` + readable + ` AND ` + narrowed + ` AND c.id = ANY($23::bigint[])`
	var list []Case
	if err := s.cfg.DB.SelectContext(ctx, &list, query, append(r.args(Filter{States: States()}, s.now()), pq.Int64Array(ids))...); err != nil {
		return nil, fmt.Errorf("read cases: %w", err)
	}
	out := make(map[ID]Case, len(list))
	for _, c := range list {
		out[c.ID] = c
	}
	return out, nil
}

// CheckWords makes words that somebody typed fit to be kept: without what is no
// text, not empty, not too long as people count. Invalid, at the field.
func CheckWords(field, typed string, most int) (string, error) { return words(field, typed, most) }
