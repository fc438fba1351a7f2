package workday

import (
	"cmp"
	"fmt"
	"time"
)

// Day is a civil date. It compares with == and serves as a map key; the zero
// Day is no date.
type Day struct {
	Year  int
	Month time.Month
	Day   int
}

// China has kept UTC+8 without summer time since 1991, so its days need no time
// zone data, which a closed network's machine may lack.
const (
	secondsPerDay = 24 * 60 * 60
	offsetSeconds = 8 * 60 * 60
)

// Of is the civil day in China at the instant t.
func Of(t time.Time) Day { return dayOf(t.Add(offsetSeconds * time.Second).UTC()) }

// Parse reads a date written as 2026-11-23.
func Parse(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Day{}, fmt.Errorf("workday: parse date: %w", err)
	}
	if t.Year() < 1 { // no database and no calendar has it
		return Day{}, fmt.Errorf("workday: parse date: year 0 in %q", s)
	}
	return dayOf(t), nil
}

func dayOf(t time.Time) Day {
	year, month, day := t.Date()
	return Day{Year: year, Month: month, Day: day}
}

// String writes the date as 2026-11-23.
func (d Day) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day) }

// MarshalText writes the date as String does, for JSON values and keys.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Day) UnmarshalText(text []byte) error {
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// IsZero tells whether d is no date.
func (d Day) IsZero() bool { return d == Day{} }

// Start is the first instant of the day in China. A limit that ends with day d
// is missed from d.AddDays(1).Start() on.
func (d Day) Start() time.Time {
	return time.Unix(d.number()*secondsPerDay-offsetSeconds, 0).In(china)
}

// china is the zone of days; it is never written to.
var china = time.FixedZone("CST", offsetSeconds)

// AddDays is the date n calendar days later, or earlier where n is negative.
func (d Day) AddDays(n int) Day { return fromNumber(d.number() + int64(n)) }

// Weekday is the day of the week.
func (d Day) Weekday() time.Weekday { return weekday(d.number()) }

// Compare is -1 where d is before o, 0 where they are the same and 1 where d is after.
func (d Day) Compare(o Day) int {
	return cmp.Or(cmp.Compare(d.Year, o.Year), cmp.Compare(d.Month, o.Month), cmp.Compare(d.Day, o.Day))
}

// Before tells whether d is earlier than o.
func (d Day) Before(o Day) bool { return d.Compare(o) < 0 }

// After tells whether d is later than o.
func (d Day) After(o Day) bool { return d.Compare(o) > 0 }

// number counts the days since 1970-01-01.
func (d Day) number() int64 {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay
}

func fromNumber(n int64) Day { return dayOf(time.Unix(n*secondsPerDay, 0).UTC()) }

// weekday of a day number: 1970-01-01 was a Thursday.
func weekday(n int64) time.Weekday {
	return time.Weekday(((n+int64(time.Thursday))%7 + 7) % 7)
}
