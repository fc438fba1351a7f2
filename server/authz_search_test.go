package main

import (
	"context"

	"minping/complaints"
	"minping/internal/actor"
)

var _ = addSearch()

// addSearch asks what lists, counts and finds cases.
func addSearch() bool {
	for name, a := range map[string]ask{
		"POST /console/desk/find":         {form: "q=x"},
		"POST /console/desk/views":        {form: "act=first&ref=open"},
		"POST /console/desk/bulk":         {form: "act=acknowledge&step=do&case={case}.9999"},
		"POST /console/desk/:id/presence": {at: "/console/desk/{case}/presence", form: "seen=1"},
	} {
		asks[name] = a
	}
	type C = complaints.Case
	calls["complaints.Search"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		found, err := g.pf.desk.Search(ctx, by, "上午", complaints.Filter{})
		return seen(found.Cases, err, func(c C) bool { return c.ID == h.id("case") })
	}
	calls["complaints.Cases"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		list, err := g.pf.desk.Cases(ctx, by, []complaints.ID{h.id("case")})
		return seen(list, err, func(c C) bool { return c.ID == h.id("case") })
	}
	calls["complaints.Handlers"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.desk.Handlers(ctx, by, h.id("case"))
		return err
	}
	calls["complaints.Enter"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.desk.Enter(ctx, by, h.id("case"), true)
		return err
	}
	calls["complaints.Leave"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		return g.pf.desk.Leave(ctx, by, h.id("case"))
	}
	calls["complaints.NoteExport"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		return g.pf.desk.NoteExport(ctx, by, 1)
	}
	calls["complaints.Views"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.desk.Views(ctx, by)
		return err
	}
	calls["complaints.CountView"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.desk.CountView(ctx, by, complaints.Choice{})
		return err
	}
	calls["complaints.SaveView"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.desk.SaveView(ctx, by, "x", complaints.Choice{State: "nonsense"})
		return err
	}
	calls["complaints.DropView"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		return g.pf.desk.DropView(ctx, by, 1<<40)
	}
	calls["complaints.OpenFirst"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		return g.pf.desk.OpenFirst(ctx, by, "nonsense")
	}
	calls["accounts.Holders"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.accounts.Holders(ctx, by, complaints.PermHandle, actor.Place{})
		return err
	}
	details["complaints.Search"], details["complaints.Cases"] = "complaints.Get", "complaints.Get"
	return true
}
