package complaints

import (
	"context"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
)

// lockBody reads what a case was opened with and keeps it until the transaction's end.
func lockBody(ctx context.Context, tx *sqlx.Tx, submission uuid.UUID) (string, error) {
	const query = `SELECT body FROM cases WHERE submission_id = $1 FOR UPDATE`
	var body string
	err := tx.GetContext(ctx, &body, query, submission)
	return body, err
}

func updateBody(ctx context.Context, tx *sqlx.Tx, submission uuid.UUID, body, title string) error {
	const query = `UPDATE cases SET body = $2, title = $3 WHERE submission_id = $1`
	_, err := tx.ExecContext(ctx, query, submission, body, title)
	return err
}
