package web

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // closed networks run minimal images without zone data

	"sync"

	"minping/internal/i18n"
)

// shanghai is the one zone in which days and times are shown.
var shanghai = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return time.FixedZone("CST", 8*3600) // China has had one zone without summer time since 1991
	}
	return zone
})

// Num writes a number with its thousands grouped; a fraction gets up to two decimals.
func (p Page) Num(v any) string {
	switch n := v.(type) {
	case int:
		return group(strconv.Itoa(n))
	case int32:
		return group(strconv.FormatInt(int64(n), 10))
	case int64:
		return group(strconv.FormatInt(n, 10))
	case float64:
		return decimal(n, 2, true)
	case *float64:
		if n == nil {
			return "—"
		}
		return decimal(*n, 2, true)
	case nil:
		return "—"
	}
	return fmt.Sprint(v)
}

// Fix writes a number with exactly so many decimals, as columns of figures need.
func (p Page) Fix(v float64, decimals int) string { return decimal(v, decimals, false) }

// Percent writes a share between 0 and 1 as "93.5%".
func (p Page) Percent(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "—"
	}
	return decimal(v*100, 1, false) + "%"
}

// Date writes a day: "2026年11月23日", "23 Nov 2026". A missing day is a dash.
func (p Page) Date(d any) string { return p.moment(d, "2006年1月2日", "2 Jan 2006") }

// Time writes a moment in Shanghai to the minute.
func (p Page) Time(t any) string { return p.moment(t, "2006年1月2日 15:04", "2 Jan 2006, 15:04") }

// Clock is a time of day to the second.
func (p Page) Clock(t any) string { return p.moment(t, "15:04:05", "15:04:05") }

func (p Page) moment(v any, zh, en string) string {
	layout := zh
	if p.Lang == i18n.English {
		layout = en
	}
	switch t := v.(type) {
	case time.Time:
		if t.IsZero() {
			return "—"
		}
		return t.In(shanghai()).Format(layout)
	case *time.Time:
		if t == nil {
			return "—"
		}
		return p.moment(*t, zh, en)
	case nil:
		return "—"
	case fmt.Stringer:
		return t.String()
	}
	return fmt.Sprint(v)
}

func decimal(v float64, places int, trim bool) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "—"
	}
	text := strconv.FormatFloat(v, 'f', places, 64)
	if trim && strings.Contains(text, ".") {
		text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	}
	whole, fraction, found := strings.Cut(text, ".")
	if found {
		return group(whole) + "." + fraction
	}
	return group(whole)
}

func group(digits string) string {
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}
