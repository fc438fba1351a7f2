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

// Report is everything a page says about one unit and period.
type Report struct {
	View    View
	Trend   Trend
	Reasons Reasons
	Raw     indices.Figures
}

// NewReport asks for the headline, the trend and the reasons. Faults are those of
// package indices.
func NewReport(ctx context.Context, svc *indices.Service, p web.Page, ask Ask) (Report, error) {
	var r Report
	f, err := svc.Figures(ctx, ask.By, ask.Subject)
	if err != nil {
		return r, err
	}
	over := ask.Subject
	var grain indices.Grain
	over.Period, grain = TrendSpan(ask.Subject.Period, ask.Today)
	steps, err := svc.Trend(ctx, ask.By, over, grain)
	if err != nil {
		return r, err
	}
	why, err := svc.Reasons(ctx, ask.By, ask.Subject, ask.Top)
	if err != nil {
		return r, err
	}
	return Report{View: NewView(p, f), Trend: NewTrend(p, steps, ask.Subject.Period), Reasons: NewReasons(p, why), Raw: f}, nil
}
