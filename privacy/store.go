package privacy

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"minping/internal/actor"
	"minping/internal/pg"
)

type contactRow struct {
	Submission uuid.UUID  `db:"submission_id"`
	Record     uuid.UUID  `db:"record_id"`
	Unit       int64      `db:"unit_id"`
	Office     int64      `db:"office_id"`
	Hall       int64      `db:"hall_id"`
	Level      int        `db:"level"`
	VisitedOn  string     `db:"visited_day"`
	LeftAt     time.Time  `db:"left_at"`
	ErasedAt   *time.Time `db:"erased_at"`
}

func (r contactRow) place() actor.Place { return actor.Place{Office: r.Office, Hall: r.Hall} }

const contactColumns = `submission_id, record_id, unit_id, office_id, hall_id, level, visited_on::text AS visited_day, left_at, erased_at`

func selectContact(ctx context.Context, q pg.Querier, submission uuid.UUID) (r contactRow, err error) {
	err = q.GetContext(ctx, &r, `SELECT `+contactColumns+` FROM rating_contacts WHERE submission_id = $1`, submission)
	return r, err
}

func lockContact(ctx context.Context, q pg.Querier, submission uuid.UUID) (r contactRow, err error) {
	err = q.GetContext(ctx, &r, `SELECT `+contactColumns+` FROM rating_contacts WHERE submission_id = $1 FOR UPDATE`, submission)
	return r, err
}

func lockContactOf(ctx context.Context, q pg.Querier, record uuid.UUID) (r contactRow, err error) {
	err = q.GetContext(ctx, &r, `SELECT `+contactColumns+` FROM rating_contacts WHERE record_id = $1 FOR UPDATE`, record)
	return r, err
}

// linkContact notes which record of the vault a rating's contact is. errAgain
// where somebody else did it between our look and now.
func linkContact(ctx context.Context, q pg.Querier, r contactRow, fresh bool) error {
	query := `UPDATE rating_contacts SET record_id = $2, unit_id = $3, office_id = $4, hall_id = $5, level = $6, visited_on = $7::date,
			left_at = $8, changed_at = $8, erased_at = NULL, erased_by = NULL WHERE submission_id = $1 AND erased_at IS NOT NULL`
	if fresh {
		query = `INSERT INTO rating_contacts (submission_id, record_id, unit_id, office_id, hall_id, level, visited_on, left_at, changed_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7::date, $8, $8) ON CONFLICT (submission_id) DO NOTHING`
	}
	done, err := q.ExecContext(ctx, query, r.Submission, r.Record, r.Unit, r.Office, r.Hall, r.Level, r.VisitedOn, r.LeftAt)
	if err != nil {
		return fmt.Errorf("link contact: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil {
		return err
	} else if n == 0 {
		return errAgain
	}
	return nil
}

func touchContact(ctx context.Context, q pg.Querier, submission uuid.UUID, at time.Time) error {
	if _, err := q.ExecContext(ctx, `UPDATE rating_contacts SET changed_at = $2 WHERE submission_id = $1`, submission, at); err != nil {
		return fmt.Errorf("change contact: %w", err)
	}
	return nil
}

func endContact(ctx context.Context, q pg.Querier, submission uuid.UUID, by string, at time.Time) error {
	const query = `UPDATE rating_contacts SET erased_at = $3, erased_by = $2, changed_at = $3 WHERE submission_id = $1 AND erased_at IS NULL`
	if _, err := q.ExecContext(ctx, query, submission, by, at); err != nil {
		return fmt.Errorf("end contact: %w", err)
	}
	return nil
}

type requestRow struct {
	ID         int64      `db:"id"`
	Kind       string     `db:"kind"`
	Way        string     `db:"way"`
	Submission *uuid.UUID `db:"submission_id"`
	AskedAt    time.Time  `db:"asked_at"`
	DueOn      string     `db:"due_day"`
	AnsweredAt *time.Time `db:"answered_at"`
	Outcome    *string    `db:"outcome"`
	Answer     string     `db:"answer"`
	Account    *int64     `db:"account_id"`
}

// insertRequest writes a request into the register; an open one about the same
// words is left as it is, and 0 comes back.
func insertRequest(ctx context.Context, q pg.Querier, r requestRow) (id int64, err error) {
	const query = `INSERT INTO privacy_requests (kind, way, submission_id, asked_at, due_on, answered_at, outcome, answer, account_id)
		VALUES ($1, $2, $3, $4, $5::date, $6, $7, $8, $9) ON CONFLICT (submission_id) WHERE kind = 'words' AND answered_at IS NULL DO NOTHING RETURNING id`
	err = q.GetContext(ctx, &id, query, r.Kind, r.Way, r.Submission, r.AskedAt, r.DueOn, r.AnsweredAt, r.Outcome, r.Answer, r.Account)
	if pg.None(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("write down request: %w", err)
	}
	return id, nil
}

const requestColumns = `id, kind, way, submission_id, asked_at, due_on::text AS due_day, answered_at, outcome, answer, account_id`

// selectRequests gives the open ones by when they are due, then the others, newest first.
func selectRequests(ctx context.Context, q pg.Querier, limit int) ([]requestRow, error) {
	const query = `SELECT ` + requestColumns + ` FROM privacy_requests
		ORDER BY answered_at IS NOT NULL, CASE WHEN answered_at IS NULL THEN due_on END, asked_at DESC, id DESC LIMIT $1`
	var rows []requestRow
	if err := q.SelectContext(ctx, &rows, query, limit); err != nil {
		return nil, fmt.Errorf("list requests: %w", err)
	}
	return rows, nil
}

func lockRequest(ctx context.Context, q pg.Querier, id int64) (r requestRow, err error) {
	err = q.GetContext(ctx, &r, `SELECT `+requestColumns+` FROM privacy_requests WHERE id = $1 FOR UPDATE`, id)
	return r, err
}

func wordsRequest(ctx context.Context, q pg.Querier, submission uuid.UUID) (r requestRow, err error) {
	err = q.GetContext(ctx, &r, `SELECT `+requestColumns+` FROM privacy_requests WHERE submission_id = $1 AND kind = 'words' ORDER BY id DESC LIMIT 1`, submission)
	return r, err
}

func answerRequest(ctx context.Context, q pg.Querier, r requestRow) error {
	const query = `UPDATE privacy_requests SET answered_at = $2, outcome = $3, answer = $4, account_id = $5 WHERE id = $1 AND answered_at IS NULL`
	if _, err := q.ExecContext(ctx, query, r.ID, r.AnsweredAt, r.Outcome, r.Answer, r.Account); err != nil {
		return fmt.Errorf("answer request: %w", err)
	}
	return nil
}

func selectRequest(ctx context.Context, q pg.Querier, id int64) (r requestRow, err error) {
	err = q.GetContext(ctx, &r, `SELECT `+requestColumns+` FROM privacy_requests WHERE id = $1`, id)
	return r, err
}
