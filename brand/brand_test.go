package brand

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pgtest"
)

func clock() time.Time { return time.Date(2026, 11, 20, 2, 0, 0, 0, time.UTC) }

type town struct {
	db                    *sqlx.DB
	s                     *Service
	city, tax, hall, w, d int64
	team, wide            actor.Actor
}

func newTown(t *testing.T) town {
	t.Helper()
	db := pgtest.New(t)
	w := town{db: db, s: New(Config{DB: db, Now: clock})}
	w.city = id(t, db, `SELECT id FROM units WHERE kind = 'city'`)
	w.tax = id(t, db, `INSERT INTO units (kind, code, name) VALUES ('office', 'tax', '税务局') RETURNING id`)
	id(t, db, `INSERT INTO units (kind, code, name) VALUES ('office', 'police', '公安局') RETURNING id`)
	w.hall = id(t, db, `INSERT INTO units (kind, code, name) VALUES ('hall', 'east', '东区大厅') RETURNING id`)
	w.d = id(t, db, `INSERT INTO units (kind, code, name, office_id) SELECT 'division', 'tax-1', '办公室', id FROM units WHERE code = 'tax' RETURNING id`)
	w.w = id(t, db, `INSERT INTO units (kind, code, name, office_id, hall_id) SELECT 'window', 'w1', '一号', o.id, h.id FROM units o, units h WHERE o.code = 'tax' AND h.code = 'east' RETURNING id`)
	who := func(office int64) actor.Actor {
		return actor.Actor{Account: 0, Name: "品牌办", Grants: []actor.Grant{{Office: office, Permissions: map[actor.Permission]bool{PermRead: true, PermWrite: true}}}}
	}
	w.team, w.wide = who(w.tax), who(0)
	return w
}

func id(t *testing.T, db *sqlx.DB, q string) (v int64) {
	t.Helper()
	if err := db.GetContext(t.Context(), &v, q); err != nil {
		t.Fatal(err)
	}
	return v
}

func fieldsOf(t *testing.T, err error) string {
	t.Helper()
	f, ok := fault.As(err)
	if !ok || f.Kind != fault.Invalid {
		t.Fatalf("not invalid: %v", err)
	}
	var names []string
	for _, field := range f.Fields {
		names = append(names, field.Name)
	}
	return strings.Join(names, " ")
}

func TestEventsOfAWindowAreItsOfficesHallsAndTheCitys(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for unit, title := range map[int64]string{w.city: "全市活动", w.tax: "一窗受理", w.hall: "大厅启用"} {
		if _, err := w.s.Pin(t.Context(), w.wide, NewEvent{Unit: unit, Kind: Reform, From: "2026-10-01", Title: "  " + title + "\n"}); err != nil {
			t.Fatal(err)
		}
	}
	from, to := day1("2026-09-01"), day1("2026-11-01")
	for unit, want := range map[int64]int{w.city: 1, w.tax: 2, w.hall: 2, w.w: 3, w.d: 2} {
		got, err := w.s.Events(t.Context(), w.team, unit, from, to)
		if err != nil || len(got) != want {
			t.Errorf("unit %d: %d events, want %d (%v)", unit, len(got), want, err)
		}
		for _, e := range got {
			if e.MayWrite != (e.Place == "office") || strings.TrimSpace(e.Title) != e.Title {
				t.Errorf("%+v", e)
			}
		}
	}
	if got, _ := w.s.Events(t.Context(), w.team, w.tax, day1("2026-10-02"), to); len(got) != 0 {
		t.Error("an event of another time is shown")
	}
}

func day1(s string) time.Time {
	d, _ := day(s)
	return d
}

