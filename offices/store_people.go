package offices

import (
	"context"
	"fmt"

	"minping/internal/pg"
)

func selectStaff(ctx context.Context, q pg.Querier, sc scope, f StaffFilter, today Day) ([]Staff, error) {
	const query = `SELECT p.id, p.staff_no, p.name, p.office_id, coalesce(p.division_id, 0) AS division_id,
			coalesce(to_char(p.joined_on, 'YYYY-MM-DD'), '') AS joined_on, coalesce(to_char(p.left_on, 'YYYY-MM-DD'), '') AS left_on,
			o.name AS office_name, coalesce(d.name, '') AS division_name
		FROM staff p JOIN units o ON o.id = p.office_id LEFT JOIN units d ON d.id = p.division_id
		WHERE ` + visibleStaff + `
		AND ($4::bigint = 0 OR p.office_id = $4) AND ($5::bigint = 0 OR p.division_id = $5)
		AND ($6 = '' OR strpos(lower(p.name), lower($6)) > 0 OR strpos(lower(p.staff_no), lower($6)) > 0)
		AND (NOT $7::boolean OR (coalesce(p.joined_on <= $8::date, true) AND coalesce(p.left_on >= $8::date, true)))
		AND p.id > $9 ORDER BY p.id LIMIT $10`
	var staff []Staff
	err := q.SelectContext(ctx, &staff, query, sc.args(f.Office, f.Division, f.Query, f.Present, string(today), f.AfterID, f.Limit)...)
	if err != nil {
		return nil, fmt.Errorf("list staff: %w", err)
	}
	return staff, nil
}

func selectDuties(ctx context.Context, q pg.Querier, window int64, day Day) ([]Duty, error) {
	const query = `SELECT t.id, t.staff_id, p.staff_no, p.name AS staff_name, t.window_id,
			to_char(t.from_on, 'YYYY-MM-DD') AS from_on, coalesce(to_char(t.to_on, 'YYYY-MM-DD'), '') AS to_on
		FROM duties t JOIN staff p ON p.id = t.staff_id
		WHERE t.window_id = $1 AND ($2 = '' OR daterange(t.from_on, t.to_on, '[]') @> nullif($2, '')::date)
		ORDER BY t.from_on, p.staff_no`
	var duties []Duty
	if err := q.SelectContext(ctx, &duties, query, window, string(day)); err != nil {
		return nil, fmt.Errorf("duties at window %d: %w", window, err)
	}
	return duties, nil
}

func selectTenures(ctx context.Context, q pg.Querier, division int64) ([]Tenure, error) {
	const query = `SELECT t.id, t.division_id, t.staff_id, p.staff_no, p.name AS staff_name,
			to_char(t.from_on, 'YYYY-MM-DD') AS from_on, coalesce(to_char(t.to_on, 'YYYY-MM-DD'), '') AS to_on
		FROM chief_tenures t JOIN staff p ON p.id = t.staff_id
		WHERE t.division_id = $1 ORDER BY t.from_on`
	var tenures []Tenure
	if err := q.SelectContext(ctx, &tenures, query, division); err != nil {
		return nil, fmt.Errorf("tenures of division %d: %w", division, err)
	}
	return tenures, nil
}
