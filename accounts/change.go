package accounts

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

type newPassword struct {
	hash      string
	at        time.Time
	temporary bool   // somebody else knows it
	keep      string // the session that does not end
	was       string // the hash it replaces; "" whichever is the last
	history   int    // how many passwords, this one among them, are remembered
	first     bool   // there is no password yet
}

// PasswordChange is what the holder changes their password with; Session is the
// one that goes on ("" in between the steps of signing in).
type PasswordChange struct{ Current, Password, Session string }

// ChangePassword sets the caller's own password and gives the new stamp for the
// caller's session; the account's other sessions end. Invalid with complaints
// about current or password. A wrong current password counts towards the lock.
func (s *Service) ChangePassword(ctx context.Context, by actor.Actor, in PasswordChange) (string, error) {
	if err := signedIn(by); err != nil {
		return "", err
	}
	username, err := s.usernameOf(ctx, by.Account)
	if err != nil {
		return "", err
	}
	if key := s.passwordRule(in.Password, username); key != "" {
		return "", fault.Fielded(complain("password", key))
	}
	if in.Current == in.Password {
		return "", fault.Fielded(complain("password", "accounts.password.same"))
	}
	was, err := s.confirmPassword(ctx, username, in.Current)
	if err != nil {
		return "", err
	}
	return s.setPassword(ctx, by.Account, in.Password, newPassword{keep: in.Session, was: was}, func(tx *sqlx.Tx) error {
		return s.audit(ctx, tx, AuditEvent{Action: "password.change", Account: by.Account})
	})
}

// ResetPassword sets somebody's password for one sign-in, after which it must be
// changed, and lifts the lock; the holder is told. For the server's own terminal
// only, where nobody is left who could ask and confirm (AskReset): Forbidden for
// every account. Conflict for who has none: they are invited.
func (s *Service) ResetPassword(ctx context.Context, by actor.Actor, account int64, password string) error {
	if err := allowed(by, accountReset); err != nil {
		return s.denied(ctx, by, account, err)
	}
	username, err := s.usernameOf(ctx, account)
	if err != nil {
		return err
	}
	if invited, err := withoutPassword(ctx, s.db, account); err != nil {
		return fmt.Errorf("reset password: %w", err)
	} else if invited {
		return fault.New(fault.Conflict, "accounts.password.none")
	}
	if key := s.passwordRule(password, username); key != "" {
		return fault.Fielded(complain("password", key))
	}
	_, err = s.setPassword(ctx, account, password, newPassword{temporary: true}, func(tx *sqlx.Tx) error {
		if err := insertNotice(ctx, tx, account, Notice{At: s.now(), Kind: NoticePasswordReset}); err != nil {
			return err
		}
		return s.audit(ctx, tx, AuditEvent{Action: "password.reset", By: by, Object: objectOf(account)})
	})
	return err
}

// confirmPassword asks the holder's password again before a serious step, and
// gives the hash that it was right for.
func (s *Service) confirmPassword(ctx context.Context, username, current string) (hash string, err error) {
	a, ok, err := s.attempt(ctx, username, current, From{})
	if err != nil || ok {
		return a.Hash, err
	}
	s.tellLock(a)
	if err := s.refuse(ctx, a, username, refusal{outcome: outcomePassword}); err != nil {
		return "", err
	}
	return "", fault.Fielded(s.locking(complain("current", "accounts.password.wrong")))
}

func (s *Service) usernameOf(ctx context.Context, account int64) (string, error) {
	name, err := usernameOf(ctx, s.db, account)
	if pg.None(err) {
		return "", fault.New(fault.NotFound, "accounts.unknown")
	}
	if err != nil {
		return "", fmt.Errorf("find account: %w", err)
	}
	return name, nil
}

// setPassword stores a password that is none of the last ones, ends the
// account's sessions and gives its new stamp. The comparisons run before the
// transaction; whoever changes in between makes the other's change a Conflict.
func (s *Service) setPassword(ctx context.Context, account int64, password string, p newPassword, also func(*sqlx.Tx) error) (string, error) {
	old, err := lastHashes(ctx, s.db, account, s.set.passwordHistory.At(s.now()))
	if err != nil {
		return "", fmt.Errorf("set password: %w", err)
	}
	for _, hash := range old {
		used, err := s.hasher.matches(ctx, password, hash)
		if err != nil {
			return "", err
		}
		if used {
			return "", fault.Fielded(complain("password", "accounts.password.used"))
		}
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return "", err
	}
	p.hash, p.at = hash, s.now()
	p.history = s.set.passwordHistory.At(p.at)
	if p.was == "" && !p.first && len(old) > 0 {
		p.was = old[0]
	}
	var stamp string
	err = pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		n, err := updatePassword(ctx, tx, account, p)
		if err != nil {
			return fmt.Errorf("set password: %w", err)
		}
		if n == 0 {
			return fault.New(fault.Conflict, "accounts.password.race")
		}
		if stamp, err = stampIn(ctx, tx, account); err != nil {
			return fmt.Errorf("set password: %w", err)
		}
		return also(tx)
	})
	return stamp, err
}

// expired tells whether a password must be changed before anything else.
func (s *Service) expired(a credentials) bool {
	if a.Temporary {
		return true
	}
	return !s.now().Before(a.SetAt.AddDate(0, 0, s.set.passwordDays.At(s.now())))
}
