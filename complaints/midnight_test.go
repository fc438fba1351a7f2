package complaints

import (
	"testing"
	"time"

	"github.com/google/uuid"
)

// TestMidnightOfADayWorkedInExchange: Saturday 10 October 2026 is worked in exchange.
// A case given away in the last minute before it is due at its end, one given away at
// its midnight on the Monday after; an answer at the deadline is in time, one a moment later is not.
func TestMidnightOfADayWorkedInExchange(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	dispatched := func(at string) Case {
		o.at(t, at)
		in := filing(o.window)
		in.Submission = uuid.New()
		id, _ := o.file(t, in)
		return ok(t)(o.s.Dispatch(t.Context(), o.desk, id, Dispatching{Office: o.tax}))
	}
	before, after := dispatched("2026-10-09 23:59"), dispatched("2026-10-10 00:00")
	for _, tt := range []struct {
		c    Case
		want string
	}{{before, "2026-10-10 17:00"}, {after, "2026-10-12 17:00"}} {
		if tt.c.DueClock != ClockAcknowledge || !tt.c.DueAt.Equal(china(t, tt.want)) {
			t.Errorf("due %s (%s), want %s", tt.c.DueAt, tt.c.DueClock, tt.want)
		}
	}
	o.at(t, "2026-10-10 17:00")
	if c := ok(t)(o.s.Acknowledge(t.Context(), o.handler, before.ID, 0)); c.TakenInTime == nil || !*c.TakenInTime {
		t.Error("signed for at the deadline counts as late")
	}
	o.at(t, "2026-10-12 17:00")
	o.mu.Lock()
	o.clock = o.clock.Add(time.Microsecond)
	o.mu.Unlock()
	if c := ok(t)(o.s.Acknowledge(t.Context(), o.handler, after.ID, 0)); c.TakenInTime == nil || *c.TakenInTime {
		t.Error("signed for after the deadline counts as in time")
	}
	if _, err := o.s.Escalate(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.sound(t)
}
