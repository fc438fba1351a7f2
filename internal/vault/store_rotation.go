package vault

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"minping/internal/pg"
)

// lockStaleKeys gives keys that another master key than the current one encrypts.
func lockStaleKeys(ctx context.Context, q pg.Querier, current string, limit int) ([]keyRow, error) {
	const stmt = `SELECT id, kind, kek_id, wrapped FROM vault_keys WHERE kind <> 'canary' AND kek_id <> $1
		ORDER BY id LIMIT $2 FOR NO KEY UPDATE`
	var rows []keyRow
	if err := q.SelectContext(ctx, &rows, stmt, current, limit); err != nil {
		return nil, fmt.Errorf("vault: list keys to encrypt anew: %w", err)
	}
	return rows, nil
}

func updateWrapped(ctx context.Context, q pg.Querier, r keyRow) error {
	if _, err := q.ExecContext(ctx, `UPDATE vault_keys SET kek_id = $2, wrapped = $3 WHERE id = $1`, r.ID, r.KEK, r.Wrapped); err != nil {
		return fmt.Errorf("vault: encrypt key %s anew: %w", r.ID, err)
	}
	return nil
}

// selectOldKeys gives the data keys born under another master key.
func selectOldKeys(ctx context.Context, q pg.Querier, current string) ([]uuid.UUID, error) {
	const stmt = `SELECT id FROM vault_keys WHERE kind = 'data' AND born_kek <> $1 ORDER BY created_at, id`
	var ids []uuid.UUID
	if err := q.SelectContext(ctx, &ids, stmt, current); err != nil {
		return nil, fmt.Errorf("vault: list old data keys: %w", err)
	}
	return ids, nil
}

func countOldRecords(ctx context.Context, q pg.Querier, current string) (n int, err error) {
	const stmt = `SELECT count(*) FROM vault_records r JOIN vault_keys k ON k.id = r.dek_id WHERE k.born_kek <> $1`
	if err := q.GetContext(ctx, &n, stmt, current); err != nil {
		return 0, fmt.Errorf("vault: count records to encrypt anew: %w", err)
	}
	return n, nil
}

// lockOldRecords gives the next records of some data keys, by id. A record whose
// key changes while we wait for its lock drops out.
func lockOldRecords(ctx context.Context, q pg.Querier, p pass, after ID) ([]recordRow, error) {
	const waiting = `SELECT ` + recordColumns + ` FROM vault_records r JOIN vault_keys k ON k.id = r.dek_id
		WHERE r.dek_id = ANY($1::uuid[]) AND r.id > $2 ORDER BY r.id LIMIT $3 FOR UPDATE OF r`
	const passing = waiting + ` SKIP LOCKED`
	stmt := passing
	if p.wait {
		stmt = waiting
	}
	var rows []recordRow
	if err := q.SelectContext(ctx, &rows, stmt, array(p.old), after, p.batch); err != nil {
		return nil, fmt.Errorf("vault: list records to encrypt anew: %w", err)
	}
	return rows, nil
}

func updateCiphertext(ctx context.Context, q pg.Querier, r recordRow) error {
	const stmt = `UPDATE vault_records SET dek_id = $2, nonce = $3, ciphertext = $4 WHERE id = $1`
	if _, err := q.ExecContext(ctx, stmt, r.ID, r.DEK, r.Nonce, r.Ciphertext); err != nil {
		return fmt.Errorf("vault: encrypt record %s anew: %w", r.ID, err)
	}
	return nil
}

// deleteUnusedKey waits for the transactions that encrypt with a data key, and
// removes it unless a record needs it. Run in a transaction of its own.
func deleteUnusedKey(ctx context.Context, q pg.Querier, id uuid.UUID) (gone bool, err error) {
	if _, err := q.ExecContext(ctx, `SELECT 1 FROM vault_keys WHERE id = $1 FOR UPDATE`, id); err != nil {
		return false, fmt.Errorf("vault: lock key %s: %w", id, err)
	}
	const stmt = `DELETE FROM vault_keys WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM vault_records WHERE dek_id = $1)`
	if _, err := q.ExecContext(ctx, stmt, id); err != nil {
		return false, fmt.Errorf("vault: remove key %s: %w", id, err)
	}
	const left = `SELECT NOT EXISTS (SELECT 1 FROM vault_keys WHERE id = $1)` // another rotation may have been first
	if err := q.GetContext(ctx, &gone, left, id); err != nil {
		return false, fmt.Errorf("vault: look for key %s: %w", id, err)
	}
	return gone, nil
}

func selectCounts(ctx context.Context, q pg.Querier, s *Status) error {
	const stmt = `SELECT count(*) FILTER (WHERE erased_at IS NULL) AS records, count(*) FILTER (WHERE erased_at IS NOT NULL) AS erased,
		(SELECT count(*) FROM vault_openings) AS openings FROM vault_records`
	var counts struct{ Records, Erased, Openings int }
	if err := q.GetContext(ctx, &counts, stmt); err != nil {
		return fmt.Errorf("vault: count records: %w", err)
	}
	s.Records, s.Erased, s.Openings = counts.Records, counts.Erased, counts.Openings
	return nil
}

func selectUses(ctx context.Context, q pg.Querier) ([]MasterKey, error) {
	const stmt = `SELECT m.id,
			(SELECT count(*) FROM vault_keys k WHERE k.kek_id = m.id AND k.kind <> 'canary') AS wraps,
			(SELECT count(*) FROM vault_keys k WHERE k.born_kek = m.id AND k.kind = 'data') AS born,
			(SELECT count(*) FROM vault_records r JOIN vault_keys k ON k.id = r.dek_id WHERE k.born_kek = m.id) AS records
		FROM (SELECT DISTINCT kek_id AS id FROM vault_keys) m`
	var uses []MasterKey
	if err := q.SelectContext(ctx, &uses, stmt); err != nil {
		return nil, fmt.Errorf("vault: count keys: %w", err)
	}
	return uses, nil
}
