package complaints

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"minping/internal/pg"
)

type contactRow struct {
	ID         ID        `db:"id"`
	Submission uuid.UUID `db:"submission_id"`
	Contact    uuid.UUID `db:"contact_id"`
	Office     int64     `db:"office_id"`
	Hall       int64     `db:"hall_id"`
}

// overContacts are contacts of cases that ended before $1; a double's ends with the
// case it went into.
const overContacts = ` FROM cases c WHERE c.contact_id IS NOT NULL AND c.closed_at < $1
	AND (c.merged_into IS NULL OR EXISTS (SELECT 1 FROM cases m WHERE m.id = c.merged_into AND m.closed_at < $1))`

func countContacts(ctx context.Context, q pg.Querier, before time.Time) (n int, err error) {
	if err := q.GetContext(ctx, &n, `SELECT count(*)`+overContacts, before); err != nil {
		return 0, fmt.Errorf("count contacts of cases: %w", err)
	}
	return n, nil
}

const contactRowColumns = `SELECT c.id, c.submission_id, c.contact_id, coalesce(c.office_id, 0) AS office_id, coalesce(c.hall_id, 0) AS hall_id`

func lockOldContacts(ctx context.Context, q pg.Querier, before time.Time, batch int) ([]contactRow, error) {
	const query = contactRowColumns + overContacts + ` ORDER BY c.closed_at LIMIT $2 FOR UPDATE OF c SKIP LOCKED`
	var rows []contactRow
	if err := q.SelectContext(ctx, &rows, query, before, batch); err != nil {
		return nil, fmt.Errorf("find contacts of cases: %w", err)
	}
	return rows, nil
}

// lockContact gives the contact of a case, or pg.None where there is none.
func lockContact(ctx context.Context, q pg.Querier, id ID) (r contactRow, err error) {
	err = q.GetContext(ctx, &r, contactRowColumns+` FROM cases c WHERE c.id = $1 AND c.contact_id IS NOT NULL FOR UPDATE`, id)
	return r, err
}

func cutContact(ctx context.Context, q pg.Querier, id ID) error {
	if _, err := q.ExecContext(ctx, `UPDATE cases SET contact_id = NULL WHERE id = $1`, id); err != nil {
		return fmt.Errorf("end contact of case %d: %w", id, err)
	}
	return nil
}

func selectSubmissionOf(ctx context.Context, q pg.Querier, id ID) (submission uuid.UUID, err error) {
	if err := q.GetContext(ctx, &submission, `SELECT submission_id FROM cases WHERE id = $1`, id); err != nil {
		return submission, fmt.Errorf("read case %d: %w", id, err)
	}
	return submission, nil
}
