package audit

import (
	"context"
	"sync"
	"time"

	"minping/internal/actor"
)

// tellAgain is how long the same question of the same person is not told anew.
const tellAgain = 10 * time.Minute

// question is who asked the audit what.
type question struct {
	account int64
	filter  Filter
}

// questions remembers what was told of late.
type questions struct {
	mu   sync.Mutex
	told map[question]time.Time
}

// fresh tells whether a question is to be told, and remembers that it is.
func (q *questions) fresh(asked question, now time.Time) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if at, ok := q.told[asked]; ok && now.Sub(at) < tellAgain {
		return false
	}
	if q.told == nil || len(q.told) > 1000 {
		q.told = map[question]time.Time{} // at worst something is told twice
	}
	q.told[asked] = now
	return true
}

func (q *questions) forget(asked question) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.told, asked)
}

// watched records that somebody looked into the audit: those who watch are watched.
func (s *Service) watched(ctx context.Context, by actor.Actor, f Filter) error {
	now := s.now()
	asked := question{by.Account, f}
	if by.Account == 0 || !s.asked.fresh(asked, now) {
		return nil
	}
	err := RecordNow(ctx, s.db, Entry{At: now, By: by, Action: AuditSearch, Object: Object{Kind: "audit"}, Detail: f.detail()})
	if err != nil {
		s.asked.forget(asked)
	}
	return err
}
