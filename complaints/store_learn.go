package complaints

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/lib/pq"

	"minping/internal/pg"
)

func selectCategoriesWithoutProfile(ctx context.Context, q pg.Querier) ([]int, error) {
	const query = `SELECT id FROM categories c WHERE NOT EXISTS (SELECT 1 FROM category_profiles p WHERE p.category_id = c.id) ORDER BY id`
	var ids []int
	if err := q.SelectContext(ctx, &ids, query); err != nil {
		return nil, fmt.Errorf("look for new categories: %w", err)
	}
	return ids, nil
}

// insertPrior stores what the names of a category say.
func insertPrior(ctx context.Context, q pg.Querier, id int, prior map[string]float64) error {
	words := slices.Sorted(maps.Keys(prior))
	weights := make([]float64, len(words))
	for i, w := range words {
		weights[i] = prior[w]
	}
	if err := insertWords(ctx, q, words); err != nil {
		return err
	}
	const query = `INSERT INTO category_words (word_id, category_id, prior)
		SELECT l.id, $1, d.prior FROM unnest($2::text[], $3::real[]) d(word, prior) JOIN lexicon l ON l.word = d.word`
	if _, err := q.ExecContext(ctx, query, id, pq.StringArray(words), pq.Float64Array(weights)); err != nil {
		return fmt.Errorf("words of category %d: %w", id, err)
	}
	const profile = `INSERT INTO category_profiles (category_id, norm, weighed_at) VALUES ($1, 0, 0)`
	if _, err := q.ExecContext(ctx, profile, id); err != nil {
		return fmt.Errorf("profile of category %d: %w", id, err)
	}
	return nil
}

// learned is what one case adds to its category.
type learned struct {
	words []int32
	sums  []float64
	cases int // 1, or -1 to take it back
}

func addLearned(ctx context.Context, q pg.Querier, category int, l learned) error {
	const query = `INSERT INTO category_words AS w (word_id, category_id, learned)
		SELECT d.id, $1, d.n FROM unnest($2::int[], $3::double precision[]) d(id, n) ORDER BY d.id
		ON CONFLICT (word_id, category_id) DO UPDATE SET learned = w.learned + excluded.learned`
	if _, err := q.ExecContext(ctx, query, category, append(pq.Int32Array{}, l.words...), append(pq.Float64Array{}, l.sums...)); err != nil {
		return fmt.Errorf("learn category %d: %w", category, err)
	}
	const profile = `UPDATE category_profiles SET cases = cases + $2 WHERE category_id = $1`
	if _, err := q.ExecContext(ctx, profile, category, l.cases); err != nil {
		return fmt.Errorf("learn category %d: %w", category, err)
	}
	if l.cases > 0 {
		return nil
	}
	const unlearned = `DELETE FROM category_words WHERE category_id = $1 AND prior = 0 AND abs(learned) < 1e-6`
	if _, err := q.ExecContext(ctx, unlearned, category); err != nil {
		return fmt.Errorf("unlearn category %d: %w", category, err)
	}
	return nil
}

// profileWord is a word of a category's profile.
type profileWord struct {
	Prior   float64 `db:"prior"`
	Learned float64 `db:"learned"`
	Cases   int     `db:"cases"`
}

func selectProfile(ctx context.Context, q pg.Querier, category int) (int, []profileWord, error) {
	const profile = `SELECT cases FROM category_profiles WHERE category_id = $1`
	var cases int
	if err := q.GetContext(ctx, &cases, profile, category); err != nil {
		return 0, nil, fmt.Errorf("read profile %d: %w", category, err)
	}
	const query = `SELECT w.prior, w.learned, l.cases FROM category_words w JOIN lexicon l ON l.id = w.word_id WHERE w.category_id = $1 ORDER BY w.word_id`
	var words []profileWord
	if err := q.SelectContext(ctx, &words, query, category); err != nil {
		return 0, nil, fmt.Errorf("read profile %d: %w", category, err)
	}
	return cases, words, nil
}

func updateNorm(ctx context.Context, q pg.Querier, category int, norm float64, all int) error {
	const query = `UPDATE category_profiles SET norm = $2, weighed_at = $3 WHERE category_id = $1`
	if _, err := q.ExecContext(ctx, query, category, norm, all); err != nil {
		return fmt.Errorf("weigh category %d: %w", category, err)
	}
	return nil
}

func selectStaleProfiles(ctx context.Context, q pg.Querier, all int) ([]int, error) {
	const query = `SELECT category_id FROM category_profiles WHERE weighed_at < $1 ORDER BY category_id`
	var ids []int
	if err := q.SelectContext(ctx, &ids, query, all/2); err != nil {
		return nil, fmt.Errorf("read profiles: %w", err)
	}
	return ids, nil
}

// clueRow is a word of a text that stands in the profile of a category.
type clueRow struct {
	Word     int32   `db:"word_id"`
	Category int     `db:"category_id"`
	Prior    float64 `db:"prior"`
	Learned  float64 `db:"learned"`
	Cases    int     `db:"cases"`
	Norm     float64 `db:"norm"`
}

// selectClues finds in whose profiles words stand: of categories at the end of the
// tree that are still offered.
func selectClues(ctx context.Context, q pg.Querier, words []int32) ([]clueRow, error) {
	const query = `SELECT w.word_id, w.category_id, w.prior, w.learned, p.cases, p.norm
		FROM category_words w JOIN category_profiles p ON p.category_id = w.category_id JOIN categories c ON c.id = w.category_id
		WHERE w.word_id = ANY($1::int[]) AND NOT c.retired AND NOT EXISTS (SELECT 1 FROM categories d WHERE d.parent_id = c.id AND NOT d.retired)
		ORDER BY w.word_id, w.category_id`
	var rows []clueRow
	if err := q.SelectContext(ctx, &rows, query, append(pq.Int32Array{}, words...)); err != nil {
		return nil, fmt.Errorf("look for categories: %w", err)
	}
	return rows, nil
}
