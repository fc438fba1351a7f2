package accounts

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Grant gives an account a role over a unit from today on; one that is still held
// so stays as it is. Needs account:write. Refusals like GrantTerm.
func (s *Service) Grant(ctx context.Context, by actor.Actor, account int64, r RoleAt) error {
	if err := s.mayChange(by, account); err != nil {
		return s.denied(ctx, by, account, err)
	}
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		return s.grantIn(ctx, tx, by, account, s.fromToday(r))
	})
	return s.denied(ctx, by, account, err)
}

func (s *Service) fromToday(r RoleAt) Term {
	return Term{Role: r.Role, Unit: r.Unit, From: workday.Of(s.now()), ifHeld: true}
}

func (r RoleAt) event(action string, by actor.Actor, account int64) AuditEvent {
	return AuditEvent{Action: action, By: by, Object: objectOf(account), Unit: r.Unit,
		Detail: map[string]string{"role": string(r.Role), "unit": strconv.FormatInt(r.Unit, 10)}}
}

// Withdraw ends a role: yesterday was its last day. Needs account:write.
// NotFound where the account does not hold it.
func (s *Service) Withdraw(ctx context.Context, by actor.Actor, account int64, r RoleAt) error {
	if err := s.mayChange(by, account); err != nil {
		return s.denied(ctx, by, account, err)
	}
	return pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		n, err := endRole(ctx, tx, account, r, s.day())
		if err != nil {
			return fmt.Errorf("withdraw role: %w", err)
		}
		if n == 0 {
			return fault.New(fault.NotFound, "accounts.role.not_held")
		}
		e := r.event("role.withdraw", by, account)
		e.Detail["last_day"] = workday.Of(s.now()).AddDays(-1).String()
		return s.audit(ctx, tx, e)
	})
}

// Disable shuts an account; its sessions end with their next request. Needs account:write.
func (s *Service) Disable(ctx context.Context, by actor.Actor, account int64) error {
	return s.setDisabled(ctx, by, account, true)
}

// Enable opens a shut account and lifts a lock. Needs account:write. Conflict for
// who was off-boarded: only a fresh invitation brings them back.
func (s *Service) Enable(ctx context.Context, by actor.Actor, account int64) error {
	return s.setDisabled(ctx, by, account, false)
}

func (s *Service) setDisabled(ctx context.Context, by actor.Actor, account int64, disabled bool) error {
	if err := s.mayChange(by, account); err != nil {
		return s.denied(ctx, by, account, err)
	}
	action := "account.enable"
	if disabled {
		action = "account.disable"
	}
	return pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := s.present(ctx, tx, account); err != nil {
			return err
		}
		if err := updateDisabled(ctx, tx, account, disabled, s.now()); err != nil {
			return fmt.Errorf("disable or enable account: %w", err)
		}
		return s.audit(ctx, tx, AuditEvent{Action: action, By: by, Object: objectOf(account)})
	})
}

func (s *Service) mayChange(by actor.Actor, account int64) error {
	if err := allowed(by, accountWrite); err != nil {
		return err
	}
	if by.Account != 0 && by.Account == account {
		return fault.New(fault.Forbidden, "accounts.role.self")
	}
	return nil
}

// present locks an account for a change. NotFound where there is none, Conflict
// where its holder was off-boarded.
func (s *Service) present(ctx context.Context, tx *sqlx.Tx, account int64) error {
	left, err := lockAccount(ctx, tx, account)
	switch {
	case pg.None(err):
		return fault.New(fault.NotFound, "accounts.unknown")
	case err != nil:
		return fmt.Errorf("lock account: %w", err)
	case left:
		return fault.New(fault.Conflict, "accounts.left")
	}
	return nil
}

// denied records in the audit that somebody tried what they may not do, or what
// must not be: rights over their own account, administrators' roles on one person.
// The attempt itself has been rolled back; the error comes back as it is.
func (s *Service) denied(ctx context.Context, by actor.Actor, account int64, refused error) error {
	f, ok := fault.As(refused)
	if !ok || f.Kind != fault.Forbidden && f.Key != keySeparated {
		return refused
	}
	e := AuditEvent{Action: "access.refused", By: by, Object: objectOf(account), Outcome: "refused", Detail: map[string]string{"reason": f.Key}}
	if err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error { return s.audit(ctx, tx, e) }); err != nil {
		s.log.Error("refusal not recorded", "error", err)
	}
	return refused
}
