package workday

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxImport bounds an imported file; a year's notice takes about 4 KiB.
const maxImport = 1 << 20

// Errors of ParseHolidayJSON, besides those of JSON itself.
var (
	ErrTooLarge    = errors.New("workday: holiday file is larger than 1 MiB")
	ErrIncomplete  = errors.New("workday: holiday file lacks the year, its days, or a day's isOffDay")
	ErrWrongYear   = errors.New("workday: holiday file has a day of another year")
	ErrContradicts = errors.New("workday: holiday file lists a day as worked and as off")
)

type holidayFile struct {
	Year int          `json:"year"`
	Days []holidayDay `json:"days"`
}

type holidayDay struct {
	Date     Day   `json:"date"`
	IsOffDay *bool `json:"isOffDay"`
}

// ParseHolidayJSON reads a year's notice in the form of the public data set
// NateScarlet/holiday-cn, {"year":2026,"days":[{"name":"元旦",
// "date":"2026-01-01","isOffDay":true}]}, as exceptions for New and With.
//
// Nothing is guessed: a missing isOffDay, a date twice with different answers
// or a date that the year's notice cannot hold refuses the whole file. A notice
// may reach into the last days of the year before and the first of the next.
func ParseHolidayJSON(r io.Reader) (map[Day]bool, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxImport+1))
	if err != nil {
		return nil, fmt.Errorf("workday: read holiday file: %w", err)
	}
	if len(text) > maxImport {
		return nil, ErrTooLarge
	}
	var file holidayFile
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("workday: read holiday file: %w", err)
	}
	return file.overrides()
}

func (f holidayFile) overrides() (map[Day]bool, error) {
	if f.Year == 0 || len(f.Days) == 0 {
		return nil, ErrIncomplete
	}
	overrides := make(map[Day]bool, len(f.Days))
	for _, d := range f.Days {
		if d.Date.IsZero() || d.IsOffDay == nil {
			return nil, ErrIncomplete
		}
		if !inNotice(d.Date, f.Year) {
			return nil, fmt.Errorf("%w: %s", ErrWrongYear, d.Date)
		}
		if earlier, twice := overrides[d.Date]; twice && earlier == *d.IsOffDay {
			return nil, fmt.Errorf("%w: %s", ErrContradicts, d.Date)
		}
		overrides[d.Date] = !*d.IsOffDay
	}
	return overrides, nil
}

// inNotice tells whether the notice for year can hold d: the year's own days and
// the turns of the year, where the New Year holiday is joined to a weekend.
func inNotice(d Day, year int) bool {
	const reach = 10
	first, last := Day{year, 1, 1}.AddDays(-reach), Day{year, 12, 31}.AddDays(reach)
	return !d.Before(first) && !d.After(last)
}
