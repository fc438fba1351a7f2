package calendar

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
	"minping/internal/settings"
)

// Approve lets a notice hold from now on. Needs setting:approve over the city and
// another account than the proposer's (Forbidden); NotFound where there is no such
// notice; Conflict where it is decided or withdrawn.
func (s *Service) Approve(ctx context.Context, by actor.Actor, id int64) error {
	if !by.Citywide(settings.PermApprove) || by.Account == 0 {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	if err := s.decide(ctx, by, id, decision{state: Approved}); err != nil {
		return err
	}
	_ = s.Reload(ctx) // should it fail, the database's note makes this node read as it does the others
	return nil
}

// Reject refuses a notice with a reason (1–500 characters, else Invalid); otherwise like Approve.
func (s *Service) Reject(ctx context.Context, by actor.Actor, id int64, reason string) error {
	if !by.Citywide(settings.PermApprove) || by.Account == 0 {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	if reason = strings.TrimSpace(reason); reason == "" {
		return fault.Fielded(fault.Field{Name: "decision", Key: "fault.field.required"})
	}
	if !utf8.ValidString(reason) || strings.ContainsRune(reason, 0) {
		return fault.Fielded(fault.Field{Name: "decision", Key: "fault.field.text"})
	}
	if utf8.RuneCountInString(reason) > 500 {
		return fault.Fielded(fault.Field{Name: "decision", Key: "fault.field.max", Args: map[string]any{"Max": 500}})
	}
	return s.decide(ctx, by, id, decision{state: Rejected, reason: &reason})
}

// Withdraw takes back one's own notice. Forbidden where it is another's; NotFound
// and Conflict like Approve.
func (s *Service) Withdraw(ctx context.Context, by actor.Actor, id int64) error {
	if !by.Citywide(settings.PermRead) || by.Account == 0 {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	return s.decide(ctx, by, id, decision{state: Withdrawn})
}

func (s *Service) decide(ctx context.Context, by actor.Actor, id int64, d decision) error {
	d.by, d.name, d.at = by.Account, by.Name, s.now().Truncate(time.Microsecond)
	return pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		n, err := selectNotice(ctx, tx, id)
		if pg.None(err) {
			return fault.New(fault.NotFound, "calendar.unknown")
		}
		if err != nil {
			return err
		}
		switch own := n.ProposedBy == by.Account; {
		case own && d.state != Withdrawn:
			return fault.New(fault.Forbidden, "calendar.own")
		case !own && d.state == Withdrawn:
			return fault.New(fault.Forbidden, "calendar.foreign")
		}
		done, err := decide(ctx, tx, id, d)
		if err != nil {
			return err
		}
		if !done {
			return fault.New(fault.Conflict, "calendar.decided")
		}
		return s.tell(ctx, tx, by, n, d)
	})
}

func (s *Service) tell(ctx context.Context, tx *sqlx.Tx, by actor.Actor, n Notice, d decision) error {
	switch d.state {
	case Approved:
		p := n.plan(s)
		return audit.Record(ctx, tx, s.entry(by, audit.HolidayApprove, n.ID, p.told("proposed_by", n.ProposedBy)))
	case Rejected:
		return audit.Record(ctx, tx, s.entry(by, audit.HolidayReject, n.ID, audit.Detail{"year": n.Year, "proposed_by": n.ProposedBy, "reason": *d.reason}))
	}
	return audit.Record(ctx, tx, s.entry(by, audit.HolidayWithdraw, n.ID, audit.Detail{"year": n.Year}))
}

// plan is what a stored notice would do now.
func (n Notice) plan(s *Service) Plan {
	p := Plan{Year: n.Year, Source: n.Source, Days: n.Days}
	p.compare(s, workday.Notice{Year: n.Year, Days: n.Days}, workday.Of(s.now()))
	return p
}
