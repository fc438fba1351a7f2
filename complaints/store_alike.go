package complaints

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"minping/internal/pg"
)

// selectNear reads the sketches that have one of the words, whosever they are: what by
// may read of them is asked afterwards, of those that are alike enough.
func selectNear(ctx context.Context, q pg.Querier, not ID, terms []int32) ([]sketchRow, error) {
	const query = `SELECT case_id, terms, weights, places, districts, received_at FROM case_sketches
		WHERE terms && $1::int[] AND case_id <> $2 LIMIT 5000`
	var rows []sketchRow
	if err := q.SelectContext(ctx, &rows, query, append(pq.Int32Array{}, terms...), not); err != nil {
		return nil, fmt.Errorf("look for similar cases: %w", err)
	}
	return rows, nil
}

// standing is what a readable case may serve for.
type standing struct {
	ID       ID   `db:"id"`
	Answered bool `db:"answered"`
	Live     bool `db:"live"`
}

// selectStandings says of cases which by may read, which were answered, and which live ones
// came in since a time and could still be merged.
func selectStandings(ctx context.Context, q pg.Querier, r reach, ids []int64, since, now time.Time) (map[ID]standing, error) {
	const query = `SELECT c.id, c.first_reply_at IS NOT NULL AND c.state <> 'merged' AS answered,
			c.state IN ('received', 'triaged', 'dispatched', 'acknowledged', 'in_progress') AND c.kind <> 'bad_rating' AND c.received_at >= $24 AS live
		FROM cases c WHERE c.id = ANY($23::bigint[]) AND NOT c.sealed AND ` + readable + ` AND ` + narrowed
	var rows []standing
	if err := q.SelectContext(ctx, &rows, query, append(r.args(Filter{States: States()}, now), pq.Int64Array(ids), since)...); err != nil {
		return nil, fmt.Errorf("read similar cases: %w", err)
	}
	list := make(map[ID]standing, len(rows))
	for _, row := range rows {
		list[row.ID] = row
	}
	return list, nil
}

// selectReplies gives the last public reply of cases, where it says something.
func selectReplies(ctx context.Context, q pg.Querier, ids []int64, longerThan int) (map[ID]string, error) {
	const query = `SELECT DISTINCT ON (case_id) case_id, body FROM case_messages
		WHERE case_id = ANY($1::bigint[]) AND audience = 'public' AND side = 'staff' AND purpose = 'reply' ORDER BY case_id, id DESC`
	var rows []struct {
		Case ID     `db:"case_id"`
		Body string `db:"body"`
	}
	if err := q.SelectContext(ctx, &rows, query, pq.Int64Array(ids)); err != nil {
		return nil, fmt.Errorf("read replies: %w", err)
	}
	replies := map[ID]string{}
	for _, r := range rows {
		if len([]rune(r.Body)) > longerThan {
			replies[r.Case] = r.Body
		}
	}
	return replies, nil
}

// selectWordsOf gives words by their numbers, in that order.
func selectWordsOf(ctx context.Context, q pg.Querier, ids []int32) ([]string, error) {
	const query = `SELECT l.word FROM unnest($1::int[]) WITH ORDINALITY d(id, n) JOIN lexicon l ON l.id = d.id ORDER BY d.n`
	var words []string
	if err := q.SelectContext(ctx, &words, query, append(pq.Int32Array{}, ids...)); err != nil {
		return nil, fmt.Errorf("read words: %w", err)
	}
	return words, nil
}
