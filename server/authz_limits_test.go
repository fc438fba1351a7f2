package main

import (
	"context"

	"minping/internal/actor"
	"minping/offices/calendar"
)

var _ = addLimits()

// addLimits adds the working calendar and what the desk tells of it.
func addLimits() bool {
	calls["calendar.List"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.calendar.List(ctx, by)
		return err
	}
	calls["calendar.Get"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, _, err := g.pf.calendar.Get(ctx, by, 999)
		return err
	}
	calls["calendar.Plan"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.calendar.Plan(ctx, by, calendar.Draft{})
		return err
	}
	calls["calendar.Propose"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, _, err := g.pf.calendar.Propose(ctx, by, calendar.Draft{})
		return err
	}
	calls["calendar.Approve"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		return g.pf.calendar.Approve(ctx, by, 999)
	}
	calls["calendar.Reject"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		return g.pf.calendar.Reject(ctx, by, 999, "x")
	}
	calls["calendar.Withdraw"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		return g.pf.calendar.Withdraw(ctx, by, 999)
	}
	calls["complaints.Foresee"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.desk.Foresee(ctx, by, g.pf.calendar.Clock(), 10)
		return err
	}
	asks["POST /console/settings/calendar"] = ask{form: "text=x&source=x"}
	asks["GET /console/settings/calendar/:id"] = ask{at: "/console/settings/calendar/999"}
	asks["POST /console/settings/calendar/:id"] = ask{at: "/console/settings/calendar/999", form: "do=approve"}
	return true
}
