package main

import (
	"context"
	"strconv"

	"minping/complaints"
	"minping/internal/actor"
)

// foundAlike gives a half a topic of two of its cases, and a template of its office.
func (g *guarded) foundAlike(h half) {
	g.t.Helper()
	topic := func(cases ...complaints.ID) string {
		var id int64
		if err := g.pf.db.Get(&id, `INSERT INTO topics (made_at) VALUES (now()) RETURNING id`); err != nil {
			g.t.Fatal(err)
		}
		for _, c := range cases {
			if _, err := g.pf.db.Exec(`INSERT INTO topic_cases (case_id, topic_id, likeness, received_at) VALUES ($1, $2, 50, now())`, c, id); err != nil {
				g.t.Fatal(err)
			}
		}
		return strconv.FormatInt(id, 10)
	}
	spare := g.fileCase(h.id("window"))
	h["topic"] = topic(h.id("case"), g.fileCase(h.id("window")))
	h["spare_case"], h["spare_topic"] = strconv.FormatInt(spare, 10), topic(spare)
	t, err := g.pf.desk.SaveTemplate(g.t.Context(), actor.System("test"), complaints.Templating{Office: h.id("office"), Title: "模板", Body: "您好"})
	if err != nil {
		g.t.Fatal(err)
	}
	h["template"] = strconv.FormatInt(t.ID, 10)
}

var _ = addAlike()

func addAlike() bool {
	for route, a := range map[string]ask{
		"GET /console/topics/:id":     {at: "/console/topics/{topic}"},
		"POST /console/topics/:id":    {at: "/console/topics/{topic}", form: "act=merge&pick="},
		"POST /console/templates/new": {form: "office={office}&title=&body="},
		"GET /console/templates/:id":  {at: "/console/templates/{template}"},
		"POST /console/templates/:id": {at: "/console/templates/{template}", form: "office={office}&title=&body="},
	} {
		asks[route] = a
	}
	for name, f := range map[string]call{
		"Suggest": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
			_, err := g.pf.desk.Suggest(ctx, by, h.id("case"))
			return err
		},
		"Similar": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
			_, err := g.pf.desk.Similar(ctx, by, h.id("case"))
			return err
		},
		"Offers": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
			_, err := g.pf.desk.Offers(ctx, by, h.id("case"))
			return err
		},
		"Topics": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
			list, err := g.pf.desk.Topics(ctx, by, complaints.TopicFilter{})
			return seen(list, err, func(t complaints.Topic) bool { return t.ID == h.id("topic") })
		},
		"Topic": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
			_, err := g.pf.desk.Topic(ctx, by, h.id("topic"))
			return err
		},
		"NameTopic": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
			return g.pf.desk.NameTopic(ctx, by, h.id("topic"), "热点")
		},
		"TakeOutOfTopic": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
			return g.pf.desk.TakeOutOfTopic(ctx, by, h.id("spare_topic"), h.id("spare_case"))
		},
		"Templates": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
			list, err := g.pf.desk.Templates(ctx, by)
			return seen(list, err, func(t complaints.Template) bool { return t.ID == h.id("template") })
		},
		"Template": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
			_, _, err := g.pf.desk.Template(ctx, by, h.id("template"))
			return err
		},
		"SaveTemplate": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
			_, err := g.pf.desk.SaveTemplate(ctx, by, complaints.Templating{ID: h.id("template"), Seen: 999, Office: h.id("office"), Title: "x", Body: "x"})
			return err
		},
		"RetireTemplate": func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
			return g.pf.desk.RetireTemplate(ctx, by, h.id("template"), 999, true)
		},
	} {
		calls["complaints."+name] = f
	}
	details["complaints.Topics"], details["complaints.Templates"] = "complaints.Topic", "complaints.Template"
	return true
}
