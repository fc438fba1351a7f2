package accounts

import (
	"context"
	"time"
)

// Old is one kind of thing about staff that is kept for a while only.
type Old struct{ count, remove string }

// What is kept for a while: attempts to sign in, sessions that ended, browsers known.
var (
	OldSignIns = Old{`SELECT count(*) FROM account_signins WHERE at < $1`,
		`DELETE FROM account_signins WHERE id IN (SELECT id FROM account_signins WHERE at < $1 LIMIT $2)`}
	OldSessions = Old{`SELECT count(*) FROM account_sessions WHERE ended_at < $1 OR seen_at < $1`,
		`DELETE FROM account_sessions WHERE id IN (SELECT id FROM account_sessions WHERE ended_at < $1 OR seen_at < $1 LIMIT $2)`}
	OldBrowsers = Old{`SELECT count(*) FROM account_devices WHERE seen_at < $1`,
		`DELETE FROM account_devices WHERE (account_id, digest) IN (SELECT account_id, digest FROM account_devices WHERE seen_at < $1 LIMIT $2)`}
)

// CountOld tells how many there are from before a moment.
func (s *Service) CountOld(ctx context.Context, o Old, before time.Time) (int, error) {
	return countOld(ctx, s.db, o.count, before)
}

// RemoveOld removes at most so many of them.
func (s *Service) RemoveOld(ctx context.Context, o Old, before time.Time, batch int) (int, error) {
	return removeOld(ctx, s.db, o.remove, before, batch)
}
