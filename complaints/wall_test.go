package complaints

import (
	"testing"

	"minping/internal/actor"
	"minping/internal/fault"
)

func watching(by actor.Actor) actor.Actor {
	for i := range by.Grants {
		with := map[actor.Permission]bool{PermWall: true}
		for p := range by.Grants[i].Permissions {
			with[p] = true
		}
		by.Grants[i].Permissions = with
	}
	return by
}

// TestWallKeepsToItsScope: the city sees all but what is sealed, an office and a hall
// see theirs, whoever is barred sees nothing of it, and red is what has used its limit up twice.
func TestWallKeepsToItsScope(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	mine, _ := o.taken(t) // dispatched on Monday 2 November: five working days, and five more
	other, _ := o.file(t, filing(0))
	ok(t)(o.s.Dispatch(t.Context(), o.desk, other, Dispatching{Office: o.health}))
	report := filing(o.window)
	report.Kind = Report
	o.file(t, report)
	city, office, hall, health := watching(o.committee), watching(o.chief), watching(o.manager), watching(o.other)
	draw := func(by actor.Actor) Wall {
		t.Helper()
		w, err := o.s.Wall(t.Context(), by)
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	for _, tt := range []struct {
		by                   actor.Actor
		live, working, fresh int
	}{{city, 2, 1, 0}, {office, 1, 1, 0}, {hall, 1, 1, 0}, {health, 1, 0, 0}} {
		if w := draw(tt.by); w.Live != tt.live || w.Working != tt.working || w.Fresh != tt.fresh || w.Filed != tt.live {
			t.Errorf("%s: %+v", tt.by.Name, w)
		}
	}
	o.at(t, "2026-11-10 10:00") // the limit of handling ended on the 9th
	o.escalate(t)
	if w := draw(office); w.Overdue != 1 || w.Pressing.Red != 0 || len(w.Reds) != 0 {
		t.Errorf("overdue: %+v", w)
	}
	o.at(t, "2026-11-20 10:00")
	o.escalate(t)
	w := draw(hall)
	if w.Pressing.Red != 1 || len(w.Reds) != 1 || w.Reds[0].ID != mine || w.Ordered != 1 || len(w.Orders) != 1 || len(w.Halls) != 1 || w.Halls[0].Pressing.Red != 1 {
		t.Errorf("red: %+v", w)
	}
	ok(t)(o.s.Recuse(t.Context(), o.chief, mine, 0, Why{Reason: "亲属"}))
	if w := draw(office); w.Live != 0 || len(w.Reds) != 0 {
		t.Errorf("whoever keeps away from a case sees it: %+v", w)
	}
	ok(t)(o.s.Supervise(t.Context(), o.committee, other, Supervising{Level: 3, Reason: "约谈"}))
	if w := draw(city); w.Pressing.Red != 2 || w.Orders[0].ID != other {
		t.Errorf("level 3: %+v", w)
	}
	_, err := o.s.Wall(t.Context(), o.handler)
	wants(t, err, fault.Forbidden, "")
}

func (o *town) escalate(t *testing.T) {
	t.Helper()
	if _, err := o.s.Escalate(t.Context()); err != nil {
		t.Fatal(err)
	}
}
