package surveys

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/pg"
)

var (
	//go:embed sql/gather_ratings.sql
	gatherRatingsSQL string
	//go:embed sql/gather_answers.sql
	gatherAnswersSQL string
	//go:embed sql/rebuild_ratings.sql
	rebuildRatingsSQL string
	//go:embed sql/rebuild_answers.sql
	rebuildAnswersSQL string
)

// Rebuild counts all rollups anew from the ratings, for the case that Verify
// found a difference. Ratings wait until it is done.
func (s *Service) Rebuild(ctx context.Context) error {
	return pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, `LOCK TABLE ratings, rating_rollups, answer_rollups IN EXCLUSIVE MODE`); err != nil {
			return fmt.Errorf("lock ratings: %w", err)
		}
		if err := rebuild(ctx, tx); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{At: s.now(), By: actor.System("rebuild"), Action: audit.RollupRebuild,
			Object: audit.Object{Kind: "city"}})
	})
}

// rebuild gathers the ratings once by window and day, and sums from there upwards: days
// into months, months into years. Verify counts in another way, every row from the ratings themselves.
func rebuild(ctx context.Context, tx *sqlx.Tx) error {
	city, err := cityUnit(ctx, tx)
	if err != nil {
		return err
	}
	const months = `INSERT INTO rating_rollups (unit_id, grain, starts_on, slice_id, n1, n2, n3, n4, n5)
		SELECT unit_id, 'm', date_trunc('month', starts_on)::date, slice_id, sum(n1), sum(n2), sum(n3), sum(n4), sum(n5)
		FROM rating_rollups GROUP BY 1, 3, 4 ORDER BY 1, 3, 4`
	const years = `INSERT INTO rating_rollups (unit_id, grain, starts_on, slice_id, n1, n2, n3, n4, n5)
		SELECT unit_id, 'y', date_trunc('year', starts_on)::date, slice_id, sum(n1), sum(n2), sum(n3), sum(n4), sum(n5)
		FROM rating_rollups WHERE grain = 'm' GROUP BY 1, 3, 4 ORDER BY 1, 3, 4`
	const answerMonths = `INSERT INTO answer_rollups (unit_id, grain, starts_on, question_id, value, slice_id, n)
		SELECT unit_id, 'm', date_trunc('month', starts_on)::date, question_id, value, slice_id, sum(n)
		FROM answer_rollups GROUP BY 1, 3, 4, 5, 6 ORDER BY 1, 3, 4, 5, 6`
	for _, step := range []struct {
		query string
		args  []any
	}{
		{`SET LOCAL work_mem = '96MB'`, nil}, // for this transaction: millions of groups are summed
		{`DELETE FROM rating_rollups`, nil},
		{`DELETE FROM answer_rollups`, nil},
		{`INSERT INTO rating_slices (channel, stratum, version_id, standing)
			SELECT DISTINCT channel, stratum, version_id, standing FROM ratings ON CONFLICT DO NOTHING`, nil},
		{gatherRatingsSQL, nil},
		{rebuildRatingsSQL, []any{city}},
		{months, nil},
		{years, nil},
		{gatherAnswersSQL, nil},
		{rebuildAnswersSQL, []any{city}},
		{answerMonths, nil},
		{`DELETE FROM service_rollups`, nil},
		{`INSERT INTO service_rollups (unit_id, grain, starts_on, served) ` + recountServedSQL, []any{city}},
	} {
		if _, err := tx.ExecContext(ctx, step.query, step.args...); err != nil {
			return fmt.Errorf("rebuild rollups: %w", err)
		}
	}
	return nil
}
