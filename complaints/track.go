package complaints

import (
	"context"
	"crypto/hmac"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/code"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Ticket is what a citizen was given: receipt code and PIN.
type Ticket struct {
	Receipt, PIN string
	rating       int64
}

// RatingTicket follows the case of a bad rating. Whoever makes it has seen the
// rating's own receipt, which only its rater has.
func RatingTicket(rating int64) Ticket { return Ticket{rating: rating} }

// Tracked is a case as its citizen sees it: no private word, no name of a person.
type Tracked struct {
	ID        ID
	Seq       int
	Kind      Kind
	State     State
	Title     string
	Body      string
	Identity  Identity
	Office    int64 // who has it, shown by the directory's name; 0: nobody yet, or sealed
	Received  time.Time
	DueAt     *time.Time // of the promise to the citizen: the reply
	Unnoticed int        // DueAt is an assumption for that year
	Round     int
	Contacted bool
	Solved    *bool
	FollowUp  int
	Messages  []Message  // public ones, without the accounts
	Files     []Attached // the citizen's own and the office's public ones
	Steps     []TrackedStep
	Moves     []Move // of the answer's deadline, by the calendar
	// PetitionBy is by when a petition office has to say whether it accepts what was passed on to it.
	PetitionBy *time.Time
	MergedID   ID
}

// TrackedStep is one step of the timeline that concerns the citizen.
type TrackedStep struct {
	At     time.Time
	Action Action
	State  State
	Reason string // of a return, transfer or extension is not told but by its message
}

// open judges a ticket. A wrong PIN and an unknown receipt have the same answer;
// each wrong PIN makes the next try wait longer, which no parallel tries get around.
func (s *Service) open(ctx context.Context, t Ticket) (ID, error) {
	if t.rating != 0 {
		return caseOfRating(ctx, s.cfg.DB, t.rating)
	}
	receipt, pin := code.Normalize(t.Receipt), plainDigits(t.PIN)
	var id ID
	var refused error
	err := pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		l, err := lockPIN(ctx, tx, receipt)
		if err != nil {
			return err
		}
		now := s.now()
		if l.After != nil && now.Before(*l.After) {
			busy := fault.New(fault.TooMany, "complaints.pin_wait")
			busy.RetryAfter = l.After.Sub(now)
			refused = busy
			return nil
		}
		right := hmac.Equal(s.digest(l.Salt, pin), l.Digest) // also for unknown receipts: the same time
		switch {
		case l.ID == 0:
			refused = fault.New(fault.NotFound, "complaints.ticket_wrong")
		case !right:
			refused = fault.New(fault.NotFound, "complaints.ticket_wrong")
			return setPINMisses(ctx, tx, l.ID, l.Misses+1, moment(now.Add(pinDelay(l.Misses+1))))
		case l.Misses > 0:
			id = l.ID
			return setPINMisses(ctx, tx, l.ID, 0, nil)
		}
		id = l.ID
		return nil
	})
	if err == nil {
		err = refused
	}
	return id, err
}

// Track shows a citizen the case. NotFound for a wrong receipt or PIN; TooMany,
// with the time to wait, after several wrong PINs.
func (s *Service) Track(ctx context.Context, t Ticket) (Tracked, error) {
	id, err := s.open(ctx, t)
	if err != nil {
		return Tracked{}, err
	}
	return s.tracked(ctx, id)
}

