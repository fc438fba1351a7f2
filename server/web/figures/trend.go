package figures

import (
	"time"

	"minping/indices"
	"minping/server/web"
)

// Trend is the table that stands beside the chart and that the chart is drawn from.
type Trend struct {
	P       web.Page
	ID      string
	Caption string
	Steps   []Step
	Any     bool // there is something to draw
}

// Step is one row of the table. Data holds plain numbers for the script.
type Step struct {
	Label, Text  string
	Value, Range string
	Count        string
	Standing     Standing
	Data         *Datum
	Current      bool
}

// Datum is one point of the chart.
type Datum struct {
	Value, Low, High string
	N                int64
}

// NewTrend words the points of a trend; current marks the period of the page.
func NewTrend(p web.Page, points []indices.Point, current indices.Period) Trend {
	t := Trend{P: p, ID: "trend-table"}
	for _, pt := range points {
		s := Step{Label: shortPeriod(pt.Period), Text: PeriodText(p, pt.Period), Count: pt.CountText(),
			Standing: StandingOf(p, pt.Figures), Current: pt.Period.String() == current.String()}
		if pt.Shown() {
			t.Any = true
			s.Count = p.Num(pt.N)
			s.Data = &Datum{attr(pt.Sat.Value), attr(pt.Sat.Low), attr(pt.Sat.High), pt.N}
		}
		s.Value, s.Range = Points(p, pt.Sat)
		t.Steps = append(t.Steps, s)
	}
	if len(points) > 0 {
		t.Caption = p.T("figures.trend.caption", "From", PeriodText(p, points[0].Period), "To", PeriodText(p, points[len(points)-1].Period))
	}
	return t
}

// TrendSpan chooses what a trend shows for a period: enough past to judge by,
// and steps wide enough to hold ratings.
func TrendSpan(p indices.Period, today time.Time) (indices.Period, indices.Grain) {
	to := p.To()
	if to.After(today) && !p.From().After(today) {
		to = today
	}
	days := p.Days()
	switch {
	case p.Grain() == indices.Day:
		return span(to.AddDate(0, 0, -29), to, p), indices.Day
	case p.Grain() == indices.Week:
		return span(p.From().AddDate(0, 0, -84), p.To(), p), indices.Week
	case days <= 31 && wholeMonths(p) == 0:
		return span(p.From(), to, p), indices.Day
	case days <= 200 && wholeMonths(p) == 0:
		return span(p.From(), to, p), indices.Week
	case days > 3*366:
		return p, indices.Quarter
	}
	from := time.Date(to.Year(), to.Month()-12, 1, 0, 0, 0, 0, time.UTC)
	if p.From().Before(from) {
		from = p.From()
	}
	end := time.Date(to.Year(), to.Month()+1, 0, 0, 0, 0, 0, time.UTC)
	if p.Grain() == "" {
		end = p.To()
	}
	return span(from, end, p), indices.Month
}

func span(from, to time.Time, fallback indices.Period) indices.Period {
	s, err := indices.Span(from, to)
	if err != nil {
		return fallback
	}
	return s
}
