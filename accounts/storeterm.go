package accounts

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/pg"
)

// holdsOpen tells whether the role is held already with an open end.
func holdsOpen(ctx context.Context, q pg.Querier, account int64, t Term) (bool, error) {
	const query = `
		SELECT EXISTS (SELECT 1 FROM account_roles
		WHERE account_id = $1 AND role = $2 AND unit_id = $3 AND from_on <= $4::date AND to_on IS NULL)`
	var held bool
	err := q.GetContext(ctx, &held, query, account, t.Role, t.Unit, t.From.String())
	return held, err
}

// insertTerm gives a role; one that was withdrawn before it began, or on the day
// it began, takes the new end. No row: the account holds it from that day.
func insertTerm(ctx context.Context, tx *sqlx.Tx, account int64, t Term) (int64, error) {
	const query = `
		INSERT INTO account_roles (account_id, role, unit_id, from_on, to_on, granted_by) VALUES ($1, $2, $3, $4::date, nullif($5, '')::date, nullif($6::bigint, 0))
		ON CONFLICT ON CONSTRAINT account_roles_pkey DO UPDATE SET to_on = EXCLUDED.to_on, granted_by = EXCLUDED.granted_by
		WHERE account_roles.to_on < account_roles.from_on`
	res, err := tx.ExecContext(ctx, query, account, t.Role, t.Unit, t.From.String(), dayText(t.To), t.by)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// selectTerm reads a role of an account that is not over on a day.
func selectTerm(ctx context.Context, q pg.Querier, account, id int64, day string) (Held, error) {
	const query = `
		SELECT r.id, r.account_id, r.role, r.unit_id, u.kind AS unit_kind, u.name AS unit_name, r.from_on, r.to_on
		FROM account_roles r JOIN units u ON u.id = r.unit_id
		WHERE r.account_id = $1 AND r.id = $2 AND (r.to_on IS NULL OR r.to_on >= greatest($3::date, r.from_on))`
	var h Held
	err := q.GetContext(ctx, &h, query, account, id, day)
	return h, err
}

func updateTermEnd(ctx context.Context, q pg.Querier, id int64, to workday.Day) error {
	_, err := q.ExecContext(ctx, `UPDATE account_roles SET to_on = nullif($2, '')::date WHERE id = $1`, id, dayText(to))
	return err
}

// selectTerms lists every role an account has or had, those that count first.
func selectTerms(ctx context.Context, q pg.Querier, account int64, day string) ([]Held, error) {
	const query = `
		SELECT r.id, r.account_id, r.role, r.unit_id, u.kind AS unit_kind, u.name AS unit_name, r.from_on, r.to_on
		FROM account_roles r JOIN units u ON u.id = r.unit_id
		WHERE r.account_id = $1
		ORDER BY coalesce(r.to_on < greatest($2::date, r.from_on), false), r.from_on DESC, r.id DESC`
	var held []Held
	err := q.SelectContext(ctx, &held, query, account, day)
	return held, err
}

// endTerms ends all roles of an account at once: none holds on the day or later.
func endTerms(ctx context.Context, q pg.Querier, account int64, day string) ([]Held, error) {
	const query = `
		WITH ended AS (
			UPDATE account_roles SET to_on = greatest($2::date, from_on) - 1
			WHERE account_id = $1 AND (to_on IS NULL OR to_on >= greatest($2::date, from_on))
			RETURNING id, account_id, role, unit_id, from_on, to_on)
		SELECT e.id, e.account_id, e.role, e.unit_id, u.kind AS unit_kind, u.name AS unit_name, e.from_on, e.to_on
		FROM ended e JOIN units u ON u.id = e.unit_id ORDER BY e.id`
	var held []Held
	err := q.SelectContext(ctx, &held, query, account, day)
	return held, err
}

// clearSignIn takes away everything that somebody could sign in with.
func clearSignIn(ctx context.Context, tx *sqlx.Tx, account int64, now time.Time) error {
	const shut = `
		UPDATE accounts SET disabled_at = coalesce(disabled_at, $2), left_at = $2, password_hash = '', failures = 0, locked_until = NULL
		WHERE id = $1`
	if _, err := tx.ExecContext(ctx, shut, account, now); err != nil {
		return err
	}
	for _, query := range []string{`DELETE FROM account_devices WHERE account_id = $1`, `DELETE FROM account_identities WHERE account_id = $1`} {
		if _, err := tx.ExecContext(ctx, query, account); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `SELECT end_account_sessions($1)`, account)
	return err
}
