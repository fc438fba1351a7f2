package panel

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"minping/complaints/workday"
	"minping/internal/pg"
)

// selectWaves reads one wave, or with 0 all.
func selectWaves(ctx context.Context, q pg.Querier, id int64) ([]Wave, error) {
	const query = `SELECT w.id, w.title, w.starts_on::text AS starts_on, w.ends_on::text AS ends_on, w.per_member, w.state, w.created_by, w.closed_at,
			(SELECT count(*) FROM panel_offices o WHERE o.wave_id = w.id) AS offices,
			coalesce(m.invited, 0) AS invited, coalesce(m.lettered, 0) AS lettered, coalesce(m.answered, 0) AS answered,
			(SELECT count(*) FROM panel_mentions n WHERE n.wave_id = w.id AND n.state = 'open') AS open_mentions
		FROM panel_waves w
		LEFT JOIN LATERAL (SELECT count(*) AS invited, count(digest) AS lettered,
				count(*) FILTER (WHERE EXISTS (SELECT 1 FROM panel_tasks t WHERE t.member_id = p.id AND t.state = 'answered')) AS answered
			FROM panel_members p WHERE p.wave_id = w.id) m ON true
		WHERE $1::bigint = 0 OR w.id = $1 ORDER BY w.id DESC`
	var rows []struct {
		ID           int64      `db:"id"`
		Title        string     `db:"title"`
		Starts       string     `db:"starts_on"`
		Ends         string     `db:"ends_on"`
		PerMember    int        `db:"per_member"`
		State        State      `db:"state"`
		CreatedBy    string     `db:"created_by"`
		ClosedAt     *time.Time `db:"closed_at"`
		Offices      int        `db:"offices"`
		Invited      int        `db:"invited"`
		Lettered     int        `db:"lettered"`
		Answered     int        `db:"answered"`
		OpenMentions int        `db:"open_mentions"`
	}
	if err := q.SelectContext(ctx, &rows, query, id); err != nil {
		return nil, fmt.Errorf("read waves: %w", err)
	}
	list := make([]Wave, 0, len(rows))
	for _, r := range rows {
		w := Wave{ID: r.ID, Title: r.Title, PerMember: r.PerMember, State: r.State, Offices: r.Offices, Invited: r.Invited,
			Lettered: r.Lettered, Answered: r.Answered, OpenMentions: r.OpenMentions, CreatedBy: r.CreatedBy, ClosedAt: r.ClosedAt}
		var err error
		if w.Starts, err = workday.Parse(r.Starts); err != nil {
			return nil, err
		}
		if w.Ends, err = workday.Parse(r.Ends); err != nil {
			return nil, err
		}
		list = append(list, w)
	}
	return list, nil
}

// locked is a wave that nobody else changes meanwhile.
type locked struct {
	State        State  `db:"state"`
	PerMember    int    `db:"per_member"`
	Ends         string `db:"ends_on"`
	OpenMentions int    `db:"open_mentions"`
}

func lockWave(ctx context.Context, tx *sqlx.Tx, id int64) (locked, error) {
	const query = `SELECT state, per_member, ends_on::text AS ends_on,
			(SELECT count(*) FROM panel_mentions n WHERE n.wave_id = w.id AND n.state = 'open') AS open_mentions
		FROM panel_waves w WHERE id = $1 FOR UPDATE`
	var w locked
	err := tx.GetContext(ctx, &w, query, id)
	return w, err
}

func openOffices(ctx context.Context, q pg.Querier, ids []int64) (int, error) {
	const query = `SELECT count(*) FROM units WHERE id = ANY ($1::bigint[]) AND kind = 'office' AND (closed_on IS NULL OR closed_on >= (now() AT TIME ZONE 'Asia/Shanghai')::date)`
	var n int
	if err := q.GetContext(ctx, &n, query, pq.Array(ids)); err != nil {
		return 0, fmt.Errorf("check offices: %w", err)
	}
	return n, nil
}

