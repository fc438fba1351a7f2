package workday

import (
	"maps"
	"slices"
	"time"
)

// Calendar tells working days from days off. It never changes once made, so it
// may be shared. Make one with New or Builtin.
type Calendar struct {
	// exceptions to the rule of weekends, by day number; true is worked.
	exceptions map[int64]bool
}

// New makes a calendar of weekends and the given exceptions to them: true for a
// working day, false for a day off.
func New(overrides map[Day]bool) *Calendar { return new(Calendar).With(overrides) }

// With is a calendar with further exceptions; where c has one for the same day,
// the new one counts. c stays as it is.
func (c *Calendar) With(overrides map[Day]bool) *Calendar {
	merged := make(map[int64]bool, len(c.exceptions)+len(overrides))
	maps.Copy(merged, c.exceptions)
	for day, working := range overrides {
		merged[day.number()] = working
	}
	return &Calendar{exceptions: merged}
}

// WithYear is a calendar in which a year's days are those of its notice alone, where
// With would leave days that an earlier notice of the year has and this one has not.
func (c *Calendar) WithYear(year int, overrides map[Day]bool) *Calendar {
	first, last := Day{year, time.January, 1}.number(), Day{year, time.December, 31}.number()
	kept := make(map[int64]bool, len(c.exceptions))
	for n, working := range c.exceptions {
		if n < first || n > last {
			kept[n] = working
		}
	}
	return (&Calendar{exceptions: kept}).With(overrides)
}

// Differences lists the days that are worked in one of two calendars and not in the other.
func (c *Calendar) Differences(o *Calendar) []Day {
	var days []Day
	for _, from := range []*Calendar{c, o} {
		for n := range from.exceptions {
			if c.works(n) != o.works(n) {
				days = append(days, fromNumber(n))
			}
		}
	}
	slices.SortFunc(days, Day.Compare)
	return slices.Compact(days)
}

// Exceptions lists the days that a calendar excepts from the rule of weekends, by date.
func (c *Calendar) Exceptions() []Day {
	days := make([]Day, 0, len(c.exceptions))
	for n := range c.exceptions {
		days = append(days, fromNumber(n))
	}
	slices.SortFunc(days, Day.Compare)
	return days
}

// Covers tells whether the calendar holds the year's holiday notice. Its mark is
// that New Year's Day and National Day are both listed as off: a few days of the
// year may also come from the next year's notice (its New Year holiday can begin
// on 30 December) or from a local closure, and they do not make a notice.
func (c *Calendar) Covers(year int) bool {
	return c.off(Day{year, time.January, 1}) && c.off(Day{year, time.October, 1})
}

func (c *Calendar) off(d Day) bool {
	working, listed := c.exceptions[d.number()]
	return listed && !working
}

// IsWorkday tells whether d is a working day.
func (c *Calendar) IsWorkday(d Day) bool { return c.works(d.number()) }

func (c *Calendar) works(n int64) bool {
	if working, listed := c.exceptions[n]; listed {
		return working
	}
	w := weekday(n)
	return w != time.Saturday && w != time.Sunday
}

// Add is the n-th working day after d, which itself does not count: the day of
// an event is not part of its limit (民法典 art. 201). With n = 0 it is d where d
// is a working day, otherwise the next one; with n negative it is the n-th
// working day before d.
func (c *Calendar) Add(d Day, n int) Day {
	at, step := d.number(), int64(1)
	if n < 0 {
		n, step = -n, -1
	}
	if n == 0 && !c.works(at) {
		n = 1
	}
	for n > 0 {
		at += step
		if c.works(at) {
			n--
		}
	}
	return fromNumber(at)
}

// Between counts the working days after from, up to and including to. It is
// negative where to is before from: the working days after to, up to from.
func (c *Calendar) Between(from, to Day) int {
	low, high, sign := from.number(), to.number(), 1
	if high < low {
		low, high, sign = high, low, -1
	}
	count := 0
	for n := low + 1; n <= high; n++ {
		if c.works(n) {
			count++
		}
	}
	return sign * count
}

// Missing is the year whose holiday notice a calendar lacks and should have on a day:
// that year's, or from the first of November on the next one's. 0: none is missing.
func Missing(c *Calendar, today Day) int {
	switch {
	case !c.Covers(today.Year):
		return today.Year
	case today.Month >= time.November && !c.Covers(today.Year+1):
		return today.Year + 1
	}
	return 0
}
