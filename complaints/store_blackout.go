package complaints

import (
	"context"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
)

// lockBody reads what a case was opened with and keeps it until the transaction's end.
func lockBody(ctx context.Context, tx *sqlx.Tx, submission uuid.UUID) (ID, string, error) {
	const query = `SELECT id, body FROM cases WHERE submission_id = $1 FOR UPDATE`
	var row struct {
		ID   ID     `db:"id"`
		Body string `db:"body"`
	}
	err := tx.GetContext(ctx, &row, query, submission)
	return row.ID, row.Body, err
}

func updateBody(ctx context.Context, tx *sqlx.Tx, submission uuid.UUID, body, title string) error {
	const query = `UPDATE cases SET body = $2, title = $3 WHERE submission_id = $1`
	_, err := tx.ExecContext(ctx, query, submission, body, title)
	return err
}
