package complaints

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"minping/internal/pg"
)

func addWords(ctx context.Context, q pg.Querier, id ID, lexemes []string) error {
	const query = `UPDATE case_search SET words = words || array_to_tsvector($2::text[]), version = $3 WHERE case_id = $1`
	if _, err := q.ExecContext(ctx, query, id, pq.StringArray(lexemes), indexVersion); err != nil {
		return fmt.Errorf("index words of case %d: %w", id, err)
	}
	return nil
}

func setWords(ctx context.Context, q pg.Querier, id ID, lexemes []string) error {
	const query = `UPDATE case_search SET words = array_to_tsvector($2::text[]), version = $3 WHERE case_id = $1`
	if _, err := q.ExecContext(ctx, query, id, pq.StringArray(lexemes), indexVersion); err != nil {
		return fmt.Errorf("index words of case %d: %w", id, err)
	}
	return nil
}

// lockUnindexed takes the next cases whose words are not cut as they are now. The
// cases are locked, as whoever adds words locks them; another node takes others.
func lockUnindexed(ctx context.Context, q pg.Querier, most int) ([]ID, error) {
	const query = `SELECT c.id FROM cases c WHERE c.id IN (SELECT s.case_id FROM case_search s WHERE s.version < $1 ORDER BY s.version, s.case_id LIMIT $2)
		ORDER BY c.id FOR UPDATE SKIP LOCKED`
	var ids []ID
	if err := q.SelectContext(ctx, &ids, query, indexVersion, most); err != nil {
		return nil, fmt.Errorf("find cases to index: %w", err)
	}
	return ids, nil
}

func selectTexts(ctx context.Context, q pg.Querier, ids []ID) (map[ID]caseTexts, error) {
	const query = `SELECT id AS case_id, 'public' AS audience, title AS body, 0 AS n FROM cases WHERE id = ANY($1::bigint[])
		UNION ALL SELECT id, 'public', body, 1 FROM cases WHERE id = ANY($1::bigint[])
		UNION ALL SELECT case_id, audience, body, 2 FROM case_messages WHERE case_id = ANY($1::bigint[])`
	var rows []struct {
		ID       ID       `db:"case_id"`
		Audience Audience `db:"audience"`
		Body     string   `db:"body"`
		N        int      `db:"n"`
	}
	if err := q.SelectContext(ctx, &rows, query, pq.Int64Array(ids)); err != nil {
		return nil, fmt.Errorf("read words of cases: %w", err)
	}
	texts := make(map[ID]caseTexts, len(ids))
	for _, r := range rows {
		t := texts[r.ID]
		if r.Audience == Private {
			t.private = append(t.private, r.Body)
		} else {
			t.public = append(t.public, r.Body)
		}
		texts[r.ID] = t
	}
	return texts, nil
}

// indexed is what the index holds of a case, and what its place and standing ask for.
type indexed struct {
	ID      ID             `db:"case_id"`
	Version int            `db:"version"`
	Words   pq.StringArray `db:"words"`
	Right   bool           `db:"right"`
}

func selectIndexed(ctx context.Context, q pg.Querier, ids []ID) ([]indexed, error) {
	const query = `SELECT c.id AS case_id, coalesce(s.version, 0) AS version, coalesce(tsvector_to_array(s.words), '{}') AS words,
			coalesce(s.marks = case_marks(c) AND s.turn = case_turn(c.state, c.due_at, c.received_at), false) AS right
		FROM cases c LEFT JOIN case_search s ON s.case_id = c.id WHERE c.id = ANY($1::bigint[]) ORDER BY c.id`
	var list []indexed
	if err := q.SelectContext(ctx, &list, query, pq.Int64Array(ids)); err != nil {
		return nil, fmt.Errorf("read index of cases: %w", err)
	}
	return list, nil
}

func nextCases(ctx context.Context, q pg.Querier, after ID, most int) ([]ID, error) {
	const query = `SELECT id FROM cases WHERE id > $1 ORDER BY id LIMIT $2`
	var ids []ID
	if err := q.SelectContext(ctx, &ids, query, after, most); err != nil {
		return nil, fmt.Errorf("read cases: %w", err)
	}
	return ids, nil
}
