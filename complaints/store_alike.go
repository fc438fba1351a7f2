package complaints

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"minping/internal/pg"
)

// alikeQuery says which cases to compare one with.
type alikeQuery struct {
	not   ID
	terms []int32   // having one of these words
	since time.Time // live ones must have come in after that
	now   time.Time
}

// alikeRow is a case that may be like another.
type alikeRow struct {
	sketchRow
	Answered bool `db:"answered"`
	Live     bool `db:"live"`
}

// selectAlike reads what by may read of the cases that have one of the words: answered
// ones, and live ones that could be merged.
func selectAlike(ctx context.Context, q pg.Querier, r reach, in alikeQuery) ([]alikeRow, error) {
	const query = `SELECT k.case_id, k.terms, k.weights, k.places, k.districts, k.received_at,
			c.first_reply_at IS NOT NULL AND c.state <> 'merged' AS answered,
			c.state IN ('received', 'triaged', 'dispatched', 'acknowledged', 'in_progress') AND c.kind <> 'bad_rating' AND c.received_at >= $25 AS live
		FROM case_sketches k JOIN cases c ON c.id = k.case_id
		WHERE k.terms && $23::int[] AND k.case_id <> $24 AND NOT c.sealed
			AND (c.first_reply_at IS NOT NULL OR c.received_at >= $25) AND ` + readable + ` AND ` + narrowed + ` LIMIT 5000`
	var rows []alikeRow
	args := append(r.args(Filter{States: States()}, in.now), append(pq.Int32Array{}, in.terms...), in.not, in.since)
	if err := q.SelectContext(ctx, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("look for similar cases: %w", err)
	}
	return rows, nil
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
