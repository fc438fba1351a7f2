package main

import (
	"context"
	"time"

	"minping/indices"
	"minping/internal/actor"
)

var _ = addMethod()

// addMethod adds the versions of the formulas.
func addMethod() bool {
	calls["indices.Drafts"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.indices.Drafts(ctx, by)
		return err
	}
	calls["indices.Draft"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.indices.Draft(ctx, by, 999)
		return err
	}
	calls["indices.NewDraft"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.indices.NewDraft(ctx, by, "none")
		return err
	}
	calls["indices.SaveDraft"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.indices.SaveDraft(ctx, by, indices.Draft{ID: 999})
		return err
	}
	calls["indices.Propose"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		return g.pf.indices.Propose(ctx, by, 999, time.Now())
	}
	calls["indices.Adopt"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.indices.Adopt(ctx, by, 999)
		return err
	}
	calls["indices.Reject"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.indices.Reject(ctx, by, 999, "x")
		return err
	}
	calls["indices.Withdraw"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.indices.Withdraw(ctx, by, 999)
		return err
	}
	calls["indices.Simulate"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		q := indices.Query{Level: indices.Office, Period: indices.Containing(time.Now(), indices.Month)}
		_, err := g.pf.indices.Simulate(ctx, by, q, 999, "")
		return err
	}
	asks["POST /console/settings/methodology"] = ask{form: "x=1"}
	asks["GET /console/settings/methodology/versions/:version"] = ask{at: "/console/settings/methodology/versions/sat-1"}
	asks["GET /console/settings/methodology/drafts/:id"] = ask{at: "/console/settings/methodology/drafts/999"}
	asks["POST /console/settings/methodology/drafts/:id"] = ask{at: "/console/settings/methodology/drafts/999", form: "do=adopt"}
	asks["GET /console/settings/methodology/simulate"] = ask{at: "/console/settings/methodology/simulate?version=sat-1"}
	calls["indices.Social"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		list, err := g.pf.indices.Social(ctx, by, indices.Query{Period: thisMonth()})
		return seen(list, err, func(r indices.Social) bool { return r.Unit.ID == h.id("office") })
	}
	asks["GET /api/v1/social"] = ask{at: "/api/v1/social?period=2026"}
	asks["GET /console/social/export/:format"] = ask{at: "/console/social/export/csv"}
	return true
}
