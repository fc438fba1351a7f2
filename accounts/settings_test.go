package accounts

import (
	"fmt"
	"testing"
	"time"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/settings"
)

// fix gives a service other settings than the defaults.
func fix(t *testing.T, s *Service, values map[string]string) {
	t.Helper()
	set, err := settings.Fixed(values, Settings())
	if err != nil {
		t.Fatal(err)
	}
	if s.set, err = handlesOf(set); err != nil {
		t.Fatal(err)
	}
}

func TestLockFollowsItsSettings(t *testing.T) {
	t.Parallel()
	s, _, c := open(t)
	fix(t, s, map[string]string{"signin.lock_after": "3", "signin.lock_time": "1200s"})
	create(t, s, "wangmin")
	for range 3 {
		_, err := s.SignIn(t.Context(), "wangmin", "wrong", From{})
		if f, _ := fault.As(err); f == nil || f.Args["Tries"] != 3 || f.Args["Minutes"] != 20 {
			t.Errorf("%+v", f)
		}
	}
	c.pass(lockFor) // the default's time is not enough
	_, err := s.SignIn(t.Context(), "wangmin", goodPassword, From{})
	wantKind(t, err, fault.Unauthorized, "accounts.signin.wrong")
	c.pass(5 * time.Minute)
	if _, err := s.SignIn(t.Context(), "wangmin", goodPassword, From{}); err != nil {
		t.Error(err)
	}
}

func TestSessionsFollowTheirSettings(t *testing.T) {
	t.Parallel()
	s, _, c := open(t)
	fix(t, s, map[string]string{"session.idle": "1800s", "session.absolute": "7200s"})
	a := create(t, s, "wangmin")
	begin := func() string {
		w, err := s.Open(t.Context(), Visit{Account: a.ID})
		if err != nil {
			t.Fatal(err)
		}
		return w.Session
	}
	idle := begin()
	c.pass(29 * time.Minute)
	if err := s.Alive(t.Context(), a.ID, idle); err != nil {
		t.Errorf("before the idle time: %v", err)
	}
	c.pass(30 * time.Minute)
	wantKind(t, s.Alive(t.Context(), a.ID, idle), fault.Unauthorized, "fault.session.ended")
	long := begin()
	for range 5 {
		c.pass(20 * time.Minute)
		if err := s.Alive(t.Context(), a.ID, long); err != nil {
			t.Errorf("in use: %v", err)
		}
	}
	c.pass(20 * time.Minute)
	wantKind(t, s.Alive(t.Context(), a.ID, long), fault.Unauthorized, "fault.session.ended")
}

func TestPasswordHistoryFollowsItsSetting(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	fix(t, s, map[string]string{"password.history": "3"})
	a := create(t, s, "wangmin")
	by, now := actor.Actor{Account: a.ID}, goodPassword
	to := func(next string) error {
		_, err := s.ChangePassword(t.Context(), by, PasswordChange{Current: now, Password: next})
		if err == nil {
			now = next
		}
		return err
	}
	for i := range 2 {
		if err := to(fmt.Sprintf("Another-%d-word", i)); err != nil {
			t.Fatal(err)
		}
	}
	wantKind(t, to(goodPassword), fault.Invalid, "accounts.password.used")
	if err := to("Another-3-word"); err != nil {
		t.Fatal(err)
	}
	if err := to(goodPassword); err != nil {
		t.Errorf("the fourth last: %v", err)
	}
}
