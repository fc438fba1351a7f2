package complaints

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
)

// newYear27 is the notice of a year of which only New Year and National Day are off,
// and the Monday after New Year's day, worked on the Sunday before it.
func newYear27() *workday.Calendar {
	return workday.Builtin().WithYear(2027, map[workday.Day]bool{{Year: 2027, Month: 1, Day: 1}: false, {Year: 2027, Month: 1, Day: 4}: false, {Year: 2027, Month: 1, Day: 3}: true,
		{Year: 2027, Month: 1, Day: 5}: false, {Year: 2027, Month: 10, Day: 1}: false})
}

// turning is a service whose calendar may be changed while it works.
func (o *town) turning(t testing.TB) (*Service, func(*workday.Calendar)) {
	var clock atomic.Pointer[workday.Clock]
	set := func(c *workday.Calendar) { clock.Store(workday.NewClock(c, workday.OfficeHours())) }
	set(workday.Builtin())
	return o.service(t, clock.Load), set
}

func TestDeadlinesFollowANotice(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	o.at(t, "2026-12-30 10:00")
	var turn func(*workday.Calendar)
	o.s, turn = o.turning(t)
	id, ticket := o.taken(t)
	done, _ := o.replied(t)
	if n, err := o.s.Recompute(t.Context()); n != 0 || err != nil { // the first walk finds everything as it is
		t.Fatalf("%d, %v", n, err)
	}
	if year := o.s.NoticeMissing(); year != 2027 {
		t.Errorf("missing: %d", year)
	}
	seen := sure(o.s.Foresee(t.Context(), o.committeeReads(), workday.NewClock(newYear27(), workday.OfficeHours()), 1000))
	if seen.Live != 2 || seen.Looked != 2 || seen.Partial {
		t.Errorf("foreseen %+v", seen)
	}
	if _, err := o.s.Foresee(t.Context(), o.handler, o.s.cfg.Clock(), 10); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("foreseen by a handler: %v", err)
	}
	turn(newYear27())
	if busy := sure(o.s.Recounting(t.Context())); !busy {
		t.Error("nobody would know that deadlines are still to be computed")
	}
	if n, err := o.s.Recompute(t.Context()); n != 2 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	if n, err := o.s.Recompute(t.Context()); n != 0 || err != nil {
		t.Errorf("again: %d, %v", n, err)
	}
	d := sure(o.s.Get(t.Context(), o.handler, id))
	if len(d.Moves) != 1 || !d.Moves[0].Was.Equal(china(t, "2027-01-06 17:00")) || !d.Moves[0].Becomes.Equal(china(t, "2027-01-08 17:00")) ||
		d.Moves[0].Clock != ClockHandle || !d.DueAt.Equal(d.Moves[0].Becomes) || d.Unnoticed != 0 {
		t.Errorf("due %s, %+v", d.DueAt, d.Moves)
	}
	v := sure(o.s.Track(t.Context(), ticket))
	if len(v.Moves) != 1 || !v.DueAt.Equal(*d.DueAt) {
		t.Errorf("the citizen is told %+v", v.Moves)
	}
	if d := sure(o.s.Get(t.Context(), o.desk, done)); len(d.Moves) != 1 || d.Moves[0].Clock != ClockCallback {
		t.Errorf("of what waits for a call: %+v", d.Moves)
	}
	if n := o.count(t, `SELECT count(*) FROM audit_entries WHERE action = 'case.recount' AND detail->>'moved' = '2'`); n != 1 {
		t.Errorf("%d in the chain", n)
	}
	o.sound(t)
}

// committeeReads is who proposes and approves settings.
func (o *town) committeeReads() actor.Actor {
	by := o.committee
	by.Grants = append([]actor.Grant{}, by.Grants...)
	by.Grants = append(by.Grants, actor.Grant{Permissions: map[actor.Permission]bool{"setting:read": true}})
	return by
}

