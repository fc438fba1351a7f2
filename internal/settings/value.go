package settings

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/width"
)

// Type says what a value is and how it is written.
type Type string

// The types.
const (
	Int      Type = "int"      // "5"
	Decimal  Type = "decimal"  // "0.25": at most 12 digits before the point and 6 after
	Duration Type = "duration" // typed as a whole number of the definition's unit, kept as "600s"
	Bool     Type = "bool"     // "true" or "false"
	Choice   Type = "choice"   // one of the definition's choices
	Span     Type = "span"     // so much of a clock: "5wd", "15d", "2h", "30min", "90wmin"
	Hours    Type = "hours"    // office hours of a day: "09:00-12:00,13:30-17:00"
)

// Clock says how a span is counted.
type Clock string

// The clocks: working days of the calendar, days of the calendar, hours and
// minutes around the clock, and minutes in which offices work.
const (
	Workdays    Clock = "wd"
	Days        Clock = "d"
	AroundHours Clock = "h"
	Minutes     Clock = "min"
	Worked      Clock = "wmin"
)

// Clocks lists them in the order of a form.
func Clocks() []Clock { return []Clock{Workdays, Days, AroundHours, Minutes, Worked} }

// TimeSpan is the value of a Span.
type TimeSpan struct {
	N     int
	Clock Clock
}

// String writes it as it is kept.
func (s TimeSpan) String() string { return strconv.Itoa(s.N) + string(s.Clock) }

// days is how long it is at least, in days of its own clock: 30 minutes are a
// forty-eighth of a day around the clock, 90 working minutes a fifth of eight hours' work.
func (s TimeSpan) days() float64 {
	switch s.Clock {
	case AroundHours:
		return float64(s.N) / 24
	case Minutes:
		return float64(s.N) / (24 * 60)
	case Worked:
		return float64(s.N) / (8 * 60)
	}
	return float64(s.N)
}

// Value is a checked value. The zero Value is none.
type Value struct {
	text  string
	whole int64 // Int, Duration (nanoseconds), Bool, Span's number
	real  float64
	clock Clock
}

// Text is the value as it is kept; the same value has one text only.
func (v Value) Text() string { return v.text }

// Span gives a Span's value.
func (v Value) Span() TimeSpan { return TimeSpan{int(v.whole), v.clock} }

// Duration gives a Duration's value.
func (v Value) Duration() time.Duration { return time.Duration(v.whole) }

// What may be wrong with a value that somebody typed.
var (
	errWhole   = errors.New("not a whole number")
	errNumber  = errors.New("not a number")
	errChoice  = errors.New("not one of the choices")
	errSpan    = errors.New("not a number with a clock")
	errHours   = errors.New("not office hours")
	errClock   = errors.New("not counted by this clock")
	errTooHigh = errors.New("above the highest value")
	errTooLow  = errors.New("below the lowest value")
)

var (
	wholeForm   = regexp.MustCompile(`^-?[0-9]{1,15}$`)
	decimalForm = regexp.MustCompile(`^-?[0-9]{1,12}(\.[0-9]{1,6})?$`)
	secondsForm = regexp.MustCompile(`^[0-9]{1,9}s$`)
	spanForm    = regexp.MustCompile(`^([0-9]{1,6})(wd|d|h|min|wmin)$`)
)

// tidy takes what an input method leaves around a number: full-width digits and spaces.
func tidy(text string) string { return strings.TrimSpace(width.Narrow.String(text)) }

// typed reads what a person typed into the form: a Duration is a number of the unit.
func (d Definition) typed(text string) (Value, error) {
	text = tidy(text)
	if d.Type == Duration {
		n, err := whole(text)
		if err != nil {
			return Value{}, err
		}
		if err := d.within(float64(n)); err != nil { // before it is multiplied
			return Value{}, err
		}
		text = strconv.FormatInt(n*int64(d.Unit.length()/time.Second), 10) + "s"
	}
	v, err := d.parse(text)
	if err != nil {
		return v, err
	}
	if d.Type == Span && !slices.Contains(d.ClocksAllowed(), v.clock) {
		return v, errClock
	}
	if d.Type == Span {
		return v, d.spanWithin(v)
	}
	return v, d.within(d.number(v))
}

// spanWithin: Max is of days, whatever the span is counted by.
func (d Definition) spanWithin(v Value) error {
	switch {
	case v.real < d.Min:
		return errTooLow
	case v.Span().days() > d.Max:
		return errTooHigh
	}
	return nil
}

// ClocksAllowed lists those by which a Span may be counted.
func (d Definition) ClocksAllowed() []Clock {
	if len(d.Clocks) > 0 {
		return d.Clocks
	}
	return Clocks()
}

// parse reads a value as it is kept. It does not ask for the limits: a value that
// was allowed once stays what it was.
func (d Definition) parse(text string) (Value, error) {
	switch d.Type {
	case Int:
		n, err := whole(text)
		return Value{text: strconv.FormatInt(n, 10), whole: n, real: float64(n)}, err
	case Decimal:
		if !decimalForm.MatchString(text) {
			return Value{}, errNumber
		}
		f, err := strconv.ParseFloat(text, 64)
		if f == 0 {
			f = 0 // not -0
		}
		return Value{text: strconv.FormatFloat(f, 'f', -1, 64), real: f}, err
	case Duration:
		if !secondsForm.MatchString(text) {
			return Value{}, errNumber
		}
		n, err := whole(strings.TrimSuffix(text, "s"))
		return Value{text: strconv.FormatInt(n, 10) + "s", whole: n * int64(time.Second), real: float64(n)}, err
	case Bool:
		if text != "true" && text != "false" {
			return Value{}, errChoice
		}
		return Value{text: text, whole: map[string]int64{"true": 1}[text]}, nil
	case Choice:
		if !slices.Contains(d.Choices, text) {
			return Value{}, errChoice
		}
		return Value{text: text}, nil
	case Span:
		m := spanForm.FindStringSubmatch(text)
		if m == nil {
			return Value{}, errSpan
		}
		n, err := whole(m[1])
		return Value{text: strconv.FormatInt(n, 10) + m[2], whole: n, real: float64(n), clock: Clock(m[2])}, err
	case Hours:
		text, err := readHours(text)
		return Value{text: text}, err
	}
	return Value{}, fmt.Errorf("setting %s has no type", d.Key)
}

func whole(text string) (int64, error) {
	if !wholeForm.MatchString(text) {
		return 0, errWhole
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, errWhole
	}
	return n, nil
}

// number is what the limits are about: a Duration in its unit, a Span's count.
func (d Definition) number(v Value) float64 {
	if d.Type == Duration {
		return float64(v.whole) / float64(d.Unit.length())
	}
	return v.real
}

func (d Definition) within(n float64) error {
	switch {
	case d.Type == Bool || d.Type == Choice || d.Type == Hours:
		return nil
	case math.IsNaN(n) || n < d.Min:
		return errTooLow
	case n > d.Max:
		return errTooHigh
	}
	return nil
}
