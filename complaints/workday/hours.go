package workday

import (
	"errors"
	"slices"
	"time"
)

// Span is a stretch of a working day, from a time of day up to another: 9*time.Hour
// is nine o'clock. The end itself is no longer worked.
type Span struct{ From, To time.Duration }

// Schedule is the office hours that hold from a day on, until the next schedule.
type Schedule struct {
	From  Day
	Spans []Span
}

// Hours are office hours over time, effective-dated. They never change once made.
type Hours struct{ schedules []Schedule }

// ErrHours refuses office hours that are none: no span, spans that overlap, are
// out of order, empty or outside the day, or two schedules from the same day.
var ErrHours = errors.New("workday: office hours must be spans in order, within one day, one schedule per first day")

// NewHours makes office hours. The schedule with the earliest first day also
// holds before it: a clock must not stand still because nobody wrote the past down.
func NewHours(schedules ...Schedule) (Hours, error) {
	if len(schedules) == 0 {
		return Hours{}, ErrHours
	}
	sorted := slices.Clone(schedules)
	slices.SortFunc(sorted, func(a, b Schedule) int { return a.From.Compare(b.From) })
	for i, s := range sorted {
		if len(s.Spans) == 0 || i > 0 && sorted[i-1].From == s.From {
			return Hours{}, ErrHours
		}
		end := time.Duration(0)
		for _, span := range s.Spans {
			if span.From < end || span.To <= span.From || span.To > 24*time.Hour {
				return Hours{}, ErrHours
			}
			end = span.To
		}
		sorted[i].Spans = slices.Clone(s.Spans)
	}
	return Hours{schedules: sorted}, nil
}

// OfficeHours are those of most offices: 09:00–12:00 and 13:30–17:00.
func OfficeHours() Hours {
	return Hours{schedules: []Schedule{{Spans: []Span{
		{9 * time.Hour, 12 * time.Hour}, {13*time.Hour + 30*time.Minute, 17 * time.Hour}}}}}
}

// Schedules lists the office hours over time; the first holds since ever.
func (h Hours) Schedules() []Schedule { return slices.Clone(h.schedules) }

// of gives the spans of a day, were it worked.
func (h Hours) of(d Day) []Span {
	for i := len(h.schedules) - 1; i > 0; i-- {
		if !h.schedules[i].From.After(d) {
			return h.schedules[i].Spans
		}
	}
	return h.schedules[0].Spans
}

// length is how long a day is worked.
func length(spans []Span) time.Duration {
	var sum time.Duration
	for _, s := range spans {
		sum += s.To - s.From
	}
	return sum
}
