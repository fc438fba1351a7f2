package figures

import (
	"time"

	"minping/indices"
)

// TodayOf is the day in Shanghai on which an instant falls, at midnight UTC as
// package indices writes days. China keeps one zone without summer time.
func TodayOf(now time.Time) time.Time {
	y, m, d := now.UTC().Add(8 * time.Hour).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// LastMonth is the last month that is over.
func LastMonth(today time.Time) indices.Period {
	last, _ := indices.Containing(today, indices.Month).Previous()
	return last
}

// ReadPeriod reads a page's period: from–to where both are given, then period,
// then the otherwise. With an error the otherwise comes back too, so that the
// page can be shown with the complaint.
func ReadPeriod(period, from, to string, otherwise indices.Period) (indices.Period, error) {
	text := period
	if from != "" || to != "" {
		text = from + ".." + to
	}
	if text == "" {
		return otherwise, nil
	}
	p, err := indices.ParsePeriod(text)
	if err != nil {
		return otherwise, err
	}
	return calendarUnit(p), nil
}

// calendarUnit turns from–to that is exactly a month, quarter or year into it, so that
// the reader may step on by that unit.
func calendarUnit(p indices.Period) indices.Period {
	for _, g := range []indices.Grain{indices.Year, indices.Quarter, indices.Month} {
		if whole := indices.Containing(p.From(), g); whole.From().Equal(p.From()) && whole.To().Equal(p.To()) {
			return whole
		}
	}
	return p
}
