package figures

import (
	"context"
	"time"

	"minping/indices"
	"minping/internal/actor"
	"minping/server/web"
)

// Ask is a question about one unit.
type Ask struct {
	Subject indices.Subject
	By      actor.Actor
	Today   time.Time
	Top     int // reasons of each kind
}

// Data is what the measurement answers: the headline, the trend, the reasons.
type Data struct {
	Figures indices.Figures
	Points  []indices.Point
	Reasons indices.Reasons
}

// Report is Data as a page shows it.
type Report struct {
	View    View
	Trend   Trend
	Reasons Reasons
}

// Fetch asks for the figures. Faults are those of package indices.
func Fetch(ctx context.Context, svc *indices.Service, ask Ask) (Data, error) {
	var d Data
	var err error
	if d.Figures, err = svc.Figures(ctx, ask.By, ask.Subject); err != nil {
		return d, err
	}
	over := ask.Subject
	var grain indices.Grain
	over.Period, grain = TrendSpan(ask.Subject.Period, ask.Today)
	if d.Points, err = svc.Trend(ctx, ask.By, over, grain); err != nil {
		return d, err
	}
	d.Reasons, err = svc.Reasons(ctx, ask.By, ask.Subject, ask.Top)
	return d, err
}

// Word writes the data out in the page's language; current marks the page's
// period among the steps of the trend.
func (d Data) Word(p web.Page, current indices.Period) Report {
	return Report{View: NewView(p, d.Figures), Trend: NewTrend(p, d.Points, current), Reasons: NewReasons(p, d.Reasons)}
}
