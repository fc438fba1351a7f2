package surveys

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/jmoiron/sqlx"

	"minping/internal/pg"
)

//go:embed sql/recount_ratings.sql
var recountRatingsSQL string

//go:embed sql/recount_answers.sql
var recountAnswersSQL string

// Difference is one rollup row that a recount of the ratings does not confirm.
type Difference struct {
	Table    string `db:"-"`
	Key      string `db:"key"`      // the row's key, readable
	Kept     string `db:"kept"`     // the counts in the table, "" where the row is missing
	Recounts string `db:"recounts"` // the counts that the ratings give, "" where there should be no row
}

// String reads like "rating_rollups [12 d 2026-11-23 …]: kept 0,0,0,0,3, recounts 0,0,0,0,4".
func (d Difference) String() string {
	return fmt.Sprintf("%s [%s]: kept %q, recounts %q", d.Table, d.Key, d.Kept, d.Recounts)
}

// VerifyReport is what Verify found: how much it compared and where it differs.
type VerifyReport struct {
	Ratings, RatingRows, AnswerRows int64
	Differences                     []Difference
}

// maxDifferences bounds a report; one is enough to know that something is wrong.
const maxDifferences = 1000

// Verify recomputes every rollup from the ratings themselves, in one snapshot, so
// that it may run while ratings come in.
func (s *Service) Verify(ctx context.Context) (VerifyReport, error) {
	var report VerifyReport
	err := pg.InSnapshot(ctx, s.db, func(tx *sqlx.Tx) error {
		city, err := cityUnit(ctx, tx)
		if err != nil {
			return err
		}
		const counts = `SELECT (SELECT count(*) FROM ratings), (SELECT count(*) FROM rating_rollups), (SELECT count(*) FROM answer_rollups)`
		if err := tx.QueryRowContext(ctx, counts).Scan(&report.Ratings, &report.RatingRows, &report.AnswerRows); err != nil {
			return fmt.Errorf("count: %w", err)
		}
		if err := report.compare(ctx, tx, "rating_rollups", compareRatings(), city); err != nil {
			return err
		}
		if err := report.compare(ctx, tx, "answer_rollups", compareAnswers(), city); err != nil {
			return err
		}
		if err := report.compare(ctx, tx, "probe_rollups", compareProbes(), city); err != nil {
			return err
		}
		return report.compare(ctx, tx, "service_rollups", compareServed(), city)
	})
	return report, err
}

func (r *VerifyReport) compare(ctx context.Context, q pg.Querier, table, query string, city int64) error {
	var found []Difference
	if err := q.SelectContext(ctx, &found, query, city, maxDifferences); err != nil {
		return fmt.Errorf("recount %s: %w", table, err)
	}
	for i := range found {
		found[i].Table = table
	}
	r.Differences = append(r.Differences, found...)
	return nil
}

func compareRatings() string {
	return `WITH recount AS (` + recountRatingsSQL + `)
		SELECT concat_ws(' ', unit_id, grain, starts_on, channel, stratum, version_id, standing) AS key,
			CASE WHEN k.n1 IS NULL THEN '' ELSE concat_ws(',', k.n1, k.n2, k.n3, k.n4, k.n5) END AS kept,
			CASE WHEN c.n1 IS NULL THEN '' ELSE concat_ws(',', c.n1, c.n2, c.n3, c.n4, c.n5) END AS recounts
		FROM rating_counts k
		FULL JOIN recount c USING (unit_id, grain, starts_on, channel, stratum, version_id, standing)
		WHERE (k.n1, k.n2, k.n3, k.n4, k.n5) IS DISTINCT FROM (c.n1, c.n2, c.n3, c.n4, c.n5)
		ORDER BY key LIMIT $2`
}

func compareAnswers() string {
	return `WITH recount AS (` + recountAnswersSQL + `)
		SELECT concat_ws(' ', unit_id, grain, starts_on, question_id, value, channel, stratum, version_id, standing) AS key,
			coalesce(k.n::text, '') AS kept, coalesce(c.n::text, '') AS recounts
		FROM answer_counts k
		FULL JOIN recount c USING (unit_id, grain, starts_on, question_id, value, channel, stratum, version_id, standing)
		WHERE k.n IS DISTINCT FROM c.n
		ORDER BY key LIMIT $2`
}
