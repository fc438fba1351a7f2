package accounts

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/pg"
)

func identitiesOf(ctx context.Context, q pg.Querier, account int64) ([]Identity, error) {
	const query = `SELECT id, issuer, subject, label, linked_at, used_at FROM account_identities WHERE account_id = $1 ORDER BY id`
	var list []Identity
	err := q.SelectContext(ctx, &list, query, account)
	return list, err
}

func insertIdentity(ctx context.Context, tx *sqlx.Tx, account int64, i Identity) error {
	const query = `INSERT INTO account_identities (account_id, issuer, subject, label, linked_at) VALUES ($1, $2, $3, $4, $5)`
	_, err := tx.ExecContext(ctx, query, account, i.Issuer, i.Subject, i.Label, i.LinkedAt)
	return err
}

// useIdentity finds whose an identity is and notes that it was used.
func useIdentity(ctx context.Context, q pg.Querier, issuer, subject string, now time.Time) (int64, error) {
	const query = `UPDATE account_identities SET used_at = $3 WHERE issuer = $1 AND subject = $2 RETURNING account_id`
	var account int64
	err := q.GetContext(ctx, &account, query, issuer, subject, now)
	return account, err
}

// unlinkedAccount finds an account by its name that has no identity at the issuer yet.
func unlinkedAccount(ctx context.Context, q pg.Querier, username, issuer string) (int64, error) {
	const query = `
		SELECT id FROM accounts a WHERE username = $1 AND disabled_at IS NULL
			AND NOT EXISTS (SELECT 1 FROM account_identities i WHERE i.account_id = a.id AND i.issuer = $2)`
	var account int64
	err := q.GetContext(ctx, &account, query, username, issuer)
	return account, err
}

func deleteIdentity(ctx context.Context, tx *sqlx.Tx, account, id int64) (issuer string, err error) {
	const query = `DELETE FROM account_identities WHERE account_id = $1 AND id = $2 RETURNING issuer`
	err = tx.GetContext(ctx, &issuer, query, account, id)
	return issuer, err
}
