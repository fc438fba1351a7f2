package offices

import (
	"context"
	"fmt"
	"time"

	"minping/internal/pg"
)

// unitColumns and unitJoins read one Unit; see the db tags of Unit.
const (
	unitColumns = `u.id, u.kind, u.code, u.name, u.name_en,
		coalesce(u.office_id, 0) AS office_id, coalesce(u.division_id, 0) AS division_id, coalesce(u.hall_id, 0) AS hall_id,
		coalesce(to_char(u.opened_on, 'YYYY-MM-DD'), '') AS opened_on, coalesce(to_char(u.closed_on, 'YYYY-MM-DD'), '') AS closed_on,
		u.office_type, u.district, u.brand_name, u.brand_promise, u.address, u.number, u.updated_at,
		coalesce(o.name, '') AS office_name, coalesce(d.name, '') AS division_name, coalesce(h.name, '') AS hall_name`
	unitJoins = ` FROM units u LEFT JOIN units o ON o.id = u.office_id
		LEFT JOIN units d ON d.id = u.division_id LEFT JOIN units h ON h.id = u.hall_id `
)

func selectUnits(ctx context.Context, q pg.Querier, sc scope, f Filter, today Day) ([]Unit, error) {
	const query = `SELECT ` + unitColumns + unitJoins + `WHERE ` + visibleUnit + `
		AND ($4 = '' OR u.kind = $4)
		AND ($5::bigint = 0 OR u.office_id = $5) AND ($6::bigint = 0 OR u.division_id = $6) AND ($7::bigint = 0 OR u.hall_id = $7)
		AND ($8 = '' OR strpos(lower(u.name), lower($8)) > 0 OR strpos(lower(u.code), lower($8)) > 0 OR strpos(lower(u.number), lower($8)) > 0)
		AND (NOT $9::boolean OR (coalesce(u.opened_on <= $10::date, true) AND coalesce(u.closed_on >= $10::date, true)))
		AND u.id > $11 ORDER BY u.id LIMIT $12`
	var units []Unit
	err := q.SelectContext(ctx, &units, query, sc.args(string(f.Kind), f.Office, f.Division, f.Hall,
		f.Query, f.Open, string(today), f.AfterID, f.Limit)...)
	if err != nil {
		return nil, fmt.Errorf("list units: %w", err)
	}
	return units, nil
}

func selectUnit(ctx context.Context, q pg.Querier, sc scope, id int64) (Unit, error) {
	const query = `SELECT ` + unitColumns + unitJoins + `WHERE ` + visibleUnit + ` AND u.id = $4`
	var u Unit
	if err := q.GetContext(ctx, &u, query, sc.args(id)...); err != nil {
		return Unit{}, fmt.Errorf("unit %d: %w", id, err)
	}
	return u, nil
}

func selectUnitByCode(ctx context.Context, q pg.Querier, sc scope, kind Kind, code string) (Unit, error) {
	const query = `SELECT ` + unitColumns + unitJoins + `WHERE ` + visibleUnit + ` AND u.kind = $4 AND u.code = $5`
	var u Unit
	if err := q.GetContext(ctx, &u, query, sc.args(string(kind), code)...); err != nil {
		return Unit{}, fmt.Errorf("%s %q: %w", kind, code, err)
	}
	return u, nil
}

// lockForSave waits for an import to end before Save takes row locks that the
// import could wait for in turn.
func lockForSave(ctx context.Context, q pg.Querier) error {
	const query = `LOCK TABLE units IN ROW EXCLUSIVE MODE`
	if _, err := q.ExecContext(ctx, query); err != nil {
		return fmt.Errorf("lock units: %w", err)
	}
	return nil
}

// lockUnit reads a unit that is about to change; others wait.
func lockUnit(ctx context.Context, q pg.Querier, id int64) (Unit, error) {
	const query = `SELECT ` + unitColumns + unitJoins + `WHERE u.id = $1 FOR NO KEY UPDATE OF u`
	var u Unit
	if err := q.GetContext(ctx, &u, query, id); err != nil {
		return Unit{}, fmt.Errorf("lock unit %d: %w", id, err)
	}
	return u, nil
}

// parent is what Save needs to know of a unit that another one refers to. The
// lock keeps its office from changing until the referring row is written.
type parent struct {
	Kind     Kind  `db:"kind"`
	OfficeID int64 `db:"office_id"`
}

func lockParent(ctx context.Context, q pg.Querier, id int64) (parent, error) {
	const query = `SELECT u.kind, coalesce(u.office_id, 0) AS office_id FROM units u WHERE u.id = $1 FOR SHARE`
	var p parent
	if err := q.GetContext(ctx, &p, query, id); err != nil {
		return parent{}, fmt.Errorf("parent unit %d: %w", id, err)
	}
	return p, nil
}

