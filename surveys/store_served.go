package surveys

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/pg"
)

//go:embed sql/recount_served.sql
var recountServedSQL string

// servedWindow is a window as telling needs it.
type servedWindow struct {
	ID       int64  `db:"id"`
	Code     string `db:"code"`
	Office   int64  `db:"office_id"`
	Division int64  `db:"division_id"`
	Hall     int64  `db:"hall_id"`
}

func (w servedWindow) place() actor.Place {
	return actor.Place{Office: w.Office, Division: w.Division, Hall: w.Hall}
}

type servedKey struct {
	window int64
	day    workday.Day
}

// lockServed lets one tell at a time: sums over many rows are counted anew.
func lockServed(ctx context.Context, tx *sqlx.Tx) error {
	if _, err := tx.ExecContext(ctx, `LOCK TABLE service_counts IN SHARE ROW EXCLUSIVE MODE`); err != nil {
		return fmt.Errorf("lock service counts: %w", err)
	}
	return nil
}

func selectWindows(ctx context.Context, q pg.Querier) (map[string]servedWindow, error) {
	const query = `SELECT id, code, office_id, coalesce(division_id, 0) AS division_id, coalesce(hall_id, 0) AS hall_id FROM units WHERE kind = 'window'`
	var list []servedWindow
	if err := q.SelectContext(ctx, &list, query); err != nil {
		return nil, fmt.Errorf("list windows: %w", err)
	}
	byCode := make(map[string]servedWindow, len(list))
	for _, w := range list {
		byCode[w.Code] = w
	}
	return byCode, nil
}

// servedBatch is what is told, column by column.
type servedBatch struct {
	windows, divisions, offices, halls []int64
	days                               []string
	served                             []int64
	called                             []int64 // -1: not told
}

func (b *servedBatch) add(w servedWindow, r Served) {
	b.windows, b.divisions = append(b.windows, w.ID), append(b.divisions, w.Division)
	b.offices, b.halls = append(b.offices, w.Office), append(b.halls, w.Hall)
	b.days, b.served = append(b.days, r.Day.String()), append(b.served, int64(r.Served))
	called := int64(-1)
	if r.Called != nil {
		called = int64(*r.Called)
	}
	b.called = append(b.called, called)
}

// compare counts what is new, changed and the same.
func (b *servedBatch) compare(ctx context.Context, tx *sqlx.Tx, report *ServedReport) error {
	const q = `SELECT count(*) FILTER (WHERE c.window_id IS NULL),
			count(*) FILTER (WHERE c.window_id IS NOT NULL AND (c.served <> n.served OR coalesce(c.called, -1) <> n.called))
		FROM unnest($1::bigint[], $2::date[], $3::int[], $4::int[]) n (window_id, day, served, called)
		LEFT JOIN service_counts c USING (window_id, day)`
	err := tx.QueryRowContext(ctx, q, pq.Array(b.windows), pq.Array(b.days), pq.Array(b.served), pq.Array(b.called)).Scan(&report.New, &report.Changed)
	if err != nil {
		return fmt.Errorf("compare service counts: %w", err)
	}
	report.Same = len(b.windows) - report.New - report.Changed
	return nil
}

