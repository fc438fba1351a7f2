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

// ResetFactor takes somebody's authenticator, passkeys and recovery codes away, so that the
// next sign-in sets up new ones; sessions end and the holder is told, with the reason.
// For the server's own terminal only, as ResetPassword. Invalid with a complaint
// about reason (5–200 characters); NotFound where there is no second factor.
func (s *Service) ResetFactor(ctx context.Context, by actor.Actor, account int64, reason string) error {
	if err := allowed(by, accountReset); err != nil {
		return s.denied(ctx, by, account, err)
	}
	reason, err := resetReason(reason)
	if err != nil {
		return err
	}
	return pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := s.dropFactors(ctx, tx, account); err != nil {
			return err
		}
		if err := insertNotice(ctx, tx, account, Notice{At: s.now(), Kind: NoticeFactorReset, Reason: reason}); err != nil {
			return fmt.Errorf("reset second factor: %w", err)
		}
		return s.audit(ctx, tx, AuditEvent{Action: "factor.reset", By: by, Object: objectOf(account),
			Detail: map[string]string{"reason": reason}})
	})
}

// Security is what the holder of an account sees about its safety.
type Security struct {
	Enrolled        bool // an authenticator application
	Passkeys        []Passkey
	Identities      []Identity
	EnrolledAt      *time.Time
	CodesLeft       int
	PasswordSetAt   time.Time
	PasswordExpires *time.Time // nil: never
	Sessions        []Session  // running, newest first
	Recent          []Attempt  // newest first
	Notices         []Notice   // of the last 90 days
	Resets          []Reset    // open ones, which the holder may stop
}

// Security gives the caller's own.
func (s *Service) Security(ctx context.Context, by actor.Actor) (Security, error) {
	if err := signedIn(by); err != nil {
		return Security{}, err
	}
	out, err := s.security(ctx, by.Account)
	if pg.None(err) {
		return out, fault.New(fault.NotFound, "accounts.unknown")
	}
	if err != nil {
		return out, fmt.Errorf("security of account: %w", err)
	}
	return out, nil
}

func (s *Service) security(ctx context.Context, account int64) (Security, error) {
	a, err := credentialsOf(ctx, s.db, account)
	if err != nil {
		return Security{}, err
	}
	return s.securityFrom(ctx, account, a)
}

// securityOf is anybody's, also of a shut account.
func (s *Service) securityOf(ctx context.Context, account int64) (Security, error) {
	a, err := anyCredentials(ctx, s.db, account)
	if err != nil {
		return Security{}, err
	}
	return s.securityFrom(ctx, account, a)
}

func (s *Service) securityFrom(ctx context.Context, account int64, a credentials) (Security, error) {
	out := Security{Enrolled: a.TOTP, PasswordSetAt: a.SetAt}
	until := a.SetAt.AddDate(0, 0, s.set.passwordDays.At(s.now()))
	out.PasswordExpires = &until
	err := s.factors(ctx, a, &out)
	if err != nil {
		return out, err
	}
	if out.Sessions, err = runningSessions(ctx, s.db, account, s.limits()); err != nil {
		return out, err
	}
	if out.Recent, err = recentSignIns(ctx, s.db, account); err != nil {
		return out, err
	}
	if out.Resets, err = openResets(ctx, s.db, account, s.now()); err != nil {
		return out, err
	}
	out.Notices, err = noticesSince(ctx, s.db, account, s.now().AddDate(0, 0, -90))
	return out, err
}

func (s *Service) factors(ctx context.Context, a credentials, out *Security) error {
	keys, err := passkeysOf(ctx, s.db, a.ID)
	if err != nil {
		return err
	}
	for _, k := range keys {
		out.Passkeys = append(out.Passkeys, k.Passkey)
	}
	if out.Identities, err = identitiesOf(ctx, s.db, a.ID); err != nil {
		return err
	}
	if a.TOTP {
		f, err := factorOf(ctx, s.db, a.ID)
		if err != nil {
			return err
		}
		out.EnrolledAt = f.Confirmed
	}
	out.CodesLeft, err = countRecovery(ctx, s.db, a.ID)
	return err
}
