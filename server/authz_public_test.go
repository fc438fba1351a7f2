package main

import (
	"context"
	"strconv"

	"github.com/google/uuid"

	"minping/accounts"
	"minping/complaints"
	"minping/complaints/publish"
	"minping/indices"
	"minping/internal/actor"
)

// publishSome gives a half a closed case that may be published, one that is, and an answer.
func (g *guarded) publishSome(h half) {
	g.t.Helper()
	ctx, by := g.t.Context(), actor.System("test")
	must := func(err error) {
		g.t.Helper()
		if err != nil {
			g.t.Fatal(err)
		}
	}
	closed := func() complaints.ID {
		g.t.Helper()
		filed, err := g.pf.desk.File(ctx, actor.Actor{}, complaints.Filing{Submission: uuid.New(), Channel: complaints.ByWeb, Kind: complaints.Consultation, Unit: h.id("window"), Body: "需要什么材料"})
		must(err)
		_, err = g.pf.desk.Dispatch(ctx, by, filed.ID, complaints.Dispatching{Office: h.id("office")})
		must(err)
		_, err = g.pf.desk.Acknowledge(ctx, by, filed.ID, 0)
		must(err)
		_, err = g.pf.desk.Reply(ctx, by, filed.ID, complaints.Replying{Body: "身份证"})
		must(err)
		_, err = g.pf.desk.Close(ctx, by, filed.ID, complaints.Why{Reason: "x"})
		must(err)
		return filed.ID
	}
	var people [2]int64
	for i := range people {
		a, err := g.pf.accounts.Create(ctx, by, accounts.NewAccount{Username: "publisher" + strconv.Itoa(i) + h["half"], DisplayName: "公开", Password: guardedPassword,
			Roles: []accounts.RoleAt{{Role: accounts.Handler, Unit: h.id("office")}}})
		must(err)
		people[i] = a.ID
	}
	h["closed"] = strconv.FormatInt(closed(), 10)
	var number, entry int64
	must(g.pf.db.Get(&number, `INSERT INTO published_replies (case_id, state, kind, office_id, title, question, answer, search, received_on, answered_on, hidden,
		author_id, author_name, publisher_id, publisher_name, published_at) VALUES ($1, 'shown', 'consultation', $2, 'x', 'x', 'x', '', current_date, current_date, 0, $3, 'x', $4, 'x', now()) RETURNING id`,
		closed(), h.id("office"), people[0], people[1]))
	must(g.pf.db.Get(&entry, `INSERT INTO qa_entries (seq, state, office_id, newest, changed_at) VALUES (1, 'draft', $1, 1, now()) RETURNING id`, h.id("office")))
	_, err := g.pf.db.ExecContext(ctx, `INSERT INTO qa_versions (entry_id, number, question, answer, account_id, account_name, at) VALUES ($1, 1, 'x', 'x', $2, 'x', now())`, entry, people[0])
	must(err)
	_, err = g.pf.db.ExecContext(ctx, `UPDATE qa_entries SET state = 'shown', version = 1, review_on = current_date + 30, checked_on = current_date WHERE id = $1`, entry)
	must(err)
	h["published"], h["entry"] = strconv.FormatInt(number, 10), strconv.FormatInt(entry, 10)
}

var _ = addPublic() // the tables of routes and calls have a file for each area

