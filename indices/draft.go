package indices

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
	"minping/internal/settings"
)

// DraftState is how far the next version of the formulas has come.
type DraftState string

// The states of a draft.
const (
	Drafted   DraftState = "draft"
	Proposed  DraftState = "proposed"
	Adopted   DraftState = "adopted"
	Rejected  DraftState = "rejected"
	Withdrawn DraftState = "withdrawn"
)

// Draft is a version of the formulas that somebody writes and somebody else adopts.
// Formulas move every rank, so the permissions are those of settings that do:
// setting:propose writes, setting:approve adopts, setting:read sees.
type Draft struct {
	ID       int64
	Base     string // the version it was begun from
	Revision int    // grows with every saving
	Formula  Methodology
	Reason   string
	State    DraftState
	MadeBy   int64
	MadeName string
	MadeAt   time.Time

	DecidedName string
	DecidedAt   time.Time
	Decision    string // why it was rejected
}

// Writable tells whether an account may change the draft: its author, until it is proposed.
func (d Draft) Writable(by actor.Actor) bool {
	return d.State == Drafted && by.Account != 0 && by.Account == d.MadeBy
}

// Open tells whether anything can still happen to it.
func (d Draft) Open() bool { return d.State == Drafted || d.State == Proposed }

func citywide(by actor.Actor, p actor.Permission) error {
	if !by.Citywide(p) {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	return nil
}

// Drafts lists all drafts, the newest first. Needs setting:read over the city.
func (s *Service) Drafts(ctx context.Context, by actor.Actor) ([]Draft, error) {
	if err := citywide(by, settings.PermRead); err != nil {
		return nil, err
	}
	return s.store.drafts(ctx, s.store.db, 0)
}

// Draft gives one. Needs setting:read over the city; NotFound.
func (s *Service) Draft(ctx context.Context, by actor.Actor, id int64) (Draft, error) {
	if err := citywide(by, settings.PermRead); err != nil {
		return Draft{}, err
	}
	return s.store.draft(ctx, s.store.db, id)
}

// NewDraft begins the next version from an adopted one ("" = the newest). Needs
// setting:propose over the city, held by a person; NotFound for a version that is none.
func (s *Service) NewDraft(ctx context.Context, by actor.Actor, base string) (Draft, error) {
	if err := citywide(by, settings.PermPropose); err != nil {
		return Draft{}, err
	}
	if by.Account == 0 {
		return Draft{}, fault.New(fault.Forbidden, "fault.forbidden")
	}
	list, err := s.Methodologies(ctx)
	if err != nil {
		return Draft{}, err
	}
	from := list[len(list)-1]
	if base != "" {
		found := false
		for _, m := range list {
			if m.Version == base {
				from, found = m, true
			}
		}
		if !found {
			return Draft{}, fault.New(fault.NotFound, "methodology.fault.version")
		}
	}
	d := Draft{Base: from.Version, Revision: 1, Formula: from, State: Drafted, MadeBy: by.Account, MadeName: by.Name, MadeAt: s.Now()}
	d.Formula.EffectiveFrom = time.Time{}
	err = pg.InTx(ctx, s.store.db, func(tx *sqlx.Tx) (err error) {
		if d.ID, err = s.store.addDraft(ctx, tx, d); err != nil {
			return err
		}
		return s.tell(ctx, tx, by, audit.MethodologyDraft, d, audit.Detail{"before": d.Base})
	})
	return d, err
}

// SaveDraft keeps what its author typed. Invalid, naming the fields, for formulas that
// Check refuses; Conflict where the draft was saved or proposed meanwhile; Forbidden for
// another's draft; NotFound.
func (s *Service) SaveDraft(ctx context.Context, by actor.Actor, d Draft) (Draft, error) {
	if err := citywide(by, settings.PermPropose); err != nil {
		return Draft{}, err
	}
	if fields := append(d.Formula.Check(), reasonFields(d.Reason)...); len(fields) > 0 {
		return Draft{}, fault.Fielded(fields...)
	}
	err := pg.InTx(ctx, s.store.db, func(tx *sqlx.Tx) error {
		now, err := s.store.draftLocked(ctx, tx, d.ID)
		if err != nil {
			return err
		}
		if now.MadeBy != by.Account {
			return fault.New(fault.Forbidden, "methodology.fault.foreign")
		}
		if now.State != Drafted || now.Revision != d.Revision {
			return fault.New(fault.Conflict, "methodology.fault.changed")
		}
		d.Revision++
		return s.store.saveDraft(ctx, tx, d, s.Now())
	})
	return d, err
}

// Propose hands a draft to a second person. It may hold from tomorrow on at the earliest: no
// figure that was given is given otherwise afterwards. Its author alone; Invalid naming
// effective_from; Conflict, Forbidden, NotFound like SaveDraft.
func (s *Service) Propose(ctx context.Context, by actor.Actor, id int64, from time.Time) error {
	if err := citywide(by, settings.PermPropose); err != nil {
		return err
	}
	return pg.InTx(ctx, s.store.db, func(tx *sqlx.Tx) error {
		d, err := s.store.draftLocked(ctx, tx, id)
		switch {
		case err != nil:
			return err
		case d.MadeBy != by.Account:
			return fault.New(fault.Forbidden, "methodology.fault.foreign")
		case d.State != Drafted:
			return fault.New(fault.Conflict, "methodology.fault.changed")
		case d.Reason == "":
			return fault.Fielded(fault.Field{Name: "reason", Key: "fault.field.required"})
		}
		if err := s.dayFree(ctx, tx, from); err != nil {
			return err
		}
		d.Formula.EffectiveFrom, d.State = from, Proposed
		if err := s.store.settleDraft(ctx, tx, d, settlement{at: s.Now()}); err != nil {
			return err
		}
		return s.tell(ctx, tx, by, audit.MethodologyPropose, d, audit.Detail{"before": d.Base, "reason": d.Reason, "effective_from": from.Format(dayForm)})
	})
}

// dayFree refuses a day that is not in the future or on which another version begins.
func (s *Service) dayFree(ctx context.Context, q pg.Querier, from time.Time) error {
	if !from.After(today(s.Now())) || from.Year() > 2100 {
		return fault.Fielded(fault.Field{Name: "effective_from", Key: "methodology.fault.day"})
	}
	taken, err := s.store.dayTaken(ctx, q, from)
	if err == nil && taken {
		return fault.Fielded(fault.Field{Name: "effective_from", Key: "methodology.fault.taken"})
	}
	return err
}

// Adopt makes a proposed draft a version that holds from its day on; versions are never
// changed. Needs setting:approve over the city and another person than the author
// (Forbidden); Conflict where it is decided, withdrawn, or its day has come; NotFound.
func (s *Service) Adopt(ctx context.Context, by actor.Actor, id int64) (Draft, error) {
	d, err := s.decide(ctx, by, id, settlement{state: Adopted})
	if err == nil {
		s.formulas.forget()
	}
	return d, err
}

// Reject refuses it with a reason; otherwise like Adopt.
func (s *Service) Reject(ctx context.Context, by actor.Actor, id int64, reason string) (Draft, error) {
	if err := citywide(by, settings.PermApprove); err != nil {
		return Draft{}, err
	}
	if fields := reasonFields(reason); len(fields) > 0 || reason == "" {
		return Draft{}, fault.Fielded(fault.Field{Name: "decision", Key: "fault.field.required"})
	}
	return s.decide(ctx, by, id, settlement{state: Rejected, reason: reason})
}

// Withdraw takes back one's own draft or proposal. Forbidden where it is another's.
func (s *Service) Withdraw(ctx context.Context, by actor.Actor, id int64) (Draft, error) {
	return s.decide(ctx, by, id, settlement{state: Withdrawn})
}

// settlement is what becomes of a draft.
type settlement struct {
	state   DraftState
	reason  string
	by      actor.Actor
	at      time.Time
	version string
}

func (s *Service) decide(ctx context.Context, by actor.Actor, id int64, to settlement) (Draft, error) {
	need := settings.PermApprove
	if to.state == Withdrawn {
		need = settings.PermRead // one's own, whatever has become of the permission to write it
	}
	if err := citywide(by, need); err != nil {
		return Draft{}, err
	}
	var d Draft
	err := pg.InTx(ctx, s.store.db, func(tx *sqlx.Tx) (err error) {
		if d, err = s.store.draftLocked(ctx, tx, id); err != nil {
			return err
		}
		if err := s.maySettle(by, d, to.state); err != nil {
			return err
		}
		to.by, to.at = by, s.Now()
		if to.state == Adopted {
			if err := s.store.lockVersions(ctx, tx); err != nil {
				return err
			}
			if err := s.dayFree(ctx, tx, d.Formula.EffectiveFrom); err != nil {
				return fault.New(fault.Conflict, "methodology.fault.late")
			}
			if to.version, err = s.store.adopt(ctx, tx, d); err != nil {
				return err
			}
			d.Formula.Version = to.version
		}
		d.State, d.Decision, d.DecidedName, d.DecidedAt = to.state, to.reason, by.Name, to.at
		if err := s.store.settleDraft(ctx, tx, d, to); err != nil {
			return err
		}
		return s.tell(ctx, tx, by, settledAs[to.state], d, s.told(d, to))
	})
	return d, err
}

var settledAs = map[DraftState]audit.Action{Adopted: audit.MethodologyAdopt, Rejected: audit.MethodologyReject, Withdrawn: audit.MethodologyWithdraw}

func (s *Service) told(d Draft, to settlement) audit.Detail {
	detail := audit.Detail{"before": d.Base}
	if to.state != Withdrawn {
		detail["proposed_by"] = d.MadeBy
	}
	if to.version != "" {
		detail["after"], detail["effective_from"] = to.version, d.Formula.EffectiveFrom.Format(dayForm)
		detail["digest"] = d.Formula.Digest()
	}
	if to.reason != "" {
		detail["reason"] = to.reason
	}
	return detail
}

// maySettle: the author withdraws, somebody else decides, and no program does.
func (s *Service) maySettle(by actor.Actor, d Draft, to DraftState) error {
	own := by.Account == d.MadeBy
	switch {
	case by.Account == 0:
		return fault.New(fault.Forbidden, "fault.forbidden")
	case to == Withdrawn && !own:
		return fault.New(fault.Forbidden, "methodology.fault.foreign")
	case to != Withdrawn && own:
		return fault.New(fault.Forbidden, "methodology.fault.own")
	case to == Withdrawn && !d.Open(), to != Withdrawn && d.State != Proposed:
		return fault.New(fault.Conflict, "methodology.fault.changed")
	}
	return nil
}

func (s *Service) tell(ctx context.Context, tx *sqlx.Tx, by actor.Actor, a audit.Action, d Draft, detail audit.Detail) error {
	return audit.Record(ctx, tx, audit.Entry{At: s.Now(), By: by, Action: a, Object: audit.Object{Kind: "methodology", ID: fmt.Sprint(d.ID)}, Detail: detail})
}
