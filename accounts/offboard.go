package accounts

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Ended is what off-boarding ended.
type Ended struct {
	Roles      []Held // with the last day that they now have
	Sessions   int
	Factor     bool // an authenticator and its recovery codes
	Invitation bool
}

// Offboard ends all that a leaver has, in one step: roles (none holds from now
// on), sessions, password, second factor, devices, invitation; the account is
// shut. Only Reinvite brings it back, without any role. Needs account:write;
// nobody off-boards themself. NotFound where there is no such account, Conflict
// where it was done already.
func (s *Service) Offboard(ctx context.Context, by actor.Actor, account int64) (Ended, error) {
	if err := s.mayChange(by, account); err != nil {
		return Ended{}, s.denied(ctx, by, account, err)
	}
	var ended Ended
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) (err error) {
		if err := s.present(ctx, tx, account); err != nil {
			return err
		}
		ended, err = s.endAll(ctx, tx, account)
		if err != nil {
			return fmt.Errorf("off-board account: %w", err)
		}
		for _, r := range ended.Roles {
			e := RoleAt{r.Role, r.Unit}.event("role.withdraw", by, account)
			e.Detail["last_day"] = dateText(r.To)
			if err := s.audit(ctx, tx, e); err != nil {
				return err
			}
		}
		return s.audit(ctx, tx, AuditEvent{Action: "account.offboard", By: by, Object: objectOf(account), Detail: ended.detail()})
	})
	return ended, err
}

func (s *Service) endAll(ctx context.Context, tx *sqlx.Tx, account int64) (Ended, error) {
	var ended Ended
	running, err := runningSessions(ctx, tx, account, s.limits())
	if err != nil {
		return ended, err
	}
	ended.Sessions = len(running)
	if ended.Roles, err = endTerms(ctx, tx, account, s.day()); err != nil {
		return ended, err
	}
	n, err := deleteFactor(ctx, tx, account)
	if err != nil {
		return ended, err
	}
	keys, err := deletePasskeys(ctx, tx, account)
	if err != nil {
		return ended, err
	}
	ended.Factor = n+keys > 0
	if n, err = revokeInvitations(ctx, tx, account, s.now()); err != nil {
		return ended, err
	}
	ended.Invitation = n > 0
	if err := endResets(ctx, tx, account); err != nil {
		return ended, err
	}
	return ended, clearSignIn(ctx, tx, account, s.now())
}

func (e Ended) detail() map[string]string {
	names := make([]string, 0, len(e.Roles))
	for _, r := range e.Roles {
		names = append(names, string(r.Role))
	}
	return map[string]string{"roles": strings.Join(names, " "), "sessions": strconv.Itoa(e.Sessions),
		"factor": strconv.FormatBool(e.Factor), "invitation": strconv.FormatBool(e.Invitation)}
}

// Unlock lifts the lock of too many wrong passwords. Needs account:write, and
// nobody unlocks themself. Conflict where it is not locked.
func (s *Service) Unlock(ctx context.Context, by actor.Actor, account int64) error {
	if err := s.mayChange(by, account); err != nil {
		return s.denied(ctx, by, account, err)
	}
	return pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := s.present(ctx, tx, account); err != nil {
			return err
		}
		n, err := unlock(ctx, tx, account, s.now())
		if err != nil {
			return fmt.Errorf("unlock account: %w", err)
		}
		if n == 0 {
			return fault.New(fault.Conflict, "accounts.not_locked")
		}
		return s.audit(ctx, tx, AuditEvent{Action: "account.unlock", By: by, Object: objectOf(account)})
	})
}

// EndSessionsOf ends one of somebody's sessions, or all of them ("") with their
// next request. Needs account:write; one's own are on one's own page (Forbidden).
// NotFound where there is no such session.
func (s *Service) EndSessionsOf(ctx context.Context, by actor.Actor, account int64, session string) error {
	if err := s.mayChange(by, account); err != nil {
		return s.denied(ctx, by, account, err)
	}
	return pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if _, err := lockAccount(ctx, tx, account); pg.None(err) {
			return fault.New(fault.NotFound, "accounts.unknown")
		} else if err != nil {
			return fmt.Errorf("end sessions: %w", err)
		}
		if session == "" {
			if err := endSessionsBut(ctx, tx, account, "", s.now()); err != nil {
				return fmt.Errorf("end sessions: %w", err)
			}
		} else if n, err := endSession(ctx, tx, account, session, s.now()); err != nil {
			return fmt.Errorf("end session: %w", err)
		} else if n == 0 {
			return fault.New(fault.NotFound, "accounts.session.unknown")
		}
		return s.audit(ctx, tx, AuditEvent{Action: "session.end", By: by, Object: objectOf(account)})
	})
}
