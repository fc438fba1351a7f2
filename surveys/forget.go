package surveys

import (
	"context"
	"fmt"
	"time"

	"minping/complaints/workday"
)

// CountDevices tells how many ratings received before a moment still have the
// pseudonym of a browser.
func (s *Service) CountDevices(ctx context.Context, before time.Time) (n int, err error) {
	const query = `SELECT count(*) FROM ratings WHERE device IS NOT NULL AND received_at < $1 AND visited_on <= $2::date`
	if err := s.db.GetContext(ctx, &n, query, before, workday.Of(before).String()); err != nil {
		return 0, fmt.Errorf("count device pseudonyms: %w", err)
	}
	return n, nil
}

// forgetBatch is large: a look at the month that the moment lies in passes over
// the pseudonyms that stay.
const forgetBatch = 5000

// ForgetDevices takes at most so many of them away, but no fewer than a batch of
// its own; what they showed (signals) and everything counted stays.
func (s *Service) ForgetDevices(ctx context.Context, before time.Time, batch int) (int, error) {
	const query = `UPDATE ratings r SET device = NULL
		FROM (SELECT visited_on, id FROM ratings WHERE device IS NOT NULL AND received_at < $1 AND visited_on <= $2::date
			ORDER BY device LIMIT $3) old -- by the partial index, which is empty in months that are done
		WHERE r.visited_on = old.visited_on AND r.id = old.id AND r.device IS NOT NULL`
	done, err := s.db.ExecContext(ctx, query, before, workday.Of(before).String(), max(batch, forgetBatch))
	if err != nil {
		return 0, fmt.Errorf("forget device pseudonyms: %w", err)
	}
	n, err := done.RowsAffected()
	return int(n), err
}
