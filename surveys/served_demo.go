package surveys

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/pg"
)

// FillServed invents how many were served in a demonstration, from the day on: at
// each window a share of its own rates, and now and then a window has more ratings
// than services, as padding has. Only for an empty demonstration: it writes past telling.
func (s *Service) FillServed(ctx context.Context, from workday.Day) error {
	return pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		const days = `INSERT INTO service_counts (window_id, day, served, division_id, office_id, hall_id, source, updated_at)
			SELECT w.id, d.day, least(d.served, 100000), w.division_id, w.office_id, w.hall_id, 'demo', $2
			FROM (SELECT r.unit_id, r.starts_on AS day, CASE WHEN abs(hashint8(r.unit_id * 7)) % 89 = 0 AND abs(hashint8(r.unit_id + (r.starts_on - '2000-01-01'))) % 25 = 0
						THEN sum(r.n1 + r.n2 + r.n3 + r.n4 + r.n5) / 2
					ELSE ceil(sum(r.n1 + r.n2 + r.n3 + r.n4 + r.n5) / (0.15 + abs(hashint8(r.unit_id * 31)) % 100 * 0.003))
						+ abs(hashint8(r.unit_id * 100000 + (r.starts_on - '2000-01-01'))) % 7 END::int AS served
				FROM rating_rollups r WHERE r.grain = 'd' AND r.starts_on >= $1 GROUP BY r.unit_id, r.starts_on) d
			JOIN units w ON w.id = d.unit_id AND w.kind = 'window' ORDER BY d.day, w.id`
		if _, err := tx.ExecContext(ctx, days, from.String(), s.now()); err != nil {
			return fmt.Errorf("invent services: %w", err)
		}
		city, err := cityUnit(ctx, tx)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO service_rollups (unit_id, grain, starts_on, served) `+recountServedSQL, city); err != nil {
			return fmt.Errorf("sum services: %w", err)
		}
		return nil
	})
}
