package audit

import (
	"context"
	"fmt"
	"strings"
	"time"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Filter chooses entries; a zero field chooses all.
type Filter struct {
	From, To   time.Time // days of the chain, both included; the date is read, not the instant
	Actor      int64
	Name       string // the actor's whole name, for those without an account: "api:…", a command
	Action     string // an action, "role.grant", or a group of them, "role."
	ObjectKind string
	ObjectID   string
	Office     int64
	Hall       int64
	Outcome    Outcome
	Source     string
	Query      string // part of the actor's name, the object's id or the detail
}

func (f Filter) query() string { return strings.ToLower(storable(strings.TrimSpace(f.Query))) }

// group gives "role" for "role.".
func (f Filter) group() string {
	if group, rest, dotted := strings.Cut(f.Action, "."); !dotted || rest == "" {
		return group
	}
	return ""
}

func (f Filter) action() string {
	if f.group() != "" {
		return ""
	}
	return f.Action
}

// split gives the one condition by which an index finds entries, and what is
// left to be looked at entry by entry. What is most particular leads.
func (f Filter) split() (lead, rest Filter) {
	lead, rest = Filter{From: f.From, To: f.To}, f
	rest.From, rest.To = time.Time{}, time.Time{}
	switch {
	case f.ObjectID != "" && f.ObjectKind != "":
		lead.ObjectKind, lead.ObjectID, rest.ObjectKind, rest.ObjectID = f.ObjectKind, f.ObjectID, "", ""
	case f.Actor != 0:
		lead.Actor, rest.Actor = f.Actor, 0
	case f.Name != "":
		lead.Name, rest.Name = f.Name, ""
	case f.Source != "":
		lead.Source, rest.Source = f.Source, ""
	case f.Action != "":
		lead.Action, rest.Action = f.Action, ""
	case f.Office != 0:
		lead.Office, rest.Office = f.Office, 0
	case f.Hall != 0:
		lead.Hall, rest.Hall = f.Hall, 0
	case f.Outcome != "":
		lead.Outcome, rest.Outcome = f.Outcome, ""
	}
	return lead, rest
}

// Cursor is a place in the chain, from which a search goes on.
type Cursor struct {
	Day time.Time
	Seq int
}

// Page is a part of what was found, newest first. A zero Next says that there is
// no more. Partial: the search looked at as many entries as one page may and goes
// on below Next, where there may be more or none.
type Page struct {
	Entries []Stored
	Next    Cursor
	Partial bool
}

const (
	pageMost = 200
	// How many entries one page looks at where no index knows all of the filter:
	// about 50 ms of work.
	lookMost = 10000
)

// Search gives the filter's entries below a place, newest first, limit of them
// (1 to 200; else 50). It looks at a bounded number of entries (Page.Partial), so
// that no question is slow. Entries that come in meanwhile change no later page.
// Who asks anew is an entry of the chain, at most once in ten minutes for the
// same question. Needs audit:read over the city: Forbidden.
func (s *Service) Search(ctx context.Context, by actor.Actor, f Filter, below Cursor, limit int) (Page, error) {
	if err := allowed(by, mayRead); err != nil {
		return Page{}, err
	}
	if limit < 1 || limit > pageMost {
		limit = 50
	}
	if below == (Cursor{}) {
		if err := s.watched(ctx, by, f); err != nil {
			return Page{}, fmt.Errorf("search audit: %w", err)
		}
	}
	var p Page
	err := selectEntries(ctx, s.db, f, span{below: below, limit: limit + 1, look: lookMost}, func(e Stored) error {
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
		return p, nil
	}
	p.Next, err = lookedTo(ctx, s.db, f, span{below: below, look: lookMost})
	if err != nil {
		return Page{}, fmt.Errorf("search audit: %w", err)
	}
	p.Partial = p.Next != Cursor{}
	return p, nil
}

// Entry gives the entry at a place. NotFound where there is none online; needs audit:read over the city.
func (s *Service) Entry(ctx context.Context, by actor.Actor, at Cursor) (Stored, error) {
	if err := allowed(by, mayRead); err != nil {
		return Stored{}, err
	}
	e, err := entryAt(ctx, s.db, at)
	if pg.None(err) {
		return Stored{}, fault.New(fault.NotFound, "audit.entry.none")
	}
	if err != nil {
		return Stored{}, fmt.Errorf("audit entry: %w", err)
	}
	return e, nil
}
