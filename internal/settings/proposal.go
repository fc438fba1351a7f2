package settings

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
)

// State is how far a proposal has come.
type State string

// The states. A proposal whose day came before the approval is Expired, whether or
// not the database says so already.
const (
	Pending   State = "pending"
	Approved  State = "approved"
	Rejected  State = "rejected"
	Withdrawn State = "withdrawn"
	Expired   State = "expired"
)

// Proposal is a change that waits for a second person, or waited.
type Proposal struct {
	ID           int64      `db:"id"`
	Key          string     `db:"key"`
	Scope        string     `db:"scope"`
	Value        *string    `db:"value"` // nil: to be unset
	Before       string     `db:"before"`
	From         time.Time  `db:"effective_from"`
	Reason       string     `db:"reason"`
	ProposedBy   int64      `db:"proposed_by"`
	ProposedName string     `db:"proposed_name"`
	ProposedAt   time.Time  `db:"proposed_at"`
	State        State      `db:"state"`
	DecidedName  string     `db:"decided_name"`
	DecidedAt    *time.Time `db:"decided_at"`
	Decision     string     `db:"decision"`
}

// at gives the proposal as it stands at an instant.
func (p Proposal) at(now time.Time) Proposal {
	if p.State == Pending && !p.From.After(now) {
		p.State = Expired
	}
	return p
}

// Approve lets a proposed value hold from its day on. Needs setting:approve over the
// city and another account than the proposer's (Forbidden); NotFound where there is no
// such proposal; Conflict where it is decided, withdrawn, or its day has come.
func (s *Service) Approve(ctx context.Context, by actor.Actor, id int64) (Proposal, error) {
	p, err := s.decide(ctx, by, id, decision{state: Approved})
	s.changed(ctx, err)
	return p, err
}

// Reject refuses a proposal with a reason (1–500 characters, else Invalid); otherwise like Approve.
func (s *Service) Reject(ctx context.Context, by actor.Actor, id int64, reason string) (Proposal, error) {
	if err := allowed(by, PermApprove); err != nil {
		return Proposal{}, err
	}
	if key, args := reasonFault(reason); key != "" {
		return Proposal{}, fault.Fielded(fault.Field{Name: "decision", Key: key, Args: args})
	}
	reason = strings.TrimSpace(reason)
	return s.decide(ctx, by, id, decision{state: Rejected, reason: &reason})
}

// Withdraw takes back one's own proposal. Forbidden where it is another's; NotFound
// and Conflict like Approve.
func (s *Service) Withdraw(ctx context.Context, by actor.Actor, id int64) (Proposal, error) {
	return s.decide(ctx, by, id, decision{state: Withdrawn})
}

func (s *Service) decide(ctx context.Context, by actor.Actor, id int64, d decision) (Proposal, error) {
	need := PermApprove
	if d.state == Withdrawn {
		need = PermRead // one's own, whatever has become of the permission to propose
	}
	if err := allowed(by, need); err != nil {
		return Proposal{}, err
	}
	var p Proposal
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) (err error) {
		p, err = selectProposal(ctx, tx, id)
		if pg.None(err) {
			return fault.New(fault.NotFound, "settings.proposal.unknown")
		}
		if err != nil {
			return fmt.Errorf("read proposal: %w", err)
		}
		if err := maySettle(by, p, d.state); err != nil {
			return err
		}
		if err := lockKey(ctx, tx, p.Key); err != nil {
			return err
		}
		d.by, d.name, d.at = by.Account, by.Name, s.now().Truncate(time.Microsecond)
		done, err := decide(ctx, tx, id, d)
		if err != nil {
			return err
		}
		if !done {
			return s.late(ctx, tx, id)
		}
		return s.settle(ctx, tx, by, p, d)
	})
	if err != nil {
		return Proposal{}, err
	}
	p.State, p.DecidedName, p.DecidedAt = d.state, d.name, &d.at
	return p, nil
}

// maySettle: the proposer withdraws, somebody else approves or rejects, and no program does.
func maySettle(by actor.Actor, p Proposal, to State) error {
	own := by.Account == p.ProposedBy
	switch {
	case by.Account == 0:
		return fault.New(fault.Forbidden, "fault.forbidden")
	case to == Withdrawn && !own:
		return fault.New(fault.Forbidden, "settings.proposal.foreign")
	case to != Withdrawn && own:
		return fault.New(fault.Forbidden, "settings.proposal.own")
	}
	return nil
}

// late says why a proposal cannot be decided any more.
func (s *Service) late(ctx context.Context, tx *sqlx.Tx, id int64) error {
	p, err := selectProposal(ctx, tx, id)
	if err != nil {
		return fmt.Errorf("read proposal: %w", err)
	}
	if p.at(s.now()).State == Expired {
		return fault.New(fault.Conflict, "settings.proposal.expired")
	}
	return fault.New(fault.Conflict, "settings.proposal.decided")
}

var settled = map[State]audit.Action{Approved: audit.SettingApprove, Rejected: audit.SettingReject, Withdrawn: audit.SettingWithdraw}

// settle does what the decision says and tells the audit.
func (s *Service) settle(ctx context.Context, tx *sqlx.Tx, by actor.Actor, p Proposal, d decision) error {
	detail := audit.Detail{"key": p.Key, "before": p.Before, "after": p.after(), "effective_from": stamp(p.From), "proposal": p.ID}
	if p.Scope != "" {
		detail["scope"] = p.Scope
	}
	if d.state != Withdrawn {
		detail["proposed_by"] = p.ProposedBy
	}
	if d.reason != nil {
		detail["reason"] = *d.reason
	}
	if d.state == Approved {
		err := insertValue(ctx, tx, newValue{Key: p.Key, Scope: p.Scope, Value: p.Value, From: p.From, At: d.at, Reason: p.Reason,
			By: by.Account, Name: by.Name, Proposal: &p.ID})
		if err != nil {
			return past(err)
		}
	}
	return audit.Record(ctx, tx, s.entry(by, settled[d.state], d.at, detail))
}

func (p Proposal) after() string {
	if p.Value == nil {
		return ""
	}
	return *p.Value
}
