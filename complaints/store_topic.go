package complaints

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/lib/pq"

	"minping/complaints/alike"
	"minping/internal/pg"
)

// ungroupedRow is a case whose topic has not been looked for.
type ungroupedRow struct {
	sketchRow
	Groups bool `db:"groups"`
}

// selectUngrouped reads cases whose topic has not been looked for. Bad ratings and praise say
// how somebody was served, which many say in the same words of different days: they have no topic.
func selectUngrouped(ctx context.Context, q pg.Querier, most int) ([]ungroupedRow, error) {
	const query = `SELECT k.case_id, k.terms, k.weights, k.places, k.districts, k.received_at, NOT c.sealed AND c.kind NOT IN ('bad_rating', 'praise', 'report') AS groups
		FROM case_sketches k JOIN cases c ON c.id = k.case_id WHERE NOT k.grouped ORDER BY k.received_at, k.case_id LIMIT $1`
	var rows []ungroupedRow
	if err := q.SelectContext(ctx, &rows, query, most); err != nil {
		return nil, fmt.Errorf("read cases without a topic: %w", err)
	}
	return rows, nil
}

func setGrouped(ctx context.Context, q pg.Querier, id ID) error {
	const query = `UPDATE case_sketches SET grouped = true WHERE case_id = $1`
	if _, err := q.ExecContext(ctx, query, id); err != nil {
		return fmt.Errorf("note that case %d was grouped: %w", id, err)
	}
	return nil
}

func inTopic(ctx context.Context, q pg.Querier, id ID) (bool, error) {
	const query = `SELECT EXISTS (SELECT 1 FROM topic_cases WHERE case_id = $1)`
	var in bool
	if err := q.GetContext(ctx, &in, query, id); err != nil {
		return false, fmt.Errorf("topic of case %d: %w", id, err)
	}
	return in, nil
}

// groupedRow is an earlier case with the topic that it has; 0: none.
type groupedRow struct {
	sketchRow
	Topic int64 `db:"topic_id"`
}

// selectGrouped reads cases that were grouped before and may share a topic with one.
func selectGrouped(ctx context.Context, q pg.Querier, row sketchRow, terms []int32) ([]groupedRow, error) {
	const query = `SELECT k.case_id, k.terms, k.weights, k.places, k.districts, k.received_at, coalesce(t.topic_id, 0) AS topic_id
		FROM case_sketches k JOIN cases c ON c.id = k.case_id LEFT JOIN topic_cases t ON t.case_id = k.case_id
		WHERE k.terms && $1::int[] AND k.case_id <> $2 AND k.grouped AND k.received_at BETWEEN $3 AND $4
			AND NOT c.sealed AND c.kind NOT IN ('bad_rating', 'praise', 'report') AND t.taken_out_by IS NULL
		ORDER BY k.case_id LIMIT 5000`
	var rows []groupedRow
	if err := q.SelectContext(ctx, &rows, query, append(pq.Int32Array{}, terms...), row.Case, row.ReceivedAt.Add(-topicWithin), row.ReceivedAt.Add(topicWithin)); err != nil {
		return nil, fmt.Errorf("look for the topic of case %d: %w", row.Case, err)
	}
	return rows, nil
}

func insertTopic(ctx context.Context, q pg.Querier, now time.Time) (int64, error) {
	const query = `INSERT INTO topics (made_at) VALUES ($1) RETURNING id`
	var id int64
	if err := q.GetContext(ctx, &id, query, now); err != nil {
		return 0, fmt.Errorf("make topic: %w", err)
	}
	return id, nil
}

func insertTopicCase(ctx context.Context, q pg.Querier, topic int64, row sketchRow, likeness int) error {
	const query = `INSERT INTO topic_cases (case_id, topic_id, likeness, received_at) VALUES ($1, $2, $3, $4) ON CONFLICT (case_id) DO NOTHING`
	if _, err := q.ExecContext(ctx, query, row.Case, topic, likeness, row.ReceivedAt); err != nil {
		return fmt.Errorf("put case %d into topic %d: %w", row.Case, topic, err)
	}
	return nil
}

// leaveTopics takes cases out of topics that nobody but the discipline role may know of any more.
func leaveTopics(ctx context.Context, q pg.Querier, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	const query = `DELETE FROM topic_cases WHERE case_id = ANY($1::bigint[])`
	if _, err := q.ExecContext(ctx, query, pq.Int64Array(ids)); err != nil {
		return fmt.Errorf("leave topics: %w", err)
	}
	return nil
}

