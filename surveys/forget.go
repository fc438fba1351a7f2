package surveys

import (
	"context"
	"fmt"
	"time"
)

// CountDevices tells how many ratings received before a moment still have the
// pseudonym of a browser.
func (s *Service) CountDevices(ctx context.Context, before time.Time) (n int, err error) {
	const query = `SELECT count(*) FROM ratings WHERE device IS NOT NULL AND received_at < $1`
	if err := s.db.GetContext(ctx, &n, query, before); err != nil {
		return 0, fmt.Errorf("count device pseudonyms: %w", err)
	}
	return n, nil
}

// ForgetDevices takes at most so many of them away; what they showed (signals)
// and everything counted stays.
func (s *Service) ForgetDevices(ctx context.Context, before time.Time, batch int) (int, error) {
	const query = `UPDATE ratings r SET device = NULL
		FROM (SELECT visited_on, id FROM ratings WHERE device IS NOT NULL AND received_at < $1 LIMIT $2) old
		WHERE r.visited_on = old.visited_on AND r.id = old.id AND r.device IS NOT NULL`
	done, err := s.db.ExecContext(ctx, query, before, batch)
	if err != nil {
		return 0, fmt.Errorf("forget device pseudonyms: %w", err)
	}
	n, err := done.RowsAffected()
	return int(n), err
}
