package accounts

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"minping/internal/pg"
)

func searchAccounts(ctx context.Context, q pg.Querier, f Filter, now time.Time, day string) ([]Listed, error) {
	const query = `
		SELECT a.id, a.username, a.display_name, a.locked_until, a.disabled_at, a.left_at, a.password_hash = '' AS invited, a.created_at,
			coalesce(p.staff_no, '') AS staff_no, coalesce(o.name, '') AS office_name, coalesce(p.left_on < $6::date, false) AS staff_left,
			(SELECT to_char(max(i.at) AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD') FROM account_signins i
				WHERE i.account_id = a.id AND i.outcome = 'done') AS last_seen,
			count(*) OVER () AS total
		FROM accounts a LEFT JOIN staff p ON p.id = a.staff_id LEFT JOIN units o ON o.id = p.office_id
		WHERE ($1 = '' OR strpos(a.username, $1) > 0 OR strpos(lower(a.display_name), $1) > 0 OR strpos(lower(p.staff_no), $1) > 0)
			AND ($2 = '' OR EXISTS (SELECT 1 FROM account_roles r WHERE r.account_id = a.id AND r.role = $2
				AND (r.to_on IS NULL OR r.to_on >= greatest($6::date, r.from_on))))
			AND ($3 = 0 OR p.office_id = $3 OR EXISTS (SELECT 1 FROM account_roles r JOIN units u ON u.id = r.unit_id
				WHERE r.account_id = a.id AND (u.id = $3 OR u.office_id = $3) AND (r.to_on IS NULL OR r.to_on >= greatest($6::date, r.from_on))))
			AND ($4 = '' OR $4 = CASE WHEN a.left_at IS NOT NULL THEN 'left' WHEN a.disabled_at IS NOT NULL THEN 'disabled'
				WHEN a.password_hash = '' THEN 'invited' WHEN a.locked_until > $5 THEN 'locked' ELSE 'active' END)
		ORDER BY a.left_at IS NOT NULL, a.username LIMIT $7 OFFSET $8`
	var list []Listed
	err := q.SelectContext(ctx, &list, query, f.Query, f.Role, f.Office, f.State, now, day, f.Limit, f.Offset)
	return list, err
}

// selectComing lists the roles of some accounts that hold on a day or later.
func selectComing(ctx context.Context, q pg.Querier, accounts []int64, day string) ([]Held, error) {
	const query = `
		SELECT r.id, r.account_id, r.role, r.unit_id, u.kind AS unit_kind, u.name AS unit_name, r.from_on, r.to_on
		FROM account_roles r JOIN units u ON u.id = r.unit_id
		WHERE r.account_id = ANY($1) AND (r.to_on IS NULL OR r.to_on >= greatest($2::date, r.from_on))
		ORDER BY r.account_id, r.from_on, r.id`
	var held []Held
	err := q.SelectContext(ctx, &held, query, pq.Int64Array(accounts), day)
	return held, err
}

func selectStaffLink(ctx context.Context, q pg.Querier, account int64, day string) (*StaffLink, error) {
	const query = `
		SELECT p.id, p.staff_no, p.name, o.name AS office_name, coalesce(d.name, '') AS division_name, coalesce(p.left_on < $2::date, false) AS gone
		FROM accounts a JOIN staff p ON p.id = a.staff_id JOIN units o ON o.id = p.office_id LEFT JOIN units d ON d.id = p.division_id
		WHERE a.id = $1`
	var l StaffLink
	if err := q.GetContext(ctx, &l, query, account, day); pg.None(err) {
		return nil, nil //nolint:nilnil // tied to nobody is an answer
	} else if err != nil {
		return nil, err
	}
	return &l, nil
}

func staffByNumber(ctx context.Context, q pg.Querier, number string) (int64, error) {
	var id int64
	err := q.GetContext(ctx, &id, `SELECT id FROM staff WHERE staff_no = $1`, number)
	return id, err
}

