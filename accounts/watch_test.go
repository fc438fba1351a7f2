package accounts

import (
	"slices"
	"testing"
	"time"

	"minping/internal/fault"
)

// TestWatchingIsNotBeingSeen: whoever only watches stands idle, however often it is
// asked whether his session goes on; a session that ended, somebody else's and one
// from before a change of the password are over.
func TestWatchingIsNotBeingSeen(t *testing.T) {
	t.Parallel()
	s, _, c := open(t)
	a, b := create(t, s, "wangmin"), create(t, s, "lijun")
	in, err := s.SignIn(t.Context(), "wangmin", goodPassword, From{})
	if err != nil {
		t.Fatal(err)
	}
	w, err := s.Open(t.Context(), Visit{Account: a.ID})
	if err != nil {
		t.Fatal(err)
	}
	mine := Watching{Account: a.ID, Session: w.Session, Stamp: in.Stamp}
	over := func(list ...Watching) []bool {
		t.Helper()
		gone, err := s.Over(t.Context(), list)
		if err != nil {
			t.Fatal(err)
		}
		return gone
	}
	stranger, old, none := mine, mine, mine
	stranger.Account, old.Stamp, none.Session = b.ID, "of another password", "nothing"
	if got := over(mine, stranger, old, none); !slices.Equal(got, []bool{false, true, true, true}) {
		t.Errorf("over: %v", got)
	}
	for range 7 { // every two minutes, until the idle time is over
		c.pass(2 * time.Minute)
		if err := s.Glance(t.Context(), a.ID, w.Session); err != nil || over(mine)[0] {
			t.Fatalf("before the idle time: %v", err)
		}
	}
	c.pass(2 * time.Minute)
	wantKind(t, s.Glance(t.Context(), a.ID, w.Session), fault.Unauthorized, "fault.session.ended")
	if !over(mine)[0] {
		t.Error("watching kept a session open")
	}
}
