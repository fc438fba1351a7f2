package complaints

import (
	"context"
	"fmt"

	"minping/internal/pg"
)

// selectPage reads the next cases by number, with their events.
func selectPage(ctx context.Context, q pg.Querier, after ID) ([]Case, map[ID][]Event, error) {
	const query = `SELECT ` + caseColumns + ` FROM cases c WHERE c.id > $1 ORDER BY c.id LIMIT 1000`
	var cases []Case
	if err := q.SelectContext(ctx, &cases, query, after); err != nil {
		return nil, nil, fmt.Errorf("read cases: %w", err)
	}
	events, err := selectEventsOf(ctx, q, cases)
	return cases, events, err
}
