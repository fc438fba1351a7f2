package privacy

import (
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
	"minping/internal/vault"
)

// Find lists, masked, what is kept under exactly this telephone number or mail
// address, for a person who came to the desk. Needs privacy:handle citywide;
// that somebody searched is written down, not for what. Forbidden; Invalid (reach).
func (s *Service) Find(ctx context.Context, by actor.Actor, reach string) ([]Listed, error) {
	if !by.Citywide(PermHandle) {
		return nil, fault.New(fault.Forbidden, "fault.forbidden")
	}
	field := vault.Phone
	if !field.Plausible(reach) {
		field = vault.Email
	}
	if !field.Plausible(reach) {
		return nil, fault.Fielded(fault.Field{Name: "reach", Key: "privacy.contact.wrong"})
	}
	var list []listedRow
	err := pg.InTx(ctx, s.DB, func(tx *sqlx.Tx) error {
		records, err := s.Vault.Find(ctx, tx, field, reach)
		if err != nil {
			return err
		}
		if list, err = selectListedOf(ctx, tx, records); err != nil {
			return err
		}
		return s.record(ctx, tx, doing{by: by, action: audit.PrivacyFind, kind: "contact", detail: audit.Detail{"found": len(list)}})
	})
	if err != nil {
		return nil, err
	}
	return s.mask(ctx, list)
}

// officerOn checks permission, reason and that all records are living contacts.
func (s *Service) officerOn(ctx context.Context, by actor.Actor, records []uuid.UUID, reason string) ([]listedRow, string, error) {
	if !by.Citywide(PermHandle) {
		return nil, "", fault.New(fault.Forbidden, "fault.forbidden")
	}
	reason, err := vault.CheckReason(reason)
	if err != nil {
		return nil, "", err
	}
	rows, err := selectListedOf(ctx, s.DB, records)
	if err == nil && len(rows) == 0 {
		err = fault.New(fault.NotFound, "privacy.contact.unknown")
	}
	return rows, reason, err
}

// CopyFor gives the copy of what is kept with some contacts, for the person who
// came to the desk; each contact in it is an opening. Needs privacy:handle and
// vault:open citywide. Forbidden; Invalid (reason); NotFound.
func (s *Service) CopyFor(ctx context.Context, by actor.Actor, records []uuid.UUID, reason string) (Copy, error) {
	rows, reason, err := s.officerOn(ctx, by, records, reason)
	if err != nil {
		return Copy{}, err
	}
	return s.copyRows(ctx, rows, exported{by: by, way: WayDesk, reason: reason})
}

// EraseFor ends some contacts for the person who came to the desk. Needs
// privacy:handle citywide. Forbidden; Invalid (reason); NotFound.
func (s *Service) EraseFor(ctx context.Context, by actor.Actor, records []uuid.UUID, reason string) (erased int, err error) {
	rows, reason, err := s.officerOn(ctx, by, records, reason)
	if err != nil {
		return 0, err
	}
	err = pg.InTx(ctx, s.DB, func(tx *sqlx.Tx) error {
		erased = 0
		for _, r := range rows {
			row, err := lockContactOf(ctx, tx, r.Record)
			if pg.None(err) || err == nil && row.ErasedAt != nil {
				continue
			}
			if err != nil {
				return err
			}
			erased++
			if err := s.erase(ctx, tx, row, erasure{actor: by, by: "officer", way: WayDesk, reason: reason}); err != nil {
				return err
			}
		}
		return nil
	})
	return erased, err
}

// Request is one line of the register.
type Request struct {
	ID         int64
	Kind       string
	Way        string
	AskedAt    time.Time
	DueOn      string // 2026-12-14
	AnsweredAt *time.Time
	Outcome    string // done, refused; "" while open
	Answer     string
	Late       bool
	submission *uuid.UUID
}

