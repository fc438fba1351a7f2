package accounts

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/pg"
)

// try is one attempt at a name.
type try struct {
	username string
	device   []byte // digest of the browser's mark; nil: it has none
	now      time.Time
	lock     lock
}

// claimAttempt counts one try and gives the account to check it against; no row
// when there is none, it is disabled, or it is locked. From a browser that has
// signed in to the account before, the try counts against that browser, whatever
// strangers have done to the account. The count begins anew after a lock has run
// out. Where there is no row, a decoy is written by the same statement, so that
// both cost the database as much.
func claimAttempt(ctx context.Context, q pg.Querier, t try) (credentials, error) {
	const query = `
		WITH found AS (SELECT a.id, d.digest IS NOT NULL AS known
			FROM accounts a LEFT JOIN account_devices d ON d.account_id = a.id AND d.digest = $6::bytea AND d.seen_at > $7
			WHERE a.username = $1 AND a.disabled_at IS NULL),
		by_device AS (UPDATE account_devices d SET
			failures = CASE WHEN d.locked_until IS NULL THEN d.failures ELSE 0 END + 1,
			locked_until = CASE WHEN CASE WHEN d.locked_until IS NULL THEN d.failures ELSE 0 END + 1 >= $3 THEN $4::timestamptz END
			FROM found WHERE found.known AND d.account_id = found.id AND d.digest = $6::bytea AND (d.locked_until IS NULL OR d.locked_until <= $2)
			RETURNING d.account_id AS id, d.failures),
		by_account AS (UPDATE accounts SET
			failures = CASE WHEN locked_until IS NULL THEN failures ELSE 0 END + 1,
			locked_until = CASE WHEN CASE WHEN locked_until IS NULL THEN failures ELSE 0 END + 1 >= $3 THEN $4::timestamptz END
			FROM found WHERE NOT found.known AND accounts.id = found.id AND (locked_until IS NULL OR locked_until <= $2)
			RETURNING accounts.id, failures),
		claimed AS (SELECT id, failures, false AS known FROM by_account UNION ALL SELECT id, failures, true FROM by_device),
		decoy AS (UPDATE signin_decoys SET failures = failures + 1 WHERE id = $5 AND NOT EXISTS (SELECT 1 FROM claimed))
		SELECT a.id, a.username, a.display_name, a.password_hash, c.failures, c.known AS known_device, a.created_at, a.epoch,
			a.password_set_at, a.password_temporary,
			EXISTS (SELECT 1 FROM account_totp t WHERE t.account_id = a.id AND t.secret IS NOT NULL) AS totp,
			EXISTS (SELECT 1 FROM account_passkeys p WHERE p.account_id = a.id) AS passkey
		FROM claimed c JOIN accounts a ON a.id = c.id`
	var a credentials
	err := q.GetContext(ctx, &a, query, t.username, t.now, t.lock.after, t.now.Add(t.lock.time), decoyOf(t.username), t.device, t.now.Add(-browserKnown))
	a.Stamp, a.device = stampOf(a.Hash, a.Epoch), t.device
	return a, err
}

// browserKnown is how long a browser counts as known after it last signed in, if
// retention has not ended it before.
const browserKnown = 365 * 24 * time.Hour

// forgetFailures forgets those that this sign-in stands for: its browser's, or the
// account's. A lock that strangers caused stays, as they are still there.
func forgetFailures(ctx context.Context, q pg.Querier, a credentials, now time.Time) error {
	if a.KnownDevice {
		const query = `UPDATE account_devices SET failures = 0, locked_until = NULL WHERE account_id = $1 AND digest = $2`
		_, err := q.ExecContext(ctx, query, a.ID, a.device)
		return err
	}
	const query = `UPDATE accounts SET failures = 0, locked_until = NULL WHERE id = $1 AND (locked_until IS NULL OR locked_until <= $2)`
	_, err := q.ExecContext(ctx, query, a.ID, now)
	return err
}

func usernameOf(ctx context.Context, q pg.Querier, id int64) (string, error) {
	var name string
	err := q.GetContext(ctx, &name, `SELECT username FROM accounts WHERE id = $1`, id)
	return name, err
}

func updateDisabled(ctx context.Context, q pg.Querier, id int64, disabled bool, now time.Time) error {
	const query = `
		UPDATE accounts SET disabled_at = CASE WHEN $2 THEN coalesce(disabled_at, $3) END, failures = 0, locked_until = NULL
		WHERE id = $1`
	_, err := q.ExecContext(ctx, query, id, disabled, now)
	return err
}