func (s *Service) tracked(ctx context.Context, id ID) (Tracked, error) {
	var v Tracked
	err := pg.InSnapshot(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		c, err := selectCase(ctx, tx, id)
		if err != nil {
			return err
		}
		events, err := selectEvents(ctx, tx, id)
		if err != nil {
			return err
		}
		f, err := s.stand(events)
		if err != nil {
			return err
		}
		v = Tracked{ID: id, Seq: c.Seq, Kind: c.Kind, State: c.State, Title: c.Title, Body: c.Body, Identity: c.Identity, Office: c.Office,
			Received: c.ReceivedAt, Round: c.Round, Contacted: c.Contacted, Solved: c.Solved, FollowUp: c.FollowUp, MergedID: c.MergedInto}
		if h := f.Clock(ClockHandle); h.Running() || h.Held {
			due := h.Due(s.cfg.Clock())
			v.DueAt = moment(due.At)
			if len(due.Unnoticed) > 0 {
				v.Unnoticed = due.Unnoticed[0]
			}
		}
		if p := f.Clock(ClockPetition); !p.Start.IsZero() {
			v.PetitionBy = moment(p.Due(s.cfg.Clock()).At)
		}
		if v.Moves, err = selectMoves(ctx, tx, id); err != nil {
			return err
		}
		v.Moves = slices.DeleteFunc(v.Moves, func(m Move) bool { return m.Clock != ClockHandle }) // the others are no promise to the citizen
		if v.Messages, err = selectMessages(ctx, tx, id, false); err != nil {
			return err
		}
		if v.Files, err = selectFiles(ctx, tx, id, false); err != nil {
			return err
		}
		for i := range v.Messages {
			v.Messages[i].Account, v.Messages[i].Name = 0, "" // whoever answers does so for the office
		}
		for _, e := range events {
			if told(e.Action) {
				v.Steps = append(v.Steps, TrackedStep{At: e.At, Action: e.Action, State: e.To})
			}
		}
		return nil
	})
	return v, err
}

// told tells whether a step concerns the citizen.
func told(a Action) bool {
	switch a {
	case ActNote, ActStep, ActAssign, ActRecuse, ActSeal, ActTriage, ActSupervise, ActSplit, ActMiss:
		return false
	}
	return true
}

// Answer answers the office's question. Conflict where none is open.
func (s *Service) Answer(ctx context.Context, t Ticket, body string, with ...Form) (Tracked, error) {
	body, err := words("body", body, MaxBody)
	if err != nil {
		return Tracked{}, err
	}
	return s.byCitizen(ctx, t, deed{action: ActAnswer, say: public("answer", body), form: formOf(with)})
}

// Add adds words to a case that is live. It moves no clock.
func (s *Service) Add(ctx context.Context, t Ticket, body string, with ...Form) (Tracked, error) {
	body, err := words("body", body, MaxBody)
	if err != nil {
		return Tracked{}, err
	}
	return s.byCitizen(ctx, t, deed{action: ActAdd, say: public("addition", body), form: formOf(with)})
}

// UrgeByCitizen asks the office to hurry, once in a working day.
func (s *Service) UrgeByCitizen(ctx context.Context, t Ticket) (Tracked, error) {
	return s.byCitizen(ctx, t, deed{action: ActUrge})
}

// Withdraw takes a live case back, also while it waits for callback.
func (s *Service) Withdraw(ctx context.Context, t Ticket, reason string) (Tracked, error) {
	if reason = clean(reason); length(reason) > MaxReason {
		return Tracked{}, fault.Fielded(fault.Field{Name: "reason", Key: "fault.field.max", Args: map[string]any{"Max": MaxReason}})
	}
	return s.byCitizen(ctx, t, deed{action: ActWithdraw, detail: Detail{Reason: reason}})
}

// Rate says whether the last reply solved the matter; it counts as a callback.
func (s *Service) Rate(ctx context.Context, t Ticket, in Outcome) (Tracked, error) {
	in.Way, in.Contacted = "page", true
	if err := in.check(s.now(), "page"); err != nil {
		return Tracked{}, err
	}
	return s.byCitizen(ctx, t, s.outcome(in, deed{}))
}

// FollowUp rates the service anew after a bad rating was answered 追评, once. The
// first rating stays as it was.
func (s *Service) FollowUp(ctx context.Context, t Ticket, score int) (Tracked, error) {
	if score < 1 || score > 5 {
		return Tracked{}, wrongChoice("score")
	}
	return s.byCitizen(ctx, t, deed{action: ActFollowUp, detail: Detail{Score: score}})
}

func (s *Service) byCitizen(ctx context.Context, t Ticket, d deed) (Tracked, error) {
	id, err := s.open(ctx, t)
	if err != nil {
		return Tracked{}, err
	}
	d.who = Citizen
	if _, err := s.act(ctx, actor.Actor{}, id, d); err != nil {
		return Tracked{}, err
	}
	return s.tracked(ctx, id)
}
