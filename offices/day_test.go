package offices

import (
	"testing"
	"time"
)

func TestParseDay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text     string
		from1904 bool
		want     Day
	}{
		{"2026-11-23", false, "2026-11-23"},
		{"2026/11/23", false, "2026-11-23"},
		{"2026/1/3", false, "2026-01-03"},
		{"2026.1.3", false, "2026-01-03"},
		{"2026年1月3日", false, "2026-01-03"},
		{"20261123", false, "2026-11-23"},
		{"２０２６－１１－２３", false, "2026-11-23"},
		{"2026-11-23 00:00:00", false, "2026-11-23"},
		{"2026-11-23T00:00:00Z", false, "2026-11-23"},
		{"2024-02-29", false, "2024-02-29"},
		// ECMA-376 part 1, 18.17.4.3: serial 39448 is 2008-01-01 in the 1900 system,
		// which is 1462 days before the same serial in the 1904 system.
		{"39448", false, "2008-01-01"},
		{"37986", true, "2008-01-01"},
		{"39448.75", false, "2008-01-01"},
		{"2026", false, ""},
		{"2026-13-01", false, ""},
		{"2026-02-29", false, ""},
		{"20261301", false, ""},
		{"2026-11-23 14:30", false, ""},
		{"11/23/2026", false, ""},
		{"明天", false, ""},
		{"", false, ""},
		{"0000-01-01", false, ""},
	} {
		got, err := ParseDay(c.text, c.from1904)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("ParseDay(%q, %v) = %q, %v; want %q", c.text, c.from1904, got, err, c.want)
		}
	}
}

func TestDayOfIsShanghai(t *testing.T) {
	t.Parallel()
	late := time.Date(2026, 11, 22, 16, 0, 0, 0, time.UTC) // midnight of the 23rd in Shanghai
	if got := DayOf(late); got != "2026-11-23" {
		t.Errorf("DayOf = %s", got)
	}
	if got := DayOf(late.Add(-time.Second)); got != "2026-11-22" {
		t.Errorf("a second earlier: DayOf = %s", got)
	}
	if got := DayOf(Day("2026-11-23").Time()); got != "2026-11-23" {
		t.Errorf("DayOf(Time) = %s", got)
	}
}
