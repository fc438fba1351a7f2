package complaints

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/settings"
)

// limitOf asks as it would be asked when a clock starts, and reads like "5wd".
func limitOf(t testing.TB, s *Service, q LimitQuery) string {
	t.Helper()
	if q.Urgency == "" {
		q.Urgency = Ordinary
	}
	if q.Kind == "" {
		q.Kind = Complaint
	}
	q.At = china(t, "2026-11-02 10:00")
	return sure(s.limit(t.Context(), q)).String()
}

func TestDefaultLimits(t *testing.T) {
	t.Parallel()
	s := bare()
	for _, tt := range []struct {
		q    LimitQuery
		want string
	}{
		{LimitQuery{Clock: ClockTriage}, "1wd"}, {LimitQuery{Clock: ClockTriage, Urgency: Complex}, "1wd"},
		{LimitQuery{Clock: ClockTriage, Urgency: Utilities}, "2h"}, {LimitQuery{Clock: ClockTriage, Urgency: Urgent}, "30m"},
		{LimitQuery{Clock: ClockAcknowledge}, "1wd"}, {LimitQuery{Clock: ClockAcknowledge, Urgency: Utilities}, "2h"}, {LimitQuery{Clock: ClockAcknowledge, Urgency: Urgent}, "30m"},
		{LimitQuery{Clock: ClockHandle}, "5wd"}, {LimitQuery{Clock: ClockHandle, Urgency: Complex}, "15wd"}, {LimitQuery{Clock: ClockHandle, Kind: Report}, "15wd"},
		{LimitQuery{Clock: ClockHandle, Kind: Report, Urgency: Urgent}, "2h"}, {LimitQuery{Clock: ClockHandle, Urgency: Utilities}, "24h"}, {LimitQuery{Clock: ClockHandle, Urgency: Urgent}, "2h"},
		{LimitQuery{Clock: ClockCallback}, "3wd"}, {LimitQuery{Clock: ClockAppeal, Kind: BadRating}, "3wd"}, {LimitQuery{Clock: ClockReview, Kind: BadRating}, "5wd"},
		{LimitQuery{Clock: ClockWait}, "5wd"}, {LimitQuery{Clock: ClockExtension}, "10wd"}, {LimitQuery{Clock: ClockPetition}, "15d"},
	} {
		if got := limitOf(t, s, tt.q); got != tt.want {
			t.Errorf("%+v: %s, want %s", tt.q, got, tt.want)
		}
	}
	for _, c := range Clocks() { // no combination is without an answer
		for _, k := range Kinds() {
			for _, u := range Urgencies() {
				if l, err := s.limit(t.Context(), LimitQuery{Clock: c, Kind: k, Urgency: u, Category: 7, Office: 9}); err != nil || !l.Valid() {
					t.Errorf("%s %s %s: %s, %v", c, k, u, l, err)
				}
			}
		}
	}
}

func (o *town) with(t testing.TB, values map[string]string) (*Service, *settings.Set) {
	t.Helper()
	set := sure(settings.Fixed(values, Settings()))
	s := sure(New(Config{DB: o.db, Now: o.now, PINKey: []byte("0123456789abcdef"), Settings: set}))
	if err := s.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s, set
}

