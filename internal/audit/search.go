package audit

import (
	"context"
	"fmt"
	"strings"
	"time"

	"minping/internal/actor"
)

// Filter chooses entries; a zero field chooses all.
type Filter struct {
	From, To   time.Time // days of the chain, both included; the date is read, not the instant
	Actor      int64
	Action     string // an action or its beginning, "role." or "role.grant"
	ObjectKind string
	ObjectID   string
	Office     int64
	Outcome    Outcome
	Source     string
	Query      string // part of the actor's name, the object's id or the detail
}

func (f Filter) query() string { return strings.ToLower(storable(strings.TrimSpace(f.Query))) }

// Cursor is a place in the chain, from which a search goes on.
type Cursor struct {
	Day time.Time
	Seq int
}

// Page is a part of what was found, newest first. A zero Next says that there is no more.
type Page struct {
	Entries []Stored
	Next    Cursor
}

const pageMost = 200

// Search gives the filter's entries below a place, newest first, limit of them
// (1 to 200; else 50). Needs audit:read over the city: Forbidden.
func (s *Service) Search(ctx context.Context, by actor.Actor, f Filter, below Cursor, limit int) (Page, error) {
	if err := allowed(by, mayRead); err != nil {
		return Page{}, err
	}
	if limit < 1 || limit > pageMost {
		limit = 50
	}
	var p Page
	err := selectEntries(ctx, s.db, f, below, limit+1, func(e Stored) error {
		p.Entries = append(p.Entries, e)
		return nil
	})
	if err != nil {
		return Page{}, fmt.Errorf("search audit: %w", err)
	}
	if len(p.Entries) > limit {
		p.Entries = p.Entries[:limit]
		last := p.Entries[limit-1]
		p.Next = Cursor{Day: last.Day, Seq: last.Seq}
	}
	return p, nil
}