// takeOut notes that a person took a case out of a topic; false where it is not in it.
func takeOut(ctx context.Context, q pg.Querier, topic int64, id ID, account int64) (bool, error) {
	const query = `UPDATE topic_cases SET taken_out_by = $3 WHERE case_id = $2 AND topic_id = $1 AND taken_out_by IS NULL`
	res, err := q.ExecContext(ctx, query, topic, id, account)
	if err != nil {
		return false, fmt.Errorf("take case %d out of topic %d: %w", id, topic, err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

func updateTopicName(ctx context.Context, q pg.Querier, id int64, name string, account int64) error {
	const query = `UPDATE topics SET name = $2, named_by = nullif($3::bigint, 0) WHERE id = $1`
	if _, err := q.ExecContext(ctx, query, id, name, account); err != nil {
		return fmt.Errorf("name topic %d: %w", id, err)
	}
	return nil
}

// selectHottest gives the topics with two or more readable cases of the last weeks, the
// hottest first: alike.Heat as SQL, by which only the order is decided.
func selectHottest(ctx context.Context, q pg.Querier, r reach, f TopicFilter, now time.Time) ([]int64, error) {
	const query = `SELECT t.topic_id FROM topic_cases t JOIN cases c ON c.id = t.case_id LEFT JOIN case_votes v ON v.case_id = c.id
		WHERE t.received_at >= $23 AND t.taken_out_by IS NULL AND NOT c.sealed AND ` + readable + ` AND ` + narrowed + `
		GROUP BY t.topic_id HAVING count(*) > 1
		ORDER BY sum(power(2, -greatest(0, extract(epoch FROM $17 - t.received_at)) / $24::float8) * (1 + ln(1 + coalesce(v.agree, 0)))) DESC, t.topic_id LIMIT $25`
	var ids []int64
	args := append(r.args(Filter{States: States(), Office: f.Office}, now), now.Add(-topicsWithin), alike.HalfLife.Seconds(), f.Limit)
	if err := q.SelectContext(ctx, &ids, query, args...); err != nil {
		return nil, fmt.Errorf("list topics: %w", err)
	}
	return ids, nil
}

// topicRow is a case of a topic as it is counted.
type topicRow struct {
	Topic      int64     `db:"topic_id"`
	Case       ID        `db:"case_id"`
	ReceivedAt time.Time `db:"received_at"`
	Likeness   int       `db:"likeness"`
	Office     int64     `db:"office_id"`
	Agree      int       `db:"agree"`
}

// selectTopicCases reads the readable cases of topics, the newest first. Doubles count: each is a message of somebody.
func selectTopicCases(ctx context.Context, q pg.Querier, r reach, ids []int64, now time.Time) ([]topicRow, error) {
	const query = `SELECT t.topic_id, t.case_id, t.received_at, t.likeness, coalesce(c.office_id, 0) AS office_id, coalesce(v.agree, 0) AS agree
		FROM topic_cases t JOIN cases c ON c.id = t.case_id LEFT JOIN case_votes v ON v.case_id = c.id
		WHERE t.topic_id = ANY($23::bigint[]) AND t.taken_out_by IS NULL AND NOT c.sealed AND ` + readable + ` AND ` + narrowed + `
		ORDER BY t.received_at DESC, t.case_id DESC LIMIT 20000`
	var rows []topicRow
	if err := q.SelectContext(ctx, &rows, query, append(r.args(Filter{States: States()}, now), pq.Int64Array(ids))...); err != nil {
		return nil, fmt.Errorf("read cases of topics: %w", err)
	}
	return rows, nil
}

func selectTopicNames(ctx context.Context, q pg.Querier, ids []int64) (map[int64]string, error) {
	const query = `SELECT id, name FROM topics WHERE id = ANY($1::bigint[])`
	var rows []struct {
		ID   int64  `db:"id"`
		Name string `db:"name"`
	}
	if err := q.SelectContext(ctx, &rows, query, pq.Int64Array(ids)); err != nil {
		return nil, fmt.Errorf("names of topics: %w", err)
	}
	names := make(map[int64]string, len(rows))
	for _, r := range rows {
		names[r.ID] = r.Name
	}
	return names, nil
}

// selectTopicList reads the cases of rows, in their order.
func selectTopicList(ctx context.Context, q pg.Querier, rows []topicRow) ([]Case, error) {
	const query = `SELECT ` + caseColumns + ` FROM unnest($1::bigint[]) WITH ORDINALITY d(id, n) JOIN cases c ON c.id = d.id ORDER BY d.n`
	var list []Case
	if err := q.SelectContext(ctx, &list, query, idsOf(rows)); err != nil {
		return nil, fmt.Errorf("read cases of a topic: %w", err)
	}
	return list, nil
}

func idsOf(rows []topicRow) pq.Int64Array {
	ids := make(pq.Int64Array, len(rows))
	for i, r := range rows {
		ids[i] = r.Case
	}
	return ids
}

func sketchesOf(ctx context.Context, q pg.Querier, rows []topicRow) (map[ID]alike.Sketch, error) {
	list, err := selectSketches(ctx, q, idsOf(rows))
	sketches := make(map[ID]alike.Sketch, len(list))
	for _, row := range list {
		sketches[row.Case] = row.sketch()
	}
	return sketches, err
}

// topicTold is from how many of a topic's newest cases its words and places are taken.
const topicTold = 30

// tellOf gives the words and places that tell most of what cases are about: those that
// most of them have, and of these the rarest in general.
func tellOf(ctx context.Context, q pg.Querier, rows []topicRow) (words, places []string, err error) {
	const query = `SELECT l.word FROM case_sketches k, unnest(k.terms, k.weights) d(id, weight) JOIN lexicon l ON l.id = d.id
		WHERE k.case_id = ANY($1::bigint[]) GROUP BY l.word HAVING count(*) > 1 ORDER BY sum(d.weight) DESC, l.word LIMIT 6`
	ids := idsOf(rows[:min(len(rows), topicTold)])
	if err := q.SelectContext(ctx, &words, query, ids); err != nil {
		return nil, nil, fmt.Errorf("words of a topic: %w", err)
	}
	const where = `SELECT p FROM case_sketches k, unnest(k.districts || k.places) p WHERE k.case_id = ANY($1::bigint[])
		GROUP BY p HAVING count(*) > 1 ORDER BY count(*) DESC, char_length(p) DESC, p LIMIT 3`
	if err := q.SelectContext(ctx, &places, where, ids); err != nil {
		return nil, nil, fmt.Errorf("places of a topic: %w", err)
	}
	return slices.Clip(words), places, nil
}
