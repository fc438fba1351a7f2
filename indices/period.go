package indices

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"minping/internal/fault"
)

// Grain is the length of a calendar unit.
type Grain string

// The grains of trends, and of the periods that are one calendar unit.
const (
	Day     Grain = "day"
	Week    Grain = "week"
	Month   Grain = "month"
	Quarter Grain = "quarter"
	Year    Grain = "year"
)

const (
	firstYear = 2000
	lastYear  = 2100
	maxYears  = 11
	dayForm   = "2006-01-02"
)

// Period is a run of whole days, both ends included. Days are calendar days of
// Asia/Shanghai, written as midnight UTC. A period remembers whether it was
// named as one calendar unit, so that "2026-Q3" prints as it was asked for.
// The zero Period is no period.
type Period struct {
	from, to time.Time
	grain    Grain // "" = FROM..TO
}

// ParsePeriod reads 2026, 2026-Q3, 2026-11, 2026-W47 (ISO 8601 week),
// 2026-11-22 or 2026-11-01..2026-11-22. Invalid, naming the field "period",
// for anything else, for years outside 2000–2100, for an end before the start
// and for more than eleven years.
func ParsePeriod(text string) (Period, error) {
	text = strings.TrimSpace(text)
	if from, to, ok := strings.Cut(text, ".."); ok {
		return parseSpan(from, to)
	}
	p, ok := parseUnit(text)
	if !ok {
		return Period{}, badPeriod("indices.fault.period", text)
	}
	return p, p.check()
}

// Span is the period from one day to another, both included.
func Span(from, to time.Time) (Period, error) {
	p := Period{from: midnight(from), to: midnight(to)}
	return p, p.check()
}

// Containing is the calendar unit that a day lies in.
func Containing(day time.Time, g Grain) Period {
	from := startOf(midnight(day), g)
	return Period{from: from, to: shift(from, g, 1).AddDate(0, 0, -1), grain: g}
}

// From is the first day.
func (p Period) From() time.Time { return p.from }

// To is the last day.
func (p Period) To() time.Time { return p.to }

// IsZero tells whether this is no period at all.
func (p Period) IsZero() bool { return p.from.IsZero() }

// Grain is the calendar unit that the period was named as; "" for FROM..TO.
func (p Period) Grain() Grain { return p.grain }

// Days is the number of days.
func (p Period) Days() int { return int(p.to.Sub(p.from)/(24*time.Hour)) + 1 }

// Contains tells whether a day lies in the period.
func (p Period) Contains(day time.Time) bool { return !day.Before(p.from) && !day.After(p.to) }

// String is the form that ParsePeriod reads back.
func (p Period) String() string {
	switch p.grain {
	case Year:
		return p.from.Format("2006")
	case Quarter:
		return fmt.Sprintf("%04d-Q%d", p.from.Year(), quarterOf(p.from))
	case Month:
		return p.from.Format("2006-01")
	case Week:
		year, week := p.from.ISOWeek()
		return fmt.Sprintf("%04d-W%02d", year, week)
	case Day:
		return p.from.Format(dayForm)
	}
	if p.IsZero() {
		return ""
	}
	return p.from.Format(dayForm) + ".." + p.to.Format(dayForm)
}

func parseSpan(from, to string) (Period, error) {
	a, ok := parseDay(from)
	if !ok {
		return Period{}, badPeriod("indices.fault.period_day", from)
	}
	b, ok := parseDay(to)
	if !ok {
		return Period{}, badPeriod("indices.fault.period_day", to)
	}
	return Span(a, b)
}

// parseUnit reads the forms that name one calendar unit.
func parseUnit(text string) (Period, bool) {
	if day, ok := parseDay(text); ok {
		return Containing(day, Day), true
	}
	if len(text) < 4 || !digits(text[:4]) {
		return Period{}, false
	}
	year, _ := strconv.Atoi(text[:4])
	rest := text[4:]
	switch {
	case rest == "":
		return Containing(date(year, 1, 1), Year), true
	case len(rest) == 3 && rest[:2] == "-Q" && rest[2] >= '1' && rest[2] <= '4':
		return Containing(date(year, 3*int(rest[2]-'1')+1, 1), Quarter), true
	case len(rest) == 4 && rest[:2] == "-W" && digits(rest[2:]):
		week, _ := strconv.Atoi(rest[2:])
		return isoWeek(year, week)
	case len(rest) == 3 && rest[0] == '-' && digits(rest[1:]):
		month, _ := strconv.Atoi(rest[1:])
		return Containing(date(year, month, 1), Month), month >= 1 && month <= 12
	}
	return Period{}, false
}

// isoWeek is week 1..53 of an ISO year; week 1 is the one with 4 January in it.
func isoWeek(year, week int) (Period, bool) {
	p := Containing(date(year, 1, 4).AddDate(0, 0, 7*(week-1)), Week)
	y, w := p.from.ISOWeek()
	return p, y == year && w == week
}

func parseDay(text string) (time.Time, bool) {
	day, err := time.Parse(dayForm, strings.TrimSpace(text))
	return day, err == nil
}

func (p Period) check() error {
	switch {
	case p.to.Before(p.from):
		return badPeriod("indices.fault.period_order", p.String())
	case p.from.Year() < firstYear || p.to.Year() > lastYear:
		return badPeriod("indices.fault.period_years", p.String())
	case !p.to.Before(p.from.AddDate(maxYears, 0, 0)):
		return badPeriod("indices.fault.period_long", p.String())
	}
	return nil
}

func badPeriod(key, value string) error {
	return fault.Fielded(fault.Field{Name: "period", Key: key, Args: map[string]any{
		"Value": value, "First": firstYear, "Last": lastYear, "Max": maxYears,
	}})
}

func digits(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}