func TestPinRefuses(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	good := NewEvent{Unit: w.tax, Kind: Campaign, From: "2026-10-01", To: "2026-10-07", Title: "品牌宣传周"}
	first, err := w.s.Pin(t.Context(), w.team, good)
	if err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*NewEvent){
		"title": func(*NewEvent) {}, "kind": func(e *NewEvent) { e.Kind = "party" }, "from": func(e *NewEvent) { e.From = "9999-01-01" },
		"to": func(e *NewEvent) { e.To = "2026-09-30" }, "kind from to title": func(e *NewEvent) {
			e.Kind, e.From, e.To, e.Title = "", "soon", "later", strings.Repeat("长", MaxTitle+1)
		},
	} {
		in := good
		change(&in)
		if _, err := w.s.Pin(t.Context(), w.team, in); fieldsOf(t, err) != want {
			t.Errorf("want %s, got %s", want, fieldsOf(t, err))
		}
	}
	far := good
	far.From, far.To, far.Title = "2028-01-01", "", "x"
	if _, err := w.s.Pin(t.Context(), w.team, far); fieldsOf(t, err) != "from" {
		t.Error("an event of two years ahead is taken")
	}
	for _, c := range []struct {
		by   actor.Actor
		unit int64
		want fault.Kind
	}{{w.team, w.city, fault.Forbidden}, {w.team, w.hall, fault.Forbidden}, {w.wide, w.d, fault.NotFound}, {w.wide, 1 << 40, fault.NotFound}, {actor.Actor{}, w.tax, fault.Forbidden}} {
		in := good
		in.Unit = c.unit
		if _, err := w.s.Pin(t.Context(), c.by, in); fault.KindOf(err) != c.want {
			t.Errorf("unit %d: %v", c.unit, err)
		}
	}
	stranger := w.team
	stranger.Grants = []actor.Grant{{Office: w.tax + 1, Permissions: map[actor.Permission]bool{PermWrite: true}}}
	if _, err := w.s.Remove(t.Context(), stranger, first.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a stranger removes: %v", err)
	}
	if _, err := w.s.Remove(t.Context(), w.team, first.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.s.Remove(t.Context(), w.team, first.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("removed twice: %v", err)
	}
	if _, err := w.s.Pin(t.Context(), w.team, good); err != nil {
		t.Errorf("what was taken off cannot be pinned again: %v", err)
	}
	if n := id(t, w.db, `SELECT count(*) FROM unit_events`); n != 2 {
		t.Errorf("%d rows, want 2: nothing is deleted", n)
	}
	if n := id(t, w.db, `SELECT count(*) FROM audit_entries WHERE action IN ('event.pin', 'event.remove')`); n != 3 {
		t.Errorf("%d entries in the chain, want 3", n)
	}
}

// Many who press the button at once make one event, and each of the others is told.
func TestPinOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	var all sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for range 8 {
		all.Go(func() {
			_, err := w.s.Pin(context.WithoutCancel(t.Context()), w.team, NewEvent{Unit: w.tax, Kind: Other, From: "2026-10-01", Title: "同一件事"})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				done++
			} else if fault.KindOf(err) != fault.Invalid {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if done != 1 {
		t.Errorf("%d of 8 were taken", done)
	}
}

func TestTargetsAreOnlyAdded(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	set := func(year int, value float64, reason string) error {
		_, err := w.s.SetTarget(t.Context(), w.team, NewTarget{Unit: w.tax, Year: year, Value: value, Reason: reason})
		return err
	}
	for _, c := range []struct {
		year  int
		value float64
		why   string
		want  string
	}{{2025, 90, "x", "year"}, {2032, 90, "x", "year"}, {2026, 0, "x", "value"}, {2026, 101, " ", "value reason"}} {
		if got := fieldsOf(t, set(c.year, c.value, c.why)); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
	for _, v := range []float64{88, 89.5} {
		if err := set(2026, v, "任务书"); err != nil {
			t.Fatal(err)
		}
	}
	if got := fieldsOf(t, set(2026, 89.5, "任务书")); got != "value" {
		t.Error(got)
	}
	if err := set(2027, 90, "明年"); err != nil {
		t.Fatal(err)
	}
	all, err := w.s.Targets(t.Context(), w.team, w.tax)
	if err != nil || len(all) != 3 {
		t.Fatal(all, err)
	}
	if now, ok := Holding(all, day1("2026-11-20")); !ok || now.Value != 89.5 {
		t.Errorf("%+v", now)
	}
	if _, ok := Holding(all, day1("2026-11-19")); ok {
		t.Error("a target holds before it was set")
	}
	if next, ok := Holding(all, day1("2027-01-01")); !ok || next.Value != 90 {
		t.Errorf("%+v", next)
	}
}

func TestStagesOfABrand(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	set := func(stage Stage, from, founded string) error {
		_, err := w.s.SetStage(t.Context(), w.team, NewStep{Office: w.tax, Stage: stage, From: from, Founded: founded, Reason: "年度复核"})
		return err
	}
	if err := set(Growing, "2024-01-01", "2021-05-01"); err != nil {
		t.Fatal(err)
	}
	if err := set(Mature, "2026-01-01", ""); err != nil {
		t.Fatal(err)
	}
	for want, in := range map[string][3]string{"stage": {"mature", "2026-02-01", ""}, "founded": {"model", "2026-02-01", "2026-03-01"}, "stage from founded": {"best", "x", "1900-01-01"}} {
		if got := fieldsOf(t, set(Stage(in[0]), in[1], in[2])); got != want {
			t.Errorf("%s: %s", want, got)
		}
	}
	steps, err := w.s.Steps(t.Context(), w.team, w.tax)
	if err != nil || len(steps) != 2 {
		t.Fatal(steps, err)
	}
	if st, _ := StageOn(steps, day1("2026-11-20")); st.Stage != Mature || st.Founded == nil || dayText(*st.Founded) != "2021-05-01" {
		t.Errorf("%+v", st)
	}
	if st, _ := StageOn(steps, day1("2025-12-31")); st.Stage != Growing {
		t.Errorf("%+v", st)
	}
	if _, err := w.s.Steps(t.Context(), w.team, w.hall); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a hall has a brand: %v", err)
	}
}
