package accounts

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/pg"
)

type passkeyRow struct {
	Passkey
	Account    int64  `db:"account_id"`
	Credential []byte `db:"credential_id"`
	PublicKey  []byte `db:"public_key"`
	RPID       string `db:"rp_id"`
	Transports string `db:"transports"`
	Count      int64  `db:"sign_count"`
	Eligible   bool   `db:"backup_eligible"`
}

// handleOf gives the account's name towards authenticators, the offered one where
// it has none yet.
func handleOf(ctx context.Context, q pg.Querier, account int64, offered []byte) ([]byte, error) {
	const query = `UPDATE accounts SET passkey_handle = coalesce(passkey_handle, $2) WHERE id = $1 RETURNING passkey_handle`
	var handle []byte
	err := q.GetContext(ctx, &handle, query, account, offered)
	return handle, err
}

func passkeysOf(ctx context.Context, q pg.Querier, account int64) ([]passkeyRow, error) {
	const query = `
		SELECT id, account_id, credential_id, public_key, rp_id, name, transports, sign_count, backup_eligible, created_at, used_at
		FROM account_passkeys WHERE account_id = $1 ORDER BY id`
	var rows []passkeyRow
	err := q.SelectContext(ctx, &rows, query, account)
	return rows, err
}

// holderOf finds whose a key is, by the key and the handle that it brought.
func holderOf(ctx context.Context, q pg.Querier, credential, handle []byte) (int64, error) {
	const query = `
		SELECT a.id FROM accounts a JOIN account_passkeys p ON p.account_id = a.id
		WHERE p.credential_id = $1 AND a.passkey_handle = $2`
	var id int64
	err := q.GetContext(ctx, &id, query, credential, handle)
	return id, err
}

func insertPasskey(ctx context.Context, tx *sqlx.Tx, p passkeyRow) error {
	const query = `
		INSERT INTO account_passkeys (account_id, credential_id, public_key, rp_id, name, transports, sign_count, backup_eligible, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	_, err := tx.ExecContext(ctx, query, p.Account, p.Credential, p.PublicKey, p.RPID, p.Name, p.Transports, p.Count, p.Eligible, p.CreatedAt)
	return err
}

// countOn notes a use if the authenticator has counted on since the last; of two
// copies of a key, the second finds the count taken. Some never count: always 0.
func countOn(ctx context.Context, tx *sqlx.Tx, id int64, count uint32, now time.Time) (int64, error) {
	const query = `
		UPDATE account_passkeys SET sign_count = $2, used_at = $3
		WHERE id = $1 AND (sign_count < $2 OR (sign_count = 0 AND $2 = 0))`
	res, err := tx.ExecContext(ctx, query, id, int64(count), now)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// spendChallenge marks a challenge as answered; 0 rows: it was before. It forgets
// those that are too old to be answered.
func spendChallenge(ctx context.Context, tx *sqlx.Tx, digest []byte, now time.Time) (int64, error) {
	const forget = `
		DELETE FROM passkey_challenges WHERE digest IN
			(SELECT digest FROM passkey_challenges WHERE spent_at < $1 LIMIT 100 FOR UPDATE SKIP LOCKED)`
	if _, err := tx.ExecContext(ctx, forget, now.Add(-2*CeremonyTime)); err != nil {
		return 0, err
	}
	const query = `INSERT INTO passkey_challenges (digest, spent_at) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT passkey_challenges_pkey DO NOTHING`
	res, err := tx.ExecContext(ctx, query, digest, now)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func updatePasskeyName(ctx context.Context, tx *sqlx.Tx, p passkeyRow) (int64, error) {
	res, err := tx.ExecContext(ctx, `UPDATE account_passkeys SET name = $3 WHERE account_id = $1 AND id = $2`, p.Account, p.ID, p.Name)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func deletePasskey(ctx context.Context, tx *sqlx.Tx, account, id int64) (int64, error) {
	res, err := tx.ExecContext(ctx, `DELETE FROM account_passkeys WHERE account_id = $1 AND id = $2`, account, id)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func deletePasskeys(ctx context.Context, tx *sqlx.Tx, account int64) (int64, error) {
	res, err := tx.ExecContext(ctx, `DELETE FROM account_passkeys WHERE account_id = $1`, account)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