// store writes the days and counts the sums of every unit above them anew. A day
// told again keeps the parents it had.
func (b *servedBatch) store(ctx context.Context, tx *sqlx.Tx, source string, now time.Time) error {
	const put = `INSERT INTO service_counts AS c (window_id, day, served, called, division_id, office_id, hall_id, source, updated_at)
		SELECT window_id, day, served, nullif(called, -1), nullif(division_id, 0), office_id, nullif(hall_id, 0), $8, $9
		FROM unnest($1::bigint[], $2::date[], $3::int[], $4::int[], $5::bigint[], $6::bigint[], $7::bigint[]) n (window_id, day, served, called, division_id, office_id, hall_id)
		ON CONFLICT (window_id, day) DO UPDATE SET served = excluded.served, called = excluded.called, source = excluded.source, updated_at = excluded.updated_at
		WHERE (c.served, c.called) IS DISTINCT FROM (excluded.served, excluded.called)`
	if _, err := tx.ExecContext(ctx, put, pq.Array(b.windows), pq.Array(b.days), pq.Array(b.served), pq.Array(b.called),
		pq.Array(b.divisions), pq.Array(b.offices), pq.Array(b.halls), source, now); err != nil {
		return fmt.Errorf("store service counts: %w", err)
	}
	const sum = `INSERT INTO service_rollups (unit_id, grain, starts_on, served) `
	const onto = ` ON CONFLICT (unit_id, grain, starts_on) DO UPDATE SET served = excluded.served WHERE service_rollups.served <> excluded.served`
	days := pq.Array(b.days)
	if _, err := tx.ExecContext(ctx, sum+`SELECT u.unit_id, 'd', c.day, sum(c.served) FROM service_counts c
			CROSS JOIN LATERAL (VALUES (c.window_id), (c.division_id), (c.office_id), (c.hall_id), ((SELECT id FROM units WHERE kind = 'city'))) u (unit_id)
			WHERE u.unit_id IS NOT NULL AND c.day = ANY ($1::date[]) GROUP BY 1, 3`+onto, days); err != nil {
		return fmt.Errorf("sum service counts by day: %w", err)
	}
	if _, err := tx.ExecContext(ctx, sum+`SELECT unit_id, 'm', date_trunc('month', starts_on)::date, sum(served) FROM service_rollups
			WHERE grain = 'd' AND date_trunc('month', starts_on) IN (SELECT date_trunc('month', d) FROM unnest($1::date[]) d) GROUP BY 1, 3`+onto, days); err != nil {
		return fmt.Errorf("sum service counts by month: %w", err)
	}
	return nil
}

// compareServed finds sums that the days do not confirm; $1 is the city, $2 how many at most.
func compareServed() string {
	return `WITH recount AS (` + recountServedSQL + `)
		SELECT concat_ws(' ', unit_id, grain, starts_on) AS key, coalesce(k.served::text, '') AS kept, coalesce(c.served::text, '') AS recounts
		FROM service_rollups k FULL JOIN recount c USING (unit_id, grain, starts_on)
		WHERE k.served IS DISTINCT FROM c.served LIMIT $2`
}

// selectServedFindings lists days of windows with more ratings than services, the worst first.
func selectServedFindings(ctx context.Context, q pg.Querier, sc reach, from, to workday.Day) ([]ServedFinding, error) {
	const query = `SELECT w.id AS window_id, w.code, w.name, w.number, coalesce(h.name, '') AS hall, c.day::text AS day, c.served,
			sum(r.n1 + r.n2 + r.n3 + r.n4 + r.n5)::int AS rated
		FROM service_counts c JOIN units w ON w.id = c.window_id LEFT JOIN units h ON h.id = c.hall_id
		JOIN rating_rollups r ON r.unit_id = c.window_id AND r.grain = 'd' AND r.starts_on = c.day
		WHERE c.day BETWEEN $1 AND $2 AND ($3 OR c.office_id = ANY ($4) OR c.hall_id = ANY ($4) OR c.division_id = ANY ($4))
		GROUP BY w.id, h.name, c.day, c.served HAVING sum(r.n1 + r.n2 + r.n3 + r.n4 + r.n5) > c.served
		ORDER BY sum(r.n1 + r.n2 + r.n3 + r.n4 + r.n5) - c.served DESC, c.day DESC, w.code LIMIT 200`
	var list []ServedFinding
	if err := q.SelectContext(ctx, &list, query, from.String(), to.String(), sc.all, pq.Array(sc.units)); err != nil {
		return nil, fmt.Errorf("list more ratings than services: %w", err)
	}
	return list, nil
}
