package privacy

import (
	"context"
	"errors"
	"strings"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
	"minping/internal/vault"
)

// Masked is a contact as everybody but who opens it sees it.
type Masked = vault.Masked

// Contact is a contact as the vault takes it.
type Contact = vault.Contact

// Left is a contact as somebody types it: a name that may be missing, and one
// way to reach them, a telephone number or a mail address.
type Left struct {
	Name  vault.Text
	Reach vault.Text
}

// Hide makes a text that never prints itself.
func Hide(s string) vault.Text { return vault.Hide(s) }

const maxName = 50

// Contact sorts what was typed into a contact. Invalid (name, reach).
func (l Left) Contact() (vault.Contact, error) {
	name, reach := strings.TrimSpace(l.Name.Reveal()), strings.TrimSpace(l.Reach.Reveal())
	c := vault.Contact{Name: vault.Hide(name)}
	var wrong []fault.Field
	if len([]rune(name)) > maxName {
		wrong = append(wrong, fault.Field{Name: "name", Key: "fault.field.max", Args: map[string]any{"Max": maxName}})
	}
	switch {
	case reach == "":
		wrong = append(wrong, fault.Field{Name: "reach", Key: "privacy.contact.needed"})
	case vault.Phone.Plausible(reach):
		c.Phone = vault.Hide(reach)
	case vault.Email.Plausible(reach):
		c.Email = vault.Hide(reach)
	default:
		wrong = append(wrong, fault.Field{Name: "reach", Key: "privacy.contact.wrong"})
	}
	if len(wrong) > 0 {
		return c, fault.Fielded(wrong...)
	}
	return c, nil
}

// State is what there is of a rating's contact.
type State struct {
	Rating  Rating
	Left    bool   // there is one
	Contact Masked // where there is
	Open    bool   // one may be left or changed now
}

// Offered tells whether a contact is asked for at this level: only where a bad
// rating 差评 has to be followed up is there a purpose for it (PIPL art. 6).
func Offered(level int) bool { return level <= 2 }

// State tells what there is under a receipt: whoever holds it may ask. NotFound.
func (s *Service) State(ctx context.Context, receipt string) (State, error) {
	r, err := s.Given(ctx, receipt)
	if err != nil {
		return State{}, err
	}
	return s.stateOf(ctx, r)
}

func (s *Service) stateOf(ctx context.Context, r Rating) (State, error) {
	st := State{Rating: r, Open: Offered(r.Level) && !workday.Of(s.Now()).After(r.Until)}
	row, err := selectContact(ctx, s.DB, r.Submission)
	if pg.None(err) || err == nil && row.ErasedAt != nil {
		return st, nil
	}
	if err != nil {
		return st, err
	}
	masked, err := s.Vault.Masked(ctx, s.DB, []vault.ID{row.Record})
	if err != nil {
		return st, err
	}
	m, there := masked[row.Record]
	st.Left, st.Contact = there && !m.Erased, m
	return st, nil
}

var errAgain = errors.New("somebody else left a contact at the same time")

// Leave puts a contact into the vault for the rating of a receipt, or another in
// the place of one. Whoever holds the receipt may. Invalid (name, reach);
// NotFound for an unknown receipt; Gone once the rating can no longer be given;
// Conflict where no contact is asked for.
func (s *Service) Leave(ctx context.Context, receipt string, l Left) error {
	r, err := s.Given(ctx, receipt)
	if err != nil {
		return err
	}
	switch {
	case !Offered(r.Level):
		return fault.New(fault.Conflict, "privacy.contact.not_asked")
	case workday.Of(s.Now()).After(r.Until):
		return fault.New(fault.Gone, "privacy.contact.late")
	}
	c, err := l.Contact()
	if err != nil {
		return err
	}
	for range 3 {
		err = pg.InTx(ctx, s.DB, func(tx *sqlx.Tx) error { return s.put(ctx, tx, r, c) })
		if !errors.Is(err, errAgain) {
			break
		}
	}
	return err
}

func (s *Service) put(ctx context.Context, tx *sqlx.Tx, r Rating, c vault.Contact) error {
	row, err := lockContact(ctx, tx, r.Submission)
	none := pg.None(err)
	if err != nil && !none {
		return err
	}
	action := audit.ContactLeave
	if !none && row.ErasedAt == nil {
		action = audit.ContactChange
		if err := s.Vault.Replace(ctx, tx, row.Record, c); err != nil {
			return err
		}
		if err := touchContact(ctx, tx, r.Submission, s.Now()); err != nil {
			return err
		}
	} else {
		record, err := s.Vault.Put(ctx, tx, vault.Entry{Kind: contactKind, Subject: r.Submission.String(), Contact: c})
		if err != nil {
			return err
		}
		if err := linkContact(ctx, tx, contactRow{Submission: r.Submission, Record: record, Unit: r.UnitID, Office: r.Place.Office, Hall: r.Place.Hall,
			Level: r.Level, VisitedOn: r.VisitedOn.String(), LeftAt: s.Now()}, none); err != nil {
			return err
		}
		row.Record = record
	}
	d := doing{action: action, kind: "contact", id: row.Record.String(), place: r.Place}
	if action == audit.ContactLeave {
		d.detail = audit.Detail{"level": r.Level}
	}
	return s.record(ctx, tx, d)
}

// contactKind is the vault's word for what is left with a rating.
const contactKind = "contact"

// The ways to ask.
const (
	WayReceipt = "receipt"
	WayPhone   = "phone"
	WayDesk    = "desk"
)

// Erase ends the contact of a receipt's rating for good, also after its time to
// change it. Whoever holds the receipt may; erasing what is not there is no
// error. NotFound.
func (s *Service) Erase(ctx context.Context, receipt string) error {
	r, err := s.Given(ctx, receipt)
	if err != nil {
		return err
	}
	return pg.InTx(ctx, s.DB, func(tx *sqlx.Tx) error {
		row, err := lockContact(ctx, tx, r.Submission)
		if pg.None(err) {
			return nil
		}
		if err != nil {
			return err
		}
		return s.erase(ctx, tx, row, erasure{by: "person", way: WayReceipt})
	})
}

type erasure struct {
	actor  actor.Actor
	by     string // person, officer or retention
	way    string
	reason string
	quiet  bool // counted in a summary instead of one by one
}

// erase ends a locked contact: vault, link, register and chain in the caller's transaction.
func (s *Service) erase(ctx context.Context, tx *sqlx.Tx, row contactRow, e erasure) error {
	if row.ErasedAt != nil {
		return nil
	}
	if err := s.Vault.Erase(ctx, tx, row.Record); err != nil {
		return err
	}
	if err := endContact(ctx, tx, row.Submission, e.by, s.Now()); err != nil {
		return err
	}
	if e.quiet {
		return nil
	}
	now := s.Now()
	done := requestRow{Kind: "erase", Way: e.way, Submission: &row.Submission, AskedAt: now, DueOn: s.due().String(), AnsweredAt: &now,
		Outcome: ptr("done"), Account: account(e.actor)}
	if _, err := insertRequest(ctx, tx, done); err != nil {
		return err
	}
	return s.record(ctx, tx, doing{by: e.actor, action: audit.ContactErase, kind: "contact", id: row.Record.String(),
		place: row.place(), detail: audit.Detail{"way": e.way, "reason": e.reason}})
}

func ptr[T any](v T) *T { return &v }

func account(by actor.Actor) *int64 {
	if by.Account == 0 {
		return nil
	}
	return &by.Account
}
