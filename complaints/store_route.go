package complaints

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"minping/internal/pg"
)

func countSent(ctx context.Context, q pg.Querier, day string, in Sent) error {
	const query = `INSERT INTO route_counts (day, route, unit_id, channel, language, n) VALUES ($1::date, $2, $3, $4, $5, 1)
		ON CONFLICT (day, route, unit_id, channel, language) DO UPDATE SET n = route_counts.n + 1`
	if _, err := q.ExecContext(ctx, query, day, string(in.Route), in.Unit, string(in.Channel), in.Language); err != nil {
		return fmt.Errorf("count who was sent elsewhere: %w", err)
	}
	return nil
}

func selectSent(ctx context.Context, q pg.Querier, since string, r reach) ([]SentRow, error) {
	const query = `SELECT to_char(c.day, 'YYYY-MM') AS month, c.route, c.unit_id, c.channel,
			coalesce(sum(c.n) FILTER (WHERE c.language = 'en'), 0)::int AS foreign_n, sum(c.n)::int AS n
		FROM route_counts c LEFT JOIN units u ON u.id = c.unit_id
		WHERE c.day >= $1::date AND ($2 OR u.id = ANY($3::bigint[]) OR u.office_id = ANY($3::bigint[]) OR u.hall_id = ANY($4::bigint[]) OR u.id = ANY($4::bigint[])
			OR u.division_id = ANY($5::bigint[]) OR u.id = ANY($5::bigint[]))
		GROUP BY 1, 2, 3, 4 ORDER BY 1 DESC, n DESC, 2, 3, 4`
	var list []SentRow
	if err := q.SelectContext(ctx, &list, query, since, r.all, pq.Int64Array(r.offices), pq.Int64Array(r.halls), pq.Int64Array(r.divisions)); err != nil {
		return nil, fmt.Errorf("count who was sent elsewhere: %w", err)
	}
	return list, nil
}
