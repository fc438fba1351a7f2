package workday

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// Limit is how long something may take: "5wd" five working days, "60d" sixty
// calendar days, "2h" two hours around the clock, "30m" half an hour around the clock,
// "90wm" ninety minutes in which offices work.
type Limit struct {
	N    int
	Unit LimitUnit
}

// LimitUnit is what a limit counts.
type LimitUnit string

// The units. Hours and minutes run day and night, for what cannot wait.
const (
	WorkingDays  LimitUnit = "wd"
	CalendarDays LimitUnit = "d"
	Hours24      LimitUnit = "h"
	Minutes      LimitUnit = "m"
	WorkMinutes  LimitUnit = "wm"
)

// longest bounds a limit: ten years of days, or as much in hours and minutes.
var longest = map[LimitUnit]int{WorkingDays: 2500, CalendarDays: 3660, Hours24: 24 * 3660, Minutes: 60 * 24 * 366, WorkMinutes: 60 * 8 * 2500}

// IsZero tells whether there is no limit.
func (l Limit) IsZero() bool { return l == Limit{} }

// Valid tells whether the limit is positive, of a known unit and not absurd.
func (l Limit) Valid() bool { return l.N > 0 && l.N <= longest[l.Unit] }

// String writes the limit like "5wd".
func (l Limit) String() string {
	if l.IsZero() {
		return ""
	}
	return strconv.Itoa(l.N) + string(l.Unit)
}

// ParseLimit reads what String writes; the empty text is no limit.
func ParseLimit(s string) (Limit, error) {
	if s == "" {
		return Limit{}, nil
	}
	digits := 0
	for digits < len(s) && s[digits] >= '0' && s[digits] <= '9' {
		digits++
	}
	n, err := strconv.Atoi(s[:digits])
	l := Limit{N: n, Unit: LimitUnit(s[digits:])}
	if err != nil || !l.Valid() {
		return Limit{}, fmt.Errorf("workday: %q is no limit like 5wd, 60d, 24h or 30m", s)
	}
	return l, nil
}

// MarshalJSON and UnmarshalJSON write and read the limit as String does.
func (l Limit) MarshalJSON() ([]byte, error) { return json.Marshal(l.String()) }

// UnmarshalJSON reads what MarshalJSON writes.
func (l *Limit) UnmarshalJSON(text []byte) error {
	var s string
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	parsed, err := ParseLimit(s)
	if err == nil {
		*l = parsed
	}
	return err
}

// Worked tells whether the limit counts working days.
func (l Limit) Worked() bool { return l.Unit == WorkingDays }

// InOffice tells whether the limit is used up in the time that offices work.
func (l Limit) InOffice() bool { return l.Unit == WorkingDays || l.Unit == WorkMinutes }

// AroundClock tells whether the limit runs day and night.
func (l Limit) AroundClock() bool { return l.Unit == Hours24 || l.Unit == Minutes }

// Deadline is when a limit ends, and for which years that is only an assumption.
type Deadline struct {
	At time.Time
	// Unnoticed are the years between start and end whose holiday notice the
	// calendar lacks: the deadline took them for plain weeks and must be computed
	// anew when the notice has been imported. Empty: the deadline is certain.
	Unnoticed []int
}

// Deadline computes when a limit that begins to run at from ends.
//
// Working days: the day of the event does not count (民法典 art. 201); the limit
// ends when work ends on the N-th working day after it (art. 203: 有业务时间的，
// 停止业务活动的时间为截止时间). So what comes at 16:59 or at 23:00 on a Friday,
// or on a Sunday, has the same one-working-day limit: Monday at close.
//
// Calendar days: the same, counting every day, and ending with that day at 24:00;
// where it is a day off, with the next working day (art. 203).
//
// Hours and minutes run from the event itself (art. 201), whatever the hour;
// working minutes run from it too, but only while offices work.
func (c *Clock) Deadline(from time.Time, l Limit) Deadline {
	var at time.Time
	switch l.Unit {
	case WorkingDays:
		at = c.Close(c.calendar.Add(Of(from), l.N))
	case CalendarDays:
		at = c.calendar.Add(Of(from).AddDays(l.N), 0).AddDays(1).Start()
	case WorkMinutes:
		at = c.After(from, time.Duration(l.N)*time.Minute)
	case Hours24:
		at = from.Add(time.Duration(l.N) * time.Hour)
	default:
		at = from.Add(time.Duration(l.N) * time.Minute)
	}
	if l.AroundClock() {
		return Deadline{At: at}
	}
	return Deadline{At: at, Unnoticed: c.unnoticed(from, at)}
}

// Shift moves a working-day deadline by n working days: what an extension or a
// pause of n working days does. It ends at close again.
func (c *Clock) Shift(due time.Time, n int) time.Time {
	if n <= 0 {
		return due
	}
	return c.Close(c.calendar.Add(Of(due), n))
}

// Unnoticed lists the years from one instant to another whose holiday notice is missing.
func (c *Clock) Unnoticed(from, to time.Time) []int { return c.unnoticed(from, to) }

func (c *Clock) unnoticed(from, to time.Time) []int {
	var years []int
	for year := Of(from).Year; year <= Of(to).Year; year++ {
		if !c.calendar.Covers(year) {
			years = append(years, year)
		}
	}
	return years
}
