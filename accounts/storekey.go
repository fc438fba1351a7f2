package accounts

import (
	"context"
	"time"

	"minping/internal/pg"
)

type newKey struct {
	name    string
	role    Role
	digest  digest
	expires time.Time
}

func (k newKey) expiry() any {
	if k.expires.IsZero() {
		return nil
	}
	return k.expires
}

func insertKey(ctx context.Context, q pg.Querier, k newKey) error {
	const query = `INSERT INTO api_keys (name, role, digest, expires_at) VALUES ($1, $2, $3, $4)`
	_, err := q.ExecContext(ctx, query, k.name, k.role, k.digest[:], k.expiry())
	return err
}

func upsertKey(ctx context.Context, q pg.Querier, k newKey) error {
	const query = `
		INSERT INTO api_keys (name, role, digest) VALUES ($1, $2, $3)
		ON CONFLICT ON CONSTRAINT api_keys_name_key
		DO UPDATE SET role = EXCLUDED.role, digest = EXCLUDED.digest, expires_at = NULL, revoked_at = NULL`
	_, err := q.ExecContext(ctx, query, k.name, k.role, k.digest[:])
	return err
}

// useKey finds a key in force and notes the day of its use, once a day.
func useKey(ctx context.Context, q pg.Querier, d digest, now time.Time, day string) (Key, error) {
	const find = `
		SELECT id, name, role, created_at, expires_at, revoked_at, used_on FROM api_keys
		WHERE digest = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)`
	var k Key
	if err := q.GetContext(ctx, &k, find, d[:], now); err != nil {
		return k, err
	}
	const note = `UPDATE api_keys SET used_on = $2::date WHERE id = $1 AND used_on IS DISTINCT FROM $2::date`
	_, err := q.ExecContext(ctx, note, k.ID, day)
	return k, err
}

func selectKeys(ctx context.Context, q pg.Querier) ([]Key, error) {
	const query = `
		SELECT id, name, role, created_at, expires_at, revoked_at, used_on
		FROM api_keys ORDER BY id DESC`
	var keys []Key
	err := q.SelectContext(ctx, &keys, query)
	return keys, err
}

func endKey(ctx context.Context, q pg.Querier, id int64, now time.Time) (int64, error) {
	res, err := q.ExecContext(ctx, `UPDATE api_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL`, id, now)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
