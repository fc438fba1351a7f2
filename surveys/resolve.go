package surveys

import (
	"context"
	"errors"
	"time"

	"minping/complaints/workday"
	"minping/internal/code"
)

// State says what a code does at the moment it is opened. Each has its own page.
type State string

// The states of a code.
const (
	StateOpen     State = "open"
	StateNotYet   State = "not_yet"  // published, but not begun
	StateClosed   State = "closed"   // the publication ended, or the unit closed
	StateRotated  State = "rotated"  // replaced by a newer code for the same place
	StateRevoked  State = "revoked"  // withdrawn
	StateLate     State = "late"     // the visit is too long ago to be rated
	StateUsed     State = "used"     // a ticket whose visit is rated already 一次一评
	StateMistyped State = "mistyped" // the check character or the alphabet does not fit
	StateUnknown  State = "unknown"  // well formed, but nobody issued it
)

// Entry is what a code opens.
type Entry struct {
	Code      string
	State     State
	Unit      *Unit    // nil when mistyped or unknown
	Channel   Channel  // of the code
	Version   *Version // the survey to ask; nil unless open
	OpensAt   time.Time
	ClosedAt  time.Time
	VisitedOn workday.Day // the day a rating would belong to
	LateUntil workday.Day // tickets: the last day to rate
	Ticket    bool        // single use: one visit, one rating
}

// Resolve tells what a code, as somebody typed or scanned it, opens now. Only
// tickets need the database; everything else is in memory.
func (s *Service) Resolve(ctx context.Context, typed string) (Entry, error) {
	now := s.now()
	snap := s.lookup.snap.Load()
	key := code.Normalize(typed)
	if row, ok := snap.codes[key]; ok {
		return snap.open(row, now), nil
	}
	if code.Check(key) != nil || len(key) < CodeLength+1 {
		return Entry{Code: key, State: StateMistyped}, nil //nolint:nilerr // the state says it
	}
	if len(key) == TicketLength+1 {
		return s.resolveTicket(ctx, snap, key, now)
	}
	return Entry{Code: key, State: StateUnknown}, nil
}

// CodeLength and TicketLength are the numbers of random symbols before the
// check symbol: 31^8 codes and 31^12 tickets.
const (
	CodeLength   = 8
	TicketLength = 12
)

func (s *snapshot) open(row codeRow, now time.Time) Entry {
	e := Entry{Code: row.Code, Unit: s.units[row.UnitID], Channel: row.Channel, VisitedOn: workday.Of(now)}
	if row.RetiredAt != nil {
		e.ClosedAt, e.State = *row.RetiredAt, StateRevoked
		if *row.RetiredAs == "rotated" {
			e.State = StateRotated
		}
		return e
	}
	s.publish(&e, target{row.UnitID, row.Channel}, now)
	return e
}

// publish finds the publication in force: among those begun and not ended, the
// one that began last.
func (s *snapshot) publish(e *Entry, t target, now time.Time) *publication {
	e.State = StateUnknown
	if e.Unit != nil && e.Unit.Closed {
		e.State = StateClosed
		return nil
	}
	for i := range s.running[t] {
		p := &s.running[t][i]
		switch {
		case p.StartsAt.After(now):
			if e.State != StateClosed {
				e.State, e.OpensAt = StateNotYet, p.StartsAt
			}
		case p.EndsAt != nil && !p.EndsAt.After(now):
			if e.State == StateUnknown {
				e.State, e.ClosedAt = StateClosed, *p.EndsAt
			}
		default:
			e.State, e.Version = StateOpen, s.versions[p.VersionID]
			return p
		}
	}
	if e.State == StateUnknown { // a code whose unit was taken out of every publication
		e.State = StateClosed
	}
	return nil
}

// onDay finds the publication that was in force on a day, the one that began last.
func (s *snapshot) onDay(t target, day workday.Day) *publication {
	for i := range s.running[t] {
		p := &s.running[t][i]
		if p.StartsAt.Before(day.AddDays(1).Start()) && (p.EndsAt == nil || p.EndsAt.After(day.Start())) {
			return p
		}
	}
	return nil
}

func (s *Service) resolveTicket(ctx context.Context, snap *snapshot, key string, now time.Time) (Entry, error) {
	t, err := selectTicket(ctx, s.db, key)
	if errors.Is(err, errNoTicket) {
		return Entry{Code: key, State: StateUnknown}, nil
	}
	if err != nil {
		return Entry{}, err
	}
	e := Entry{Code: key, Unit: snap.units[t.UnitID], Channel: t.Channel, Ticket: true, VisitedOn: t.VisitedOn}
	// What counts is the visit: a publication or unit that has ended since still takes its
	// late ratings, and a visit before a publication began may be rated while it runs.
	p := snap.onDay(target{t.UnitID, t.Channel}, t.VisitedOn)
	if p != nil {
		e.State, e.Version = StateOpen, snap.versions[p.VersionID]
	} else if p = snap.publish(&e, target{t.UnitID, t.Channel}, now); p == nil {
		return e, nil
	}
	e.LateUntil = s.working().Add(t.VisitedOn, p.LateWorkdays)
	switch today := workday.Of(now); {
	case t.Used:
		e.State = StateUsed
	case t.VisitedOn.After(today):
		e.State, e.OpensAt = StateNotYet, t.VisitedOn.Start()
	case today.After(e.LateUntil):
		e.State = StateLate
	}
	return e, nil
}
