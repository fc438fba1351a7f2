package complaints

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/lib/pq"

	"minping/complaints/alike"
	"minping/internal/pg"
)

// lockTakeIn makes one job at a time read cases, over all nodes; false: another does.
func lockTakeIn(ctx context.Context, q pg.Querier) (bool, error) {
	const query = `SELECT pg_try_advisory_xact_lock(hashtext('complaints take in'))`
	var mine bool
	if err := q.GetContext(ctx, &mine, query); err != nil {
		return false, fmt.Errorf("lock the reading of cases: %w", err)
	}
	return mine, nil
}

// takeUnread takes the cases that were noted first off the list.
func takeUnread(ctx context.Context, q pg.Querier, most int) ([]int64, error) {
	const query = `DELETE FROM case_unread WHERE id IN (SELECT id FROM case_unread ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING case_id`
	var ids []int64
	if err := q.SelectContext(ctx, &ids, query, most); err != nil {
		return nil, fmt.Errorf("take unread cases: %w", err)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// caseHead is what decides whether and where a case is compared.
type caseHead struct {
	ID         ID        `db:"id"`
	Kind       Kind      `db:"kind"`
	State      State     `db:"state"`
	Category   int       `db:"category_id"`
	ReceivedAt time.Time `db:"received_at"`
}

// selectUnreadTexts reads cases to be compared; sealed ones are left out.
func selectUnreadTexts(ctx context.Context, q pg.Querier, ids []int64) ([]caseText, error) {
	const query = `SELECT id, kind, state, coalesce(category_id, 0) AS category_id, received_at, title, body FROM cases
		WHERE id = ANY($1::bigint[]) AND NOT sealed`
	var list []caseText
	if err := q.SelectContext(ctx, &list, query, pq.Int64Array(ids)); err != nil {
		return nil, fmt.Errorf("read texts of cases: %w", err)
	}
	return list, nil
}

// sketchRow is a case as it is compared with others.
type sketchRow struct {
	Case       ID             `db:"case_id"`
	Words      pq.Int32Array  `db:"words"`
	Counts     pq.Int32Array  `db:"counts"`
	Terms      pq.Int32Array  `db:"terms"`
	Weights    pq.Int32Array  `db:"weights"`
	WeighedAt  int            `db:"weighed_at"`
	Places     pq.StringArray `db:"places"`
	Districts  pq.StringArray `db:"districts"`
	Category   int            `db:"category_id"`
	ReceivedAt time.Time      `db:"received_at"`
}

// sketch gives the row as package alike compares it.
func (r sketchRow) sketch() alike.Sketch {
	v := alike.Vector{Terms: r.Terms, Weights: make([]int16, len(r.Weights))}
	for i, w := range r.Weights {
		v.Weights[i] = int16(w) // smallint in the table
	}
	return alike.Sketch{Vector: v, Places: r.Places, Districts: r.Districts}
}

func selectSketches(ctx context.Context, q pg.Querier, ids []int64) ([]sketchRow, error) {
	const query = `SELECT case_id, words, counts, terms, weights, weighed_at, places, districts, coalesce(category_id, 0) AS category_id, received_at
		FROM case_sketches WHERE case_id = ANY($1::bigint[]) ORDER BY case_id`
	var rows []sketchRow
	if err := q.SelectContext(ctx, &rows, query, pq.Int64Array(ids)); err != nil {
		return nil, fmt.Errorf("read sketches: %w", err)
	}
	return rows, nil
}

func insertSketch(ctx context.Context, q pg.Querier, r sketchRow) error {
	const query = `INSERT INTO case_sketches (case_id, words, counts, terms, weights, weighed_at, places, districts, category_id, received_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, nullif($9::int, 0), $10)`
	none := func(a pq.Int32Array) pq.Int32Array { return append(pq.Int32Array{}, a...) } // NULL is no empty array
	if _, err := q.ExecContext(ctx, query, r.Case, none(r.Words), none(r.Counts), none(r.Terms), none(r.Weights), r.WeighedAt,
		append(pq.StringArray{}, r.Places...), append(pq.StringArray{}, r.Districts...), r.Category, r.ReceivedAt); err != nil {
		return fmt.Errorf("store sketch of case %d: %w", r.Case, err)
	}
	return nil
}

func deleteSketches(ctx context.Context, q pg.Querier, ids []int64) error {
	const query = `DELETE FROM case_sketches WHERE case_id = ANY($1::bigint[])`
	if _, err := q.ExecContext(ctx, query, pq.Int64Array(ids)); err != nil {
		return fmt.Errorf("forget sketches: %w", err)
	}
	return nil
}

func insertWords(ctx context.Context, q pg.Querier, words []string) error {
	const query = `INSERT INTO lexicon (word) SELECT w FROM unnest($1::text[]) w ORDER BY w ON CONFLICT (word) DO NOTHING`
	if _, err := q.ExecContext(ctx, query, pq.StringArray(words)); err != nil {
		return fmt.Errorf("store words: %w", err)
	}
	return nil
}

// selectWords looks words up; those that are not known are left out.
func selectWords(ctx context.Context, q pg.Querier, words []string) (lexicon, error) {
	const query = `SELECT id, word, cases FROM lexicon WHERE word = ANY($1::text[])`
	l := lexicon{ids: map[string]int32{}, cases: map[int32]int{}}
	var rows []struct {
		ID    int32  `db:"id"`
		Word  string `db:"word"`
		Cases int    `db:"cases"`
	}
	if err := q.SelectContext(ctx, &rows, query, pq.StringArray(words)); err != nil {
		return l, fmt.Errorf("look words up: %w", err)
	}
	for _, r := range rows {
		l.ids[r.Word], l.cases[r.ID] = r.ID, r.Cases
	}
	var err error
	l.all, err = selectTotal(ctx, q)
	return l, err
}

// readWords looks up the words of a text.
func readWords(ctx context.Context, q pg.Querier, b alike.Bag) (lexicon, error) {
	return selectWords(ctx, q, slices.Sorted(maps.Keys(b)))
}

func selectTotal(ctx context.Context, q pg.Querier) (int, error) {
	const query = `SELECT cases FROM lexicon_total`
	var all int
	if err := q.GetContext(ctx, &all, query); err != nil {
		return 0, fmt.Errorf("count read cases: %w", err)
	}
	return all, nil
}

// selectCasesWith says in how many cases words stand, by their numbers.
func selectCasesWith(ctx context.Context, q pg.Querier, ids []int32) (map[int32]int, error) {
	const query = `SELECT id, cases FROM lexicon WHERE id = ANY($1::int[])`
	var rows []struct {
		ID    int32 `db:"id"`
		Cases int   `db:"cases"`
	}
	if err := q.SelectContext(ctx, &rows, query, pq.Int32Array(ids)); err != nil {
		return nil, fmt.Errorf("count words: %w", err)
	}
	cases := make(map[int32]int, len(rows))
	for _, r := range rows {
		cases[r.ID] = r.Cases
	}
	return cases, nil
}

// countWords adds to the counts of words and of cases, and gives the cases there are now.
func countWords(ctx context.Context, q pg.Querier, counts map[int32]int, cases int) (int, error) {
	const query = `UPDATE lexicon l SET cases = l.cases + d.n FROM unnest($1::int[], $2::int[]) d(id, n) WHERE l.id = d.id`
	var ids, ns pq.Int32Array
	for _, id := range slices.Sorted(maps.Keys(counts)) {
		ids, ns = append(ids, id), append(ns, int32(counts[id]))
	}
	if _, err := q.ExecContext(ctx, query, ids, ns); err != nil {
		return 0, fmt.Errorf("count words: %w", err)
	}
	const total = `UPDATE lexicon_total SET cases = cases + $1 RETURNING cases`
	var all int
	if err := q.GetContext(ctx, &all, total, cases); err != nil {
		return 0, fmt.Errorf("count read cases: %w", err)
	}
	return all, nil
}

// deleteUnusedWords takes out of the lexicon what no case and no category has any
// more: words that were blacked out leave it, too.
func deleteUnusedWords(ctx context.Context, q pg.Querier) error {
	const query = `DELETE FROM lexicon l WHERE l.cases = 0 AND NOT EXISTS (SELECT 1 FROM category_words w WHERE w.word_id = l.id)`
	if _, err := q.ExecContext(ctx, query); err != nil {
		return fmt.Errorf("forget words: %w", err)
	}
	return nil
}

// selectStale reads sketches that were weighed when there were half as many cases.
func selectStale(ctx context.Context, q pg.Querier, all int) ([]sketchRow, error) {
	const query = `SELECT case_id, words, counts, terms, weights, weighed_at, places, districts, coalesce(category_id, 0) AS category_id, received_at
		FROM case_sketches WHERE weighed_at < $1 ORDER BY weighed_at, case_id LIMIT 200`
	var rows []sketchRow
	if err := q.SelectContext(ctx, &rows, query, all/2); err != nil {
		return nil, fmt.Errorf("read sketches: %w", err)
	}
	return rows, nil
}

func updateWeights(ctx context.Context, q pg.Querier, id ID, v alike.Vector, all int) error {
	const query = `UPDATE case_sketches SET terms = $2, weights = $3, weighed_at = $4 WHERE case_id = $1`
	weights := make(pq.Int32Array, len(v.Weights))
	for i, w := range v.Weights {
		weights[i] = int32(w)
	}
	if _, err := q.ExecContext(ctx, query, id, append(pq.Int32Array{}, v.Terms...), weights, all); err != nil {
		return fmt.Errorf("weigh case %d: %w", id, err)
	}
	return nil
}
