package accounts

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"

	"minping/internal/fault"
	"minping/internal/pg"
)

// SignIn checks a name and a password and says in Next which gate comes then.
// Attempts of one source at one name are slowed down (TooMany). Wrong passwords from
// a browser that has signed in to the account before lock that browser out, and
// strangers' the account for all others. Every refusal is
// the same Unauthorized fault "accounts.signin.wrong" after the same work, whether
// the account does not exist, is disabled, is locked or the password is wrong;
// Busy when too many wait.
func (s *Service) SignIn(ctx context.Context, username, password string, from From) (Account, error) {
	username = strings.ToLower(strings.TrimSpace(username))
	leave, err := s.door.enter(from.Source)
	if err != nil {
		return Account{}, err // before it is counted: nobody has looked at it
	}
	defer leave()
	if err := s.throttle.claim(from.Source, username, s.now()); err != nil {
		return Account{}, err
	}
	a, ok, err := s.attempt(ctx, username, password, from)
	if err != nil {
		return Account{}, err
	}
	if !ok {
		s.tellLock(a)
		if err := s.refuse(ctx, a, username, refusal{outcomePassword, from.Source}); err != nil {
			return Account{}, err
		}
		return Account{}, fault.New(fault.Unauthorized, "accounts.signin.wrong").With("Tries", s.lock().after).With("Minutes", int(s.lock().time.Minutes()))
	}
	if a.Next = s.next(a, false); a.Next == GateCode {
		return a.Account, nil // the failures before it stay until the code is right too
	}
	s.throttle.succeed(from.Source, username)
	return a.Account, s.forget(ctx, a)
}

// attempt counts a try before it looks at the password: however many tries run
// at once on however many nodes, the database lets no more through than the setting says. Tries at one
// name take turns on a node, so that a colleague signing in on several machines
// is not counted as guessing. Who succeeds is given the try back.
func (s *Service) attempt(ctx context.Context, username, password string, from From) (credentials, bool, error) {
	leave, err := s.hasher.turn(ctx, username)
	if err != nil {
		return credentials{}, false, err
	}
	defer leave()
	a, err := s.claim(ctx, username, from)
	if err != nil {
		return credentials{}, false, err
	}
	if len(password) > 4*passwordMax {
		password = "" // an endless text is not worth hashing, and no password is that long
	}
	ok, err := s.hasher.matches(ctx, password, a.Hash)
	if err != nil || !ok {
		return a, false, err
	}
	if err := s.giveBack(ctx, a); err != nil {
		return a, false, err
	}
	return a, true, nil
}

// claim counts a try; an account without an ID is none, or disabled, or locked,
// and costs the database the same.
func (s *Service) claim(ctx context.Context, username string, from From) (credentials, error) {
	a, err := claimAttempt(ctx, s.db, try{username, from.digest(), s.now(), s.lock()})
	if err != nil && !pg.None(err) {
		return credentials{}, fmt.Errorf("sign in: %w", err)
	}
	return a, nil
}

// giveBack takes this try off the count: it was not a failure.
func (s *Service) giveBack(ctx context.Context, a credentials) error {
	if err := unclaimAttempt(ctx, s.db, a, s.lock().after); err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	return nil
}

func (s *Service) forget(ctx context.Context, a credentials) error {
	if err := forgetFailures(ctx, s.db, a, s.now()); err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	return nil
}

// From is where an attempt comes from.
type From struct {
	Source string // pseudonym of the network address; "" is the program itself
	Device string // the mark that a browser keeps once it has signed in; "": it has none
}

// digest is the mark as account_devices knows it; nil for none, which is never known.
func (f From) digest() []byte {
	if f.Device == "" {
		return nil
	}
	return deviceDigest(f.Device)
}

type refusal struct{ outcome, source string }

// refuse records a failure for its holder and for the audit, with one write also
// where there is no account.
func (s *Service) refuse(ctx context.Context, a credentials, username string, r refusal) error {
	return pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		var err error
		if a.ID == 0 {
			err = countDecoy(ctx, tx, username)
		} else {
			err = insertSignIn(ctx, tx, signInRow{Account: a.ID, At: s.now(), Outcome: r.outcome, Source: r.source})
		}
		if err != nil {
			return fmt.Errorf("record failure: %w", err)
		}
		if err := s.audit(ctx, tx, AuditEvent{Action: "signin.refused", Account: a.ID, Outcome: "refused",
			Detail: map[string]string{"method": r.outcome}}); err != nil {
			return err
		}
		if a.ID == 0 || a.Failures < s.lock().after {
			return nil
		}
		return s.audit(ctx, tx, AuditEvent{Action: "signin.locked", Account: a.ID, Outcome: "refused",
			Detail: map[string]string{"minutes": strconv.Itoa(int(s.lock().time.Minutes())), "known_device": strconv.FormatBool(a.KnownDevice)}})
	})
}

func (s *Service) tellLock(a credentials) {
	if a.ID != 0 && a.Failures >= s.lock().after {
		s.log.Warn("account locked", "account", a.ID, "minutes", s.lock().time.Minutes())
	}
}
