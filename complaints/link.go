package complaints

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strconv"
	"time"

	"github.com/emmansun/gmsm/sm3"
	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
)

// LinkLasts is how long a link may be answered by.
const LinkLasts = 7 * 24 * time.Hour

// LinkMessage is a link on its way to a telephone.
type LinkMessage struct {
	Contact  uuid.UUID
	Token    string // what the address ends in; told to nobody else
	Language string
	LateAt   time.Time
}

// LinkSent is a link as a caller knows of it.
type LinkSent struct {
	MadeAt    time.Time  `db:"made_at"`
	ExpiresAt time.Time  `db:"expires_at"`
	UsedAt    *time.Time `db:"used_at"`
}

// SendLink has a link sent to the citizen's telephone by which they answer themselves,
// at most one for a reply; from then on the account is the case's caller. Needs
// case:callback. Errors as Callback; Conflict where one was sent already or nothing can be sent.
func (s *Service) SendLink(ctx context.Context, by actor.Actor, id ID) error {
	token, digest, err := s.newLink()
	if err != nil {
		return err
	}
	err = pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		c, err := lockCase(ctx, tx, id)
		if err != nil {
			return err
		}
		contact, err := s.callable(ctx, tx, by, &c)
		if err != nil {
			return err
		}
		if !contact.Valid || !s.cfg.Contacts.sends() {
			return fault.New(fault.Conflict, "complaints.link_off")
		}
		now := s.now()
		if !isSystem(by) {
			if ok, err := takePart(ctx, tx, id, by.Account, "caller", now); err != nil {
				return err
			} else if !ok {
				return fault.New(fault.Forbidden, "complaints.another_part")
			}
		}
		l := linkRow{Case: id, Round: c.Round, Digest: digest, MadeAt: now, ExpiresAt: now.Add(LinkLasts), Account: by.Account}
		if err := insertLink(ctx, tx, l); err != nil {
			return err
		}
		language, err := selectLanguage(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := s.cfg.Contacts.SendLink(ctx, tx, LinkMessage{Contact: contact.UUID, Token: token, Language: language, LateAt: l.ExpiresAt}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{At: now, By: by, Action: audit.CaseInvite, Place: c.Place(),
			Object: audit.Object{Kind: "case", ID: strconv.FormatInt(id, 10)}, Detail: audit.Detail{"round": c.Round}})
	})
	if pg.Broken(err) == "callback_links_case_id_round_key" {
		return fault.Wrap(fault.Conflict, "complaints.link_sent", err)
	}
	return err
}

// newLink draws 128 bits, and what is kept of them.
func (s *Service) newLink() (token string, digest []byte, err error) {
	raw := make([]byte, 16)
	if _, err := rand.Read(raw); err != nil {
		return "", nil, fmt.Errorf("draw link: %w", err)
	}
	token = base64.RawURLEncoding.EncodeToString(raw)
	return token, s.linkDigest(token), nil
}

func (s *Service) linkDigest(token string) []byte {
	mac := hmac.New(sm3.New, s.cfg.PINKey)
	mac.Write([]byte("callback link\x00" + token))
	return mac.Sum(nil)
}

// LinkState says what a link is good for.
type LinkState string

// The states of a link.
const (
	LinkOpen    LinkState = "open"
	LinkUsed    LinkState = "used"
	LinkExpired LinkState = "expired"
	LinkOver    LinkState = "over" // the matter went on without it: asked by telephone, withdrawn …
)

// LinkView is what whoever has a link is shown: enough to know which matter it is, and
// no word of it, for telephones are lost and messages forwarded.
type LinkView struct {
	State    LinkState
	Kind     Kind
	Office   int64
	Received time.Time
	Replied  *time.Time
}

// OpenLink shows what a link asks about. NotFound where there is none.
func (s *Service) OpenLink(ctx context.Context, token string) (LinkView, error) {
	var v LinkView
	err := pg.InSnapshot(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		l, err := selectLink(ctx, tx, s.linkDigest(token))
		if err != nil {
			return err
		}
		c, err := selectCase(ctx, tx, l.Case)
		if err != nil {
			return err
		}
		v = LinkView{State: l.state(&c, s.now()), Kind: c.Kind, Office: c.Office, Received: c.ReceivedAt, Replied: c.RepliedAt}
		return nil
	})
	return v, err
}

// state tells what a link is good for, given the case as it is.
func (l linkRow) state(c *Case, now time.Time) LinkState {
	asks := c.Round == l.Round && (c.State == Replied || c.State == InCallback || c.State == Closed && !c.Contacted)
	switch {
	case l.UsedAt != nil:
		return LinkUsed
	case !asks || c.Sealed:
		return LinkOver
	case !now.Before(l.ExpiresAt):
		return LinkExpired
	}
	return LinkOpen
}

// AnswerLink takes the citizen's answer given by a link; it counts as Rate does, once.
// NotFound where there is no such link; Conflict where it was answered, or the matter
// went on; Gone where its time is over.
func (s *Service) AnswerLink(ctx context.Context, token string, in Outcome) error {
	in.Way, in.Contacted = "sms", true
	if err := in.check(s.now(), "sms"); err != nil {
		return err
	}
	digest := s.linkDigest(token)
	l, err := selectLink(ctx, s.cfg.DB, digest)
	if err != nil {
		return err
	}
	d := deed{who: Citizen, before: func(ctx context.Context, tx *sqlx.Tx, c *Case, _ *Flow, e *Event) error {
		l, err := selectLink(ctx, tx, digest) // the case is locked: nobody else answers now
		if err != nil {
			return err
		}
		switch l.state(c, e.At) {
		case LinkUsed, LinkOver:
			return fault.New(fault.Conflict, "complaints.asked_before")
		case LinkExpired:
			return fault.New(fault.Gone, "complaints.link_expired")
		}
		return useLink(ctx, tx, l.ID, e.At)
	}}
	_, err = s.act(ctx, actor.Actor{}, l.Case, s.outcome(in, d))
	return err
}
