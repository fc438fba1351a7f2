package privacy

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"minping/internal/pg"
)

// What is over. $1 is the moment, $2 how many at a time.
const (
	overContacts  = ` FROM rating_contacts WHERE erased_at IS NULL AND left_at < $1`
	countContacts = `SELECT count(*)` + overContacts

	overOrphans = ` FROM vault_records r WHERE r.kind = 'contact' AND r.erased_at IS NULL AND r.created_at < $1
		AND NOT EXISTS (SELECT 1 FROM rating_contacts c WHERE c.record_id = r.id AND c.erased_at IS NULL)`
	countOrphans  = `SELECT count(*)` + overOrphans
	selectOrphans = `SELECT r.id` + overOrphans + ` LIMIT $2`

	overSMS   = ` FROM vault_records WHERE kind = 'sms' AND erased_at IS NULL AND created_at < $1`
	countSMS  = `SELECT count(*)` + overSMS
	selectSMS = `SELECT id` + overSMS + ` LIMIT $2`

	countProofRows = `SELECT count(*) FROM phone_proofs WHERE at < $1`
	deleteProofs   = `DELETE FROM phone_proofs WHERE id IN (SELECT id FROM phone_proofs WHERE at < $1 LIMIT $2)`

	overRequests  = ` FROM privacy_requests WHERE answered_at < $1 AND submission_id IS NOT NULL`
	countRequests = `SELECT count(*)` + overRequests
	cutRequests   = `UPDATE privacy_requests SET submission_id = NULL WHERE id IN (SELECT id` + overRequests + ` LIMIT $2)`
)

func countOver(ctx context.Context, q pg.Querier, query string, before time.Time) (n int, err error) {
	if err := q.GetContext(ctx, &n, query, before); err != nil {
		return 0, fmt.Errorf("count what is over: %w", err)
	}
	return n, nil
}

func endOver(ctx context.Context, q pg.Querier, query string, before time.Time, batch int) (int, error) {
	done, err := q.ExecContext(ctx, query, before, batch)
	if err != nil {
		return 0, fmt.Errorf("end what is over: %w", err)
	}
	n, err := done.RowsAffected()
	return int(n), err
}

func selectOver(ctx context.Context, q pg.Querier, query string, before time.Time, batch int) (ids []uuid.UUID, err error) {
	if err := q.SelectContext(ctx, &ids, query, before, batch); err != nil {
		return nil, fmt.Errorf("find what is over: %w", err)
	}
	return ids, nil
}

func lockOldContacts(ctx context.Context, q pg.Querier, before time.Time, batch int) ([]contactRow, error) {
	const query = `SELECT ` + contactColumns + overContacts + ` ORDER BY left_at LIMIT $2 FOR UPDATE SKIP LOCKED`
	var rows []contactRow
	if err := q.SelectContext(ctx, &rows, query, before, batch); err != nil {
		return nil, fmt.Errorf("find contacts whose time is over: %w", err)
	}
	return rows, nil
}
