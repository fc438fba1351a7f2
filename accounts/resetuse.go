package accounts

import (
	"context"
	"crypto/subtle"
	"fmt"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/code"
	"minping/internal/fault"
	"minping/internal/pg"
)

// ResetUse is what the holder of an account brings: both halves of a code, as
// typed, and for a password the new one.
type ResetUse struct {
	First, Second string
	Password      string
	Source        string // as in From
}

// UseReset sets a new password with both halves of a confirmed reset's code; the
// account's sessions end, its browsers are strangers again, and Next says which gate
// comes then: the second factor is asked as ever. Of several at once one succeeds.
// Invalid with complaints about code (the same whether it never was, is another
// kind's, was used, stopped or is too old) or password; TooMany where a source tries on.
func (s *Service) UseReset(ctx context.Context, in ResetUse) (Account, error) {
	const attempts = "a reset" // no username looks so
	if err := s.throttle.claim(in.Source, attempts, s.now()); err != nil {
		return Account{}, err
	}
	r, err := s.matched(ctx, in, ResetOfPassword, 0)
	if err != nil {
		return Account{}, err
	}
	s.throttle.succeed(in.Source, attempts)
	if key := s.passwordRule(in.Password, r.Username); key != "" {
		return Account{}, fault.Fielded(complain("password", key))
	}
	_, err = s.setPassword(ctx, r.Account, in.Password, newPassword{}, func(tx *sqlx.Tx) error {
		if err := s.spendReset(ctx, tx, r); err != nil {
			return err
		}
		if err := forgetDevices(ctx, tx, r.Account); err != nil {
			return fmt.Errorf("use reset: %w", err)
		}
		return s.resetStep(ctx, tx, actor.Actor{Account: r.Account}, r, resetTold{"reset.use", NoticePasswordReset, r.Reason})
	})
	if fault.KindOf(err) == fault.Conflict { // somebody else has just set the password with this very code
		return Account{}, wrongHalves()
	}
	if err != nil {
		return Account{}, err
	}
	a, err := credentialsOf(ctx, s.db, r.Account)
	if pg.None(err) { // shut in this very moment
		return Account{}, wrongHalves()
	}
	if err != nil {
		return Account{}, fmt.Errorf("use reset: %w", err)
	}
	a.Next = s.next(a, false)
	return a.Account, nil
}

// UseFactorReset takes the caller's own second factor away with both halves of a
// confirmed reset's code, for whoever stands before the gate of the second factor
// with a right password; Next is GateEnrol. Refusals as in UseReset.
func (s *Service) UseFactorReset(ctx context.Context, by actor.Actor, in ResetUse) (Account, error) {
	if err := signedIn(by); err != nil {
		return Account{}, err
	}
	username, err := s.usernameOf(ctx, by.Account)
	if err != nil {
		return Account{}, err
	}
	if err := s.throttle.claim(in.Source, username, s.now()); err != nil {
		return Account{}, err
	}
	r, err := s.matched(ctx, in, ResetOfFactor, by.Account)
	if err != nil {
		return Account{}, err
	}
	var a credentials
	err = pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if _, err := lockAccount(ctx, tx, r.Account); err != nil {
			return fmt.Errorf("use reset: %w", err)
		}
		if err := s.spendReset(ctx, tx, r); err != nil {
			return err
		}
		if err := s.dropFactors(ctx, tx, r.Account); err != nil {
			return err
		}
		if a, err = credentialsOf(ctx, tx, r.Account); pg.None(err) {
			return wrongHalves()
		} else if err != nil {
			return fmt.Errorf("use reset: %w", err)
		}
		return s.resetStep(ctx, tx, by, r, resetTold{"reset.use", NoticeFactorReset, r.Reason})
	})
	if err != nil {
		return Account{}, err
	}
	s.throttle.succeed(in.Source, username)
	a.Next = s.next(a, false)
	return a.Account, nil
}

// dropFactors takes authenticator, passkeys and recovery codes away and ends all
// sessions. NotFound where there was no second factor.
func (s *Service) dropFactors(ctx context.Context, tx *sqlx.Tx, account int64) error {
	n, err := deleteFactor(ctx, tx, account)
	if err != nil {
		return fmt.Errorf("reset second factor: %w", err)
	}
	keys, err := deletePasskeys(ctx, tx, account)
	if err != nil {
		return fmt.Errorf("reset second factor: %w", err)
	}
	if n+keys == 0 {
		return fault.New(fault.NotFound, "accounts.factor.none")
	}
	if err := endOtherSessions(ctx, tx, account, ""); err != nil {
		return fmt.Errorf("reset second factor: %w", err)
	}
	return nil
}

// matched finds the reset that two halves, in either order, belong to. A try with
// one right half and a wrong one is counted, and the fifth ends the reset: who holds
// one half cannot search for the other.
func (s *Service) matched(ctx context.Context, in ResetUse, kind ResetKind, account int64) (Reset, error) {
	halves := [2][]byte{resetDigest(code.Normalize(in.First)), resetDigest(code.Normalize(in.Second))}
	row, err := tryReset(ctx, s.db, resetTry{halves: halves, kind: kind, account: account, now: s.now()})
	if pg.None(err) {
		return Reset{}, wrongHalves()
	}
	if err != nil {
		return Reset{}, fmt.Errorf("use reset: %w", err)
	}
	straight := subtle.ConstantTimeCompare(halves[0], row.First) & subtle.ConstantTimeCompare(halves[1], row.Second)
	crossed := subtle.ConstantTimeCompare(halves[1], row.First) & subtle.ConstantTimeCompare(halves[0], row.Second)
	if straight|crossed != 1 {
		return Reset{}, wrongHalves()
	}
	return row.Reset, nil
}

func wrongHalves() error { return fault.Fielded(complain("code", "accounts.reset.wrong")) }

// spendReset uses a reset up; of several at once the second finds it used.
func (s *Service) spendReset(ctx context.Context, tx *sqlx.Tx, r Reset) error {
	n, err := useReset(ctx, tx, r.ID, s.now())
	if err != nil {
		return fmt.Errorf("use reset: %w", err)
	}
	if n == 0 {
		return wrongHalves()
	}
	return nil
}
