package main

import (
	"context"
	"time"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/offices"
	"minping/surveys"
)

var _ = addServed()

// addServed has the methods and routes of how much was served.
func addServed() bool {
	asks["POST /console/served"] = ask{}
	asks["GET /console/served/:upload"] = ask{at: "/console/served/none"}
	asks["POST /console/served/:upload"] = ask{at: "/console/served/none"}
	asks["POST /api/v1/served"] = ask{form: "{}"}

	calls["surveys.PutServed"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.surveys.PutServed(ctx, by, []surveys.Served{{Window: h["window_code"], Day: workday.Of(time.Now())}})
		return err
	}
	calls["surveys.PlanServed"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.surveys.PlanServed(ctx, by, offices.FormSheet{})
		return err
	}
	calls["surveys.ApplyServed"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.surveys.ApplyServed(ctx, by, offices.FormSheet{})
		return err
	}
	calls["surveys.ServedFindings"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		today := workday.Of(time.Now())
		if _, err := g.pf.surveys.PutServed(ctx, actor.System("test"), []surveys.Served{{Window: h["window_code"], Day: today}}); err != nil {
			return err
		}
		list, err := g.pf.surveys.ServedFindings(ctx, by, today.AddDays(-10), today)
		return seen(list, err, func(f surveys.ServedFinding) bool { return f.Window == h.id("window") })
	}
	return true
}