// TestLimitsAreNarrowed: category and those above it, office, kind, urgency.
func TestLimitsAreNarrowed(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	sure(o.s.ImportCategories(t.Context(), actor.System("import"), [][3]string{{"城市管理", "市容", "占道经营"}, {"城市管理", "市容", "噪声"}, {"教育", "", ""}}))
	ids := map[string]int{}
	for _, c := range sure(o.s.Categories(t.Context())) {
		ids[c.Name] = c.ID
	}
	at := func(name string) string { return number("category", ids[name]).Value }
	s, _ := o.with(t, map[string]string{
		"case.handle.ordinary":                                            "7wd",
		"case.handle.ordinary@category=" + at("城市管理"):                     "4wd",
		"case.handle.ordinary@category=" + at("市容"):                       "3wd",
		"case.handle.ordinary@category=" + at("城市管理") + ",kind=complaint": "2wd",
		"case.handle.ordinary@office=12":                                  "9wd",
		"case.handle.complex@kind=complaint":                              "20wd",
		"case.acknowledge.plain@urgency=complex":                          "2wd",
		"case.handle.utilities":                                           "90wmin",
		"case.extension.most@office=12":                                   "15",
	})
	for _, tt := range []struct {
		q    LimitQuery
		want string
	}{
		{LimitQuery{Clock: ClockHandle, Kind: Request}, "7wd"},
		{LimitQuery{Clock: ClockHandle, Kind: Request, Category: ids["占道经营"]}, "3wd"},              // the nearest above
		{LimitQuery{Clock: ClockHandle, Kind: Complaint, Category: ids["占道经营"]}, "2wd"},            // more conditions outweigh nearness
		{LimitQuery{Clock: ClockHandle, Kind: Request, Category: ids["城市管理"], Office: 12}, "4wd"},  // category before office
		{LimitQuery{Clock: ClockHandle, Kind: Request, Category: ids["教育"], Office: 12}, "9wd"},    //
		{LimitQuery{Clock: ClockHandle, Kind: Report, Category: ids["占道经营"]}, "15wd"},              // reports have their own
		{LimitQuery{Clock: ClockHandle, Urgency: Urgent, Category: ids["占道经营"], Office: 12}, "2h"}, // nothing lengthens what is urgent
		{LimitQuery{Clock: ClockHandle, Urgency: Complex}, "20wd"},                                 //
		{LimitQuery{Clock: ClockHandle, Urgency: Utilities}, "90wm"},                               //
		{LimitQuery{Clock: ClockAcknowledge}, "1wd"}, {LimitQuery{Clock: ClockAcknowledge, Urgency: Complex}, "2wd"},
		{LimitQuery{Clock: ClockExtension, Office: 12}, "15wd"}, {LimitQuery{Clock: ClockExtension, Office: 13}, "10wd"},
		{LimitQuery{Clock: ClockHandle, Kind: Request, Category: 99999}, "7wd"}, // one that this node has not heard of yet
	} {
		if got := limitOf(t, s, tt.q); got != tt.want {
			t.Errorf("%+v: %s, want %s", tt.q, got, tt.want)
		}
	}
	wide := s.Widen(settings.Pair{Name: "category", Value: at("噪声")})
	if len(wide) != 2 || wide[0].Value != at("市容") || wide[1].Value != at("城市管理") || s.Widen(settings.Pair{Name: "office", Value: "1"}) != nil {
		t.Errorf("%v", wide)
	}
}

// TestAChangedLimitReachesWhatBegins: what runs keeps its limit and steps, in the row,
// in its events and when it is computed anew.
func TestAChangedLimitReachesWhatBegins(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	var set *settings.Set
	o.s, set = o.with(t, nil)
	old, _ := o.taken(t) // 2 November, 5 working days
	if err := set.Fix(map[string]string{"case.handle.ordinary": "2wd", "case.step.first": "20", "case.step.second": "70", "case.step.last": "300"}); err != nil {
		t.Fatal(err)
	}
	fresh, _ := o.taken(t)
	for id, want := range map[ID]string{old: "2026-11-09 17:00", fresh: "2026-11-04 17:00"} {
		if c := sure(selectCase(t.Context(), o.db, id)); !c.DueAt.Equal(china(t, want)) {
			t.Errorf("case %d is due %s, want %s", id, c.DueAt, want)
		}
	}
	told := func(id ID) string {
		var list []string
		if err := o.db.Select(&list, `SELECT detail->>'percent' FROM case_events WHERE case_id = $1 AND action = 'step' AND detail->>'clock' = 'handle' ORDER BY seq`, id); err != nil {
			t.Fatal(err)
		}
		return strings.Join(list, " ")
	}
	for _, at := range []string{"2026-11-03 09:01", "2026-11-04 11:00", "2026-11-05 09:01", "2026-11-06 09:01", "2026-11-09 16:00", "2026-11-10 09:01", "2026-11-13 09:01", "2026-11-18 09:01"} {
		o.at(t, at)
		sure(o.s.Escalate(t.Context()))
	}
	if told(old) != "50 80 100 200" || told(fresh) != "20 70 100 300" {
		t.Errorf("told of the old %s, of the new %s", told(old), told(fresh))
	}
	for _, id := range []ID{old, fresh} {
		if c := sure(selectCase(t.Context(), o.db, id)); c.Level != 2 {
			t.Errorf("case %d: supervision of level %d", id, c.Level)
		}
	}
	o.sound(t)
}

