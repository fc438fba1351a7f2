package notify

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"minping/internal/pg"
)

// The states of a message.
const (
	queued   = "queued"
	sent     = "sent"
	failed   = "failed"
	late     = "late"
	unwanted = "unwanted"
)

type messageRow struct {
	ID       uuid.UUID  `db:"id"`
	Record   uuid.UUID  `db:"record_id"`
	Template string     `db:"template"`
	State    string     `db:"state"`
	Tries    int        `db:"tries"`
	MadeAt   time.Time  `db:"made_at"`
	LateAt   time.Time  `db:"late_at"`
	EndedAt  *time.Time `db:"ended_at"`
}

func insertMessage(ctx context.Context, q pg.Querier, m messageRow) error {
	const query = `INSERT INTO notify_messages (id, record_id, template, state, made_at, late_at, ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	if _, err := q.ExecContext(ctx, query, m.ID, m.Record, m.Template, m.State, m.MadeAt, m.LateAt, m.EndedAt); err != nil {
		return fmt.Errorf("notify: store message: %w", err)
	}
	return nil
}

// countTry counts a try of a message that waits, before it is made, and gives the message.
func countTry(ctx context.Context, q pg.Querier, id string) (m messageRow, err error) {
	const query = `UPDATE notify_messages SET tries = tries + CASE WHEN state = 'queued' THEN 1 ELSE 0 END WHERE id = $1
		RETURNING id, record_id, template, state, tries, made_at, late_at, ended_at`
	err = q.GetContext(ctx, &m, query, id)
	return m, err
}

func noteStatus(ctx context.Context, q pg.Querier, id uuid.UUID, status int) error {
	if _, err := q.ExecContext(ctx, `UPDATE notify_messages SET status = nullif($2::smallint, 0) WHERE id = $1`, id, status); err != nil {
		return fmt.Errorf("notify: note answer: %w", err)
	}
	return nil
}

func endMessage(ctx context.Context, q pg.Querier, id uuid.UUID, as string, status int, at time.Time) error {
	const query = `UPDATE notify_messages SET state = $2, status = nullif($3::smallint, 0), ended_at = $4 WHERE id = $1 AND state = 'queued'`
	if _, err := q.ExecContext(ctx, query, id, as, status, at); err != nil {
		return fmt.Errorf("notify: end message: %w", err)
	}
	return nil
}