// Requests lists the register: open ones by when they are due, then the others,
// newest first. Needs privacy:handle citywide.
func (s *Service) Requests(ctx context.Context, by actor.Actor, limit int) ([]Request, error) {
	if !by.Citywide(PermHandle) {
		return nil, fault.New(fault.Forbidden, "fault.forbidden")
	}
	rows, err := selectRequests(ctx, s.DB, min(max(limit, 1), 200))
	if err != nil {
		return nil, err
	}
	list := make([]Request, 0, len(rows))
	for _, r := range rows {
		list = append(list, s.request(r))
	}
	return list, nil
}

func (s *Service) request(r requestRow) Request {
	out := Request{ID: r.ID, Kind: r.Kind, Way: r.Way, AskedAt: r.AskedAt, DueOn: r.DueOn, AnsweredAt: r.AnsweredAt, Answer: r.Answer, submission: r.Submission}
	if r.Outcome != nil {
		out.Outcome = *r.Outcome
	}
	day := s.Now().In(time.FixedZone("CST", 8*3600)).Format(time.DateOnly)
	out.Late = r.AnsweredAt == nil && r.DueOn < day
	return out
}

// WordsOf gives an open request to black out words with the rating's words.
// Needs privacy:handle citywide. NotFound; Conflict once it is answered.
func (s *Service) WordsOf(ctx context.Context, by actor.Actor, id int64) (Request, Rating, error) {
	if !by.Citywide(PermHandle) {
		return Request{}, Rating{}, fault.New(fault.Forbidden, "fault.forbidden")
	}
	row, err := selectRequest(ctx, s.DB, id)
	if pg.None(err) || err == nil && (row.Kind != "words" || row.Submission == nil) {
		return Request{}, Rating{}, fault.New(fault.NotFound, "privacy.request.unknown")
	}
	if err != nil {
		return Request{}, Rating{}, err
	}
	if row.AnsweredAt != nil {
		return Request{}, Rating{}, fault.New(fault.Conflict, "privacy.request.answered")
	}
	list, err := s.GivenAs(ctx, []uuid.UUID{*row.Submission})
	if err == nil && len(list) == 0 {
		err = fault.New(fault.NotFound, "privacy.request.unknown")
	}
	if err != nil {
		return Request{}, Rating{}, err
	}
	return s.request(row), list[0], nil
}

// Decision is how an officer answers a request to black out words.
type Decision struct {
	Request int64
	Refuse  bool
	Reason  string // the person is told it
	Comment string
	Texts   map[int]string
}

// Answer blacks out words as asked, or refuses with a reason (PIPL art. 50).
// Needs privacy:handle citywide. NotFound; Conflict once answered; Invalid
// (reason; comment, q.N where more than parts of the words changed).
func (s *Service) Answer(ctx context.Context, by actor.Actor, a Decision) error {
	if !by.Citywide(PermHandle) {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	reason, err := vault.CheckReason(a.Reason)
	if err != nil {
		return err
	}
	return pg.InTx(ctx, s.DB, func(tx *sqlx.Tx) error {
		row, err := lockRequest(ctx, tx, a.Request)
		switch {
		case pg.None(err), err == nil && (row.Kind != "words" || row.Submission == nil):
			return fault.New(fault.NotFound, "privacy.request.unknown")
		case err != nil:
			return err
		case row.AnsweredAt != nil:
			return fault.New(fault.Conflict, "privacy.request.answered")
		}
		now, outcome := s.Now(), "refused"
		if !a.Refuse {
			outcome = "done"
			if err := s.BlackOut(ctx, tx, by, Words{Submission: *row.Submission, Request: row.ID, Comment: a.Comment, Texts: a.Texts}); err != nil {
				return err
			}
		}
		row.AnsweredAt, row.Outcome, row.Answer, row.Account = &now, &outcome, reason, account(by)
		if err := answerRequest(ctx, tx, row); err != nil {
			return err
		}
		return s.record(ctx, tx, doing{by: by, action: audit.PrivacyAnswer, kind: "request", id: strconv.FormatInt(row.ID, 10),
			detail: audit.Detail{"kind": row.Kind, "outcome": outcome, "reason": reason}})
	})
}
