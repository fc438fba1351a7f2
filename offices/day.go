package offices

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/width"
)

// Day is a civil day in Asia/Shanghai as ISO text, e.g. "2026-11-23"; "" is no
// day. Days compare as text.
type Day string

// China keeps one zone without summer time, so no time zone database is needed.
var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// DayOf is the day in Asia/Shanghai on which an instant falls.
func DayOf(t time.Time) Day { return Day(t.In(shanghai).Format(time.DateOnly)) }

// Time is midnight UTC of the day; the zero time for no day.
func (d Day) Time() time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}

// within tells whether d lies in from–to, both included, where "" is open.
func (d Day) within(from, to Day) bool {
	return (from == "" || from <= d) && (to == "" || d <= to)
}

var (
	dayText   = regexp.MustCompile(`^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]+00:00(?::00)?(?:\.0+)?Z?)?$`)
	dayDigits = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})$`)
	// Five digits are the years 1927–2173. Fewer are not taken, so that a bare
	// year such as 2026 is a fault and not a day in 1905.
	daySerial = regexp.MustCompile(`^(\d{5})(?:\.\d+)?$`)
)

// ParseDay reads a day as people and Excel write it: 2026-11-23, 2026/11/23,
// 2026年11月23日, 20261123, or a serial number of the 1900 or 1904 calendar.
func ParseDay(text string, from1904 bool) (Day, error) {
	text = strings.TrimSpace(width.Fold.String(text))
	if m := daySerial.FindStringSubmatch(text); m != nil {
		return serialDay(m[1], from1904)
	}
	m := dayText.FindStringSubmatch(text)
	if m == nil {
		m = dayDigits.FindStringSubmatch(text)
	}
	if m == nil {
		return "", fmt.Errorf("not a day: %q", text)
	}
	iso := fmt.Sprintf("%s-%02s-%02s", m[1], m[2], m[3])
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil || t.Year() < 1900 {
		return "", fmt.Errorf("no such day: %q", text)
	}
	return Day(iso), nil
}

// serialDay counts from 1899-12-30 (which absorbs Excel's 29 February 1900) or
// from 1904-01-01: ECMA-376 part 1, 18.17.4.1.
func serialDay(digits string, from1904 bool) (Day, error) {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return "", fmt.Errorf("serial day: %w", err)
	}
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if from1904 {
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return Day(epoch.AddDate(0, 0, n).Format(time.DateOnly)), nil
}
