package accounts

import (
	"sync"
	"testing"
	"time"

	"minping/internal/fault"
)

func TestSignIn(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	made := create(t, s, "wangmin", RoleAt{Role: Handler})
	got, err := s.SignIn(t.Context(), "  WangMin ", goodPassword, From{})
	if err != nil || got.ID != made.ID || got.Stamp != made.Stamp || got.Stamp == "" {
		t.Fatalf("signed in as %+v, %v; made %+v", got, err, made)
	}
	for name, try := range map[string][2]string{
		"wrong password": {"wangmin", "Qingdao-2026-no"}, "unknown": {"nobody", goodPassword},
		"empty password": {"wangmin", ""}, "endless password": {"wangmin", string(make([]byte, 10000))},
	} {
		_, err := s.SignIn(t.Context(), try[0], try[1], From{})
		t.Run(name, func(t *testing.T) { wantKind(t, err, fault.Unauthorized, "accounts.signin.wrong") })
	}
}

func TestLockAfterFiveWrongPasswords(t *testing.T) {
	t.Parallel()
	s, _, now := open(t)
	create(t, s, "wangmin")
	for range lockAfter {
		_, err := s.SignIn(t.Context(), "wangmin", "wrong", From{})
		wantKind(t, err, fault.Unauthorized, "accounts.signin.wrong")
	}
	_, err := s.SignIn(t.Context(), "wangmin", goodPassword, From{})
	wantKind(t, err, fault.Unauthorized, "accounts.signin.wrong")
	now.pass(lockFor - time.Second)
	_, err = s.SignIn(t.Context(), "wangmin", goodPassword, From{})
	wantKind(t, err, fault.Unauthorized, "accounts.signin.wrong")
	now.pass(time.Second)
	if _, err := s.SignIn(t.Context(), "wangmin", "wrong", From{}); err == nil {
		t.Fatal("a wrong password was taken")
	}
	if _, err := s.SignIn(t.Context(), "wangmin", goodPassword, From{}); err != nil {
		t.Fatalf("after the lock, one wrong try locked again: %v", err)
	}
}

func TestSuccessForgetsFailures(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	create(t, s, "wangmin")
	for range 2 {
		for range lockAfter - 1 {
			_, _ = s.SignIn(t.Context(), "wangmin", "wrong", From{})
		}
		if _, err := s.SignIn(t.Context(), "wangmin", goodPassword, From{}); err != nil {
			t.Fatal(err)
		}
	}
}

// Twenty guesses at once, on two nodes: no more than five are looked at, and the
// right password among the later ones does not help.
func TestParallelGuessesCannotPassTheLock(t *testing.T) {
	t.Parallel()
	s, db, now := open(t)
	other, err := New(Config{DB: db, Now: now.Now})
	if err != nil {
		t.Fatal(err)
	}
	a := create(t, s, "wangmin")
	var wg sync.WaitGroup
	for i := range 20 {
		node := []*Service{s, other}[i%2]
		wg.Go(func() { _, _ = node.SignIn(t.Context(), "wangmin", "wrong", From{}) })
	}
	wg.Wait()
	var failures int
	if err := db.Get(&failures, `SELECT failures FROM accounts WHERE id = $1`, a.ID); err != nil {
		t.Fatal(err)
	}
	if failures != lockAfter {
		t.Errorf("%d guesses were looked at, want %d", failures, lockAfter)
	}
	_, err = s.SignIn(t.Context(), "wangmin", goodPassword, From{})
	wantKind(t, err, fault.Unauthorized, "accounts.signin.wrong")
}

func TestParallelHonestSignInsDoNotLock(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	create(t, s, "wangmin")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := s.SignIn(t.Context(), "wangmin", goodPassword, From{}); err != nil {
				t.Errorf("sign in: %v", err)
			}
		})
	}
	wg.Wait()
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	a := create(t, s, "wangmin")
	by, before, err := s.Who(t.Context(), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	const next = "Laoshan-2027-ok"
	_, err = s.ChangePassword(t.Context(), by, PasswordChange{Current: "wrong", Password: next})
	wantKind(t, err, fault.Invalid, "accounts.password.wrong")
	_, err = s.ChangePassword(t.Context(), by, PasswordChange{Current: goodPassword, Password: "short"})
	wantKind(t, err, fault.Invalid, "accounts.password.short")
	_, err = s.ChangePassword(t.Context(), by, PasswordChange{Current: goodPassword, Password: goodPassword})
	wantKind(t, err, fault.Invalid, "accounts.password.same")
	stamp, err := s.ChangePassword(t.Context(), by, PasswordChange{Current: goodPassword, Password: next})
	if err != nil || stamp == before {
		t.Fatalf("stamp %s → %s, %v", before, stamp, err)
	}
	if _, err := s.SignIn(t.Context(), "wangmin", goodPassword, From{}); err == nil {
		t.Error("the old password still works")
	}
	if got, err := s.SignIn(t.Context(), "wangmin", next, From{}); err != nil || got.Stamp != stamp {
		t.Errorf("new password: %v", err)
	}
}

func TestPasswordRule(t *testing.T) {
	t.Parallel()
	s, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	for password, want := range map[string]string{
		"Lantern-123":           "",
		"lantern-123":           "",
		"Abcdef-123":            "accounts.password.common",
		"群众满意是最高的标准2026":        "accounts.password.simple",
		"群众满意是最高标准Min2026":      "",
		"Abc-123":               "accounts.password.short",
		"群众满意":                  "accounts.password.short",
		"abcdefghijkl":          "accounts.password.simple",
		"ABCDEFGHIJ1":           "accounts.password.simple",
		"Wang.min-2026":         "accounts.password.name",
		string(make([]rune, 0)): "accounts.password.short",
	} {
		if got := s.passwordRule(password, "wang.min-2026"); got != want {
			t.Errorf("%q: %q, want %q", password, got, want)
		}
	}
}
