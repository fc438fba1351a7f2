package accounts

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/pg"
)

type factorRow struct {
	Secret    []byte     `db:"secret"`
	Pending   []byte     `db:"pending"`
	Confirmed *time.Time `db:"confirmed_at"`
	Salt      []byte     `db:"recovery_salt"`
}

func factorOf(ctx context.Context, q pg.Querier, account int64) (factorRow, error) {
	const query = `SELECT secret, pending, confirmed_at, recovery_salt FROM account_totp WHERE account_id = $1`
	var f factorRow
	err := q.GetContext(ctx, &f, query, account)
	return f, err
}

// pendingSecret keeps the offered secret unless one is already waiting, and gives
// the waiting one.
func pendingSecret(ctx context.Context, q pg.Querier, account int64, offered []byte) ([]byte, error) {
	const query = `
		INSERT INTO account_totp (account_id, pending) VALUES ($1, $2)
		ON CONFLICT ON CONSTRAINT account_totp_pkey DO UPDATE SET pending = coalesce(account_totp.pending, EXCLUDED.pending)
		RETURNING pending`
	var sealed []byte
	err := q.GetContext(ctx, &sealed, query, account, offered)
	return sealed, err
}

// confirmFactor makes the waiting secret the factor; its code is used up.
func confirmFactor(ctx context.Context, tx *sqlx.Tx, account int64, c confirmed, now time.Time) (int64, error) {
	const query = `
		UPDATE account_totp SET secret = pending, pending = NULL, confirmed_at = $3, last_step = $4
		WHERE account_id = $1 AND pending = $2`
	res, err := tx.ExecContext(ctx, query, account, c.pending, now, c.step)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// spendStep uses a code up: of two that come at once, the second finds the step taken.
func spendStep(ctx context.Context, q pg.Querier, account, step int64) (int64, error) {
	const query = `UPDATE account_totp SET last_step = $2 WHERE account_id = $1 AND last_step < $2`
	res, err := q.ExecContext(ctx, query, account, step)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func replaceRecovery(ctx context.Context, tx *sqlx.Tx, account int64, r recovery) error {
	const salt = `
		INSERT INTO account_totp (account_id, recovery_salt) VALUES ($1, $2)
		ON CONFLICT ON CONSTRAINT account_totp_pkey DO UPDATE SET recovery_salt = EXCLUDED.recovery_salt`
	if _, err := tx.ExecContext(ctx, salt, account, r.salt); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM account_recovery_codes WHERE account_id = $1`, account); err != nil {
		return err
	}
	const add = `INSERT INTO account_recovery_codes (account_id, digest) VALUES ($1, $2)`
	for _, d := range r.digests {
		if _, err := tx.ExecContext(ctx, add, account, d); err != nil {
			return err
		}
	}
	return nil
}

func spendRecovery(ctx context.Context, q pg.Querier, account int64, digest []byte, now time.Time) (int64, error) {
	const query = `UPDATE account_recovery_codes SET used_at = $3 WHERE account_id = $1 AND digest = $2 AND used_at IS NULL`
	res, err := q.ExecContext(ctx, query, account, digest, now)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func countRecovery(ctx context.Context, q pg.Querier, account int64) (int, error) {
	var n int
	err := q.GetContext(ctx, &n, `SELECT count(*) FROM account_recovery_codes WHERE account_id = $1 AND used_at IS NULL`, account)
	return n, err
}

func deleteFactor(ctx context.Context, tx *sqlx.Tx, account int64) (int64, error) {
	if _, err := tx.ExecContext(ctx, `DELETE FROM account_recovery_codes WHERE account_id = $1`, account); err != nil {
		return 0, err
	}
	res, err := tx.ExecContext(ctx, `DELETE FROM account_totp WHERE account_id = $1 AND (secret IS NOT NULL OR recovery_salt IS NOT NULL)`, account)
	if err != nil {
		return 0, err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM account_totp WHERE account_id = $1`, account); err != nil { // one that waits
		return 0, err
	}
	return res.RowsAffected()
}

// deleteTOTP takes the authenticator away and leaves the recovery codes.
func deleteTOTP(ctx context.Context, tx *sqlx.Tx, account int64) error {
	const query = `UPDATE account_totp SET secret = NULL, pending = NULL, confirmed_at = NULL WHERE account_id = $1`
	_, err := tx.ExecContext(ctx, query, account)
	return err
}

// openCredentials reads an account that may sign in, and keeps it so until the
// transaction's end; no row where it is disabled or locked.
func openCredentials(ctx context.Context, tx *sqlx.Tx, account int64, now time.Time) (credentials, error) {
	const query = `SELECT id FROM accounts WHERE id = $1 AND disabled_at IS NULL AND (locked_until IS NULL OR locked_until <= $2) FOR UPDATE`
	var id int64
	if err := tx.GetContext(ctx, &id, query, account, now); err != nil {
		return credentials{}, err
	}
	return credentialsOf(ctx, tx, id)
}

// keyCredentials is openCredentials for who holds a key: guesses at the password,
// for which an account is locked, say nothing against them.
func keyCredentials(ctx context.Context, tx *sqlx.Tx, account int64) (credentials, error) {
	var id int64
	if err := tx.GetContext(ctx, &id, `SELECT id FROM accounts WHERE id = $1 AND disabled_at IS NULL FOR UPDATE`, account); err != nil {
		return credentials{}, err
	}
	return credentialsOf(ctx, tx, id)
}

// credentialsOf reads an account outside an attempt: nothing is counted.
func credentialsOf(ctx context.Context, q pg.Querier, account int64) (credentials, error) {
	const query = anyAccount + ` AND disabled_at IS NULL`
	return readCredentials(ctx, q, query, account)
}

// anyCredentials reads those of a shut account too.
func anyCredentials(ctx context.Context, q pg.Querier, account int64) (credentials, error) {
	return readCredentials(ctx, q, anyAccount, account)
}

const anyAccount = `
		SELECT id, username, display_name, password_hash, failures, created_at, epoch, password_set_at, password_temporary,
			EXISTS (SELECT 1 FROM account_totp t WHERE t.account_id = accounts.id AND t.secret IS NOT NULL) AS totp,
			EXISTS (SELECT 1 FROM account_passkeys p WHERE p.account_id = accounts.id) AS passkey
		FROM accounts WHERE id = $1`

func readCredentials(ctx context.Context, q pg.Querier, query string, account int64) (credentials, error) {
	var a credentials
	err := q.GetContext(ctx, &a, query, account)
	a.Stamp = stampOf(a.Hash, a.Epoch)
	return a, err
}