func insertAccount(ctx context.Context, tx *sqlx.Tx, n NewAccount, staff *int64, p newPassword) (Account, error) {
	const query = `
		INSERT INTO accounts (username, display_name, password_hash, password_set_at, password_temporary, staff_id) VALUES ($1, $2, $3, $4, $5, $6)
		RETURNING id, username, display_name, created_at`
	var a Account
	if err := tx.GetContext(ctx, &a, query, n.Username, n.DisplayName, p.hash, p.at, p.temporary, staff); err != nil {
		return a, err
	}
	return a, insertHistory(ctx, tx, a.ID, p)
}

func selectAccounts(ctx context.Context, q pg.Querier) ([]Account, error) {
	const query = `
		SELECT id, username, display_name, locked_until, disabled_at, left_at, password_hash = '' AS invited, created_at
		FROM accounts ORDER BY username`
	var list []Account
	err := q.SelectContext(ctx, &list, query)
	return list, err
}

func selectAccount(ctx context.Context, q pg.Querier, id int64) (Account, error) {
	const query = `
		SELECT id, username, display_name, locked_until, disabled_at, left_at, password_hash = '' AS invited, created_at
		FROM accounts WHERE id = $1`
	var a Account
	err := q.GetContext(ctx, &a, query, id)
	return a, err
}

// actorRow is the account beside one of its roles of the day; the role is absent
// where it has none.
type actorRow struct {
	Name     string  `db:"display_name"`
	Hash     string  `db:"password_hash"`
	Epoch    int64   `db:"epoch"`
	Disabled bool    `db:"disabled"`
	Role     *Role   `db:"role"`
	Unit     *int64  `db:"unit_id"`
	Kind     *string `db:"kind"`
	Office   *int64  `db:"office_id"`
}

func actorRows(ctx context.Context, q pg.Querier, account int64, day string) ([]actorRow, error) {
	const query = `
		SELECT a.display_name, a.password_hash, a.epoch, a.disabled_at IS NOT NULL AS disabled, r.role, r.unit_id, u.kind, u.office_id
		FROM accounts a
		LEFT JOIN account_roles r ON r.account_id = a.id AND r.from_on <= $2::date AND (r.to_on IS NULL OR r.to_on >= $2::date)
		LEFT JOIN units u ON u.id = r.unit_id
		WHERE a.id = $1
		ORDER BY r.role, r.unit_id`
	var rows []actorRow
	err := q.SelectContext(ctx, &rows, query, account, day)
	return rows, err
}

// lockAccount keeps others from changing an account until the transaction ends,
// and tells whether its holder was off-boarded.
func lockAccount(ctx context.Context, tx *sqlx.Tx, id int64) (left bool, err error) {
	err = tx.GetContext(ctx, &left, `SELECT left_at IS NOT NULL FROM accounts WHERE id = $1 FOR UPDATE`, id)
	return left, err
}

// placedUnit is a unit that a role or key is to be held over.
type placedUnit struct {
	ID     int64  `db:"id"`
	Kind   string `db:"kind"`
	Closed bool   `db:"closed"`
}

// unitOf finds a unit; 0 is the city.
func unitOf(ctx context.Context, q pg.Querier, id int64, day string) (placedUnit, error) {
	const query = `
		SELECT id, kind, coalesce(closed_on < $2::date, false) AS closed
		FROM units WHERE id = $1 OR ($1 = 0 AND kind = 'city')`
	var u placedUnit
	err := q.GetContext(ctx, &u, query, id, day)
	return u, err
}

// endRole closes a role so that it no longer holds on day; one that has not
// begun never does.
func endRole(ctx context.Context, q pg.Querier, account int64, r RoleAt, day string) (int64, error) {
	const query = `
		UPDATE account_roles SET to_on = greatest($4::date, from_on) - 1
		WHERE account_id = $1 AND role = $2
			AND unit_id = CASE WHEN $3 = 0 THEN (SELECT id FROM units WHERE kind = 'city') ELSE $3 END
			AND (to_on IS NULL OR to_on >= greatest($4::date, from_on))`
	res, err := q.ExecContext(ctx, query, account, r.Role, r.Unit, day)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// selectRoles lists the roles of a day with the names of their units; account 0: everybody's.
func selectRoles(ctx context.Context, q pg.Querier, account int64, day string) ([]Held, error) {
	const query = `
		SELECT r.id, r.account_id, r.role, r.unit_id, u.kind AS unit_kind, u.name AS unit_name, r.from_on, r.to_on
		FROM account_roles r
		JOIN units u ON u.id = r.unit_id
		WHERE ($1 = 0 OR r.account_id = $1) AND r.from_on <= $2::date AND (r.to_on IS NULL OR r.to_on >= $2::date)
		ORDER BY r.account_id, r.role, r.unit_id`
	var held []Held
	err := q.SelectContext(ctx, &held, query, account, day)
	return held, err
}
