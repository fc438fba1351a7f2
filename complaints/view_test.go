package complaints

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
)

func TestViewsBelongToOneAccount(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	for _, c := range []Choice{{State: "nonsense"}, {Kind: "nonsense"}, {Due: "tomorrow"}, {Whose: "yours"}, {Office: -1}} {
		_, err := o.s.SaveView(t.Context(), o.desk, "视图", c)
		wants(t, err, fault.Invalid, "fault.field.choice")
	}
	_, err := o.s.SaveView(t.Context(), o.desk, "  ", Choice{})
	wants(t, err, fault.Invalid, "fault.field.required")
	_, err = o.s.SaveView(t.Context(), actor.Actor{Account: 1}, "视图", Choice{})
	wants(t, err, fault.Forbidden, "")
	v, err := o.s.SaveView(t.Context(), o.desk, "路灯😀", Choice{Text: "路灯"})
	if err != nil {
		t.Fatal(err)
	}
	again, err := o.s.SaveView(t.Context(), o.desk, "路灯😀", Choice{Text: "路灯", Due: "today"})
	if err != nil || again.ID != v.ID {
		t.Errorf("saved again: %+v, %v", again, err)
	}
	wants(t, o.s.DropView(t.Context(), o.other, v.ID), fault.NotFound, "")
	wants(t, o.s.OpenFirst(t.Context(), o.other, v.Ref()), fault.NotFound, "")
	if err := o.s.OpenFirst(t.Context(), o.desk, v.Ref()); err != nil {
		t.Fatal(err)
	}
	if got, err := o.s.Views(t.Context(), o.desk); err != nil || got.First != v.Ref() || len(got.Own) != 1 || got.Own[0].Choice.Due != "today" {
		t.Errorf("%+v, %v", got, err)
	}
	if err := o.s.DropView(t.Context(), o.desk, v.ID); err != nil {
		t.Fatal(err)
	}
	if got, err := o.s.Views(t.Context(), o.desk); err != nil || got.First != "undispatched" || len(got.Own) != 0 {
		t.Errorf("after dropping the first: %+v, %v", got, err)
	}
	for by, first := range map[*actor.Actor]string{&o.handler: "open", &o.committee: "overdue", &o.discipline: "open", &o.callerA: "open"} {
		if got, err := o.s.Views(t.Context(), *by); err != nil || got.First != first {
			t.Errorf("%s opens %s, want %s (%v)", by.Name, got.First, first, err)
		}
	}
	var wg sync.WaitGroup
	for i := range MaxViews + 5 { // as many windows of a browser
		wg.Go(func() {
			if _, err := o.s.SaveView(t.Context(), o.desk, fmt.Sprint("视图", i), Choice{}); err != nil {
				wants(t, err, fault.Conflict, "complaints.views_full")
			}
		})
	}
	wg.Wait()
	if n := o.count(t, `SELECT count(*)::int FROM desk_views`); n != MaxViews {
		t.Errorf("%d views, want %d", n, MaxViews)
	}
}

// TestViewsCountWhatTheyShow: the number beside a view is the length of its list.
func TestViewsCountWhatTheyShow(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	o.taken(t)
	o.replied(t)
	o.file(t, filing(o.window))
	report := filing(o.window)
	report.Kind = Report
	o.file(t, report)
	far, _ := o.file(t, filing(0))
	ok(t)(o.s.Dispatch(t.Context(), o.desk, far, Dispatching{Office: o.health}))
	o.at(t, "2026-11-04 16:00")
	for _, by := range []actor.Actor{o.desk, o.handler, o.other, o.committee, o.discipline, o.manager, o.callerA} {
		views, err := o.s.Views(t.Context(), by)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range views.Shared {
			n, err := o.s.CountView(t.Context(), by, v.Choice)
			if err != nil {
				t.Fatal(err)
			}
			f, known := v.Choice.Filter(o.now(), by.Account)
			list, err := o.s.Queue(t.Context(), by, f)
			if !known || err != nil || n >= 0 && n != len(list) {
				t.Errorf("%s: %s counts %d and lists %d (%v)", by.Name, v.Key, n, len(list), err)
			}
		}
		n, err := o.s.CountView(t.Context(), by, Choice{Text: "上午"})
		if found := o.finds(t, by, "上午", Filter{}); err != nil || n != len(found) {
			t.Errorf("%s: a search counts %d and finds %d (%v)", by.Name, n, len(found), err)
		}
	}
}

