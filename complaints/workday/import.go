package workday

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
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

// Notice is a year's holiday notice: days off, and days worked in exchange.
type Notice struct {
	Year   int
	Papers []string // where the notice was published
	Days   []NoticeDay
}

// NoticeDay is one day that a notice speaks of.
type NoticeDay struct {
	Date Day
	Name string // of the holiday that it belongs to: 春节
	Off  bool   // false: worked in exchange
}

// Overrides gives the notice as exceptions for New and With.
func (n Notice) Overrides() map[Day]bool {
	all := make(map[Day]bool, len(n.Days))
	for _, d := range n.Days {
		all[d.Date] = !d.Off
	}
	return all
}

type holidayFile struct {
	Year   int          `json:"year"`
	Papers []string     `json:"papers"`
	Days   []holidayDay `json:"days"`
}

type holidayDay struct {
	Name     string `json:"name"`
	Date     Day    `json:"date"`
	IsOffDay *bool  `json:"isOffDay"`
}

// ParseHolidayJSON reads a year's notice in the form of the public data set
// NateScarlet/holiday-cn, {"year":2026,"days":[{"name":"元旦",
// "date":"2026-01-01","isOffDay":true}]}, as exceptions for New and With.
//
// Nothing is guessed: a missing isOffDay, a date twice with different answers
// or a date that the year's notice cannot hold refuses the whole file. A notice
// may reach into the last days of the year before and the first of the next.
func ParseHolidayJSON(r io.Reader) (map[Day]bool, error) {
	n, err := ParseNotice(r)
	if err != nil {
		return nil, err
	}
	return n.Overrides(), nil
}

// ParseNotice reads the same file with the names of the holidays and where the
// notice was published; days by date, each once.
func ParseNotice(r io.Reader) (Notice, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxImport+1))
	if err != nil {
		return Notice{}, fmt.Errorf("workday: read holiday file: %w", err)
	}
	if len(text) > maxImport {
		return Notice{}, ErrTooLarge
	}
	var file holidayFile
	if err := json.Unmarshal(bytes.TrimPrefix(text, []byte("\ufeff")), &file); err != nil {
		return Notice{}, fmt.Errorf("workday: read holiday file: %w", err)
	}
	return file.notice()
}

func (f holidayFile) notice() (Notice, error) {
	if f.Year == 0 || len(f.Days) == 0 {
		return Notice{}, ErrIncomplete
	}
	n, seen := Notice{Year: f.Year, Papers: f.Papers}, make(map[Day]bool, len(f.Days))
	for _, d := range f.Days {
		if d.Date.IsZero() || d.IsOffDay == nil {
			return Notice{}, ErrIncomplete
		}
		if !inNotice(d.Date, f.Year) {
			return Notice{}, fmt.Errorf("%w: %s", ErrWrongYear, d.Date)
		}
		off, twice := seen[d.Date]
		if twice && off != *d.IsOffDay {
			return Notice{}, fmt.Errorf("%w: %s", ErrContradicts, d.Date)
		}
		if !twice {
			n.Days = append(n.Days, NoticeDay{d.Date, d.Name, *d.IsOffDay})
		}
		seen[d.Date] = *d.IsOffDay
	}
	slices.SortFunc(n.Days, func(a, b NoticeDay) int { return a.Date.Compare(b.Date) })
	return n, nil
}

// inNotice tells whether the notice for year can hold d: the year's own days and
// the turns of the year, where the New Year holiday is joined to a weekend.
func inNotice(d Day, year int) bool {
	const reach = 10
	first, last := Day{year, 1, 1}.AddDays(-reach), Day{year, 12, 31}.AddDays(reach)
	return !d.Before(first) && !d.After(last)
}
