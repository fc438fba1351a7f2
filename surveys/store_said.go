package surveys

import (
	"context"
	"fmt"

	"minping/complaints/workday"
	"minping/internal/pg"
)

// commentsAsked is which comments: those on an office, or those on all others.
type commentsAsked struct {
	office   int64
	here     bool
	from, to workday.Day
	most     int
}

func selectComments(ctx context.Context, q pg.Querier, a commentsAsked) ([]comment, error) {
	const of = `SELECT level, comment FROM rating_facts
		WHERE office_id = $1 AND visited_on BETWEEN $2::date AND $3::date AND comment IS NOT NULL AND standing <> 'quarantined'
		ORDER BY visited_on DESC, id DESC LIMIT $4`
	const others = `SELECT level, comment FROM rating_facts
		WHERE office_id IS DISTINCT FROM $1 AND visited_on BETWEEN $2::date AND $3::date AND comment IS NOT NULL AND standing <> 'quarantined'
		ORDER BY visited_on DESC, id DESC LIMIT $4`
	query := others
	if a.here {
		query = of
	}
	var list []comment
	if err := q.SelectContext(ctx, &list, query, a.office, a.from.String(), a.to.String(), a.most); err != nil {
		return nil, fmt.Errorf("read comments: %w", err)
	}
	return list, nil
}
