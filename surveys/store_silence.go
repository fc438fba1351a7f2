package surveys

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"minping/complaints/workday"
	"minping/internal/actor"
)

type pulseQuery struct {
	tx    *sqlx.Tx
	over  actor.Scope
	today workday.Day
	since workday.Day // the last rating on this day or before: silent
}

// rated counts today's ratings from the rollups of the units that are watched.
func (q pulseQuery) rated(ctx context.Context, p *Pulse) error {
	const query = `SELECT coalesce(sum(n1 + n2 + n3 + n4 + n5), 0)::int AS n, coalesce(sum(n1 + n2), 0)::int AS bad FROM rating_counts
		WHERE grain = 'd' AND starts_on = $1::date AND standing <> 'quarantined'
			AND unit_id = ANY(CASE WHEN $2 THEN ARRAY(SELECT id FROM units WHERE kind = 'city') ELSE $3::bigint[] END)`
	var row struct {
		N   int `db:"n"`
		Bad int `db:"bad"`
	}
	if err := q.tx.GetContext(ctx, &row, query, q.today.String(), q.over.All, pq.Int64Array(q.over.Units())); err != nil {
		return fmt.Errorf("count today's ratings: %w", err)
	}
	p.Ratings, p.Bad = row.N, row.Bad
	return nil
}

// silent finds windows in service that are staffed today and can be rated, and
// that nobody rated for long. The last day is read from the end of the rollups' key.
func (q pulseQuery) silent(ctx context.Context, p *Pulse, book *workday.Calendar) error {
	const query = `SELECT u.id, coalesce(l.last::text, '') AS last, count(*) OVER ()::int AS n
		FROM units u LEFT JOIN LATERAL (SELECT max(r.starts_on) AS last FROM rating_rollups r WHERE r.unit_id = u.id AND r.grain = 'd') l ON true
		WHERE u.kind = 'window' AND coalesce(u.opened_on <= $2::date, true) AND coalesce(u.closed_on >= $1::date, true)
			AND ($3 OR u.office_id = ANY($4::bigint[]) OR u.hall_id = ANY($5::bigint[]) OR u.division_id = ANY($6::bigint[]))
			AND coalesce(l.last <= $2::date, true)
			AND EXISTS (SELECT 1 FROM duties d WHERE d.window_id = u.id AND d.from_on <= $1::date AND coalesce(d.to_on >= $1::date, true))
			AND EXISTS (SELECT 1 FROM publication_units n JOIN publications b ON b.id = n.publication_id
				WHERE n.unit_id = u.id AND b.starts_at <= $7 AND coalesce(b.ends_at > $7, true))
		ORDER BY l.last NULLS FIRST, u.id LIMIT $8`
	var rows []struct {
		Silence
		LastText string `db:"last"`
		N        int    `db:"n"`
	}
	if err := q.tx.SelectContext(ctx, &rows, query, q.today.String(), q.since.String(), q.over.All, pq.Int64Array(q.over.Offices),
		pq.Int64Array(q.over.Halls), pq.Int64Array(q.over.Divisions), q.today.Start(), silentRows); err != nil {
		return fmt.Errorf("look for silent windows: %w", err)
	}
	for _, row := range rows {
		p.Quiet = row.N
		if row.LastText != "" {
			day, err := workday.Parse(row.LastText)
			if err != nil {
				return fmt.Errorf("last rating of window %d: %w", row.Window, err)
			}
			row.Last, row.Days = day, book.Between(day, q.today)
		}
		p.Silent = append(p.Silent, row.Silence)
	}
	return nil
}
