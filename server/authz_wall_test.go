package main

import (
	"context"
	"io"

	"minping/complaints"
	"minping/complaints/workday"
	"minping/internal/actor"
)

var _ = addWall()

func addWall() bool {
	period := complaints.LedgerQuery{From: workday.Day{Year: 2026, Month: 1, Day: 1}, To: workday.Day{Year: 2026, Month: 1, Day: 2}}
	calls["complaints.Wall"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.desk.Wall(ctx, by)
		return err
	}
	calls["complaints.Ledger"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.desk.Ledger(ctx, by, period, func(complaints.LedgerLine) error { return nil })
		return err
	}
	calls["complaints.WriteLedger"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.desk.WriteLedger(ctx, by, period, complaints.LedgerFile{Format: complaints.LedgerCSV, Text: func(key string) string { return key }}, io.Discard)
		return err
	}
	calls["complaints.FillPast"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.desk.FillPast(ctx, by, func(func(complaints.Past) bool) {})
		return err
	}
	calls["surveys.Pulse"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.surveys.Pulse(ctx, by)
		return err
	}
	asks["POST /console/ledger"] = ask{form: "format=csv"}
	return true
}