func addPublic() bool {
	for name, how := range map[string]ask{
		"POST /complaints/ask":           {form: "body=x"},
		"GET /replies/:number":           {at: "/replies/{published}"},
		"GET /answers/:id":               {at: "/answers/{entry}"},
		"GET /console/replies/case/:id":  {at: "/console/replies/case/{closed}"},
		"POST /console/replies/case/:id": {at: "/console/replies/case/{closed}", form: "act=save&seq=9999"},
		"GET /console/replies/:id":       {at: "/console/replies/{published}"},
		"POST /console/replies/:id":      {at: "/console/replies/{published}", form: "act=decide&reason=x&uphold=no"},
		"POST /console/answers/new":      {form: "question=&answer=&office={office}"},
		"GET /console/answers/:id":       {at: "/console/answers/{entry}"},
		"POST /console/answers/:id":      {at: "/console/answers/{entry}", form: "act=write&seq=9999&office={office}&question=x&answer=x"},
	} {
		asks[name] = how
	}
	type onPublic = func(context.Context, *publish.Service, actor.Actor, half) error
	for name, f := range map[string]onPublic{
		"Draft": func(ctx context.Context, s *publish.Service, by actor.Actor, h half) error {
			_, err := s.Draft(ctx, by, h.id("closed"))
			return err
		},
		"SaveDraft": func(ctx context.Context, s *publish.Service, by actor.Actor, h half) error {
			return s.SaveDraft(ctx, by, publish.Drafting{Case: h.id("closed"), Seq: stale})
		},
		"SendBack": func(ctx context.Context, s *publish.Service, by actor.Actor, h half) error {
			return s.SendBack(ctx, by, h.id("closed"), stale, "x")
		},
		"DropDraft": func(ctx context.Context, s *publish.Service, by actor.Actor, h half) error {
			return s.DropDraft(ctx, by, h.id("closed"), stale)
		},
		"Publish": func(ctx context.Context, s *publish.Service, by actor.Actor, h half) error {
			_, err := s.Publish(ctx, by, h.id("closed"), stale)
			return err
		},
		"Decide": func(ctx context.Context, s *publish.Service, by actor.Actor, h half) error {
			return s.Decide(ctx, by, publish.Deciding{Number: h.id("published"), Answer: "x"})
		},
		"Withdraw": func(ctx context.Context, s *publish.Service, by actor.Actor, h half) error {
			err := s.Withdraw(ctx, by, h.id("published"), "x")
			return err
		},
		"Works": func(ctx context.Context, s *publish.Service, by actor.Actor, h half) error {
			list, err := s.Works(ctx, by, "")
			return seen(list, err, func(w publish.Work) bool { return w.Case.ID == h.id("closed") })
		},
		"Replies": func(ctx context.Context, s *publish.Service, by actor.Actor, h half) error {
			list, err := s.Replies(ctx, by, publish.Shown)
			return seen(list, err, func(r publish.Published) bool { return r.Number == h.id("published") })
		},
		"Published": func(ctx context.Context, s *publish.Service, by actor.Actor, h half) error {
			_, _, err := s.Published(ctx, by, h.id("published"))
			return err
		},
		"FromCase": func(ctx context.Context, s *publish.Service, by actor.Actor, h half) error {
			_, err := s.FromCase(ctx, by, h.id("closed"))
			return err
		},
		"WriteAnswer": func(ctx context.Context, s *publish.Service, by actor.Actor, h half) error {
			_, err := s.WriteAnswer(ctx, by, publish.Writing{Office: h.id("office")})
			return err
		},
		"ReleaseAnswer": func(ctx context.Context, s *publish.Service, by actor.Actor, h half) error {
			return s.ReleaseAnswer(ctx, by, h.id("entry"), stale, "")
		},
		"RetireAnswer": func(ctx context.Context, s *publish.Service, by actor.Actor, h half) error {
			return s.RetireAnswer(ctx, by, h.id("entry"), stale)
		},
		"Entries": func(ctx context.Context, s *publish.Service, by actor.Actor, h half) error {
			list, err := s.Entries(ctx, by, publish.EntryFilter{})
			return seen(list, err, func(e publish.Entry) bool { return e.ID == h.id("entry") })
		},
		"Entry": func(ctx context.Context, s *publish.Service, by actor.Actor, h half) error {
			_, err := s.Entry(ctx, by, h.id("entry"))
			return err
		},
	} {
		calls["publish."+name] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error { return f(ctx, g.pf.public, by, h) }
	}
	calls["complaints.Visible"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		found, err := g.pf.desk.Visible(ctx, by, []complaints.ID{h.id("case")})
		if err == nil && len(found) == 0 {
			err = errUnseen
		}
		return err
	}
	calls["indices.Exclusions"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.indices.Exclusions(ctx, by, indices.ExclusionsQuery{Period: thisMonth()})
		return err
	}
	details["publish.Works"], details["publish.Replies"], details["publish.Entries"] = "publish.Draft", "publish.Published", "publish.Entry"
	details["complaints.Visible"] = "complaints.Get"
	return true
}
