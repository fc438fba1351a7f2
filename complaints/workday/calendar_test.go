package workday_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"minping/complaints/workday"
)

// The notice for 2026 (国务院办公厅, 2025-11-04): Spring Festival 15–23 February
// with 14 and 28 February worked; National Day 1–7 October with 20 September
// and 10 October worked; Mid-autumn 25–27 September.
func TestWorkdaysOf2026(t *testing.T) {
	t.Parallel()
	calendar := workday.Builtin()
	for _, c := range []struct {
		first, last string
		want        string // per day: w worked, - off
	}{
		{"2026-01-01", "2026-01-05", "---ww"},
		{"2026-02-13", "2026-03-02", "ww---------wwwww-w"},
		{"2026-09-18", "2026-09-28", "w-wwwww---w"},
		{"2026-09-30", "2026-10-12", "w-------www-w"},
		{"2026-11-20", "2026-11-23", "w--w"},
	} {
		got := ""
		for d := day(t, c.first); !d.After(day(t, c.last)); d = d.AddDays(1) {
			if calendar.IsWorkday(d) {
				got += "w"
			} else {
				got += "-"
			}
		}
		if got != c.want {
			t.Errorf("%s to %s: %s, want %s", c.first, c.last, got, c.want)
		}
	}
}

// Working days a year, counted by hand from the notices: Mondays to Fridays of
// the year less those off, plus the weekend days worked in exchange. 2020 has the
// Spring Festival as lengthened on 27 January of that year.
func TestWorkdaysPerYear(t *testing.T) {
	t.Parallel()
	calendar := workday.Builtin()
	got := map[int]int{}
	for year := 2020; year <= 2026; year++ {
		got[year] = calendar.Between(workday.Day{Year: year - 1, Month: time.December, Day: 31}, workday.Day{Year: year, Month: time.December, Day: 31})
	}
	want := map[int]int{
		2020: 262 - 19 + 6,
		2021: 261 - 18 + 7,
		2022: 260 - 18 + 7,
		2023: 260 - 18 + 7,
		2024: 262 - 19 + 8,
		2025: 261 - 18 + 5,
		2026: 261 - 19 + 6,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("working days by year (-want +got):\n%s", diff)
	}
}

func TestAdd(t *testing.T) {
	t.Parallel()
	calendar := workday.Builtin()
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-11-23", 0, "2026-11-23"},
		{"2026-11-23", 1, "2026-11-24"},
		{"2026-11-23", 5, "2026-11-30"},
		{"2026-11-21", 0, "2026-11-23"}, // Saturday
		{"2026-11-21", 1, "2026-11-23"},
		{"2026-09-30", 1, "2026-10-08"}, // over National Day
		{"2026-09-30", 3, "2026-10-10"}, // onto a Saturday worked in exchange
		{"2026-09-30", 4, "2026-10-12"},
		{"2026-02-13", 5, "2026-02-27"}, // 14, 24, 25, 26, 27 February
		{"2026-02-17", 0, "2026-02-24"}, // the festival itself
		{"2026-10-08", -1, "2026-09-30"},
		{"2026-10-05", -2, "2026-09-29"},
	} {
		if got := calendar.Add(day(t, c.from), c.n).String(); got != c.want {
			t.Errorf("%s + %d working days = %s, want %s", c.from, c.n, got, c.want)
		}
	}
}

func TestBetween(t *testing.T) {
	t.Parallel()
	calendar := workday.Builtin()
	for _, c := range []struct {
		from, to string
		want     int
	}{
		{"2026-11-23", "2026-11-23", 0},
		{"2026-11-23", "2026-11-30", 5},
		{"2026-09-30", "2026-10-07", 0},
		{"2026-09-30", "2026-10-12", 4},
		{"2026-10-12", "2026-09-30", -4},
	} {
		if got := calendar.Between(day(t, c.from), day(t, c.to)); got != c.want {
			t.Errorf("%s to %s: %d working days, want %d", c.from, c.to, got, c.want)
		}
	}
}

func TestCovers(t *testing.T) {
	t.Parallel()
	calendar := workday.Builtin()
	for year := 2020; year <= 2026; year++ {
		if !calendar.Covers(year) {
			t.Errorf("%d is not covered", year)
		}
	}
	closure := map[workday.Day]bool{day(t, "2098-12-31"): false, day(t, "2099-01-01"): false}
	for _, year := range []int{2019, 2098, 2099} {
		if calendar.With(closure).Covers(year) {
			t.Errorf("%d passes as covered", year)
		}
	}
}

func TestWithLeavesTheOriginal(t *testing.T) {
	t.Parallel()
	monday, sunday := day(t, "2026-11-23"), day(t, "2026-11-22")
	base := workday.New(map[workday.Day]bool{monday: false})
	changed := base.With(map[workday.Day]bool{monday: true, sunday: true})
	if base.IsWorkday(monday) || base.IsWorkday(sunday) {
		t.Error("With changed the calendar it started from")
	}
	if !changed.IsWorkday(monday) || !changed.IsWorkday(sunday) {
		t.Error("the later exception does not count")
	}
}

