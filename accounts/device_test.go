package accounts

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"minping/internal/fault"
)

const ownDesk = "0123456789abcdef0123456789abcdef"

// atDesk signs somebody in from a browser, so that it is known from then on.
func atDesk(t *testing.T, s *Service, username, device string) Account {
	t.Helper()
	a, err := s.SignIn(t.Context(), username, goodPassword, From{Device: device})
	if err != nil {
		t.Fatalf("sign in at the desk: %v", err)
	}
	if _, err := s.Open(t.Context(), Visit{Account: a.ID, Device: device, Method: MethodPassword}); err != nil {
		t.Fatal(err)
	}
	return a
}

// Whoever knows a user name can lock the account for strangers, and not for its
// holder at a browser that has signed in before.
func TestStrangersDoNotLockTheHolderOut(t *testing.T) {
	t.Parallel()
	s, db, _ := open(t)
	a, other := create(t, s, "wangmin"), create(t, s, "lijun")
	atDesk(t, s, "wangmin", ownDesk)
	atDesk(t, s, "lijun", "fedcba9876543210fedcba9876543210")
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() { _, _ = s.SignIn(t.Context(), "wangmin", fmt.Sprintf("Guess-%d-x", i), From{}) })
	}
	wg.Wait()
	for name, from := range map[string]From{"no mark": {}, "a made-up mark": {Device: "00000000000000000000000000000000"},
		"another account's browser": {Device: "fedcba9876543210fedcba9876543210"}} {
		_, err := s.SignIn(t.Context(), "wangmin", goodPassword, from)
		t.Run(name, func(t *testing.T) { wantKind(t, err, fault.Unauthorized, "accounts.signin.wrong") })
	}
	for range 3 { // however often
		atDesk(t, s, "wangmin", ownDesk)
	}
	_, err := s.SignIn(t.Context(), "wangmin", goodPassword, From{})
	wantKind(t, err, fault.Unauthorized, "accounts.signin.wrong") // the holder's sign-in gives strangers no new guesses
	var failures []int
	if err := db.Select(&failures, `SELECT failures FROM accounts WHERE id = ANY(ARRAY[$1, $2]::bigint[]) ORDER BY id`, a.ID, other.ID); err != nil {
		t.Fatal(err)
	}
	if failures[0] != lockAfter || failures[1] != 0 {
		t.Errorf("failures %v, want %d and none", failures, lockAfter)
	}
}

// The norm's lock holds at a known browser too: five wrong passwords, and it waits
// like everybody; the account itself is not locked by them.
func TestKnownBrowserIsLockedByItsOwnFailures(t *testing.T) {
	t.Parallel()
	s, _, now := open(t)
	a := create(t, s, "wangmin")
	atDesk(t, s, "wangmin", ownDesk)
	var wg sync.WaitGroup
	for range 20 { // a stolen computer, in parallel
		wg.Go(func() { _, _ = s.SignIn(t.Context(), "wangmin", "Wrong-guess-1", From{Device: ownDesk}) })
	}
	wg.Wait()
	_, err := s.SignIn(t.Context(), "wangmin", goodPassword, From{Device: ownDesk})
	wantKind(t, err, fault.Unauthorized, "accounts.signin.wrong")
	if _, err := s.SignIn(t.Context(), "wangmin", goodPassword, From{}); err != nil {
		t.Errorf("elsewhere: %v", err)
	}
	now.pass(lockFor - time.Second)
	_, err = s.SignIn(t.Context(), "wangmin", goodPassword, From{Device: ownDesk})
	wantKind(t, err, fault.Unauthorized, "accounts.signin.wrong")
	if err := s.Unlock(t.Context(), root, a.ID); err != nil {
		t.Errorf("unlock: %v", err)
	}
	atDesk(t, s, "wangmin", ownDesk)
	for range 2 { // success forgets
		for range lockAfter - 1 {
			_, _ = s.SignIn(t.Context(), "wangmin", "Wrong-guess-1", From{Device: ownDesk})
		}
		atDesk(t, s, "wangmin", ownDesk)
	}
}

// A mark that was not seen for a year is a stranger's.
func TestOldBrowserIsAStranger(t *testing.T) {
	t.Parallel()
	s, db, now := open(t)
	a := create(t, s, "wangmin")
	atDesk(t, s, "wangmin", ownDesk)
	if _, err := db.Exec(`UPDATE account_devices SET seen_at = $1`, now.Now().Add(-browserKnown)); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`UPDATE accounts SET locked_until = $1 WHERE id = $2`, now.Now().Add(time.Minute), a.ID); err != nil {
		t.Fatal(err)
	}
	_, err := s.SignIn(t.Context(), "wangmin", goodPassword, From{Device: ownDesk})
	wantKind(t, err, fault.Unauthorized, "accounts.signin.wrong")
}
