package complaints

import (
	"context"
	"fmt"
	"strconv"

	"minping/internal/pg"
)

// mostVotes is more than a city has people.
const mostVotes = 100_000_000

// keepVotes stores how many agreed with a message in the system it comes from; what is
// no number there counts as none.
func (r caseFileRow) keepVotes(ctx context.Context, q pg.Querier, id ID) error {
	number := func(s string) int {
		n, err := strconv.Atoi(s)
		if err != nil {
			return 0
		}
		return max(0, min(n, mostVotes))
	}
	agree, against := number(r.agree), number(r.against)
	if agree == 0 && against == 0 {
		return nil
	}
	return insertVotes(ctx, q, id, agree, against)
}

func insertVotes(ctx context.Context, q pg.Querier, id ID, agree, against int) error {
	const query = `INSERT INTO case_votes (case_id, agree, against) VALUES ($1, $2, $3)`
	if _, err := q.ExecContext(ctx, query, id, agree, against); err != nil {
		return fmt.Errorf("store votes of case %d: %w", id, err)
	}
	return nil
}
