package console

import (
	"context"

	"minping/indices"
	"minping/internal/actor"
	"minping/server/web/figures"
)

// response sets ratings against how many were served.
type response struct {
	Told    bool
	More    string // the finding that there are more ratings than services
	Numbers []responseNumber
	Rules   []ruleRow
}

type responseNumber struct{ Label, Value, Range string }

// ruleRow is the same period under one rule about silence.
type ruleRow struct{ Text, Count, Good, Sat string }

func (h *Handler) fillResponse(ctx context.Context, by actor.Actor, p *dashboardPage, in dashboardInput) error {
	rows, err := h.indices.Index(ctx, by, indices.Query{Level: indices.Level(p.Unit.Kind), Units: []int64{p.Unit.ID}, Period: in.period,
		Channel: in.req.Channel, Stratum: in.req.Stratum, Suspects: indices.Suspects(in.req.Suspects)})
	if err != nil || len(rows) == 0 || rows[0].Services == nil {
		return err
	}
	f, s := rows[0].Figures, rows[0].Services
	r := response{Told: true}
	if s.More {
		r.More = p.T("served.more", "Rated", p.Num(s.Rated), "Served", p.Num(s.Served))
		p.Response = r
		return nil
	}
	rate, interval := figures.Rate(p.Page, s.Rate)
	r.Numbers = []responseNumber{{p.T("served.served"), p.Num(s.Served), ""}, {p.T("served.rate"), rate, interval},
		{p.T("served.unrated"), p.Num(s.Unrated), ""}, {p.T("served.unrated_rate"), p.Percent(1 - s.Rate.Value), ""}}
	good, _ := figures.Rate(p.Page, f.Good)
	sat, _ := figures.Points(p.Page, f.Sat)
	r.Rules = []ruleRow{{p.T("served.rule_active"), p.Num(f.N), good, sat},
		{p.T("served.rule_default"), p.Num(s.Served), p.Percent(s.DefaultGood), p.Fix(s.DefaultSat, 1)}}
	p.Response = r
	return nil
}