func TestAddAndBetweenAgree(t *testing.T) {
	t.Parallel()
	calendar := workday.Builtin()
	rapid.Check(t, func(t *rapid.T) {
		d, n := drawDay(t, "day"), rapid.IntRange(1, 400).Draw(t, "n")
		due := calendar.Add(d, n)
		if got := calendar.Between(d, due); got != n {
			t.Fatalf("%s + %d = %s, but %d lie between", d, n, due, got)
		}
		if !calendar.IsWorkday(due) || !due.After(d) {
			t.Fatalf("%s + %d = %s is not a working day after it", d, n, due)
		}
		if back := calendar.Between(due, d); back != -n {
			t.Fatalf("%s to %s: %d, want %d", due, d, back, -n)
		}
	})
}

func TestAddIsMonotone(t *testing.T) {
	t.Parallel()
	calendar := workday.Builtin()
	rapid.Check(t, func(t *rapid.T) {
		d, n := drawDay(t, "day"), rapid.IntRange(-100, 300).Draw(t, "n")
		later, more := rapid.IntRange(0, 60).Draw(t, "later"), rapid.IntRange(0, 60).Draw(t, "more")
		a := calendar.Add(d, n)
		if b := calendar.Add(d.AddDays(later), n); b.Before(a) {
			t.Fatalf("%s + %d = %s, but started %d days later %s", d, n, a, later, b)
		}
		if b := calendar.Add(d, n+more); b.Before(a) {
			t.Fatalf("%s + %d = %s, but + %d = %s", d, n, a, n+more, b)
		}
	})
}

func TestBetweenAddsUp(t *testing.T) {
	t.Parallel()
	calendar := workday.Builtin()
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := drawDay(t, "a"), drawDay(t, "b"), drawDay(t, "c")
		if calendar.Between(a, b)+calendar.Between(b, c) != calendar.Between(a, c) {
			t.Fatalf("%s → %s → %s does not add up", a, b, c)
		}
	})
}

func BenchmarkAddFive(b *testing.B) {
	calendar, from := workday.Builtin(), workday.Day{Year: 2026, Month: time.September, Day: 30}
	for b.Loop() {
		calendar.Add(from, 5)
	}
}

func BenchmarkBuiltin(b *testing.B) {
	for b.Loop() {
		workday.Builtin()
	}
}

func ExampleCalendar_Add() {
	asked := workday.Day{Year: 2026, Month: time.September, Day: 30}
	fmt.Println(workday.Builtin().Add(asked, 5))
	// Output: 2026-10-13
}

func TestMissing(t *testing.T) {
	t.Parallel()
	book := workday.Builtin() // 2026 is the last
	noticed := book.WithYear(2027, map[workday.Day]bool{{Year: 2027, Month: 1, Day: 1}: false, {Year: 2027, Month: 10, Day: 1}: false})
	for _, tt := range []struct {
		c     *workday.Calendar
		today string
		want  int
	}{
		{book, "2026-10-31", 0}, {book, "2026-11-01", 2027}, {book, "2026-12-31", 2027}, {book, "2027-01-01", 2027}, {book, "2027-12-01", 2027},
		{noticed, "2026-12-01", 0}, {noticed, "2027-10-31", 0}, {noticed, "2027-11-01", 2028}, {noticed, "2028-02-01", 2028},
	} {
		if got := workday.Missing(tt.c, day(t, tt.today)); got != tt.want {
			t.Errorf("on %s: %d, want %d", tt.today, got, tt.want)
		}
	}
}

// TestWithYear: a corrected notice leaves nothing of the first.
func TestWithYear(t *testing.T) {
	t.Parallel()
	first := workday.Builtin().WithYear(2027, map[workday.Day]bool{day(t, "2027-01-01"): false, day(t, "2027-01-04"): false, day(t, "2027-10-01"): false, day(t, "2027-10-09"): true})
	second := first.WithYear(2027, map[workday.Day]bool{day(t, "2026-12-31"): false, day(t, "2027-01-01"): false, day(t, "2027-10-01"): false})
	if !second.IsWorkday(day(t, "2027-01-04")) || second.IsWorkday(day(t, "2027-10-09")) || second.IsWorkday(day(t, "2026-12-31")) {
		t.Error("days of the first notice are left, or of the year before not taken")
	}
	if !second.Covers(2026) || second.IsWorkday(day(t, "2026-10-01")) || !first.IsWorkday(day(t, "2027-10-09")) {
		t.Error("another year or calendar changed")
	}
	got := fmt.Sprint(first.Differences(second))
	if got != "[2026-12-31 2027-01-04 2027-10-09]" || len(first.Differences(first)) != 0 {
		t.Error(got)
	}
}
