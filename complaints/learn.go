package complaints

import (
	"context"

	"github.com/jmoiron/sqlx"

	"minping/complaints/alike"
)

// What is learned of categories lives in category_words: what their names and known
// words say before any case (prior), and what the words of confirmed cases add (learned). A case
// that gets another category, is sealed or has words blacked out is unlearned first.

// learnPriors gives every category that has no profile its names and known words.
func learnPriors(ctx context.Context, tx *sqlx.Tx) error {
	fresh, err := selectCategoriesWithoutProfile(ctx, tx)
	if err != nil || len(fresh) == 0 {
		return err
	}
	tree, err := selectCategories(ctx, tx)
	if err != nil {
		return err
	}
	all, err := selectTotal(ctx, tx)
	if err != nil {
		return err
	}
	for _, id := range fresh {
		prior := alike.Prior(pathOf(tree, id))
		if err := insertPrior(ctx, tx, id, prior); err != nil {
			return err
		}
	}
	return weighProfiles(ctx, tx, fresh, all)
}

// pathOf gives the names of a category on its three levels.
func pathOf(tree []Category, id int) [3]string {
	var path [3]string
	for steps := 0; id != 0 && steps < len(path); steps++ {
		for _, c := range tree {
			if c.ID == id {
				path[c.Level-1], id = c.Name, c.Parent
				break
			}
		}
	}
	return path
}

// learn adds a case's words to its category, or takes them away (times -1).
func learn(ctx context.Context, tx *sqlx.Tx, row sketchRow, times int) error {
	sums := make([]float64, len(row.Counts))
	for i, n := range row.Counts {
		sums[i] = float64(times) * alike.Damped(float64(n))
	}
	return addLearned(ctx, tx, row.Category, learned{row.Words, sums, times})
}

// weighProfiles computes the sizes of profiles anew.
func weighProfiles(ctx context.Context, tx *sqlx.Tx, categories []int, all int) error {
	for _, id := range categories {
		cases, words, err := selectProfile(ctx, tx, id)
		if err != nil {
			return err
		}
		profile := make([]alike.Learned, 0, len(words))
		for _, w := range words {
			profile = append(profile, alike.Learned{Prior: w.Prior, Sum: w.Learned, IDF: alike.IDF(all, w.Cases)})
		}
		if err := updateNorm(ctx, tx, id, alike.Norm(profile, cases), all); err != nil {
			return err
		}
	}
	return nil
}