func TestRoundsTriesAndUrgingAreSet(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	o.s, _ = o.with(t, map[string]string{"case.handle.rounds": "1", "case.callback.tries": "1", "case.urge.every": "2"})
	id, ticket := o.taken(t)
	sure(o.s.UrgeByCitizen(t.Context(), ticket))
	o.at(t, "2026-11-03 10:00") // a working day later is too early
	if _, err := o.s.UrgeByCitizen(t.Context(), ticket); fault.KindOf(err) != fault.Conflict {
		t.Errorf("urged too early: %v", err)
	}
	o.at(t, "2026-11-04 10:00")
	sure(o.s.UrgeByCitizen(t.Context(), ticket))
	sure(o.s.Reply(t.Context(), o.handler, id, Replying{Body: "已增派人手"}))
	c := sure(o.s.Callback(t.Context(), o.callerA, id, Outcome{Way: "phone", Contacted: true, Solved: false, Satisfied: 1}))
	if c.State != Closed || *c.Solved {
		t.Errorf("after the only round: %s", c.State)
	}
	other, _ := o.replied(t)
	sure(o.s.Callback(t.Context(), o.callerA, other, Outcome{Way: "phone"}))
	if c := sure(o.s.Close(t.Context(), o.callerA, other, Why{})); c.State != Closed || c.Contacted {
		t.Errorf("after the only try: %s", c.State)
	}
	o.sound(t)
}

// TestWorkingMinutes: whatever is done, a limit in working minutes is used up only while
// offices work, and a pause moves it by what they work in it.
func TestWorkingMinutes(t *testing.T) {
	t.Parallel()
	first := china(t, "2026-09-28 00:00")
	rapid.Check(t, func(t *rapid.T) {
		start := first.Add(time.Duration(rapid.IntRange(0, 14*24*60).Draw(t, "start")) * time.Minute)
		c := Clock{Name: ClockHandle, Start: start, Limit: workday.Limit{N: rapid.IntRange(1, 3000).Draw(t, "minutes"), Unit: workday.WorkMinutes}}
		due := c.Due(statutory).At
		if got := statutory.Elapsed(start, due); got != time.Duration(c.Limit.N)*time.Minute {
			t.Fatalf("%d minutes from %s end %s: %s worked", c.Limit.N, start, due, got)
		}
		c.PauseAt = start.Add(time.Duration(rapid.IntRange(0, 4000).Draw(t, "asked")) * time.Minute)
		c.PauseIn = workday.Limit{N: 5, Unit: workday.WorkingDays}
		c.PauseTo = c.PauseAt.Add(time.Duration(rapid.IntRange(1, 4000).Draw(t, "answered")) * time.Minute)
		if c.PauseAt.After(due) {
			return // no clock is stopped that has run out
		}
		later := c.Due(statutory).At
		if got, want := statutory.Elapsed(due, later), statutory.Elapsed(c.PauseAt, c.PauseTo); got != want {
			t.Fatalf("paused from %s to %s: moved by %s of work, want %s", c.PauseAt, c.PauseTo, got, want)
		}
		last := start
		for _, percent := range c.shares() {
			at := c.stepAt(statutory, percent, later)
			if at.Before(last) {
				t.Fatalf("%d %% at %s, before the step before", percent, at)
			}
			last = at
		}
	})
}

// sure is for what cannot fail in a test that goes well.
func sure[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
