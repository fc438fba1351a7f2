package accounts

import (
	"context"

	"github.com/jmoiron/sqlx"

	"minping/internal/pg"
)

// lastHashes gives the barred passwords, the present one first.
func lastHashes(ctx context.Context, q pg.Querier, account int64, most int) ([]string, error) {
	const query = `SELECT hash FROM password_history WHERE account_id = $1 ORDER BY id DESC LIMIT $2`
	var hashes []string
	err := q.SelectContext(ctx, &hashes, query, account, most)
	return hashes, err
}

// updatePassword replaces the password if it is still the one that was compared,
// ends every session and forgets the oldest password; 0 rows: somebody was first.
func updatePassword(ctx context.Context, tx *sqlx.Tx, account int64, p newPassword) (int64, error) {
	const query = `
		UPDATE accounts SET password_hash = $2, password_set_at = $3, password_temporary = $4, failures = 0, locked_until = NULL
		WHERE id = $1 AND password_hash = $5`
	res, err := tx.ExecContext(ctx, query, account, p.hash, p.at, p.temporary, p.was)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	if err != nil || n == 0 {
		return n, err
	}
	if err := insertHistory(ctx, tx, account, p); err != nil {
		return n, err
	}
	return n, endOtherSessions(ctx, tx, account, p.keep)
}

func withoutPassword(ctx context.Context, q pg.Querier, account int64) (bool, error) {
	var without bool
	err := q.GetContext(ctx, &without, `SELECT password_hash = '' FROM accounts WHERE id = $1`, account)
	return without, err
}

func insertHistory(ctx context.Context, tx *sqlx.Tx, account int64, p newPassword) error {
	const add = `INSERT INTO password_history (account_id, hash) VALUES ($1, $2)`
	if _, err := tx.ExecContext(ctx, add, account, p.hash); err != nil {
		return err
	}
	const forget = `
		DELETE FROM password_history WHERE account_id = $1 AND id NOT IN
			(SELECT id FROM password_history WHERE account_id = $1 ORDER BY id DESC LIMIT $2)`
	_, err := tx.ExecContext(ctx, forget, account, p.history)
	return err
}

// endOtherSessions counts up the account's epoch and closes its sessions but the
// one to keep, which goes on with the new stamp.
func endOtherSessions(ctx context.Context, tx *sqlx.Tx, account int64, keep string) error {
	if _, err := tx.ExecContext(ctx, `SELECT end_account_sessions($1)`, account); err != nil {
		return err
	}
	// Within a transaction now() stands still, so this reopens only what was just closed.
	const query = `UPDATE account_sessions SET ended_at = NULL WHERE id = $1 AND account_id = $2 AND ended_at = now()`
	_, err := tx.ExecContext(ctx, query, keep, account)
	return err
}

// stampIn reads the stamp as it stands in this transaction.
func stampIn(ctx context.Context, q pg.Querier, account int64) (string, error) {
	var a struct {
		Hash  string `db:"password_hash"`
		Epoch int64  `db:"epoch"`
	}
	err := q.GetContext(ctx, &a, `SELECT password_hash, epoch FROM accounts WHERE id = $1`, account)
	return stampOf(a.Hash, a.Epoch), err
}
