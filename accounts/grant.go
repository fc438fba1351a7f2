package accounts

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Grant gives an account a role over a unit from today on. Needs account:write,
// and nobody gives a role to themself (Forbidden). Conflict where 三员 would fall
// on one person; Invalid where the role may not be held over that kind of unit.
func (s *Service) Grant(ctx context.Context, by actor.Actor, account int64, r RoleAt) error {
	if err := s.mayChange(by, account); err != nil {
		return err
	}
	return pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := s.grantIn(ctx, tx, account, r); err != nil {
			return err
		}
		return s.audit(ctx, tx, r.event("role.grant", by, account))
	})
}

func (r RoleAt) event(action string, by actor.Actor, account int64) AuditEvent {
	return AuditEvent{Action: action, By: by, Object: objectOf(account),
		Detail: map[string]string{"role": string(r.Role), "unit": strconv.FormatInt(r.Unit, 10)}}
}

// Withdraw ends a role: yesterday was its last day. Needs account:write.
// NotFound where the account does not hold it.
func (s *Service) Withdraw(ctx context.Context, by actor.Actor, account int64, r RoleAt) error {
	if err := s.mayChange(by, account); err != nil {
		return err
	}
	return pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		n, err := endRole(ctx, tx, account, r, s.day())
		if err != nil {
			return fmt.Errorf("withdraw role: %w", err)
		}
		if n == 0 {
			return fault.New(fault.NotFound, "accounts.role.not_held")
		}
		return s.audit(ctx, tx, r.event("role.withdraw", by, account))
	})
}

// Disable shuts an account; its sessions end with their next request. Needs account:write.
func (s *Service) Disable(ctx context.Context, by actor.Actor, account int64) error {
	return s.setDisabled(ctx, by, account, true)
}

// Enable opens a shut account and lifts a lock. Needs account:write.
func (s *Service) Enable(ctx context.Context, by actor.Actor, account int64) error {
	return s.setDisabled(ctx, by, account, false)
}

func (s *Service) setDisabled(ctx context.Context, by actor.Actor, account int64, disabled bool) error {
	if err := s.mayChange(by, account); err != nil {
		return err
	}
	action := "account.enable"
	if disabled {
		action = "account.disable"
	}
	return pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		n, err := updateDisabled(ctx, tx, account, disabled, s.now())
		if err != nil {
			return fmt.Errorf("disable or enable account: %w", err)
		}
		if n == 0 {
			return fault.New(fault.NotFound, "accounts.unknown")
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

// grantIn locks the account first, so that two administrators granting at once
// cannot together break 三员分立.
func (s *Service) grantIn(ctx context.Context, tx *sqlx.Tx, account int64, r RoleAt) error {
	if !r.Role.Known() {
		return fault.Fielded(complain("role", "fault.field.choice"))
	}
	if err := lockAccount(ctx, tx, account); pg.None(err) {
		return fault.New(fault.NotFound, "accounts.unknown")
	} else if err != nil {
		return fmt.Errorf("grant role: %w", err)
	}
	unit, kind, err := unitOf(ctx, tx, r.Unit)
	if pg.None(err) || (err == nil && !r.Role.Over(kind)) {
		return fault.Fielded(complain("unit", "accounts.role.unit"))
	}
	if err != nil {
		return fmt.Errorf("grant role: %w", err)
	}
	if err := s.separate(ctx, tx, account, r.Role); err != nil {
		return err
	}
	if err := insertRole(ctx, tx, account, RoleAt{r.Role, unit}, s.day()); err != nil {
		return fmt.Errorf("grant role: %w", err)
	}
	return nil
}

// separate refuses a second of the three administrators' roles.
func (s *Service) separate(ctx context.Context, tx *sqlx.Tx, account int64, role Role) error {
	if !role.Administers() {
		return nil
	}
	held, err := rolesFrom(ctx, tx, account, s.day())
	if err != nil {
		return fmt.Errorf("grant role: %w", err)
	}
	for _, other := range held {
		if other.Administers() && other != role {
			return fault.New(fault.Conflict, "accounts.role.separated")
		}
	}
	return nil
}
