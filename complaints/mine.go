package complaints

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
	"minping/internal/vault"
)

// Copy is what is kept of a case's citizen, as they are given it 个人信息副本. The
// contact is masked: receipt and PIN may have been seen by others.
type Copy struct {
	MadeAt   time.Time     `json:"made_at"`
	Notice   string        `json:"notice"`
	Receipt  string        `json:"receipt"`
	Kind     string        `json:"kind"`
	State    string        `json:"state"`
	Identity string        `json:"identity"`
	Received time.Time     `json:"received_at"`
	Title    string        `json:"title"`
	Body     string        `json:"body"`
	Words    []CopyWords   `json:"words,omitempty"`
	Answers  []CopyAnswer  `json:"answers,omitempty"`
	Contact  *vault.Masked `json:"contact,omitempty"`
}

// CopyWords is something said in the case, by the citizen or to them.
type CopyWords struct {
	At   time.Time `json:"at"`
	Mine bool      `json:"mine"`
	Body string    `json:"body"`
}

// CopyAnswer is what the citizen said of a reply.
type CopyAnswer struct {
	At        time.Time `json:"at"`
	Way       string    `json:"way"`
	Responded *bool     `json:"responded,omitempty"`
	Solved    *bool     `json:"solved,omitempty"`
	Satisfied int       `json:"satisfied,omitempty"`
	Remark    string    `json:"remark,omitempty"`
}

// Copy gives whoever holds receipt and PIN a copy of what is kept of them. Errors as Track.
func (s *Service) Copy(ctx context.Context, t Ticket) (Copy, error) {
	id, err := s.open(ctx, t)
	if err != nil {
		return Copy{}, err
	}
	out := Copy{MadeAt: s.now(), Notice: "/privacy", Receipt: t.Receipt}
	err = pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		c, err := selectCase(ctx, tx, id)
		if err != nil {
			return err
		}
		out.Kind, out.State, out.Identity, out.Received, out.Title, out.Body = string(c.Kind), string(c.State), string(c.Identity), c.ReceivedAt, c.Title, c.Body
		messages, err := selectMessages(ctx, tx, id, false)
		if err != nil {
			return err
		}
		for _, m := range messages {
			out.Words = append(out.Words, CopyWords{m.At, m.Side == Citizen, m.Body})
		}
		tries, err := selectCallbacks(ctx, tx, id)
		if err != nil {
			return err
		}
		for _, b := range tries {
			if b.Contacted {
				out.Answers = append(out.Answers, CopyAnswer{b.At, b.Way, b.Responded, b.Solved, b.Satisfied, b.Remark})
			}
		}
		if out.Contact, err = s.maskedOf(ctx, tx, id); err != nil {
			return err
		}
		submission, err := selectSubmissionOf(ctx, tx, id)
		if err != nil || s.cfg.Contacts.Copied == nil {
			return err
		}
		return s.cfg.Contacts.Copied(ctx, tx, submission)
	})
	return out, err
}

func (s *Service) maskedOf(ctx context.Context, q pg.Querier, id ID) (*vault.Masked, error) {
	contact, err := contactOf(ctx, q, id)
	if err != nil || !contact.Valid || s.cfg.Contacts.Masked == nil {
		return nil, err
	}
	all, err := s.cfg.Contacts.Masked(ctx, q, []uuid.UUID{contact.UUID})
	if m, there := all[contact.UUID]; err == nil && there && !m.Erased {
		return &m, nil
	}
	return nil, err
}

// MyContact is the contact of a case as its citizen is shown it; nil where none is kept.
// Errors as Track.
func (s *Service) MyContact(ctx context.Context, t Ticket) (*vault.Masked, error) {
	id, err := s.open(ctx, t)
	if err != nil {
		return nil, err
	}
	return s.maskedOf(ctx, s.cfg.DB, id)
}

// EraseContact ends the contact of a case for good: nobody can call the citizen any
// more, and the case goes on by receipt and PIN. Erasing what is not there is no error.
// Errors as Track.
func (s *Service) EraseContact(ctx context.Context, t Ticket) error {
	id, err := s.open(ctx, t)
	if err != nil {
		return err
	}
	if s.cfg.Contacts.Erase == nil {
		return fault.New(fault.Conflict, "complaints.contact_closed")
	}
	after := func(ctx context.Context, tx *sqlx.Tx, _ *Case, _ Event) error {
		row, err := lockContact(ctx, tx, id)
		if pg.None(err) {
			return nil
		}
		if err != nil {
			return err
		}
		return s.forget(ctx, tx, row, true)
	}
	c, err := selectCase(ctx, s.cfg.DB, id)
	if err != nil {
		return err
	}
	contact, err := contactOf(ctx, s.cfg.DB, id)
	if err != nil || !contact.Valid {
		return err
	}
	if !c.State.Live() { // nobody will call any more: nothing of the case changes
		return pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error { return after(ctx, tx, nil, Event{}) })
	}
	_, err = s.act(ctx, actor.Actor{}, id, deed{action: ActForget, who: Citizen, after: after})
	return err
}
