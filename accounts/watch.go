package accounts

import (
	"context"
	"fmt"

	"minping/internal/fault"
	"minping/internal/pg"
)

// Watching is a session that looks at something without doing anything.
type Watching struct {
	Account int64
	Session string
	Stamp   string
}

// Over tells for each session whether it has ended, stood idle or is too old, or
// whether its account's password or rights changed. Asking is not being seen: it
// lengthens no session. One query, however many there are.
func (s *Service) Over(ctx context.Context, list []Watching) ([]bool, error) {
	ids := make([]string, len(list))
	for i, w := range list {
		ids[i] = w.Session
	}
	running, err := watchedSessions(ctx, s.db, ids, s.limits())
	if err != nil {
		return nil, fmt.Errorf("sessions that watch: %w", err)
	}
	over := make([]bool, len(list))
	for i, w := range list {
		held, runs := running[w.Session]
		over[i] = !runs || held.account != w.Account || held.stamp != w.Stamp
	}
	return over, nil
}

// Glance tells whether a session goes on, like Alive, but is not being seen: what
// refreshes by itself must not keep a session open. Unauthorized where it does not.
func (s *Service) Glance(ctx context.Context, account int64, session string) error {
	_, err := aliveSession(ctx, s.db, account, session, s.limits())
	if pg.None(err) {
		return fault.New(fault.Unauthorized, "fault.session.ended")
	}
	if err != nil {
		return fmt.Errorf("session: %w", err)
	}
	return nil
}
