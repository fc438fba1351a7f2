package indices

import "time"

// Previous is the period just before this one and as long: the year before,
// the quarter before, …; for FROM..TO of whole months as many months, otherwise
// as many days. False where that lies before the first year.
func (p Period) Previous() (Period, bool) {
	switch {
	case p.grain != "":
		p = Containing(shift(p.from, p.grain, -1), p.grain)
	case p.wholeMonths():
		p = Period{from: p.from.AddDate(0, -p.monthCount(), 0), to: p.from.AddDate(0, 0, -1)}
	default:
		p = Period{from: p.from.AddDate(0, 0, -p.Days()), to: p.from.AddDate(0, 0, -1)}
	}
	return p, p.check() == nil
}

// SameLastYear is the same period of the year before: the same quarter, month,
// ISO week (52 for a 53 that the year before has not), day (28 for 29 February).
// False where that lies before the first year.
func (p Period) SameLastYear() (Period, bool) {
	switch {
	case p.grain == Week:
		year, week := p.from.ISOWeek()
		last, ok := isoWeek(year-1, week)
		if !ok {
			last, _ = isoWeek(year-1, week-1)
		}
		p = last
	case p.grain != "":
		p = Containing(yearBefore(p.from), p.grain)
	case p.wholeMonths():
		from := p.from.AddDate(-1, 0, 0)
		p = Period{from: from, to: from.AddDate(0, p.monthCount(), -1)}
	default:
		p = Period{from: yearBefore(p.from), to: yearBefore(p.to)}
	}
	return p, p.check() == nil
}

func (p Period) wholeMonths() bool {
	return p.from.Day() == 1 && p.to.AddDate(0, 0, 1).Day() == 1
}

func (p Period) monthCount() int {
	end := p.to.AddDate(0, 0, 1)
	return 12*(end.Year()-p.from.Year()) + int(end.Month()-p.from.Month())
}

// startOf is the first day of the calendar unit that a day lies in.
func startOf(day time.Time, g Grain) time.Time {
	switch g {
	case Year:
		return date(day.Year(), 1, 1)
	case Quarter:
		return date(day.Year(), 3*quarterOf(day)-2, 1)
	case Month:
		return date(day.Year(), int(day.Month()), 1)
	case Week:
		return day.AddDate(0, 0, -(int(day.Weekday())+6)%7) // weeks begin on Monday (ISO 8601)
	}
	return day
}

// shift moves the first day of a calendar unit by whole units.
func shift(from time.Time, g Grain, by int) time.Time {
	switch g {
	case Year:
		return from.AddDate(by, 0, 0)
	case Quarter:
		return from.AddDate(0, 3*by, 0)
	case Month:
		return from.AddDate(0, by, 0)
	case Week:
		return from.AddDate(0, 0, 7*by)
	}
	return from.AddDate(0, 0, by)
}

func yearBefore(day time.Time) time.Time {
	if day.Month() == time.February && day.Day() == 29 {
		return date(day.Year()-1, 2, 28)
	}
	return day.AddDate(-1, 0, 0)
}

func quarterOf(day time.Time) int { return (int(day.Month())-1)/3 + 1 }

func date(year, month, day int) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

func midnight(t time.Time) time.Time { return date(t.Year(), int(t.Month()), t.Day()) }
