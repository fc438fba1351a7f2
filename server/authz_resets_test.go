package main

import (
	"context"

	"minping/accounts"
	"minping/internal/actor"
	"minping/surveys"
)

var _ = addResets() // the tables of routes and calls have a file for each area

func addResets() bool {
	for route, how := range map[string]ask{
		"GET /console/signin/reset":                  {},
		"POST /console/signin/reset":                 {skip: "takes two halves of a code from whoever cannot sign in"},
		"POST /console/signin/code/reset":            {skip: "only between the password and the console; console/resets_test.go"},
		"GET /console/resets/:id":                    {at: "/console/resets/999999"},
		"POST /console/resets/:id":                   {at: "/console/resets/999999", form: "act=refuse&reason=x"},
		"POST /console/security/resets/:id":          {at: "/console/security/resets/999999", form: "x=1"},
		"POST /console/security/factor/remove":       {form: "current=x"},
		"GET /console/security/passkeys/:id/rename":  {at: "/console/security/passkeys/1/rename"},
		"POST /console/security/passkeys/:id/rename": {at: "/console/security/passkeys/1/rename", form: "name=x"},
	} {
		asks[route] = how
	}
	for name, how := range map[string]call{
		"accounts.AskReset": onOther(func(ctx context.Context, s *accounts.Service, by actor.Actor, id int64) error {
			_, err := s.AskReset(ctx, by, accounts.ResetWish{Account: id, Kind: accounts.ResetOfPassword})
			return err
		}),
		"accounts.ConfirmReset": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
			_, err := g.pf.accounts.ConfirmReset(ctx, by, 999999)
			return err
		},
		"accounts.RefuseReset": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
			return g.pf.accounts.RefuseReset(ctx, by, 999999, "没有这项重置")
		},
		"accounts.EndReset": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
			return g.pf.accounts.EndReset(ctx, by, 999999)
		},
		"accounts.Reset": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
			_, err := g.pf.accounts.Reset(ctx, by, 999999)
			return err
		},
		"accounts.Resets": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
			_, err := g.pf.accounts.Resets(ctx, by, 0)
			return err
		},
		"accounts.UseFactorReset": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
			_, err := g.pf.accounts.UseFactorReset(ctx, by, accounts.ResetUse{First: "x", Second: "y"})
			return err
		},
		"accounts.RemoveTOTP": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
			_, err := g.pf.accounts.RemoveTOTP(ctx, by, "x", "")
			return err
		},
		"surveys.IssuedTickets": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
			list, err := g.pf.surveys.IssuedTickets(ctx, by, surveys.TicketFilter{})
			return seen(list, err, func(b surveys.TicketBatch) bool { return b.ID == h.id("batch") })
		},
		"accounts.RenamePasskey": func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
			return g.pf.accounts.RenamePasskey(ctx, by, 1, "x")
		},
	} {
		calls[name] = how
	}
	return true
}
