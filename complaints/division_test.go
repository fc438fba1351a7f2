package complaints

import (
	"slices"
	"testing"

	"minping/internal/actor"
	"minping/internal/fault"
)

// Whoever is over a division sees its cases and no other, in lists and details
// alike, and acts on them while its own office has them.
func TestADivisionSeesItsOwnCases(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	unit := func(kind, code string, division any) (id int64) {
		if err := o.db.Get(&id, `INSERT INTO units (kind, code, name, office_id, division_id) VALUES ($1, $2, $2, $3, $4) RETURNING id`, kind, code, o.tax, division); err != nil {
			t.Fatal(err)
		}
		return id
	}
	mine, theirs := unit("division", "D1", nil), unit("division", "D2", nil)
	window, elsewhere := unit("window", "W1", mine), unit("window", "W2", theirs)
	chief := o.chief
	chief.Grants = []actor.Grant{{Permissions: o.chief.Grants[0].Permissions, Office: o.tax, Division: mine}}

	own, _ := o.file(t, filing(window))
	other, _ := o.file(t, filing(elsewhere))
	loose, _ := o.file(t, filing(o.window))
	for id, want := range map[ID]bool{own: true, other: false, loose: false} {
		_, err := o.s.Get(t.Context(), chief, id)
		if want != (err == nil) || !want && fault.KindOf(err) != fault.NotFound {
			t.Errorf("case %d: %v", id, err)
		}
	}
	listed := func() []ID {
		list, err := o.s.Queue(t.Context(), chief, Filter{})
		if err != nil {
			t.Fatal(err)
		}
		ids := []ID{}
		for _, c := range list {
			ids = append(ids, c.ID)
		}
		return ids
	}
	if got := listed(); !slices.Equal(got, []ID{own}) {
		t.Errorf("listed: %v", got)
	}
	if n, err := o.s.Counts(t.Context(), chief, Filter{}); err != nil || n.Live != 1 {
		t.Errorf("%+v, %v", n, err)
	}
	ok(t)(o.s.Dispatch(t.Context(), chief, own, Dispatching{Office: o.tax}))
	_, err := o.s.Acknowledge(t.Context(), chief, other, 0)
	wants(t, err, fault.NotFound, "")
	// Another office has it now: still to be read, no longer to be handled.
	ok(t)(o.s.Transfer(t.Context(), chief, own, Transferring{Office: o.health, Reason: "属卫生健康部门职责"}))
	if got := listed(); !slices.Equal(got, []ID{own}) {
		t.Errorf("listed after the transfer: %v", got)
	}
	d, err := o.s.Get(t.Context(), chief, own)
	if err != nil || slices.Contains(d.Actions, ActAcknowledge) || slices.Contains(d.Actions, ActReply) {
		t.Errorf("%v, %v", d.Actions, err)
	}
	_, err = o.s.Acknowledge(t.Context(), chief, own, 0)
	wants(t, err, fault.Forbidden, "")
	o.sound(t)
}

// What is offered is what would be done: rules, parts and offices are looked at.
func TestActionsAreThoseThatWouldBeDone(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	id, _ := o.replied(t)
	offers := func(by actor.Actor, a Action) bool {
		d, err := o.s.Get(t.Context(), by, id)
		if err != nil {
			t.Fatal(err)
		}
		return slices.Contains(d.Actions, a)
	}
	inside := o.callerB
	inside.Grants = append(slices.Clone(inside.Grants), actor.Grant{Office: o.tax})
	if !offers(o.callerA, ActGood) || offers(inside, ActGood) || offers(o.handler, ActGood) || offers(o.callerA, ActClose) {
		t.Error("a caller asks; nobody of the office, and nobody closes before asking")
	}
	for by, want := range map[*actor.Actor]int{&o.callerA: 1, &inside: 0} {
		list, err := o.s.Queue(t.Context(), *by, Filter{States: []State{Replied, InCallback}, As: "caller"})
		if err != nil || len(list) != want {
			t.Errorf("%s: %d, %v", by.Name, len(list), err)
		}
	}
	ok(t)(o.s.Callback(t.Context(), o.callerA, id, Outcome{Way: "phone", Contacted: true, Solved: false}))
	if offers(o.callerA, ActGood) || !offers(o.handler, ActAcknowledge) {
		t.Error("a case to be done again is the office's")
	}
	second, _ := o.taken(t)
	id = second
	if !offers(o.handler, ActAsk) || !offers(o.handler, ActReply) || offers(o.handler, ActAppeal) || offers(o.reviewer, ActUphold) {
		t.Error("what a handler may do with a complaint in hand")
	}
	if _, err := o.s.Queue(t.Context(), o.callerA, Filter{As: "x"}); fault.KindOf(err) != fault.Invalid {
		t.Error(err)
	}
}

func TestRemainingIsCountedInWorkingDays(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	o.at(t, "2026-11-06 10:00") // a Friday
	for due, want := range map[string]Remaining{
		"2026-11-06 17:30": {Today: true},
		"2026-11-09 17:30": {Days: 1},
		"2026-11-10 12:00": {Days: 2},
		"2026-11-06 07:00": {Over: true, Today: true},
		"2026-11-05 16:00": {Over: true},
		"2026-11-04 09:00": {Over: true, Days: 2},
	} {
		got := o.s.Remaining(china(t, due))
		got.Span = 0
		if got != want {
			t.Errorf("%s: %+v", due, got)
		}
	}
	l, err := o.s.Labels(t.Context(), []int64{o.tax}, []int64{o.handler.Account})
	if err != nil || l.Units[o.tax].Name != "tax" || l.Accounts[o.handler.Account] != "handler" {
		t.Errorf("%+v, %v", l, err)
	}
	if list, err := o.s.OfficeLabels(t.Context()); err != nil || len(list) != 3 {
		t.Errorf("%v, %v", list, err)
	}
}
