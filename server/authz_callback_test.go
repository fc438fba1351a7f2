package main

import (
	"context"

	"minping/complaints"
	"minping/indices"
	"minping/internal/actor"
)

var _ = addCallback()

// addCallback has the methods and routes of callbacks, reminders, kin and rates.
func addCallback() bool {
	calls["complaints.Contact"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.desk.Contact(ctx, by, h.id("case"))
		return err
	}
	calls["complaints.OpenContact"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.desk.OpenContact(ctx, by, h.id("case"), "回访核实情况")
		return err
	}
	calls["complaints.SendLink"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		return g.pf.desk.SendLink(ctx, by, h.id("case"))
	}
	calls["complaints.Calls"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.desk.Calls(ctx, by, nil, 0)
		return err
	}
	calls["complaints.Notices"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.desk.Notices(ctx, by, complaints.NoticeFilter{})
		return err
	}
	calls["complaints.Unread"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.desk.Unread(ctx, by)
		return err
	}
	calls["complaints.ReadNotices"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		return g.pf.desk.ReadNotices(ctx, by, 0, false)
	}
	calls["complaints.Kin"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.desk.Kin(ctx, by)
		return err
	}
	calls["indices.Rates"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		list, err := g.pf.indices.Rates(ctx, by, indices.RatesQuery{Level: indices.Division, Period: thisMonth()})
		return seen(list, err, func(r indices.Rates) bool { return r.Unit.ID == h.id("division") })
	}
	calls["indices.Closings"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.indices.Closings(ctx, by, thisMonth(), "")
		return err
	}
	details["indices.Rates"] = "indices.Figures"
	for route, a := range map[string]ask{
		"GET /api/v1/rates":                   {at: "/api/v1/rates?level=division&period=2026&within=division:{division_code}"},
		"GET /c/:token":                       {at: "/c/AAAAAAAAAAAAAAAAAAAAAA"},
		"POST /c/:token":                      {at: "/c/AAAAAAAAAAAAAAAAAAAAAA", form: "solved=yes"},
		"POST /track/copy":                    {form: "x=1"},
		"POST /track/forget":                  {form: "x=1"},
		"GET /console/callbacks/:id/contact":  {at: "/console/callbacks/{case}/contact"},
		"POST /console/callbacks/:id/contact": {at: "/console/callbacks/{case}/contact", form: "reason=x"},
		"POST /console/callbacks/:id/link":    {at: "/console/callbacks/{case}/link", form: "x=1"},
		"POST /console/notices":               {form: "id=0"},
		"POST /console/desk/kin":              {form: "act=end&unit={office}&other={office}"},
		"GET /console/rates/export/:format":   {at: "/console/rates/export/csv"},
	} {
		asks[route] = a
	}
	return true
}
