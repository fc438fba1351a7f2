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

// Contacts is what the desk needs of the vault and of those who answer for it. A nil
// function: what it does is not on offer.
type Contacts struct {
	// Reveal shows one in plain text, after that is written down.
	Reveal func(ctx context.Context, by actor.Actor, r vault.Request) (vault.Contact, error)
	// Masked shows some to everybody who works on the case.
	Masked func(ctx context.Context, q pg.Querier, ids []uuid.UUID) (map[uuid.UUID]vault.Masked, error)
	// Erase ends one for good and writes that into the register.
	Erase func(ctx context.Context, tx *sqlx.Tx, e Erasure) error
	// Copied writes into the register that a person was given a copy.
	Copied func(ctx context.Context, tx *sqlx.Tx, submission uuid.UUID) error
	// SendLink sends a link to answer by, in the transaction.
	SendLink func(ctx context.Context, tx *sqlx.Tx, l LinkMessage) error
	// Sends tells whether there is a gateway to send through.
	Sends func() bool
}

// sends tells whether links can be sent at all.
func (c Contacts) sends() bool { return c.SendLink != nil && (c.Sends == nil || c.Sends()) }

// Erasure is a contact that ends.
type Erasure struct {
	Contact    uuid.UUID
	Submission uuid.UUID
	Place      actor.Place
	ByPerson   bool // on the citizen's own request; otherwise its time is over
}

// ContactState is what a caller may know of a contact without opening it.
type ContactState struct {
	There  bool
	Masked vault.Masked
	Link   *LinkSent // in this round
	ByLink bool      // a link could be sent now
}

// Contact tells what there is to reach the citizen by. Needs case:callback, as little to
// do with the case as Callback, and that the citizen waits to be asked. Errors as Callback.
func (s *Service) Contact(ctx context.Context, by actor.Actor, id ID) (ContactState, error) {
	var st ContactState
	err := pg.InSnapshot(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		c, err := selectCase(ctx, tx, id)
		if err != nil {
			return err
		}
		contact, err := s.callable(ctx, tx, by, &c)
		if err != nil || !contact.Valid {
			return err
		}
		if s.cfg.Contacts.Masked != nil {
			masked, err := s.cfg.Contacts.Masked(ctx, tx, []uuid.UUID{contact.UUID})
			if err != nil {
				return err
			}
			st.Masked, st.There = masked[contact.UUID], true
		}
		if st.Link, err = selectLinkOf(ctx, tx, id, c.Round); err != nil {
			return err
		}
		st.ByLink = st.Link == nil && s.cfg.Contacts.sends() && st.Masked.Phone != ""
		return nil
	})
	return st, err
}

// callable gives the contact of a case to whoever may ask its citizen now.
func (s *Service) callable(ctx context.Context, q pg.Querier, by actor.Actor, c *Case) (contact uuid.NullUUID, err error) {
	if err := see(ctx, q, by, c); err != nil {
		return contact, err
	}
	if err := may(by, PermCallback, c); err != nil {
		return contact, err
	}
	if !isSystem(by) {
		if err := outside(ctx, q, by, c); err != nil {
			return contact, err
		}
	}
	if own, err := concerned(ctx, q, c.ID, by.Account); err != nil {
		return contact, err
	} else if own {
		return contact, fault.New(fault.Forbidden, "complaints.concerned")
	}
	if part, err := selectPart(ctx, q, c.ID, by.Account); err != nil {
		return contact, err
	} else if part != "" && part != "caller" {
		return contact, fault.New(fault.Forbidden, "complaints.another_part")
	}
	if c.State != Replied && c.State != InCallback {
		return contact, fault.New(fault.Conflict, "complaints.state").With("State", string(c.State)).With("Action", string(ActMiss))
	}
	return contactOf(ctx, q, c.ID)
}

// Shown is a contact in plain text, to be shown once.
type Shown struct{ Name, Phone, Email vault.Text }

// ShownFor is how long a page shows it.
const ShownFor = 3 * time.Minute

// OpenContact shows the contact of a case to whoever asks the citizen, after that is
// written down with the reason; from then on the account is the case's caller. Needs
// case:callback and vault:open there. Errors as Callback; Invalid (reason); NotFound
// where the citizen left none, Gone where it is erased.
func (s *Service) OpenContact(ctx context.Context, by actor.Actor, id ID, reason string) (Shown, error) {
	var contact uuid.NullUUID
	var c Case
	err := pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) (err error) {
		if c, err = lockCase(ctx, tx, id); err != nil {
			return err
		}
		if contact, err = s.callable(ctx, tx, by, &c); err != nil {
			return err
		}
		if !by.Can(vault.OpenPermission, c.Place()) {
			return forbidden()
		}
		if _, err := vault.CheckReason(reason); err != nil {
			return err
		}
		if !contact.Valid || s.cfg.Contacts.Reveal == nil {
			return fault.New(fault.NotFound, "complaints.no_contact")
		}
		if ok, err := takePart(ctx, tx, id, by.Account, "caller", s.now()); err != nil || !ok {
			if err == nil {
				err = fault.New(fault.Forbidden, "complaints.another_part")
			}
			return err
		}
		return nil
	})
	if err != nil {
		return Shown{}, err
	}
	full, err := s.cfg.Contacts.Reveal(ctx, by, vault.Request{Record: contact.UUID, At: c.Place(), Purpose: "callback", Reason: reason})
	return Shown{full.Name, full.Phone, full.Email}, err
}

// CountContacts tells how many contacts belong to cases that ended before a moment.
func (s *Service) CountContacts(ctx context.Context, before time.Time) (int, error) {
	return countContacts(ctx, s.cfg.DB, before)
}

// EndContacts erases at most so many of them, in one transaction.
func (s *Service) EndContacts(ctx context.Context, before time.Time, batch int) (n int, err error) {
	if s.cfg.Contacts.Erase == nil {
		return 0, nil
	}
	err = pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		rows, err := lockOldContacts(ctx, tx, before, batch)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := s.forget(ctx, tx, r, false); err != nil {
				return err
			}
		}
		n = len(rows)
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

func (s *Service) forget(ctx context.Context, tx *sqlx.Tx, r contactRow, byPerson bool) error {
	if err := s.cfg.Contacts.Erase(ctx, tx, Erasure{Contact: r.Contact, Submission: r.Submission, Place: actor.Place{Office: r.Office, Hall: r.Hall}, ByPerson: byPerson}); err != nil {
		return err
	}
	return cutContact(ctx, tx, r.ID)
}
