package vault

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"minping/internal/pg"
)

type newKey struct {
	keyRow
	born string
	at   time.Time
}

// insertKey leaves the index key and a canary that are there already as they are.
func insertKey(ctx context.Context, q pg.Querier, k newKey) error {
	const stmt = `INSERT INTO vault_keys (id, kind, born_kek, kek_id, wrapped, created_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT DO NOTHING`
	if _, err := q.ExecContext(ctx, stmt, k.ID, k.Kind, k.born, k.KEK, k.Wrapped, k.at); err != nil {
		return fmt.Errorf("vault: store key: %w", err)
	}
	return nil
}

// lockOpening lets programs that start together check and make keys one after the other.
func lockOpening(ctx context.Context, q pg.Querier) error {
	if _, err := q.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('minping-vault', 0))`); err != nil {
		return fmt.Errorf("vault: lock: %w", err)
	}
	return nil
}

// selectKEKs gives the master keys that something is encrypted under.
func selectKEKs(ctx context.Context, q pg.Querier) ([]string, error) {
	const stmt = `SELECT DISTINCT kek_id FROM vault_keys WHERE kind <> 'canary' ORDER BY kek_id`
	var ids []string
	if err := q.SelectContext(ctx, &ids, stmt); err != nil {
		return nil, fmt.Errorf("vault: list master keys in use: %w", err)
	}
	return ids, nil
}

func selectCanary(ctx context.Context, q pg.Querier, kek string) (r keyRow, err error) {
	const stmt = `SELECT id, kind, kek_id, wrapped FROM vault_keys WHERE kind = 'canary' AND kek_id = $1`
	if err = q.GetContext(ctx, &r, stmt, kek); err != nil {
		return r, fmt.Errorf("vault: read canary: %w", err)
	}
	return r, nil
}

func selectIndexKey(ctx context.Context, q pg.Querier) (r keyRow, err error) {
	const stmt = `SELECT id, kind, kek_id, wrapped FROM vault_keys WHERE kind = 'index'`
	err = q.GetContext(ctx, &r, stmt)
	return r, err
}

// selectDataKey locks the key against removal, not against being wrapped anew.
func selectDataKey(ctx context.Context, q pg.Querier, kek string, since time.Time) (r keyRow, err error) {
	const stmt = `SELECT id, kind, kek_id, wrapped FROM vault_keys WHERE kind = 'data' AND born_kek = $1 AND created_at > $2
		ORDER BY created_at DESC, id LIMIT 1 FOR KEY SHARE`
	err = q.GetContext(ctx, &r, stmt, kek, since)
	return r, err
}

// array writes ids as PostgreSQL's text of an array; they hold nothing to escape.
func array(ids []uuid.UUID) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = id.String()
	}
	return "{" + strings.Join(texts, ",") + "}"
}
