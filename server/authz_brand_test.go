package main

import (
	"context"
	"strconv"
	"time"

	"minping/brand"
	"minping/complaints/workday"
	"minping/indices"
	"minping/internal/actor"
)

var _ = addBrand()

// addBrand has the methods and routes of change over time and of brands.
func addBrand() bool {
	calls["indices.Change"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.indices.Change(ctx, by, h.division(), indices.Month)
		return err
	}
	calls["indices.Around"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		day := thisMonth().From()
		_, err := g.pf.indices.Around(ctx, by, h.division(), indices.Run{From: day, To: day})
		return err
	}
	calls["brand.Events"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.brand.Events(ctx, by, h.id("office"), time.Now(), time.Now())
		return err
	}
	calls["brand.Pin"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.brand.Pin(ctx, by, brand.NewEvent{Unit: h.id("office")})
		return err
	}
	calls["brand.Remove"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		e, err := g.pf.brand.Pin(ctx, actor.Actor{Name: "test", Grants: []actor.Grant{{Permissions: map[actor.Permission]bool{brand.PermWrite: true}}}},
			brand.NewEvent{Unit: h.id("office"), Kind: brand.Other, From: time.Now().Format("2006-01-02"), Title: strconv.FormatInt(time.Now().UnixNano(), 36)})
		if err != nil {
			return err
		}
		_, err = g.pf.brand.Remove(ctx, by, e.ID)
		return err
	}
	calls["brand.Targets"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.brand.Targets(ctx, by, h.id("office"))
		return err
	}
	calls["brand.SetTarget"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.brand.SetTarget(ctx, by, brand.NewTarget{Unit: h.id("office")})
		return err
	}
	calls["brand.Steps"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.brand.Steps(ctx, by, h.id("office"))
		return err
	}
	calls["brand.StepsOf"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.brand.StepsOf(ctx, by, []int64{h.id("office")})
		return err
	}
	calls["brand.SetStage"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.brand.SetStage(ctx, by, brand.NewStep{Office: h.id("office")})
		return err
	}
	calls["indices.Against"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.indices.Against(ctx, by, h.division(), thisMonth())
		return err
	}
	calls["indices.Drivers"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.indices.Drivers(ctx, by, h.division())
		return err
	}
	calls["indices.Brands"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		list, err := g.pf.indices.Brands(ctx, by, indices.Query{Level: indices.Office, Period: thisMonth()})
		return seen(list, err, func(b indices.Brand) bool { return b.Unit.ID == h.id("office") })
	}
	calls["surveys.Said"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		today := workday.Of(time.Now())
		_, err := g.pf.surveys.Said(ctx, by, h.id("office"), today, today)
		return err
	}
	asks["GET /console/brand/:id"] = ask{at: "/console/brand/{office}"}
	asks["POST /console/brand/:id/stage"] = ask{at: "/console/brand/{office}/stage", form: "stage="}
	asks["GET /console/brand/:id/report"] = ask{at: "/console/brand/{office}/report"}
	asks["GET /console/brand/:id/report.xlsx"] = ask{at: "/console/brand/{office}/report.xlsx"}
	asks["POST /console/trend/:id/events"] = ask{at: "/console/trend/{office}/events", form: "title="}
	asks["POST /console/trend/:id/events/:event"] = ask{at: "/console/trend/{office}/events/999", form: "x=1"}
	asks["POST /console/trend/:id/target"] = ask{at: "/console/trend/{office}/target", form: "year="}
	return true
}