// countMembers counts the windows and staff of a division.
func countMembers(ctx context.Context, q pg.Querier, division int64) (int, error) {
	const query = `SELECT (SELECT count(*) FROM units w WHERE w.division_id = $1) + (SELECT count(*) FROM staff p WHERE p.division_id = $1)`
	var n int
	if err := q.GetContext(ctx, &n, query, division); err != nil {
		return 0, fmt.Errorf("members of division %d: %w", division, err)
	}
	return n, nil
}

func insertUnit(ctx context.Context, q pg.Querier, u Unit, now time.Time) (int64, error) {
	const query = `INSERT INTO units (kind, code, name, name_en, office_id, division_id, hall_id, opened_on, closed_on,
			office_type, district, brand_name, brand_promise, address, number, updated_at)
		VALUES ($1, $2, $3, $4, nullif($5::bigint, 0), nullif($6::bigint, 0), nullif($7::bigint, 0), nullif($8, '')::date, nullif($9, '')::date,
			$10, $11, $12, $13, $14, $15, $16) RETURNING id`
	var id int64
	err := q.GetContext(ctx, &id, query, string(u.Kind), u.Code, u.Name, u.NameEn, u.OfficeID, u.DivisionID, u.HallID,
		string(u.OpenedOn), string(u.ClosedOn), u.OfficeType, u.District, u.BrandName, u.BrandPromise, u.Address, u.Number, now)
	if err != nil {
		return 0, fmt.Errorf("insert %s: %w", u.Kind, err)
	}
	return id, nil
}

func updateUnit(ctx context.Context, q pg.Querier, u Unit, now time.Time) error {
	const query = `UPDATE units SET code = $2, name = $3, name_en = $4,
			office_id = nullif($5::bigint, 0), division_id = nullif($6::bigint, 0), hall_id = nullif($7::bigint, 0),
			opened_on = nullif($8, '')::date, closed_on = nullif($9, '')::date, office_type = $10, district = $11,
			brand_name = $12, brand_promise = $13, address = $14, number = $15, updated_at = $16 WHERE id = $1`
	_, err := q.ExecContext(ctx, query, u.ID, u.Code, u.Name, u.NameEn, u.OfficeID, u.DivisionID, u.HallID,
		string(u.OpenedOn), string(u.ClosedOn), u.OfficeType, u.District, u.BrandName, u.BrandPromise, u.Address, u.Number, now)
	if err != nil {
		return fmt.Errorf("update unit %d: %w", u.ID, err)
	}
	return nil
}

func updateCityName(ctx context.Context, q pg.Querier, name, nameEn string, now time.Time) (int64, error) {
	const query = `UPDATE units SET name = $1, name_en = $2, updated_at = $3 WHERE kind = 'city' RETURNING id`
	var id int64
	if err := q.GetContext(ctx, &id, query, name, nameEn, now); err != nil {
		return 0, fmt.Errorf("rename city: %w", err)
	}
	return id, nil
}

// leaf is one row of the navigation tree.
type leaf struct {
	ID         int64  `db:"id"`
	Kind       Kind   `db:"kind"`
	Code       string `db:"code"`
	Name       string `db:"name"`
	NameEn     string `db:"name_en"`
	Number     string `db:"number"`
	OfficeID   int64  `db:"office_id"`
	DivisionID int64  `db:"division_id"`
	HallID     int64  `db:"hall_id"`
	Open       bool   `db:"open"`
}

// selectLeaves lists parents before children: city, offices, divisions, halls, windows.
func selectLeaves(ctx context.Context, q pg.Querier, sc scope, today Day) ([]leaf, error) {
	const query = `SELECT u.id, u.kind, u.code, u.name, u.name_en, u.number,
			coalesce(u.office_id, 0) AS office_id, coalesce(u.division_id, 0) AS division_id, coalesce(u.hall_id, 0) AS hall_id,
			coalesce(u.opened_on <= $4::date, true) AND coalesce(u.closed_on >= $4::date, true) AS open
		FROM units u WHERE ` + visibleUnit + `
		ORDER BY array_position(ARRAY['city', 'office', 'division', 'hall', 'window'], u.kind), u.code`
	var leaves []leaf
	if err := q.SelectContext(ctx, &leaves, query, sc.args(string(today))...); err != nil {
		return nil, fmt.Errorf("directory tree: %w", err)
	}
	return leaves, nil
}
