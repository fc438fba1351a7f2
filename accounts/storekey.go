package accounts

import (
	"context"
	"time"

	"minping/internal/pg"
)

type storedKey struct {
	name    string
	role    Role
	unit    int64
	digest  digest
	expires time.Time
}

func insertKey(ctx context.Context, q pg.Querier, k storedKey) (int64, error) {
	const query = `INSERT INTO api_keys (name, role, unit_id, digest, expires_at) VALUES ($1, $2, $3, $4, $5) RETURNING id`
	var id int64
	err := q.GetContext(ctx, &id, query, k.name, k.role, k.unit, k.digest[:], k.expires)
	return id, err
}

func upsertKey(ctx context.Context, q pg.Querier, k storedKey) (int64, error) {
	const query = `
		INSERT INTO api_keys (name, role, unit_id, digest, expires_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT ON CONSTRAINT api_keys_name_key
		DO UPDATE SET role = EXCLUDED.role, unit_id = EXCLUDED.unit_id, digest = EXCLUDED.digest, expires_at = EXCLUDED.expires_at, revoked_at = NULL
		RETURNING id`
	var id int64
	err := q.GetContext(ctx, &id, query, k.name, k.role, k.unit, k.digest[:], k.expires)
	return id, err
}

const keyColumns = `k.id, k.name, k.role, k.unit_id, u.kind AS unit_kind, u.name AS unit_name, k.created_at, k.expires_at, k.revoked_at, k.used_on`

// useKey finds a key in force and notes the day of its use, once a day.
func useKey(ctx context.Context, q pg.Querier, d digest, now time.Time, day string) (Key, error) {
	const find = `
		SELECT ` + keyColumns + ` FROM api_keys k JOIN units u ON u.id = k.unit_id
		WHERE k.digest = $1 AND k.revoked_at IS NULL AND k.expires_at > $2`
	var k Key
	if err := q.GetContext(ctx, &k, find, d[:], now); err != nil {
		return k, err
	}
	const note = `UPDATE api_keys SET used_on = $2::date WHERE id = $1 AND used_on IS DISTINCT FROM $2::date`
	_, err := q.ExecContext(ctx, note, k.ID, day)
	return k, err
}

func selectKeys(ctx context.Context, q pg.Querier) ([]Key, error) {
	const query = `SELECT ` + keyColumns + ` FROM api_keys k JOIN units u ON u.id = k.unit_id ORDER BY k.id DESC`
	var keys []Key
	err := q.SelectContext(ctx, &keys, query)
	return keys, err
}

// endKey revokes a key; no row where there is none in force.
func endKey(ctx context.Context, q pg.Querier, id int64, now time.Time) (Key, error) {
	const query = `UPDATE api_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING name, role`
	var k Key
	err := q.GetContext(ctx, &k, query, id, now)
	return k, err
}
