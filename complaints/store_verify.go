package complaints

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"minping/internal/pg"
)

// selectPage reads the next cases by number, with their events.
func selectPage(ctx context.Context, q pg.Querier, after ID) ([]Case, map[ID][]Event, error) {
	const query = `SELECT ` + caseColumns + ` FROM cases c WHERE c.id > $1 ORDER BY c.id LIMIT 1000`
	var cases []Case
	if err := q.SelectContext(ctx, &cases, query, after); err != nil {
		return nil, nil, fmt.Errorf("read cases: %w", err)
	}
	ids := make([]int64, len(cases))
	for i, c := range cases {
		ids[i] = c.ID
	}
	const log = `SELECT ` + eventColumns + ` FROM case_events WHERE case_id = ANY($1::bigint[]) ORDER BY case_id, seq`
	var rows []eventRow
	if err := q.SelectContext(ctx, &rows, log, pq.Int64Array(ids)); err != nil {
		return nil, nil, fmt.Errorf("read events: %w", err)
	}
	events := make(map[ID][]Event, len(cases))
	for _, r := range rows {
		e, err := r.event()
		if err != nil {
			return nil, nil, err
		}
		events[r.CaseID] = append(events[r.CaseID], e)
	}
	return cases, events, nil
}
