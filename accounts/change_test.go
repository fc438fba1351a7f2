package accounts

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"minping/internal/actor"
	"minping/internal/fault"
)

func TestLastFivePasswordsAreBarred(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	a := create(t, s, "wangmin")
	by := actor.Actor{Account: a.ID}
	word := func(i int) string { return fmt.Sprintf("Lantern-%c-2026", 'a'+i) }
	current := goodPassword
	to := func(next string) error {
		_, err := s.ChangePassword(t.Context(), by, PasswordChange{Current: current, Password: next})
		if err == nil {
			current = next
		}
		return err
	}
	for i := range 4 {
		if err := to(word(i)); err != nil {
			t.Fatal(err)
		}
	}
	for _, used := range []string{goodPassword, word(0), word(2)} {
		wantKind(t, to(used), fault.Invalid, "accounts.password.used")
	}
	if err := to(word(4)); err != nil {
		t.Fatal(err)
	}
	if err := to(goodPassword); err != nil {
		t.Errorf("the sixth last is barred: %v", err)
	}
}

func TestParallelChangesOfPassword(t *testing.T) {
	t.Parallel()
	s, db, _ := open(t)
	a := create(t, s, "wangmin")
	var done atomic.Int32
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			_, err := s.ChangePassword(t.Context(), actor.Actor{Account: a.ID}, PasswordChange{Current: goodPassword, Password: fmt.Sprintf("Lantern-%c-2026", 'a'+i)})
			if err == nil {
				done.Add(1)
			} else if k := fault.KindOf(err); k != fault.Conflict && k != fault.Invalid {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	var kept int
	if err := db.Get(&kept, `SELECT count(*) FROM password_history WHERE account_id = $1`, a.ID); err != nil || done.Load() != 1 || kept != 2 {
		t.Errorf("%d changes, %d passwords kept, %v", done.Load(), kept, err)
	}
}

func TestPasswordExpires(t *testing.T) {
	t.Parallel()
	for days, want := range map[string][2]Gate{"90": {GateOpen, GatePassword}, "30": {GatePassword, GatePassword}, "365": {GateOpen, GateOpen}} {
		s, _, c := open(t)
		fix(t, s, map[string]string{"password.days": days})
		create(t, s, "wangmin")
		for i, pass := range []time.Duration{31 * 24 * time.Hour, 59 * 24 * time.Hour} {
			c.pass(pass)
			if a, err := s.SignIn(t.Context(), "wangmin", goodPassword, From{}); err != nil || a.Next != want[i] {
				t.Errorf("%s days, try %d: %q, %v", days, i, a.Next, err)
			}
		}
	}
}

func TestResetPasswordIsForOneSignIn(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	a := create(t, s, "wangmin")
	const given = "Lantern-x-2026"
	if err := s.ResetPassword(t.Context(), root, a.ID, given); err != nil {
		t.Fatal(err)
	}
	got, err := s.SignIn(t.Context(), "wangmin", given, From{})
	if err != nil || got.Next != GatePassword {
		t.Fatalf("%+v, %v", got, err)
	}
	if _, err := s.ChangePassword(t.Context(), actor.Actor{Account: a.ID}, PasswordChange{Current: given, Password: "Lantern-y-2026"}); err != nil {
		t.Fatal(err)
	}
	if got, err = s.SignIn(t.Context(), "wangmin", "Lantern-y-2026", From{}); err != nil || got.Next != GateOpen {
		t.Errorf("%+v, %v", got, err)
	}
	if w, err := s.Open(t.Context(), Visit{Account: a.ID}); err != nil || len(w.Notices) != 1 || w.Notices[0].Kind != NoticePasswordReset {
		t.Errorf("%+v, %v", w, err)
	}
}

func TestWelcome(t *testing.T) {
	t.Parallel()
	s, _, c := open(t)
	a := create(t, s, "wangmin")
	visit := func(device string) Welcome {
		t.Helper()
		w, err := s.Open(t.Context(), Visit{Account: a.ID, Device: device})
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	if w := visit("one"); w.Last != nil || w.NewDevice || w.Failures != 0 {
		t.Errorf("first: %+v", w)
	}
	first := c.Now()
	c.pass(time.Hour)
	for range 3 {
		_, _ = s.SignIn(t.Context(), "wangmin", "wrong", From{})
	}
	if w := visit("one"); w.Last == nil || !w.Last.Equal(first) || w.NewDevice || w.Failures != 3 {
		t.Errorf("second: %+v", w)
	}
	if w := visit("two"); !w.NewDevice || w.Failures != 0 {
		t.Errorf("another device: %+v", w)
	}
}

func TestSessionsOfOthersAreNotTouched(t *testing.T) {
	t.Parallel()
	s, _, c := open(t)
	a, b := create(t, s, "wangmin"), create(t, s, "lijun")
	w, err := s.Open(t.Context(), Visit{Account: a.ID})
	if err != nil {
		t.Fatal(err)
	}
	wantKind(t, s.EndSession(t.Context(), actor.Actor{Account: b.ID}, w.Session), fault.NotFound, "accounts.session.unknown")
	wantKind(t, s.Alive(t.Context(), b.ID, w.Session), fault.Unauthorized, "fault.session.ended")
	if err := s.Alive(t.Context(), a.ID, w.Session); err != nil {
		t.Error(err)
	}
	c.pass(idleFor)
	wantKind(t, s.Alive(t.Context(), a.ID, w.Session), fault.Unauthorized, "fault.session.ended")
}