// TestARecountGoesOn: broken off after any page, it goes on behind it; a calendar that
// changes meanwhile begins anew.
func TestARecountGoesOn(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	o.at(t, "2026-12-30 10:00")
	var turn func(*workday.Calendar)
	o.s, turn = o.turning(t)
	sure(o.s.Recompute(t.Context()))
	for range 5 {
		o.taken(t)
	}
	turn(newYear27())
	ctx, stop := context.WithCancel(t.Context())
	turned := 0
	inner := o.s.cfg.Clock
	o.s.cfg.Clock = func() *workday.Clock { // broken off while the third case is written
		if turned++; turned == 9 {
			stop()
		}
		return inner()
	}
	if _, err := o.s.Recompute(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("not broken off: %v", err)
	}
	o.s.cfg.Clock = inner
	written := o.count(t, `SELECT count(*) FROM case_moves`)
	if written == 0 || written == 5 {
		t.Errorf("broken off after %d of 5", written)
	}
	if n, err := o.s.Recompute(t.Context()); n != 5-written || err != nil {
		t.Errorf("went on with %d, %v", n, err)
	}
	if n := o.count(t, `SELECT count(DISTINCT case_id) FROM case_moves`); n != 5 || o.count(t, `SELECT count(*) FROM case_moves`) != 5 {
		t.Errorf("moved %d", n)
	}
	turn(workday.Builtin())
	if n, err := o.s.Recompute(t.Context()); n != 5 || err != nil {
		t.Errorf("back: %d, %v", n, err)
	}
	o.sound(t)
}

// TestAnEventFindsTheDeadlineMoved: who acts before the walk arrives settles the case
// by the new calendar, and the move is kept all the same.
func TestAnEventFindsTheDeadlineMoved(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	o.at(t, "2026-12-30 10:00")
	var turn func(*workday.Calendar)
	o.s, turn = o.turning(t)
	id, _ := o.taken(t)
	turn(newYear27())
	o.at(t, "2026-12-30 10:05")
	sure(o.s.Note(t.Context(), o.handler, id, "已联系"))
	d := sure(o.s.Get(t.Context(), o.handler, id))
	if len(d.Moves) != 1 || !d.Moves[0].Becomes.Equal(*d.DueAt) || !d.Moves[0].At.Equal(china(t, "2026-12-30 10:05")) {
		t.Errorf("%+v, due %s", d.Moves, d.DueAt)
	}
	o.sound(t)
}

// TestMidnightOfADayWorkedInExchange: a limit of calendar days ends with that day, and
// what is done in its last second is in time.
func TestAnswerAtMidnightOfADayWorkedInExchange(t *testing.T) {
	t.Parallel()
	for at, inTime := range map[string]bool{"23:59": true, "24:01": false} {
		o := newTown(t)
		o.at(t, "2026-09-25 10:00") // 15 days later is Saturday, 10 October, worked in exchange
		o.s, _ = o.with(t, map[string]string{"case.handle.ordinary": "15d"})
		id, _ := o.taken(t)
		if c := sure(selectCase(t.Context(), o.db, id)); !c.DueAt.Equal(china(t, "2026-10-11 00:00")) {
			t.Errorf("due %s", c.DueAt)
		}
		if at == "24:01" {
			o.at(t, "2026-10-11 00:01")
		} else {
			o.at(t, "2026-10-10 "+at)
		}
		if c := sure(o.s.Reply(t.Context(), o.handler, id, Replying{Body: "已办结"})); *c.RepliedInTime != inTime {
			t.Errorf("answered at %s: in time %v", at, *c.RepliedInTime)
		}
		o.sound(t)
	}
}

// TestForeseeIsBounded: a preview looks at so many cases and says so.
func TestForeseeIsBounded(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	for range 3 {
		o.taken(t)
	}
	by := o.committeeReads()
	got := sure(o.s.Foresee(t.Context(), by, o.s.cfg.Clock(), 2))
	if !got.Partial || got.Live != 0 {
		t.Errorf("%+v", got)
	}
}
