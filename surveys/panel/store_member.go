package panel

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"minping/internal/pg"
)

func selectReferences(ctx context.Context, q pg.Querier, wave int64) (map[string]bool, error) {
	const query = `SELECT reference FROM panel_members WHERE wave_id = $1`
	var list []string
	if err := q.SelectContext(ctx, &list, query, wave); err != nil {
		return nil, fmt.Errorf("read members: %w", err)
	}
	known := make(map[string]bool, len(list))
	for _, r := range list {
		known[r] = true
	}
	return known, nil
}

func selectOfficeCodes(ctx context.Context, q pg.Querier) (map[string]int64, error) {
	const query = `SELECT code, id FROM units WHERE kind = 'office'`
	var list []struct {
		Code string
		ID   int64
	}
	if err := q.SelectContext(ctx, &list, query); err != nil {
		return nil, fmt.Errorf("read offices: %w", err)
	}
	codes := make(map[string]int64, len(list))
	for _, o := range list {
		codes[o.Code] = o.ID
	}
	return codes, nil
}

func selectOfficeIDs(ctx context.Context, q pg.Querier, wave int64) ([]int64, error) {
	const query = `SELECT unit_id FROM panel_offices WHERE wave_id = $1 ORDER BY unit_id`
	var ids []int64
	if err := q.SelectContext(ctx, &ids, query, wave); err != nil {
		return nil, fmt.Errorf("read offices of a wave: %w", err)
	}
	return ids, nil
}

// insertMembers writes members with their tasks.
func insertMembers(ctx context.Context, tx *sqlx.Tx, wave int64, list []member, plan [][]int64) error {
	n := len(list)
	references, groups, ages, districts, own := make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]int64, n)
	var of []string
	var units, positions []int64
	for i, m := range list {
		references[i], groups[i], ages[i], districts[i], own[i] = m.reference, m.group, m.age, m.district, m.own
		for k, unit := range plan[i] {
			of, units, positions = append(of, m.reference), append(units, unit), append(positions, int64(k+1))
		}
	}
	const members = `INSERT INTO panel_members (wave_id, reference, panel_group, age_band, district, own_id)
		SELECT $1, reference, grp, age, district, nullif(own, 0) FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[]) m (reference, grp, age, district, own)`
	if _, err := tx.ExecContext(ctx, members, wave, pq.Array(references), pq.Array(groups), pq.Array(ages), pq.Array(districts), pq.Array(own)); err != nil {
		return fmt.Errorf("store members: %w", err)
	}
	const tasks = `INSERT INTO panel_tasks (member_id, unit_id, position)
		SELECT m.id, t.unit, t.position FROM unnest($2::text[], $3::bigint[], $4::int[]) t (reference, unit, position)
		JOIN panel_members m ON m.wave_id = $1 AND m.reference = t.reference`
	if _, err := tx.ExecContext(ctx, tasks, wave, pq.Array(of), pq.Array(units), pq.Array(positions)); err != nil {
		return fmt.Errorf("store what members are asked: %w", err)
	}
	return nil
}

// letterRow is a member without a link.
type letterRow struct {
	ID        int64  `db:"id"`
	Reference string `db:"reference"`
	Group     string `db:"panel_group"`
	District  string `db:"district"`
}

// selectUnlettered reads members without a link; with again those too who have one and
// answered nothing yet.
func selectUnlettered(ctx context.Context, tx *sqlx.Tx, wave int64, again bool) ([]letterRow, error) {
	const query = `SELECT id, reference, panel_group, district FROM panel_members m
		WHERE wave_id = $1 AND (digest IS NULL OR $2 AND NOT first_done AND NOT EXISTS (SELECT 1 FROM panel_tasks t WHERE t.member_id = m.id AND t.state <> 'open'))
		ORDER BY id FOR UPDATE`
	var list []letterRow
	if err := tx.SelectContext(ctx, &list, query, wave, again); err != nil {
		return nil, fmt.Errorf("read members without a letter: %w", err)
	}
	return list, nil
}

func updateDigests(ctx context.Context, tx *sqlx.Tx, ids []int64, digests [][]byte) error {
	const query = `UPDATE panel_members m SET digest = d.digest FROM unnest($1::bigint[], $2::bytea[]) d (id, digest) WHERE m.id = d.id`
	if _, err := tx.ExecContext(ctx, query, pq.Array(ids), pq.ByteaArray(digests)); err != nil {
		return fmt.Errorf("store digests of links: %w", err)
	}
	return nil
}

func openWave(ctx context.Context, tx *sqlx.Tx, wave int64, now any) error {
	const query = `UPDATE panel_waves SET state = 'open', opened_at = $2 WHERE id = $1 AND state = 'draft'`
	if _, err := tx.ExecContext(ctx, query, wave, now); err != nil {
		return fmt.Errorf("open wave: %w", err)
	}
	return nil
}
