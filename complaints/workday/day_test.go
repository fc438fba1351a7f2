package workday_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"minping/complaints/workday"
)

func day(t testing.TB, s string) workday.Day {
	t.Helper()
	d, err := workday.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestParse(t *testing.T) {
	t.Parallel()
	if got := day(t, "2026-11-23"); got != (workday.Day{Year: 2026, Month: time.November, Day: 23}) || got.String() != "2026-11-23" {
		t.Errorf("%#v writes as %s", got, got)
	}
	for _, s := range []string{"", "2026-02-29", "2026-13-01", "2026-1-3", "20261123", "2026-11-23T00:00:00Z", "２０２６-11-23"} {
		if got, err := workday.Parse(s); err == nil || !got.IsZero() {
			t.Errorf("Parse(%q) = %v, %v", s, got, err)
		}
	}
}

func TestOfTurnsAtMidnightInChina(t *testing.T) {
	t.Parallel()
	for instant, want := range map[string]string{
		"2026-11-22T15:59:59.999Z":  "2026-11-22",
		"2026-11-22T16:00:00Z":      "2026-11-23",
		"2026-11-23T00:00:00+08:00": "2026-11-23",
		"2026-12-31T12:00:00-05:00": "2027-01-01",
		"1969-12-31T16:00:00Z":      "1970-01-01",
	} {
		at, err := time.Parse(time.RFC3339Nano, instant)
		if err != nil {
			t.Fatal(err)
		}
		if got := workday.Of(at).String(); got != want {
			t.Errorf("Of(%s) = %s, want %s", instant, got, want)
		}
	}
}

func TestWeekday(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]time.Weekday{
		"2026-11-23": time.Monday, "1970-01-01": time.Thursday, "1969-12-28": time.Sunday, "2024-02-29": time.Thursday,
	} {
		if got := day(t, s).Weekday(); got != want {
			t.Errorf("%s is a %s, want %s", s, got, want)
		}
	}
}

func TestDayInJSON(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(map[workday.Day]workday.Day{day(t, "2026-01-01"): day(t, "2026-01-04")})
	if err != nil || string(text) != `{"2026-01-01":"2026-01-04"}` {
		t.Fatalf("%s, %v", text, err)
	}
	var d workday.Day
	if err := json.Unmarshal([]byte(`"2026-02-30"`), &d); err == nil {
		t.Errorf("30 February read as %s", d)
	}
}

func drawDay(t *rapid.T, label string) workday.Day {
	return workday.Day{Year: 2020, Month: time.January, Day: 1}.AddDays(rapid.IntRange(-400, 3000).Draw(t, label))
}

func TestDayArithmetic(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d, n := drawDay(t, "day"), rapid.IntRange(-5000, 5000).Draw(t, "n")
		moved := d.AddDays(n)
		if back := moved.AddDays(-n); back != d {
			t.Fatalf("%s + %d − %d = %s", d, n, n, back)
		}
		if again, err := workday.Parse(d.String()); err != nil || again != d {
			t.Fatalf("%s reads back as %s, %v", d, again, err)
		}
		if moved.After(d) != (n > 0) || moved.Before(d) != (n < 0) || (moved.Compare(d) == 0) != (n == 0) {
			t.Fatalf("%s and %s, %d days later, are in the wrong order", d, moved, n)
		}
		if want := d.Start().Add(time.Duration(n) * 24 * time.Hour); !moved.Start().Equal(want) || workday.Of(want) != moved {
			t.Fatalf("%s starts at %s, want %s", moved, moved.Start(), want)
		}
		if moved.Weekday() != moved.Start().Weekday() {
			t.Fatalf("%s is a %s", moved, moved.Weekday())
		}
	})
}
