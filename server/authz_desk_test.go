package main

import (
	"context"

	"github.com/google/uuid"

	"minping/complaints"
	"minping/internal/actor"
	"minping/surveys"
)

// stale is a number of no event: whoever may act is then told that the case has
// changed, and nothing happens to it.
const stale = 9999

// onCase calls a method of the desk for the half's case.
func onCase(f func(context.Context, *complaints.Service, actor.Actor, complaints.ID) (complaints.Case, error)) call {
	return func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := f(ctx, g.pf.desk, by, h.id("case"))
		return err
	}
}

// fileCase files the half's case, as a citizen about its window.
func (g *guarded) fileCase(window int64) complaints.ID {
	g.t.Helper()
	filed, err := g.pf.desk.File(g.t.Context(), actor.Actor{}, complaints.Filing{Submission: uuid.New(), Channel: complaints.ByWeb,
		Kind: complaints.Complaint, Unit: window, Body: "等了一上午"})
	if err != nil {
		g.t.Fatal(err)
	}
	return filed.ID
}

var _ = addDesk() // the table of calls has a file for each area

func addDesk() bool {
	type C = complaints.Case
	why := complaints.Why{Seen: stale, Reason: "原因"}
	words := complaints.Words{Seen: stale, Body: "内容"}
	for name, f := range map[string]func(context.Context, *complaints.Service, actor.Actor, complaints.ID) (C, error){
		"Triage": func(ctx context.Context, s *complaints.Service, by actor.Actor, id complaints.ID) (C, error) {
			return s.Triage(ctx, by, id, complaints.Triaging{Seen: stale})
		},
		"Seal": func(ctx context.Context, s *complaints.Service, by actor.Actor, id complaints.ID) (C, error) {
			return s.Seal(ctx, by, id, why)
		},
		"AnswerNow": func(ctx context.Context, s *complaints.Service, by actor.Actor, id complaints.ID) (C, error) {
			return s.AnswerNow(ctx, by, id, words)
		},
		"RouteOut": func(ctx context.Context, s *complaints.Service, by actor.Actor, id complaints.ID) (C, error) {
			return s.RouteOut(ctx, by, id, complaints.Routing{Seen: stale, Route: complaints.ToPetition, Body: "x"})
		},
		"Refuse": func(ctx context.Context, s *complaints.Service, by actor.Actor, id complaints.ID) (C, error) {
			return s.Refuse(ctx, by, id, complaints.Refusing{Seen: stale, Code: complaints.NothingNew, Body: "x"})
		},
		"Dispatch": func(ctx context.Context, s *complaints.Service, by actor.Actor, id complaints.ID) (C, error) {
			return s.Dispatch(ctx, by, id, complaints.Dispatching{Seen: stale})
		},
		"Assign": func(ctx context.Context, s *complaints.Service, by actor.Actor, id complaints.ID) (C, error) {
			return s.Assign(ctx, by, id, complaints.Assigning{Seen: stale})
		},
		"Assist": func(ctx context.Context, s *complaints.Service, by actor.Actor, id complaints.ID) (C, error) {
			return s.Assist(ctx, by, id, 0)
		},
		"Acknowledge": func(ctx context.Context, s *complaints.Service, by actor.Actor, id complaints.ID) (C, error) {
			return s.Acknowledge(ctx, by, id, stale)
		},
		"Start": func(ctx context.Context, s *complaints.Service, by actor.Actor, id complaints.ID) (C, error) {
			return s.Start(ctx, by, id, stale)
		},
		"Return": func(ctx context.Context, s *complaints.Service, by actor.Actor, id complaints.ID) (C, error) {
			return s.Return(ctx, by, id, why)
		},
		"Transfer": func(ctx context.Context, s *complaints.Service, by actor.Actor, id complaints.ID) (C, error) {
			return s.Transfer(ctx, by, id, complaints.Transferring{Seen: stale, Reason: "x"})
		},
		"Ask": func(ctx context.Context, s *complaints.Service, by actor.Actor, id complaints.ID) (C, error) {
			return s.Ask(ctx, by, id, words)
		},
		"Resume": func(ctx context.Context, s *complaints.Service, by actor.Actor, id complaints.ID) (C, error) {
			return s.Resume(ctx, by, id, why)
		},
		"Note": func(ctx context.Context, s *complaints.Service, by actor.Actor, id complaints.ID) (C, error) {
			return s.Note(ctx, by, id, "记一笔")
		},
		"Reply": func(ctx context.Context, s *complaints.Service, by actor.Actor, id complaints.ID) (C, error) {
			return s.Reply(ctx, by, id, complaints.Replying{Seen: stale, Body: "x"})
		},
		"Extend": func(ctx context.Context, s *complaints.Service, by actor.Actor, id complaints.ID) (C, error) {
			return s.Extend(ctx, by, id, complaints.Extending{Seen: stale, Days: 1, Reason: "x"})
		},
		"Urge": func(ctx context.Context, s *complaints.Service, by actor.Actor, id complaints.ID) (C, error) {
			return s.Urge(ctx, by, id, why)
		},
		"Supervise": func(ctx context.Context, s *complaints.Service, by actor.Actor, id complaints.ID) (C, error) {
			return s.Supervise(ctx, by, id, complaints.Supervising{Level: 1, Reason: "x"})
		},
		"Terminate": func(ctx context.Context, s *complaints.Service, by actor.Actor, id complaints.ID) (C, error) {
			return s.Terminate(ctx, by, id, why)
		},
		"Unmerge": func(ctx context.Context, s *complaints.Service, by actor.Actor, id complaints.ID) (C, error) {
			return s.Unmerge(ctx, by, id, why)
		},
		"Merge": func(ctx context.Context, s *complaints.Service, by actor.Actor, id complaints.ID) (C, error) {
			return s.Merge(ctx, by, id, complaints.Merging{Seen: stale, Into: 1 << 40, Reason: "x"})
		},
		"Split": func(ctx context.Context, s *complaints.Service, by actor.Actor, id complaints.ID) (C, error) {
			return s.Split(ctx, by, id, complaints.Splitting{Submission: uuid.New(), Seen: stale, Kind: complaints.Request, Body: "x"})
		},
		"Callback": func(ctx context.Context, s *complaints.Service, by actor.Actor, id complaints.ID) (C, error) {
			return s.Callback(ctx, by, id, complaints.Outcome{Seen: stale, Way: "phone"})
		},
		"Close": func(ctx context.Context, s *complaints.Service, by actor.Actor, id complaints.ID) (C, error) {
			return s.Close(ctx, by, id, why)
		},
		"Appeal": func(ctx context.Context, s *complaints.Service, by actor.Actor, id complaints.ID) (C, error) {
			return s.Appeal(ctx, by, id, why)
		},
		"Review": func(ctx context.Context, s *complaints.Service, by actor.Actor, id complaints.ID) (C, error) {
			return s.Review(ctx, by, id, complaints.Ruling{Seen: stale, Reason: "x"})
		},
	} {
		calls["complaints."+name] = onCase(f)
	}
	calls["complaints.Recuse"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.desk.Recuse(ctx, by, h.id("case"), g.other, why)
		return err
	}
	calls["complaints.Get"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.desk.Get(ctx, by, h.id("case"))
		return err
	}
	calls["complaints.Queue"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		list, err := g.pf.desk.Queue(ctx, by, complaints.Filter{})
		return seen(list, err, func(c C) bool { return c.ID == h.id("case") })
	}
	calls["complaints.Counts"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.desk.Counts(ctx, by, complaints.Filter{})
		return err
	}
	calls["complaints.File"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		_, err := g.pf.desk.File(ctx, by, complaints.Filing{Submission: uuid.New(), Channel: complaints.ByPhone, Kind: complaints.Request, Unit: h.id("window"), Body: "x"})
		return err
	}
	calls["complaints.OpenFromRating"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.desk.OpenFromRating(ctx, by, complaints.RatingRef{})
		return err
	}
	calls["complaints.TakeNotices"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.desk.TakeNotices(ctx, by, 0, nil)
		return err
	}
	calls["complaints.ImportCases"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.desk.ImportCases(ctx, by, complaints.CaseImport{File: &complaints.CaseFile{}})
		return err
	}
	calls["complaints.ImportCategories"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.desk.ImportCategories(ctx, by, nil)
		return err
	}
	calls["complaints.DeclareKin"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		return g.pf.desk.DeclareKin(ctx, by, h.id("office"), h.id("office"), "x")
	}
	calls["complaints.EndKin"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		return g.pf.desk.EndKin(ctx, by, h.id("office"), h.id("office"))
	}
	calls["surveys.BadRatings"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.surveys.BadRatings(ctx, by, nil)
		return err
	}
	calls["surveys.Exclude"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		return g.pf.surveys.Exclude(ctx, by, surveys.Exclusion{})
	}
	calls["surveys.Restore"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		return g.pf.surveys.Restore(ctx, by, surveys.Exclusion{})
	}
	details["complaints.Queue"] = "complaints.Get"
	return true
}