func TestACaseIsGivenToWhoMayHandleIt(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	all := []actor.Actor{o.handler, o.second, o.chief, o.other, o.discipline}
	o.s.cfg.Holders = func(_ context.Context, p actor.Permission, at actor.Place) ([]Person, error) {
		var list []Person
		for _, a := range all {
			if a.Can(p, at) {
				list = append(list, Person{a.Account, a.Name})
			}
		}
		return list, nil
	}
	id, _ := o.file(t, filing(o.window))
	ok(t)(o.s.Dispatch(t.Context(), o.desk, id, Dispatching{Office: o.tax}))
	offered := func(by actor.Actor) string {
		list, err := o.s.Handlers(t.Context(), by, id)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(list)
	}
	if got := offered(o.chief); got != fmt.Sprint([]Person{{o.handler.Account, "handler"}, {o.second.Account, "second"}, {o.chief.Account, "chief"}}) {
		t.Errorf("offered %s", got)
	}
	_, err := o.s.Handlers(t.Context(), o.other, id)
	wants(t, err, fault.NotFound, "")
	_, err = o.s.Handlers(t.Context(), o.callerA, id)
	wants(t, err, fault.Forbidden, "")
	_, err = o.s.Assign(t.Context(), o.chief, id, Assigning{Account: o.other.Account})
	wants(t, err, fault.Invalid, "fault.field.choice")
	ok(t)(o.s.Assign(t.Context(), o.chief, id, Assigning{Account: o.second.Account}))
	ok(t)(o.s.Recuse(t.Context(), o.second, id, 0, Why{Reason: "亲属"}))
	_, err = o.s.Assign(t.Context(), o.chief, id, Assigning{Account: o.second.Account})
	wants(t, err, fault.Conflict, "complaints.account_barred")

	// Whom a bad rating is about does not handle it: who sat at the window on its day.
	person := o.count(t, `INSERT INTO staff (staff_no, name, office_id) VALUES ('S1', '窗口人员', $1) RETURNING id::int`, o.tax)
	o.db.MustExec(`UPDATE accounts SET staff_id = $1 WHERE id = $2`, person, o.handler.Account)
	o.db.MustExec(`INSERT INTO duties (staff_id, window_id, from_on, to_on) VALUES ($1, $2, '2026-11-01', '2026-11-30')`, person, o.window)
	rated, err := o.s.OpenFromRating(t.Context(), actor.System("ratings"), RatingRef{ID: 9, Day: workday.Of(o.now()), ReceivedAt: o.now(), Level: 1, Unit: o.window, Comment: "态度差", Language: "zh-CN"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.s.Assign(t.Context(), o.chief, rated, Assigning{Account: o.handler.Account})
	wants(t, err, fault.Forbidden, "complaints.concerned")
	_, err = o.s.Acknowledge(t.Context(), o.handler, rated, 0)
	wants(t, err, fault.Forbidden, "complaints.concerned")
	if list, err := o.s.Handlers(t.Context(), o.chief, rated); err != nil || len(list) != 2 {
		t.Errorf("offered for the rating: %v, %v", list, err)
	}
	ok(t)(o.s.Acknowledge(t.Context(), o.second, rated, 0))
	o.sound(t)
	o.searchIsRight(t)
}

func TestPresenceEnds(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	id, _ := o.taken(t)
	enter := func(by actor.Actor, sign bool) []string {
		t.Helper()
		c, err := o.s.Enter(t.Context(), by, id, sign)
		if err != nil {
			t.Fatal(err)
		}
		return c.Others
	}
	enter(o.handler, false)
	if got := enter(o.second, true); len(got) != 1 || got[0] != "handler" {
		t.Errorf("others %v", got)
	}
	o.at(t, "2026-11-02 10:01")
	if got := enter(o.handler, false); len(got) != 0 {
		t.Errorf("a page that gives no more signs is still open: %v", got)
	}
	if got := enter(o.second, false); len(got) != 1 {
		t.Errorf("others %v", got)
	}
	if err := o.s.Leave(t.Context(), o.handler, id); err != nil {
		t.Fatal(err)
	}
	if got := enter(o.second, false); len(got) != 0 {
		t.Errorf("others %v", got)
	}
	_, err := o.s.Enter(t.Context(), o.other, id, false)
	wants(t, err, fault.NotFound, "")
	o.at(t, "2026-11-02 12:00")
	if err := o.s.ForgetPresences(t.Context()); err != nil || o.count(t, `SELECT count(*)::int FROM case_presences`) != 0 {
		t.Errorf("presences are kept: %v", err)
	}
}
