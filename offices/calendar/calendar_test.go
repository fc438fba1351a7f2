package calendar_test

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pgtest"
	"minping/internal/settings"
	"minping/offices/calendar"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// file writes a notice: days off, and days worked behind a plus.
func file(year int, days ...string) []byte {
	var parts []string
	for _, d := range days {
		date, worked := strings.CutPrefix(d, "+")
		parts = append(parts, fmt.Sprintf(`{"name":"节","date":"%s","isOffDay":%t}`, date, !worked))
	}
	return fmt.Appendf(nil, `{"year":%d,"papers":["http://www.gov.cn/paper"],"days":[%s]}`, year, strings.Join(parts, ","))
}

func notice27(more ...string) []byte {
	return file(2027, append([]string{"2027-01-01", "2027-10-01"}, more...)...)
}

type city struct {
	db  *sqlx.DB
	now time.Time
	s   *calendar.Service
}

func open(t *testing.T) *city {
	t.Helper()
	c := &city{db: pgtest.New(t), now: time.Date(2026, 11, 25, 2, 0, 0, 0, time.UTC)}
	c.s = c.node(t)
	return c
}

func (c *city) node(t *testing.T) *calendar.Service {
	t.Helper()
	s, err := calendar.New(t.Context(), calendar.Config{DB: c.db, Now: func() time.Time { return c.now }})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func person(account int64, permissions ...actor.Permission) actor.Actor {
	set := map[actor.Permission]bool{settings.PermRead: true}
	for _, p := range permissions {
		set[p] = true
	}
	return actor.Actor{Account: account, Name: fmt.Sprintf("账号%d", account), Grants: []actor.Grant{{Permissions: set}}}
}

func both(account int64) actor.Actor {
	return person(account, settings.PermPropose, settings.PermApprove)
}

func day(t *testing.T, s string) workday.Day {
	t.Helper()
	d, err := workday.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func wants(t *testing.T, err error, kind fault.Kind, key string) {
	t.Helper()
	f, ok := fault.As(err)
	if !ok || f.Kind != kind {
		t.Fatalf("got %v, want a fault of kind %d", err, kind)
	}
	got := f.Key
	if len(f.Fields) > 0 {
		got = f.Fields[0].Name + " " + f.Fields[0].Key
	}
	if got != key {
		t.Fatalf("got %s, want %s", got, key)
	}
}

func TestANoticeTakesTwoPersons(t *testing.T) {
	t.Parallel()
	c := open(t)
	if c.s.Missing() != 2027 || !c.s.Calendar().IsWorkday(day(t, "2027-01-04")) {
		t.Fatal("2027 is known already")
	}
	p, err := c.s.Plan(t.Context(), both(1), calendar.Draft{File: notice27("2027-01-04", "+2027-01-03")})
	if err != nil || !p.Fresh || p.Off() != 3 || p.Worked() != 1 || len(p.Changes) != 4 || p.Past() != 0 || p.Source != "http://www.gov.cn/paper" {
		t.Fatalf("%+v, %v", p, err)
	}
	if p.Clock.Calendar().IsWorkday(day(t, "2027-01-04")) || !c.s.Calendar().IsWorkday(day(t, "2027-01-04")) {
		t.Error("the preview changed something, or nothing")
	}
	id, _, err := c.s.Propose(t.Context(), both(1), calendar.Draft{File: notice27("2027-01-04", "+2027-01-03"), Source: "国办发明电〔2026〕9号"})
	if err != nil {
		t.Fatal(err)
	}
	wants(t, c.s.Approve(t.Context(), both(1), id), fault.Forbidden, "calendar.own")
	wants(t, c.s.Approve(t.Context(), person(2, settings.PermPropose), id), fault.Forbidden, "fault.forbidden")
	wants(t, c.s.Approve(t.Context(), actor.System("import"), id), fault.Forbidden, "fault.forbidden")
	wants(t, c.s.Withdraw(t.Context(), both(2), id), fault.Forbidden, "calendar.foreign")
	wants(t, c.s.Reject(t.Context(), both(2), id, " "), fault.Invalid, "decision fault.field.required")
	_, _, err = c.s.Propose(t.Context(), both(2), calendar.Draft{File: notice27()})
	wants(t, err, fault.Conflict, "calendar.pending")
	if !c.s.Calendar().IsWorkday(day(t, "2027-01-04")) {
		t.Error("holds before it is approved")
	}
	other := c.node(t)
	if err := c.s.Approve(t.Context(), both(2), id); err != nil {
		t.Fatal(err)
	}
	if c.s.Calendar().IsWorkday(day(t, "2027-01-04")) || !c.s.Calendar().IsWorkday(day(t, "2027-01-03")) || c.s.Missing() != 0 {
		t.Error("approved, and does not hold")
	}
	if err := other.Reload(t.Context()); err != nil || other.Calendar().IsWorkday(day(t, "2027-01-04")) {
		t.Errorf("another node does not know: %v", err)
	}
	wants(t, c.s.Approve(t.Context(), both(3), id), fault.Conflict, "calendar.decided")
	wants(t, c.s.Approve(t.Context(), both(3), 999), fault.NotFound, "calendar.unknown")
	_, err = c.s.Plan(t.Context(), both(1), calendar.Draft{File: notice27("2027-01-04", "+2027-01-03")})
	wants(t, err, fault.Invalid, "file calendar.file.same")
	o, err := c.s.List(t.Context(), person(4))
	if err != nil || len(o.Years) != 3 || o.Years[0].Notice == nil || o.Years[0].Notice.ID != id || o.Years[0].Off != 3 || o.Years[0].Worked != 1 || o.Years[1].Notice != nil {
		t.Errorf("%+v, %v", o, err)
	}
	var told []string
	if err := c.db.Select(&told, `SELECT action FROM audit_entries WHERE action LIKE 'holiday.%' ORDER BY seq`); err != nil || fmt.Sprint(told) != "[holiday.propose holiday.approve]" {
		t.Errorf("%v, %v", told, err)
	}
	for _, q := range []string{`UPDATE holiday_notices SET source = 'x'`, `DELETE FROM holiday_notices`, `UPDATE holiday_days SET off = NOT off`, `DELETE FROM holiday_days`,
		`INSERT INTO holiday_notices (year, source, digest, proposed_by, proposed_name, proposed_at, state, decided_by, decided_at) VALUES (2028, 'x', 'x', 1, 'x', now(), 'approved', 2, now())`} {
		if _, err := c.db.Exec(q); err == nil {
			t.Errorf("the database did %s", q)
		}
	}
}

// TestACorrectionReplacesAYear, and the days of the year before that it speaks of.
func TestACorrectionReplacesAYear(t *testing.T) {
	t.Parallel()
	c := open(t)
	bring := func(draft []byte) {
		t.Helper()
		id, _, err := c.s.Propose(t.Context(), actor.System("import"), calendar.Draft{File: draft})
		if err == nil {
			err = c.s.Approve(t.Context(), both(2), id)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	bring(notice27("2027-01-04", "2026-12-31"))
	if c.s.Calendar().IsWorkday(day(t, "2026-12-31")) {
		t.Error("the last day of the year before")
	}
	c.now = time.Date(2027, 1, 6, 2, 0, 0, 0, time.UTC)
	p, err := c.s.Plan(t.Context(), both(1), calendar.Draft{File: notice27("2027-01-05", "2027-01-07")})
	if err != nil || p.Past() != 3 || p.Fresh || len(p.Changes) != 4 { // 31 December, 4 and 5 January are over
		t.Errorf("%+v, %v", p.Changes, err)
	}
	bring(notice27("2027-01-05", "2027-01-07"))
	for d, works := range map[string]bool{"2026-12-31": true, "2027-01-04": true, "2027-01-05": false, "2027-01-07": false, "2026-10-01": false} {
		if c.s.Calendar().IsWorkday(day(t, d)) != works {
			t.Errorf("%s: worked %v", d, !works)
		}
	}
	// The program's own notices give way too.
	bring(file(2026, "2026-01-01", "2026-10-01"))
	if !c.s.Calendar().IsWorkday(day(t, "2026-10-06")) {
		t.Error("what ships with the program was left in a year that has a notice")
	}
}

func TestBadFiles(t *testing.T) {
	t.Parallel()
	c := open(t)
	long := strings.Repeat("节", 41)
	for name, tt := range map[string]struct {
		file   string
		source string
		want   string
	}{
		"empty":         {"", "x", "file calendar.file.json"},
		"no JSON":       {"<html>", "x", "file calendar.file.json"},
		"NUL":           {"\x00", "x", "file calendar.file.json"},
		"a list":        {"[]", "x", "file calendar.file.json"},
		"no days":       {`{"year":2027}`, "x", "file calendar.file.lacks"},
		"not said":      {`{"year":2027,"days":[{"date":"2027-01-01"}]}`, "x", "file calendar.file.lacks"},
		"another year":  {string(file(2027, "2027-01-01", "2027-10-01", "2025-05-01")), "x", "file calendar.file.other_year"},
		"contradicts":   {string(notice27("2027-05-03", "+2027-05-03")), "x", "file calendar.file.contradicts"},
		"year 9999":     {string(file(9999, "9999-01-01", "9999-10-01")), "x", "file calendar.file.year"},
		"long ago":      {string(file(2021, "2021-01-01", "2021-10-01")), "x", "file calendar.file.year"},
		"half a year":   {string(file(2027, "2027-01-01")), "x", "file calendar.file.incomplete"},
		"30 February":   {`{"year":2027,"days":[{"date":"2027-02-30","isOffDay":true}]}`, "x", "file calendar.file.json"},
		"long name":     {strings.ReplaceAll(string(notice27()), "节", long), "x", "file calendar.file.name"},
		"too large":     {strings.Repeat(" ", 1<<20+1), "x", "file calendar.file.large"},
		"long source":   {string(notice27()), strings.Repeat("源", 301), "source fault.field.max"},
		"NUL in source": {string(notice27()), "a\x00b", "source fault.field.text"},
		"no source":     {`{"year":2027,"days":[{"date":"2027-01-01","isOffDay":true},{"date":"2027-10-01","isOffDay":true}]}`, " ", "source fault.field.required"},
	} {
		_, err := c.s.Plan(t.Context(), both(1), calendar.Draft{File: []byte(tt.file), Source: tt.source})
		if f, ok := fault.As(err); !ok || len(f.Fields) == 0 || f.Fields[0].Name+" "+f.Fields[0].Key != tt.want {
			t.Errorf("%s: %v, want %s", name, err, tt.want)
		}
		if _, _, err := c.s.Propose(t.Context(), both(1), calendar.Draft{File: []byte(tt.file), Source: tt.source}); err == nil {
			t.Errorf("%s: stored", name)
		}
	}
	if _, err := c.s.Plan(t.Context(), both(1), calendar.Draft{File: append([]byte("\ufeff"), notice27()...), Source: "😀\u202e通知"}); err != nil {
		t.Errorf("with a byte order mark: %v", err)
	}
}

// TestTwoDecideAtOnce: one of an approval, a rejection and a withdrawal wins, and what
// the database says is what the winner was told.
func TestTwoDecideAtOnce(t *testing.T) {
	t.Parallel()
	c := open(t)
	for round, weekday := range []int{1, 2, 3, 4, 5, 8, 9, 10} {
		id, _, err := c.s.Propose(t.Context(), both(1), calendar.Draft{File: notice27(fmt.Sprintf("2027-03-%02d", weekday))})
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		done := make([]error, 4)
		for i, f := range []func() error{
			func() error { return c.s.Approve(t.Context(), both(2), id) },
			func() error { return c.s.Approve(t.Context(), both(3), id) },
			func() error { return c.s.Reject(t.Context(), both(4), id, "日期不对") },
			func() error { return c.s.Withdraw(t.Context(), both(1), id) },
		} {
			all.Go(func() { done[i] = f() })
		}
		all.Wait()
		won := 0
		for _, err := range done {
			if err == nil {
				won++
			} else if fault.KindOf(err) != fault.Conflict {
				t.Errorf("%v", err)
			}
		}
		n, _, err := c.s.Get(t.Context(), person(9), id)
		if err != nil || won != 1 || n.State == calendar.Pending {
			t.Fatalf("round %d: %d won, %+v, %v", round, won, n, err)
		}
	}
}

// TestClockFollowsHours: the office hours that are set, made anew only when they change.
func TestClockFollowsHours(t *testing.T) {
	t.Parallel()
	c := open(t)
	set, err := settings.Fixed(map[string]string{"office.hours": "08:30-12:00,14:00-18:00"}, calendar.Settings())
	if err != nil {
		t.Fatal(err)
	}
	s, err := calendar.New(t.Context(), calendar.Config{DB: c.db, Settings: set})
	if err != nil {
		t.Fatal(err)
	}
	clock := s.Clock()
	if got := clock.Close(day(t, "2026-11-25")).Format("15:04"); got != "18:00" {
		t.Errorf("closes at %s", got)
	}
	if err := set.Fix(map[string]string{"office.hours": "08:30-12:00,14:00-18:00"}); err != nil || s.Clock() != clock {
		t.Errorf("made anew though nothing changed, %v", err)
	}
	if err := set.Fix(nil); err != nil || s.Clock().Close(day(t, "2026-11-25")).Format("15:04") != "17:00" {
		t.Errorf("another value is not followed, %v", err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 200 {
				if s.Clock() == nil {
					t.Error("no clock")
				}
			}
		})
	}
	all.Go(func() { _ = s.Reload(t.Context()) })
	all.Wait()
}
