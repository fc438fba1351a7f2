package accounts

import (
	"context"
	"slices"
	"strings"

	"github.com/lib/pq"

	"minping/internal/pg"
)

// unitByCode finds the unit that a role is to be held over, by its code or, where
// codes of several kinds are alike, "kind:code"; no code is the city.
func unitByCode(ctx context.Context, q pg.Querier, role Role, code string) (int64, error) {
	kinds := role.Overs()
	if code == "" {
		code = "city"
	}
	if kind, rest, ok := strings.Cut(code, ":"); ok && slices.Contains(kinds, kind) {
		kinds, code = []string{kind}, rest
	}
	const query = `
		SELECT id FROM units WHERE kind = ANY($1) AND (code = $2 OR kind = 'city' AND $2 = 'city')
		ORDER BY array_position($1, kind) LIMIT 1`
	var id int64
	err := q.GetContext(ctx, &id, query, pq.StringArray(kinds), code)
	return id, err
}

// rostered is an account as an import meets it.
type rostered struct {
	ID      int64  `db:"id"`
	Name    string `db:"display_name"`
	StaffNo string `db:"staff_no"`
	Left    bool   `db:"gone"`
}

func accountNamed(ctx context.Context, q pg.Querier, username string) (rostered, error) {
	const query = `
		SELECT a.id, a.display_name, coalesce(p.staff_no, '') AS staff_no, a.left_at IS NOT NULL AS gone
		FROM accounts a LEFT JOIN staff p ON p.id = a.staff_id WHERE a.username = $1`
	var r rostered
	err := q.GetContext(ctx, &r, query, username)
	return r, err
}

// holdsTerm tells whether an account has a role as a file says: from that very
// day, or, where the file names no day, now or later.
func holdsTerm(ctx context.Context, q pg.Querier, account int64, t Term, dated bool) (bool, error) {
	const query = `
		SELECT EXISTS (SELECT 1 FROM account_roles WHERE account_id = $1 AND role = $2 AND unit_id = $3
			AND (to_on IS NULL OR to_on >= from_on)
			AND CASE WHEN $5 THEN from_on = $4::date ELSE to_on IS NULL OR to_on >= $4::date END)`
	var held bool
	err := q.GetContext(ctx, &held, query, account, t.Role, t.Unit, t.From.String(), dated)
	return held, err
}
