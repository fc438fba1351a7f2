package indices

import "time"

// parts are a period cut into what is summed already, whole years and months (their first
// days), and the rest, from and before which instants it lies.
type parts struct {
	years, months, since, before []string
}

// parts of a period: no day is in two of them, and none is missing.
func (p Period) parts() parts {
	var cut parts
	end := p.To().AddDate(0, 0, 1)
	rest := func(from, to time.Time) {
		if from.Before(to) {
			cut.since, cut.before = append(cut.since, instant(from)), append(cut.before, instant(to))
		}
	}
	first := startOf(p.From(), Month)
	if first.Before(p.From()) {
		first = shift(first, Month, 1)
	}
	last := startOf(end, Month)
	if !first.Before(last) { // not one whole month
		rest(p.From(), end)
		return cut
	}
	rest(p.From(), first)
	for first.Before(last) {
		if next := shift(first, Year, 1); first.Month() == time.January && !last.Before(next) {
			cut.years, first = append(cut.years, first.Format(dayForm)), next
			continue
		}
		cut.months, first = append(cut.months, first.Format(dayForm)), shift(first, Month, 1)
	}
	rest(last, end)
	return cut
}

// instant is where a day of a period begins, as PostgreSQL reads it.
func instant(day time.Time) string { return day.Format(dayForm) + " 00:00:00+08" }