func insertWave(ctx context.Context, tx *sqlx.Tx, n NewWave, by string, now time.Time) (int64, error) {
	const wave = `INSERT INTO panel_waves (title, starts_on, ends_on, per_member, created_by, created_at) VALUES ($1, $2::date, $3::date, $4, $5, $6) RETURNING id`
	var id int64
	if err := tx.GetContext(ctx, &id, wave, n.Title, n.Starts.String(), n.Ends.String(), n.PerMember, by, now); err != nil {
		return 0, fmt.Errorf("store wave: %w", err)
	}
	const offices = `INSERT INTO panel_offices (wave_id, unit_id) SELECT $1, unnest($2::bigint[])`
	if _, err := tx.ExecContext(ctx, offices, id, pq.Array(n.Offices)); err != nil {
		return 0, fmt.Errorf("store offices of a wave: %w", err)
	}
	return id, nil
}

func closeWave(ctx context.Context, tx *sqlx.Tx, id int64, now time.Time) (int, error) {
	const query = `UPDATE panel_waves SET state = 'closed', closed_at = $2 WHERE id = $1 AND state = 'open'`
	if _, err := tx.ExecContext(ctx, query, id, now); err != nil {
		return 0, fmt.Errorf("close wave: %w", err)
	}
	const counted = `SELECT count(*) FROM panel_answers WHERE wave_id = $1`
	var n int
	if err := tx.GetContext(ctx, &n, counted, id); err != nil {
		return 0, fmt.Errorf("count answers of a wave: %w", err)
	}
	return n, nil
}

func selectMargins(ctx context.Context, q pg.Querier, id int64) ([]Margin, error) {
	const query = `SELECT dimension, category, share::float8 AS share FROM panel_margins WHERE wave_id = $1 ORDER BY dimension DESC, category`
	var list []Margin
	if err := q.SelectContext(ctx, &list, query, id); err != nil {
		return nil, fmt.Errorf("read margins: %w", err)
	}
	return list, nil
}

func replaceMargins(ctx context.Context, tx *sqlx.Tx, id int64, list []Margin) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM panel_margins WHERE wave_id = $1`, id); err != nil {
		return fmt.Errorf("replace margins: %w", err)
	}
	const query = `INSERT INTO panel_margins (wave_id, dimension, category, share) VALUES ($1, $2, $3, $4)`
	for _, m := range list {
		if _, err := tx.ExecContext(ctx, query, id, m.Dimension, m.Category, m.Share); err != nil {
			return fmt.Errorf("store margin: %w", err)
		}
	}
	return nil
}

func selectProgress(ctx context.Context, q pg.Querier, id int64) ([]Progress, error) {
	const query = `SELECT panel_group, count(*) AS invited,
			count(*) FILTER (WHERE EXISTS (SELECT 1 FROM panel_tasks t WHERE t.member_id = m.id AND t.state = 'answered')) AS answered
		FROM panel_members m WHERE wave_id = $1 GROUP BY panel_group`
	var list []Progress
	if err := q.SelectContext(ctx, &list, query, id); err != nil {
		return nil, fmt.Errorf("read progress: %w", err)
	}
	return list, nil
}

func selectUnits(ctx context.Context, q pg.Querier, id int64) ([]UnitProgress, error) {
	const query = `SELECT o.unit_id, u.name, u.name_en, count(t.state) AS asked, count(*) FILTER (WHERE t.state = 'answered') AS answered,
			count(*) FILTER (WHERE t.state = 'skipped') AS skipped,
			count(*) FILTER (WHERE t.panel_group IN ('public', 'society', 'grassroots')) AS citizens_asked,
			count(*) FILTER (WHERE t.panel_group IN ('public', 'society', 'grassroots') AND t.state = 'answered') AS citizens_answered
		FROM panel_offices o JOIN units u ON u.id = o.unit_id
		LEFT JOIN (SELECT t.unit_id, t.state, m.panel_group FROM panel_tasks t JOIN panel_members m ON m.id = t.member_id WHERE m.wave_id = $1) t ON t.unit_id = o.unit_id
		WHERE o.wave_id = $1 GROUP BY o.unit_id, u.name, u.name_en, u.code ORDER BY u.code COLLATE "C"`
	var list []UnitProgress
	if err := q.SelectContext(ctx, &list, query, id); err != nil {
		return nil, fmt.Errorf("read progress of offices: %w", err)
	}
	return list, nil
}
