package panel

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"minping/internal/pg"
)

// mentionsShown bounds a page; the rest follows when these are read.
const mentionsShown = 500

func selectMentions(ctx context.Context, q pg.Querier, wave int64) ([]Mention, error) {
	const query = `SELECT words, count(*) AS count, state, coalesce(unit_id, 0) AS unit FROM panel_mentions WHERE wave_id = $1 AND words <> ''
		GROUP BY words, state, unit_id ORDER BY state = 'open' DESC, count(*) DESC, words LIMIT $2`
	var list []Mention
	if err := q.SelectContext(ctx, &list, query, wave, mentionsShown); err != nil {
		return nil, fmt.Errorf("read mentions: %w", err)
	}
	return list, nil
}

func selectNames(ctx context.Context, q pg.Querier) ([]name, error) {
	const query = `SELECT id, name, brand_name FROM units WHERE kind = 'office' ORDER BY id`
	var list []name
	if err := q.SelectContext(ctx, &list, query); err != nil {
		return nil, fmt.Errorf("read names of offices: %w", err)
	}
	return list, nil
}

func updateMentions(ctx context.Context, tx *sqlx.Tx, wave int64, words string, unit int64) (int, error) {
	const query = `UPDATE panel_mentions SET state = CASE WHEN $3::bigint > 0 THEN 'office' ELSE 'none' END, unit_id = CASE WHEN $3::bigint > 0 THEN $3 END
		WHERE wave_id = $1 AND words = $2 AND (unit_id IS DISTINCT FROM CASE WHEN $3::bigint > 0 THEN $3 END OR state = 'open')`
	res, err := tx.ExecContext(ctx, query, wave, words, unit)
	if err != nil {
		return 0, fmt.Errorf("code mentions: %w", err)
	}
	n, err := res.RowsAffected()
	return int(n), err
}
