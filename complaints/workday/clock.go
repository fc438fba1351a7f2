package workday

import (
	"slices"
	"time"
)

// Clock counts the time in which offices work: the spans of working days.
// It never changes once made, so it may be shared.
type Clock struct {
	calendar *Calendar
	hours    Hours
}

// NewClock makes a clock of a calendar and office hours.
func NewClock(c *Calendar, h Hours) *Clock { return &Clock{calendar: c, hours: h} }

// Calendar gives the clock's calendar.
func (c *Clock) Calendar() *Calendar { return c.calendar }

// Hours gives the clock's office hours.
func (c *Clock) Hours() Hours { return c.hours }

// spans of a day: none where it is a day off.
func (c *Clock) spans(number int64) []Span {
	if !c.calendar.works(number) {
		return nil
	}
	return c.hours.of(fromNumber(number))
}

// since is how far into its day in China an instant lies.
func since(t time.Time) (number int64, into time.Duration) {
	seconds := t.Unix() + offsetSeconds
	number = seconds / secondsPerDay
	if seconds%secondsPerDay < 0 {
		number--
	}
	return number, time.Duration(seconds-number*secondsPerDay)*time.Second + time.Duration(t.Nanosecond())
}

func instant(number int64, into time.Duration) time.Time {
	return time.Unix(number*secondsPerDay-offsetSeconds, 0).In(china).Add(into)
}

// Open tells whether offices work at an instant.
func (c *Clock) Open(t time.Time) bool {
	number, into := since(t)
	return slices.ContainsFunc(c.spans(number), func(s Span) bool { return s.From <= into && into < s.To })
}

// NextOpen is t itself where offices work, otherwise the beginning of the next span.
func (c *Clock) NextOpen(t time.Time) time.Time {
	number, into := since(t)
	for {
		for _, s := range c.spans(number) {
			switch {
			case into < s.From:
				return instant(number, s.From)
			case into < s.To:
				return t
			}
		}
		number, into = number+1, 0
	}
}

// Close is when work ends on a working day; on a day off, when the day ends.
func (c *Clock) Close(d Day) time.Time {
	spans := c.spans(d.number())
	if len(spans) == 0 {
		return d.AddDays(1).Start()
	}
	return d.Start().Add(spans[len(spans)-1].To)
}

// Elapsed is how long offices work from one instant to another; negative where
// to is before from.
func (c *Clock) Elapsed(from, to time.Time) time.Duration {
	if to.Before(from) {
		return -c.Elapsed(to, from)
	}
	first, begin := since(from)
	last, end := since(to)
	var sum time.Duration
	for n := first; n <= last; n++ {
		low, high := time.Duration(0), 24*time.Hour
		if n == first {
			low = begin
		}
		if n == last {
			high = end
		}
		for _, s := range c.spans(n) {
			if a, b := max(s.From, low), min(s.To, high); b > a {
				sum += b - a
			}
		}
	}
	return sum
}

// After is the first instant by which offices have worked for w since t. With w
// zero or negative it is t. It is the inverse of Elapsed.
func (c *Clock) After(t time.Time, w time.Duration) time.Time {
	if w <= 0 {
		return t
	}
	number, into := since(t)
	for {
		spans := c.spans(number)
		if into == 0 && w > length(spans) {
			w -= length(spans)
			number++
			continue
		}
		for _, s := range spans {
			from := max(s.From, into)
			if from >= s.To {
				continue
			}
			if w <= s.To-from {
				return instant(number, from+w)
			}
			w -= s.To - from
		}
		number, into = number+1, 0
	}
}
