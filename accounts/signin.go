package accounts

import (
	"context"
	"fmt"
	"strings"
	"time"

	"minping/internal/fault"
	"minping/internal/pg"
)

// A lock begins with the fifth wrong password in a row and lasts this long.
const (
	lockAfter = 5
	lockFor   = 15 * time.Minute
)

// SignIn checks a name and a password. source says where the attempt comes from,
// for the log of locks. Every refusal is the same Unauthorized fault
// "accounts.signin.wrong" after the same work, whether the account does not
// exist, is disabled, is locked or the password is wrong; Busy when too many wait.
func (s *Service) SignIn(ctx context.Context, username, password, source string) (Account, error) {
	username = strings.ToLower(strings.TrimSpace(username))
	a, ok, err := s.attempt(ctx, username, password)
	if err != nil {
		return Account{}, err
	}
	if !ok {
		s.tellLock(a, source)
		return Account{}, fault.New(fault.Unauthorized, "accounts.signin.wrong").With("Minutes", int(lockFor.Minutes()))
	}
	return a.Account, nil
}

// attempt counts a try before it looks at the password: however many tries run
// at once on however many nodes, the database lets five through. Tries at one
// name take turns on a node, so that a colleague signing in on several machines
// is not counted as guessing.
func (s *Service) attempt(ctx context.Context, username, password string) (credentials, bool, error) {
	leave, err := s.hasher.turn(ctx, username)
	if err != nil {
		return credentials{}, false, err
	}
	defer leave()
	a, err := claimAttempt(ctx, s.db, username, s.now())
	if err != nil && !pg.None(err) {
		return credentials{}, false, fmt.Errorf("sign in: %w", err)
	}
	if len(password) > 4*passwordMax {
		password = "" // an endless text is not worth hashing, and no password is that long
	}
	ok, err := s.hasher.matches(ctx, password, a.Hash)
	if err != nil || !ok {
		return a, false, err
	}
	if err := forgetFailures(ctx, s.db, a.ID); err != nil {
		return a, false, fmt.Errorf("sign in: %w", err)
	}
	return a, true, nil
}

func (s *Service) tellLock(a credentials, source string) {
	if a.ID != 0 && a.Failures >= lockAfter {
		s.log.Warn("account locked", "account", a.ID, "minutes", lockFor.Minutes(), "source", source)
	}
}
