package notify

import (
	"context"
	"fmt"
	"time"
)

// CountOld tells how many messages that ended were made before a moment.
func (s *Service) CountOld(ctx context.Context, before time.Time) (n int, err error) {
	const query = `SELECT count(*) FROM notify_messages WHERE made_at < $1 AND state <> 'queued'`
	if err := s.db.GetContext(ctx, &n, query, before); err != nil {
		return 0, fmt.Errorf("notify: count old messages: %w", err)
	}
	return n, nil
}

// RemoveOld removes at most so many of them.
func (s *Service) RemoveOld(ctx context.Context, before time.Time, batch int) (int, error) {
	const query = `DELETE FROM notify_messages WHERE id IN (SELECT id FROM notify_messages WHERE made_at < $1 AND state <> 'queued' LIMIT $2)`
	done, err := s.db.ExecContext(ctx, query, before, batch)
	if err != nil {
		return 0, fmt.Errorf("notify: remove old messages: %w", err)
	}
	n, err := done.RowsAffected()
	return int(n), err
}
