package vault

import (
	"context"
	"fmt"
	"time"

	"minping/internal/pg"
)

const recordColumns = `r.id, r.kind, r.subject, r.dek_id, r.nonce, r.ciphertext, r.erased_at, k.kek_id, k.wrapped`

func insertRecord(ctx context.Context, q pg.Querier, r recordRow, at time.Time) error {
	const stmt = `INSERT INTO vault_records (id, kind, subject, dek_id, nonce, ciphertext, created_at, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`
	if _, err := q.ExecContext(ctx, stmt, r.ID, r.Kind, r.Subject, r.DEK, r.Nonce, r.Ciphertext, at); err != nil {
		return fmt.Errorf("vault: store record: %w", err)
	}
	return nil
}

// lockForReading keeps the record from being erased or changed until the opening
// of it is committed; others may open it at the same time.
func lockForReading(ctx context.Context, q pg.Querier, id ID) (r recordRow, err error) {
	const stmt = `SELECT ` + recordColumns + ` FROM vault_records r LEFT JOIN vault_keys k ON k.id = r.dek_id WHERE r.id = $1 FOR SHARE OF r`
	err = q.GetContext(ctx, &r, stmt, id)
	return r, err
}

func selectRecords(ctx context.Context, q pg.Querier, ids []ID) ([]recordRow, error) {
	const stmt = `SELECT ` + recordColumns + ` FROM vault_records r LEFT JOIN vault_keys k ON k.id = r.dek_id WHERE r.id = ANY($1::uuid[])`
	var rows []recordRow
	if err := q.SelectContext(ctx, &rows, stmt, array(ids)); err != nil {
		return nil, fmt.Errorf("vault: read records: %w", err)
	}
	return rows, nil
}

func lockRecord(ctx context.Context, q pg.Querier, id ID) (r recordRow, err error) {
	const stmt = `SELECT id, kind, subject, erased_at FROM vault_records WHERE id = $1 FOR UPDATE`
	err = q.GetContext(ctx, &r, stmt, id)
	return r, err
}

func updateRecord(ctx context.Context, q pg.Querier, r recordRow, at time.Time) error {
	const stmt = `UPDATE vault_records SET dek_id = $2, nonce = $3, ciphertext = $4, changed_at = $5 WHERE id = $1 AND erased_at IS NULL`
	if _, err := q.ExecContext(ctx, stmt, r.ID, r.DEK, r.Nonce, r.Ciphertext, at); err != nil {
		return fmt.Errorf("vault: change record %s: %w", r.ID, err)
	}
	return nil
}

func eraseRecord(ctx context.Context, q pg.Querier, id ID, at time.Time) error {
	const stmt = `UPDATE vault_records SET dek_id = NULL, nonce = NULL, ciphertext = NULL, changed_at = $2, erased_at = $2
		WHERE id = $1 AND erased_at IS NULL`
	if _, err := q.ExecContext(ctx, stmt, id, at); err != nil {
		return fmt.Errorf("vault: erase record %s: %w", id, err)
	}
	return nil
}

func insertDigest(ctx context.Context, q pg.Querier, id ID, field Field, digest []byte) error {
	const stmt = `INSERT INTO vault_index (field, digest, record_id) VALUES ($1, $2, $3)`
	if _, err := q.ExecContext(ctx, stmt, field, digest, id); err != nil {
		return fmt.Errorf("vault: index record %s: %w", id, err)
	}
	return nil
}

func deleteDigests(ctx context.Context, q pg.Querier, id ID) error {
	if _, err := q.ExecContext(ctx, `DELETE FROM vault_index WHERE record_id = $1`, id); err != nil {
		return fmt.Errorf("vault: unindex record %s: %w", id, err)
	}
	return nil
}

func selectByDigest(ctx context.Context, q pg.Querier, field Field, digest []byte) ([]ID, error) {
	const stmt = `SELECT record_id FROM vault_index WHERE field = $1 AND digest = $2 ORDER BY record_id DESC`
	var ids []ID
	if err := q.SelectContext(ctx, &ids, stmt, field, digest); err != nil {
		return nil, fmt.Errorf("vault: look up %s: %w", field, err)
	}
	return ids, nil
}
