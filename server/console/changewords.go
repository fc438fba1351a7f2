package console

import (
	"context"
	"time"

	"minping/brand"
	"minping/indices"
	"minping/internal/actor"
	"minping/server/web/figures"
)

// fillSteps words the line: a row of the table for each month or week, with what happened in it.
func (p *changePage) fillSteps(c indices.Change, events []brand.Event) {
	points := make([]indices.Point, len(c.Steps))
	for i, st := range c.Steps {
		points[i] = st.Point
	}
	trend := figures.NewTrend(p.Page, points, indices.Period{})
	p.Caption, p.Any = trend.Caption, trend.Any
	for i, st := range c.Steps {
		row := changeStep{Step: trend.Steps[i], Ago: "—"}
		if st.YearAgo != nil {
			row.Ago, row.AgoRange, row.AgoReal = p.signed(st.YearAgo.Value), p.span(st.YearAgo.Figure), st.YearAgo.Real()
		}
		for _, s := range c.Shifts {
			if s.Since == st.Period {
				row.Notes = append(row.Notes, p.T(upKey(s.Up, "brand.change.began_up", "brand.change.began_down")))
			}
		}
		for _, e := range events {
			if st.Period.Contains(e.From) {
				row.Notes = append(row.Notes, e.Title)
			}
		}
		p.Steps = append(p.Steps, row)
	}
	label := map[indices.Period]string{}
	for i, st := range c.Steps {
		label[st.Period] = trend.Steps[i].Label
	}
	for _, s := range c.Shifts {
		p.Marks = append(p.Marks, mark{Kind: "shift", Text: p.T(upKey(s.Up, "brand.change.up", "brand.change.down")), From: label[s.Since], To: label[s.Until],
			Value: dataNumber(s.Before), After: dataNumber(s.After)})
	}
	for i, e := range events {
		m := mark{Kind: "event", Text: e.Title, Value: fmtInt(int64(len(events) - i))}
		for _, st := range c.Steps {
			if st.Period.Contains(e.From) {
				m.From = label[st.Period]
			}
			if st.Period.Contains(e.To) {
				m.To = label[st.Period]
			}
		}
		if m.From != "" {
			p.Marks = append(p.Marks, m)
		}
	}
}

func upKey(up bool, yes, no string) string {
	if up {
		return yes
	}
	return no
}

// signed writes a difference with its sign.
func (p *changePage) signed(v float64) string {
	if v > 0 {
		return "+" + p.Fix(v, 1)
	}
	return p.Fix(v, 1)
}

// span writes an interval that may cross 0.
func (p *changePage) span(f indices.Figure) string {
	return p.T("brand.range", "Low", p.signed(f.Low), "High", p.signed(f.High))
}

// fillShifts words the lasting changes, the latest first.
func (p *changePage) fillShifts(c indices.Change) {
	for i := len(c.Shifts) - 1; i >= 0; i-- {
		s := c.Shifts[i]
		v := shiftView{Up: s.Up, Size: p.signed(s.Size.Value), Range: p.span(s.Size), Before: p.Fix(s.Before, 1), After: p.Fix(s.After, 1)}
		v.Text = p.T(upKey(s.Up, "brand.change.shift_up", "brand.change.shift_down"), "Since", figures.PeriodText(p.Page, s.Since))
		v.Found = p.T("brand.change.found", "Found", figures.PeriodText(p.Page, s.Found))
		p.Shifts = append(p.Shifts, v)
	}
	key := "brand.change.watch_months"
	if c.Grain == indices.Week {
		key = "brand.change.watch_weeks"
	}
	p.Watch = p.T(key, "Count", c.Watch.Periods, "Years", p.Fix(1/c.Watch.FalseAlarms, 0), "One", p.Fix(c.Watch.Delay[0], 1), "Two", p.Fix(c.Watch.Delay[1], 1))
}

// fillLines words what the line is held against, and gives the chart its straight lines.
func (p *changePage) fillLines(c indices.Change, targets []brand.Target, today time.Time) {
	add := func(l lineView, value float64) {
		p.Lines = append(p.Lines, l)
		p.Marks = append(p.Marks, mark{Kind: "line", Text: l.Name, Value: dataNumber(value)})
	}
	if c.Own != nil {
		l := lineView{Name: p.T("brand.line.own", "Period", figures.PeriodText(p.Page, c.Own.Period)), Note: p.T("brand.line.own_note", "N", p.Num(c.Own.N))}
		l.Value, l.Range = figures.Points(p.Page, c.Own.Sat)
		add(l, c.Own.Sat.Value)
	}
	if c.Peers != nil {
		l := lineView{Name: p.T("brand.line.peers"), Value: p.Fix(c.Range.Value, 1), Note: p.T("brand.line.peers_note", "Count", c.Peers.Ranked)}
		l.Range = p.T("brand.line.spread", "Low", p.Fix(c.Range.Low, 1), "High", p.Fix(c.Range.High, 1))
		add(l, c.Range.Value)
	}
	if t, ok := brand.Holding(targets, today); ok {
		add(lineView{Name: p.T("brand.line.target", "Year", fmtInt(int64(t.Year))), Value: p.Fix(t.Value, 1), Note: t.Reason}, t.Value)
	}
}

// fillEvents words the events with satisfaction before and after each.
func (h *Handler) fillEvents(ctx context.Context, by actor.Actor, p *changePage, q indices.Subject, events []brand.Event) error {
	for i, e := range events {
		v := pinView{ID: e.ID, Kind: p.T("brand.kind." + string(e.Kind)), Class: string(e.Kind), Title: e.Title, Days: p.Date(e.From),
			Who: p.T("brand.who", "Name", e.By, "At", p.Date(e.At))}
		v.Title = p.T("brand.event.numbered", "Number", len(events)-i, "Title", e.Title)
		if e.To.After(e.From) {
			v.Days = p.T("brand.event.days", "From", p.Date(e.From), "To", p.Date(e.To))
		}
		if e.Place == "city" && string(p.Unit.Kind) != "city" {
			v.Kind += " · " + p.T("brand.event.citywide")
		}
		if e.MayWrite {
			v.Remove = "/console/trend/" + fmtInt(p.Unit.ID) + "/events/" + fmtInt(e.ID)
		}
		if i < eventsCompared {
			if err := h.fillAround(ctx, by, p, &v, around{q, e}); err != nil {
				return err
			}
		}
		p.Events = append(p.Events, v)
	}
	return nil
}

// eventsCompared is of how many events, the latest first, before and after are worked out.
const eventsCompared = 30

type around struct {
	subject indices.Subject
	event   brand.Event
}

func (h *Handler) fillAround(ctx context.Context, by actor.Actor, p *changePage, v *pinView, a around) error {
	got, err := h.indices.Around(ctx, by, a.subject, indices.Run{From: a.event.From, To: a.event.To})
	if err != nil {
		return err
	}
	side := func(r indices.Row) string {
		if !r.Shown() {
			return figures.StandingOf(p.Page, r.Figures).Text
		}
		return p.T("brand.event.side", "Value", p.Fix(r.Sat.Value, 1), "N", p.Num(r.N))
	}
	v.Before, v.After = side(got.Before), side(got.After)
	switch {
	case got.Delta == nil:
		v.Note = p.T("brand.event.none")
	case got.Delta.Real():
		v.Note = p.T("brand.event.real")
	default:
		v.Note = p.T("brand.event.chance")
	}
	if got.Delta != nil {
		v.Delta, v.Range = p.signed(got.Delta.Value), p.span(got.Delta.Figure)
	}
	return nil
}
