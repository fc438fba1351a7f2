package accounts

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/pg"
)

// resetColumns are those of a Reset.
const resetColumns = `
		SELECT r.id, r.account_id, a.display_name AS name, a.username, r.kind, r.reason, r.requested_by, q.display_name AS requester,
			r.requested_at, r.expires_at, r.state, r.decided_by, coalesce(d.display_name, '') AS decider, r.decided_at, r.answer, r.used_at
		FROM account_resets r JOIN accounts a ON a.id = r.account_id JOIN accounts q ON q.id = r.requested_by
			LEFT JOIN accounts d ON d.id = r.decided_by `

// insertReset stores a reset and fills in what the database knows of it.
func insertReset(ctx context.Context, tx *sqlx.Tx, r *Reset, first []byte) error {
	const query = `
		INSERT INTO account_resets (account_id, kind, reason, requested_by, requested_at, expires_at, first_digest)
		VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`
	var id int64
	if err := tx.GetContext(ctx, &id, query, r.Account, r.Kind, r.Reason, r.RequestedBy, r.RequestedAt, r.ExpiresAt, first); err != nil {
		return err
	}
	stored, err := selectReset(ctx, tx, id)
	*r = stored
	return err
}

// lapseResets closes what is too old, so that a new one may be asked for.
func lapseResets(ctx context.Context, tx *sqlx.Tx, account int64, now time.Time) error {
	const query = `UPDATE account_resets SET state = 'lapsed' WHERE account_id = $1 AND state IN ('asked', 'confirmed') AND expires_at <= $2`
	_, err := tx.ExecContext(ctx, query, account, now)
	return err
}

// endResets closes every open reset of an account whose holder has left.
func endResets(ctx context.Context, tx *sqlx.Tx, account int64) error {
	const query = `UPDATE account_resets SET state = 'lapsed' WHERE account_id = $1 AND state IN ('asked', 'confirmed')`
	_, err := tx.ExecContext(ctx, query, account)
	return err
}

func selectReset(ctx context.Context, q pg.Querier, id int64) (Reset, error) {
	const query = resetColumns + `WHERE r.id = $1`
	var r Reset
	err := q.GetContext(ctx, &r, query, id)
	return r, err
}

// lockReset takes a reset for a decision; of two at once the second sees the first's.
func lockReset(ctx context.Context, tx *sqlx.Tx, id int64) (Reset, error) {
	var found int64
	if err := tx.GetContext(ctx, &found, `SELECT id FROM account_resets WHERE id = $1 FOR UPDATE`, id); err != nil {
		return Reset{}, err
	}
	return selectReset(ctx, tx, found)
}

func selectResets(ctx context.Context, q pg.Querier, account int64, now time.Time) ([]Reset, error) {
	const query = resetColumns + `
		WHERE $1 = 0 OR r.account_id = $1
		ORDER BY r.state IN ('asked', 'confirmed') AND r.expires_at > $2 DESC, r.requested_at DESC, r.id DESC LIMIT 100`
	var list []Reset
	err := q.SelectContext(ctx, &list, query, account, now)
	return list, err
}

// openResets lists those that the holder of an account can still stop.
func openResets(ctx context.Context, q pg.Querier, account int64, now time.Time) ([]Reset, error) {
	const query = resetColumns + `
		WHERE r.account_id = $1 AND r.state IN ('asked', 'confirmed') AND r.expires_at > $2 ORDER BY r.id`
	var list []Reset
	err := q.SelectContext(ctx, &list, query, account, now)
	return list, err
}

// sameOrigin tells whether two administrators go back to one account: what each was
// made an administrator by, and that by, up to the server's own terminal.
func sameOrigin(ctx context.Context, tx *sqlx.Tx, one, other int64) (bool, error) {
	const query = `
		WITH RECURSIVE
		one(id) AS (SELECT $1::bigint UNION
			SELECT r.granted_by FROM one JOIN account_roles r ON r.account_id = one.id
			WHERE r.granted_by IS NOT NULL AND r.role IN ('secadmin', 'auditadmin')),
		other(id) AS (SELECT $2::bigint UNION
			SELECT r.granted_by FROM other JOIN account_roles r ON r.account_id = other.id
			WHERE r.granted_by IS NOT NULL AND r.role IN ('secadmin', 'auditadmin'))
		SELECT EXISTS (SELECT 1 FROM one JOIN other USING (id))`
	var same bool
	err := tx.GetContext(ctx, &same, query, one, other)
	return same, err
}

// updateReset stores a decision.
func updateReset(ctx context.Context, tx *sqlx.Tx, r Reset, by int64, second []byte, now time.Time) error {
	const query = `
		UPDATE account_resets SET state = $2, decided_by = $3, decided_at = $4, answer = $5, second_digest = coalesce($6::bytea, second_digest), expires_at = $7
		WHERE id = $1`
	_, err := tx.ExecContext(ctx, query, r.ID, r.State, by, now, r.Answer, second, r.ExpiresAt)
	return err
}

type resetTry struct {
	halves  [2][]byte
	kind    ResetKind
	account int64 // 0: whose it is
	now     time.Time
}

type resetRow struct {
	Reset
	First  []byte `db:"first_digest"`
	Second []byte `db:"second_digest"`
}

// tryReset gives the confirmed reset of which one half was brought, and counts the
// try where the other half is not its other half; no row where there is none, it is
// too old, its account is shut, or it was tried too often.
func tryReset(ctx context.Context, q pg.Querier, t resetTry) (resetRow, error) {
	const query = `
		WITH brought AS (SELECT r.id, NOT (r.first_digest IN ($1, $2) AND r.second_digest IN ($1, $2)) AS wrong
			FROM account_resets r
			WHERE (r.first_digest IN ($1, $2) OR r.second_digest IN ($1, $2)) AND r.kind = $3 AND ($4 = 0 OR r.account_id = $4))
		UPDATE account_resets r SET tries = r.tries + brought.wrong::int,
			state = CASE WHEN brought.wrong AND r.tries + 1 >= $6 THEN 'lapsed' ELSE r.state END
		FROM accounts a, brought
		WHERE r.id = brought.id AND a.id = r.account_id AND a.disabled_at IS NULL
			AND r.state = 'confirmed' AND r.expires_at > $5 AND r.tries < $6
		RETURNING r.id, r.account_id, a.display_name AS name, a.username, r.kind, r.reason, r.requested_by, r.requested_at, r.expires_at,
			r.state, r.first_digest, r.second_digest`
	var row resetRow
	err := q.GetContext(ctx, &row, query, t.halves[0], t.halves[1], t.kind, t.account, t.now, resetTries)
	return row, err
}

func useReset(ctx context.Context, tx *sqlx.Tx, id int64, now time.Time) (int64, error) {
	const query = `UPDATE account_resets SET state = 'used', used_at = $2 WHERE id = $1 AND state = 'confirmed' AND expires_at > $2`
	res, err := tx.ExecContext(ctx, query, id, now)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func forgetDevices(ctx context.Context, tx *sqlx.Tx, account int64) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM account_devices WHERE account_id = $1`, account)
	return err
}
