package demo

import (
	"fmt"
	"strings"
	"time"

	"minping/complaints/workday"
)

// day is a civil day with what its weekday and season do to the halls.
type day struct {
	date     workday.Day
	work     bool    // a statutory working day
	saturday bool    // no working day, but halls with Saturday service open
	volume   float64 // factor on the number of visitors
	mood     float64 // added to satisfaction on the logit scale
}

func (d day) open() bool { return d.work || d.saturday }

func calendar(from, to workday.Day) []day {
	book := workday.Builtin()
	var out []day
	for on := from; !on.After(to); on = on.AddDays(1) {
		e := day{date: on, work: book.IsWorkday(on), volume: 1}
		// A Saturday inside a public holiday has a day off next to its weekend.
		e.saturday = !e.work && on.Weekday() == time.Saturday &&
			book.IsWorkday(on.AddDays(-1)) && book.IsWorkday(on.AddDays(2))
		e.weekday()
		e.season()
		out = append(out, e)
	}
	return out
}

func (d *day) weekday() {
	switch {
	case d.saturday:
		d.volume, d.mood = 0.30, 0.10
	case d.date.Weekday() == time.Monday:
		d.volume, d.mood = 1.28, -0.16
	case d.date.Weekday() == time.Friday:
		d.volume = 0.90
	case !d.weekdayOnly():
		d.volume, d.mood = 0.70, -0.05 // a weekend day worked in exchange
	}
}

func (d *day) weekdayOnly() bool {
	w := d.date.Weekday()
	return w != time.Saturday && w != time.Sunday
}

// season is the rush before the Spring Festival and the summer one.
func (d *day) season() {
	if left := daysToSpringFestival(d.date); left > 0 && left <= 24 {
		d.volume *= 1.35
		d.mood -= 0.20
	}
	if d.date.Month == time.July || d.date.Month == time.August {
		d.volume *= 1.14
		d.mood -= 0.12
	}
}

// daysToSpringFestival is the number of days to the year's 春节, negative after
// it; dates of the lunar calendar 农历 are fixed by GB/T 33661-2017.
func daysToSpringFestival(on workday.Day) int {
	dates := map[int]string{2023: "2023-01-22", 2024: "2024-02-10", 2025: "2025-01-29", 2026: "2026-02-17",
		2027: "2027-02-06", 2028: "2028-01-26", 2029: "2029-02-13", 2030: "2030-02-03"}
	text, known := dates[on.Year]
	if !known {
		text = fmt.Sprintf("%04d-02-05", on.Year)
	}
	return int(mustDay(text).Start().Sub(on.Start()).Hours() / 24)
}

// openDay is the first working day at or after the given number of days before today.
func (d *Data) openDay(daysAgo int) workday.Day {
	at := d.index(d.Today.AddDays(-daysAgo))
	for at < len(d.days)-1 && !d.days[at].work {
		at++
	}
	return d.days[at].date
}

// index is a date's place in days; the first for a date before them or none.
func (d *Data) index(on workday.Day) int {
	if on.IsZero() || on.Before(d.From) {
		return 0
	}
	return int(on.Start().Sub(d.From.Start()).Hours() / 24)
}

// mustDay reads a date of this package's own tables.
func mustDay(text string) workday.Day {
	on, err := workday.Parse(text)
	if err != nil {
		panic(err)
	}
	return on
}

func numbered(code string, n int) string { return fmt.Sprintf("%s-%02d", code, n) }

func split(both string) (zh, en string) {
	zh, en, _ = strings.Cut(both, "|")
	return zh, en
}

func cityAddress(rest string) string { return "澜州市" + rest }