// updateDetails gives the person that the account belonged to before.
func updateDetails(ctx context.Context, tx *sqlx.Tx, account int64, name string, staff *int64) (before *int64, err error) {
	if err := tx.GetContext(ctx, &before, `SELECT staff_id FROM accounts WHERE id = $1`, account); err != nil {
		return nil, err
	}
	_, err = tx.ExecContext(ctx, `UPDATE accounts SET display_name = $2, staff_id = $3 WHERE id = $1`, account, name, staff)
	return before, err
}

func insertInvited(ctx context.Context, tx *sqlx.Tx, n NewInvited, staff *int64, now time.Time) (int64, error) {
	const query = `
		INSERT INTO accounts (username, display_name, password_hash, password_set_at, staff_id, created_at) VALUES ($1, $2, '', $3, $4, $3)
		RETURNING id`
	var id int64
	err := tx.GetContext(ctx, &id, query, n.Username, n.DisplayName, now, staff)
	return id, err
}

func insertInvitation(ctx context.Context, q pg.Querier, inv Invitation, d digest, now time.Time) error {
	const query = `INSERT INTO account_invitations (account_id, digest, created_at, expires_at) VALUES ($1, $2, $3, $4)`
	_, err := q.ExecContext(ctx, query, inv.Account, d[:], now, inv.ExpiresAt)
	return err
}

func revokeInvitations(ctx context.Context, q pg.Querier, account int64, now time.Time) (int64, error) {
	const query = `UPDATE account_invitations SET revoked_at = $2 WHERE account_id = $1 AND used_at IS NULL AND revoked_at IS NULL`
	res, err := q.ExecContext(ctx, query, account, now)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// findInvitation finds whose open invitation a code is.
func findInvitation(ctx context.Context, q pg.Querier, d digest, now time.Time) (account int64, username string, err error) {
	const query = `
		SELECT a.id, a.username FROM account_invitations i JOIN accounts a ON a.id = i.account_id
		WHERE i.digest = $1 AND i.used_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > $2 AND a.disabled_at IS NULL`
	var row struct {
		ID       int64  `db:"id"`
		Username string `db:"username"`
	}
	err = q.GetContext(ctx, &row, query, d[:], now)
	return row.ID, row.Username, err
}

// spendInvitation uses a code up: of several at once, the others find it used.
func spendInvitation(ctx context.Context, q pg.Querier, d digest, now time.Time) (int64, error) {
	const query = `
		UPDATE account_invitations SET used_at = $2
		WHERE digest = $1 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $2`
	res, err := q.ExecContext(ctx, query, d[:], now)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func selectWaiting(ctx context.Context, q pg.Querier, account int64) (*Waiting, error) {
	const query = `
		SELECT created_at, expires_at FROM account_invitations
		WHERE account_id = $1 AND used_at IS NULL AND revoked_at IS NULL`
	var w Waiting
	if err := q.GetContext(ctx, &w, query, account); pg.None(err) {
		return nil, nil //nolint:nilnil // not invited is an answer
	} else if err != nil {
		return nil, err
	}
	return &w, nil
}

func comeBack(ctx context.Context, q pg.Querier, account int64) error {
	_, err := q.ExecContext(ctx, `UPDATE accounts SET left_at = NULL, disabled_at = NULL WHERE id = $1 AND left_at IS NOT NULL`, account)
	return err
}

func unlock(ctx context.Context, q pg.Querier, account int64, now time.Time) (int64, error) {
	const query = `
		WITH browsers AS (UPDATE account_devices SET failures = 0, locked_until = NULL
			WHERE account_id = $1 AND locked_until > $2 RETURNING account_id)
		UPDATE accounts SET failures = 0, locked_until = NULL
		WHERE id = $1 AND (locked_until > $2 OR EXISTS (SELECT 1 FROM browsers))`
	res, err := q.ExecContext(ctx, query, account, now)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
