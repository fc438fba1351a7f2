package main

import (
	"context"

	"minping/accounts"
	"minping/indices"
	"minping/internal/actor"
)

var _ = addFive()

// addFive has the methods and routes of the five indices, the question about other offices and the panel.
func addFive() bool {
	calls["indices.Five"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		list, err := g.pf.indices.Five(ctx, by, indices.Query{Level: indices.Office, Period: thisMonth()})
		return seen(list, err, func(p indices.Profile) bool { return p.Unit.ID == h.id("office") })
	}
	details["indices.Five"] = "indices.Figures"
	for route, a := range map[string]ask{
		"GET /api/v1/five":                  {at: "/api/v1/five?period=2026&within=office:{office_code}"},
		"POST /r/:code/done/:receipt/probe": {at: "/r/{desk_code}/done/{receipt}/probe", form: "heard=x"},
		"GET /console/five/:id":             {at: "/console/five/{office}"},
	} {
		asks[route] = a
	}
	exports["/console/five.csv"] = struct {
		role  accounts.Role
		paths []string
	}{accounts.Committee, []string{"/console/five.csv"}}
	return true
}
