package workday_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"minping/complaints/workday"
)

func at(t testing.TB, s string) time.Time {
	t.Helper()
	got, err := time.ParseInLocation("2006-01-02 15:04", s, time.FixedZone("CST", 8*60*60))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func clock() *workday.Clock { return workday.NewClock(workday.Builtin(), workday.OfficeHours()) }

func TestElapsedOverNoonNightAndHoliday(t *testing.T) {
	t.Parallel()
	c := clock()
	for _, tt := range []struct{ from, to, want string }{
		{"2026-11-23 09:00", "2026-11-23 17:00", "6h30m"},
		{"2026-11-23 11:30", "2026-11-23 14:00", "1h"},  // noon
		{"2026-11-23 12:00", "2026-11-23 13:30", "0s"},  // noon itself
		{"2026-11-23 16:00", "2026-11-24 10:00", "2h"},  // night
		{"2026-11-20 16:00", "2026-11-23 10:00", "2h"},  // weekend
		{"2026-09-30 16:00", "2026-10-08 10:00", "2h"},  // National Day
		{"2026-10-09 16:00", "2026-10-10 10:00", "2h"},  // a Saturday worked in exchange
		{"2026-10-10 16:00", "2026-10-12 10:00", "2h"},  // the Sunday after it
		{"2026-02-15 00:00", "2026-02-24 00:00", "0s"},  // Spring Festival
		{"2026-11-24 10:00", "2026-11-23 16:00", "-2h"}, // backwards
		{"2026-11-23 00:00", "2026-11-30 00:00", "32h30m"},
	} {
		want, _ := time.ParseDuration(tt.want)
		if got := c.Elapsed(at(t, tt.from), at(t, tt.to)); got != want {
			t.Errorf("%s to %s: %s, want %s", tt.from, tt.to, got, want)
		}
	}
}

func TestNextOpen(t *testing.T) {
	t.Parallel()
	c := clock()
	for _, tt := range []struct{ from, want string }{
		{"2026-11-23 08:59", "2026-11-23 09:00"},
		{"2026-11-23 09:00", "2026-11-23 09:00"},
		{"2026-11-23 12:00", "2026-11-23 13:30"},
		{"2026-11-23 17:00", "2026-11-24 09:00"},
		{"2026-11-21 03:00", "2026-11-23 09:00"},
		{"2026-10-09 17:00", "2026-10-10 09:00"}, // worked Saturday
		{"2026-09-30 23:59", "2026-10-08 09:00"},
	} {
		if got := c.NextOpen(at(t, tt.from)); !got.Equal(at(t, tt.want)) || !c.Open(got) {
			t.Errorf("%s: %s, want %s", tt.from, got, tt.want)
		}
	}
}

func TestDeadlines(t *testing.T) {
	t.Parallel()
	c := clock()
	for _, tt := range []struct{ from, limit, want string }{
		{"2026-11-23 10:00", "1wd", "2026-11-24 17:00"},
		{"2026-11-20 16:59", "1wd", "2026-11-23 17:00"}, // Friday afternoon,
		{"2026-11-20 23:00", "1wd", "2026-11-23 17:00"}, // Friday night,
		{"2026-11-22 08:00", "1wd", "2026-11-23 17:00"}, // Sunday: the same
		{"2026-11-23 00:00", "5wd", "2026-11-30 17:00"},
		{"2026-09-30 10:00", "3wd", "2026-10-10 17:00"}, // ends on a day worked in exchange
		{"2026-10-09 23:59", "1wd", "2026-10-10 17:00"},
		{"2026-10-10 00:00", "1wd", "2026-10-12 17:00"}, // midnight of that day begins it
		{"2026-02-13 10:00", "1wd", "2026-02-14 17:00"}, // worked Saturday before the festival
		{"2026-02-14 10:00", "15wd", "2026-03-13 17:00"},
		{"2026-11-23 10:00", "60d", "2027-01-23 00:00"}, // 22 January 2027, a Friday
		{"2026-09-16 10:00", "15d", "2026-10-09 00:00"}, // 1 October is off, up to the 7th
		{"2026-11-21 23:30", "2h", "2026-11-22 01:30"},
		{"2026-11-21 23:30", "24h", "2026-11-22 23:30"},
		{"2026-11-21 23:30", "30m", "2026-11-22 00:00"},
		{"2026-09-25 10:00", "15d", "2026-10-11 00:00"}, // ends at midnight of a day worked in exchange
		{"2026-11-20 16:30", "90wm", "2026-11-23 10:00"},
		{"2026-11-23 11:30", "60wm", "2026-11-23 14:00"}, // over the noon break
		{"2026-10-09 16:50", "30wm", "2026-10-10 09:20"}, // goes on on the Saturday that is worked
	} {
		limit, err := workday.ParseLimit(tt.limit)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Deadline(at(t, tt.from), limit); !got.At.Equal(at(t, tt.want)) {
			t.Errorf("%s + %s = %s, want %s", tt.from, tt.limit, got.At, tt.want)
		}
	}
}

func TestADeadlineSaysWhichYearsItAssumes(t *testing.T) {
	t.Parallel()
	c := clock()
	late := c.Deadline(at(t, "2026-12-25 10:00"), workday.Limit{N: 15, Unit: workday.WorkingDays})
	if !slices.Equal(late.Unnoticed, []int{2027}) {
		t.Errorf("into 2027: %v", late.Unnoticed)
	}
	if early := c.Deadline(at(t, "2026-11-25 10:00"), workday.Limit{N: 15, Unit: workday.WorkingDays}); early.Unnoticed != nil {
		t.Errorf("within 2026: %v", early.Unnoticed)
	}
	if hours := c.Deadline(at(t, "2026-12-31 23:00"), workday.Limit{N: 24, Unit: workday.Hours24}); hours.Unnoticed != nil {
		t.Errorf("hours need no calendar: %v", hours.Unnoticed)
	}
	notice := workday.NewClock(workday.Builtin().With(map[workday.Day]bool{day(t, "2027-01-01"): false, day(t, "2027-10-01"): false}), workday.OfficeHours())
	if got := notice.Deadline(at(t, "2026-12-31 10:00"), workday.Limit{N: 1, Unit: workday.WorkingDays}); got.Unnoticed != nil || !got.At.Equal(at(t, "2027-01-04 17:00")) {
		t.Errorf("with the notice: %+v", got)
	}
}

func TestHoursAreEffectiveDated(t *testing.T) {
	t.Parallel()
	summer := workday.Schedule{From: day(t, "2026-06-01"), Spans: []workday.Span{{9 * time.Hour, 12 * time.Hour}, {14 * time.Hour, 18 * time.Hour}}}
	winter := workday.Schedule{From: day(t, "2026-01-01"), Spans: []workday.Span{{9 * time.Hour, 12 * time.Hour}, {13 * time.Hour, 17 * time.Hour}}}
	hours, err := workday.NewHours(summer, winter)
	if err != nil {
		t.Fatal(err)
	}
	c := workday.NewClock(workday.Builtin(), hours)
	for on, want := range map[string]string{"2025-06-03": "2025-06-03 17:00", "2026-05-29": "2026-05-29 17:00", "2026-06-01": "2026-06-01 18:00"} {
		if got := c.Close(day(t, on)); !got.Equal(at(t, want)) {
			t.Errorf("%s closes at %s, want %s", on, got, want)
		}
	}
	for name, wrong := range map[string][]workday.Schedule{
		"none": nil, "no span": {{}},
		"overlap":  {{Spans: []workday.Span{{9 * time.Hour, 12 * time.Hour}, {11 * time.Hour, 17 * time.Hour}}}},
		"inverted": {{Spans: []workday.Span{{12 * time.Hour, 9 * time.Hour}}}},
		"past":     {{Spans: []workday.Span{{9 * time.Hour, 25 * time.Hour}}}},
		"twice":    {winter, winter},
	} {
		if _, err := workday.NewHours(wrong...); !errors.Is(err, workday.ErrHours) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func drawInstant(t *rapid.T, label string) time.Time {
	return drawDay(t, label).Start().Add(time.Duration(rapid.Int64Range(0, int64(24*time.Hour/time.Second)-1).Draw(t, label+" second")) * time.Second)
}

func TestElapsedIsAdditiveAndMonotone(t *testing.T) {
	t.Parallel()
	c := clock()
	rapid.Check(t, func(t *rapid.T) {
		x, y, z := drawInstant(t, "x"), drawInstant(t, "y"), drawInstant(t, "z")
		if c.Elapsed(x, y)+c.Elapsed(y, z) != c.Elapsed(x, z) {
			t.Fatalf("%s → %s → %s does not add up", x, y, z)
		}
		if !y.Before(x) && (c.Elapsed(x, y) < 0 || c.Elapsed(x, y) > y.Sub(x)) {
			t.Fatalf("%s → %s: %s", x, y, c.Elapsed(x, y))
		}
	})
}

func TestAfterIsTheInverseOfElapsed(t *testing.T) {
	t.Parallel()
	c := clock()
	rapid.Check(t, func(t *rapid.T) {
		x := drawInstant(t, "x")
		w := time.Duration(rapid.Int64Range(1, int64(400*time.Hour/time.Second)).Draw(t, "worked")) * time.Second
		end := c.After(x, w)
		if got := c.Elapsed(x, end); got != w {
			t.Fatalf("%s after %s is %s, where %s were worked", w, x, end, got)
		}
		if before := c.Elapsed(x, end.Add(-time.Second)); before != w-time.Second {
			t.Fatalf("%s is not the first such instant", end)
		}
		if more := c.After(x, w+time.Minute); !more.After(end) {
			t.Fatalf("After is not monotone at %s", x)
		}
		if n := c.NextOpen(x); n.Before(x) || !c.Open(n) || c.Elapsed(x, n) != 0 {
			t.Fatalf("next open after %s: %s", x, n)
		}
	})
}

func TestDeadlinesAreMonotone(t *testing.T) {
	t.Parallel()
	c := clock()
	rapid.Check(t, func(t *rapid.T) {
		x := drawInstant(t, "x")
		later := x.Add(time.Duration(rapid.Int64Range(0, int64(2000*time.Hour)).Draw(t, "later")))
		limit := workday.Limit{N: rapid.IntRange(1, 90).Draw(t, "n"),
			Unit: rapid.SampledFrom([]workday.LimitUnit{workday.WorkingDays, workday.CalendarDays, workday.Hours24, workday.Minutes}).Draw(t, "unit")}
		due := c.Deadline(x, limit).At
		if !due.After(x) || c.Deadline(later, limit).At.Before(due) {
			t.Fatalf("%s from %s ends %s, from %s ends %s", limit, x, due, later, c.Deadline(later, limit).At)
		}
		if limit.Worked() {
			if n := c.Calendar().Between(workday.Of(x), workday.Of(due)); n != limit.N || !c.Close(workday.Of(due)).Equal(due) {
				t.Fatalf("%s from %s ends %s, %d working days later", limit, x, due, n)
			}
			k := rapid.IntRange(0, 20).Draw(t, "shift")
			if moved, whole := c.Shift(due, k), c.Deadline(x, workday.Limit{N: limit.N + k, Unit: workday.WorkingDays}).At; !moved.Equal(whole) {
				t.Fatalf("%s shifted by %d: %s, want %s", due, k, moved, whole)
			}
		}
		if again, err := workday.ParseLimit(limit.String()); err != nil || again != limit {
			t.Fatalf("%s reads back as %v, %v", limit, again, err)
		}
	})
}

func TestParseLimitRefuses(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"5", "wd", "0wd", "-1d", "5 wd", "99999999999999999999d", "3661d", "５wd", "2w"} {
		if got, err := workday.ParseLimit(s); err == nil {
			t.Errorf("%q read as %v", s, got)
		}
	}
	var l workday.Limit
	if err := json.Unmarshal([]byte(`5`), &l); err == nil {
		t.Errorf("a number read as %v", l)
	}
	if text, err := json.Marshal(workday.Limit{}); err != nil || string(text) != `""` {
		t.Errorf("no limit writes as %s, %v", text, err)
	}
}

func BenchmarkElapsedTenDays(b *testing.B) {
	c, from := clock(), at(b, "2026-09-28 10:00")
	to := from.AddDate(0, 0, 14)
	for b.Loop() {
		c.Elapsed(from, to)
	}
}
