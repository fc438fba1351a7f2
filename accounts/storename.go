package accounts

import (
	"context"

	"minping/internal/actor"
	"minping/internal/pg"
)

// nameOf gives the name that an account has now; "" where there is none.
func nameOf(ctx context.Context, q pg.Querier, account int64) (string, error) {
	const query = `SELECT display_name FROM accounts WHERE id = $1`
	var name string
	err := q.GetContext(ctx, &name, query, account)
	if pg.None(err) {
		return "", nil
	}
	return name, err
}

// placeOf tells in which office or hall a unit lies; nowhere in particular for the city.
func placeOf(ctx context.Context, q pg.Querier, unit int64) (actor.Place, error) {
	const query = `
		SELECT coalesce(CASE WHEN kind = 'office' THEN id ELSE office_id END, 0) AS office,
			coalesce(CASE WHEN kind = 'division' THEN id END, 0) AS division,
			coalesce(CASE WHEN kind = 'hall' THEN id END, 0) AS hall
		FROM units WHERE id = $1`
	var p struct{ Office, Division, Hall int64 }
	err := q.GetContext(ctx, &p, query, unit)
	if pg.None(err) {
		return actor.Place{}, nil
	}
	return actor.Place{Office: p.Office, Division: p.Division, Hall: p.Hall}, err
}
