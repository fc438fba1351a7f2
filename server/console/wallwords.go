package console

import (
	"context"
	"strings"
	"time"

	"minping/complaints"
	"minping/server/web"
	"minping/surveys"
)

// wallLines is how many rows of a column can be read from afar.
const wallLines = 6

// wallWords puts the state of the desk into the words of a page.
type wallWords struct {
	page   web.Page
	desk   *complaints.Service
	wall   complaints.Wall
	pulse  surveys.Pulse
	labels complaints.Labels
}

// learn reads the names of everything that is named.
func (w *wallWords) learn(ctx context.Context, more []int64) error {
	units := more
	for _, c := range append(w.wall.Reds, w.wall.Orders...) {
		units = append(units, c.Office, c.Hall)
	}
	for _, l := range append(w.wall.Halls[:min(len(w.wall.Halls), wallLines)], w.wall.Offices[:min(len(w.wall.Offices), wallLines)]...) {
		units = append(units, l.Unit)
	}
	for _, s := range w.pulse.Silent {
		units = append(units, s.Window)
	}
	var err error
	w.labels, err = w.desk.Labels(ctx, units, nil)
	return err
}

func (w *wallWords) name(unit int64) string {
	u := w.labels.Units[unit]
	return named(w.page, u.Name, u.NameEn, u.Number)
}

func (w *wallWords) names(units []int64) string {
	list := make([]string, 0, len(units))
	for _, u := range units {
		list = append(list, w.name(u))
	}
	return strings.Join(list, w.page.T("wall.and"))
}

// tiles are the figures that are seen first.
func (w *wallWords) tiles() []wallTile {
	p, d := w.page, w.wall
	tone := func(n int, as string) string {
		if n == 0 {
			return ""
		}
		return as
	}
	return []wallTile{
		{p.T("wall.live"), p.Num(d.Live), p.T("wall.flow", "Filed", p.Num(d.Filed), "Ended", p.Num(d.Ended)), ""},
		{p.T("wall.today"), p.Num(d.DueToday), "", tone(d.DueToday, "warn")},
		{p.T("wall.overdue"), p.Num(d.Overdue), "", tone(d.Overdue, "late")},
		{p.T("wall.red"), p.Num(d.Red), p.T("wall.red_means"), tone(d.Red, "bad")},
		{p.T("wall.orders"), p.Num(d.Ordered), p.T("wall.orders_means"), tone(d.Ordered, "warn")},
		{p.T("wall.ratings"), p.Num(w.pulse.Ratings), "", ""},
		{p.T("wall.bad"), p.Num(w.pulse.Bad), "", tone(w.pulse.Bad, "warn")},
	}
}

func (w *wallWords) stages() []wallStage {
	p, d := w.page, w.wall
	return []wallStage{{p.T("wall.stage.fresh"), p.Num(d.Fresh)}, {p.T("wall.stage.unsaid"), p.Num(d.Unsaid)}, {p.T("wall.stage.working"), p.Num(d.Working)},
		{p.T("wall.stage.asking"), p.Num(d.Asking)}, {p.T("wall.stage.heard"), p.Num(d.Heard)}, {p.T("wall.stage.judged"), p.Num(d.Judged)}}
}

func (w *wallWords) red() wallList {
	l := wallList{Title: w.page.T("wall.red"), Total: w.page.Num(w.wall.Red), Note: w.page.T("wall.none")}
	for _, c := range w.wall.Reds[:min(len(w.wall.Reds), wallLines)] {
		l.Rows = append(l.Rows, w.caseRow(c, w.page.T("desk.kind."+string(c.Kind))))
	}
	return l
}

func (w *wallWords) orders() wallList {
	l := wallList{Title: w.page.T("wall.orders"), Total: w.page.Num(w.wall.Ordered), Note: w.page.T("wall.none")}
	for _, c := range w.wall.Orders[:min(len(w.wall.Orders), wallLines)] {
		l.Rows = append(l.Rows, w.caseRow(c, w.page.T("wall.level."+fmtInt(int64(c.Level)))))
	}
	return l
}

func (w *wallWords) caseRow(c complaints.WallCase, what string) wallRow {
	r := wallRow{Name: "#" + fmtInt(c.ID) + " " + what, Place: w.name(c.Office), Href: caseHref(c.ID)}
	if c.Office == 0 {
		r.Place = w.page.T("desk.no_office")
	}
	if c.DueAt != nil {
		r.Value, r.Tone = w.due(*c.DueAt)
	}
	return r
}

// due is how long is left, in as few words as can be read in passing.
func (w *wallWords) due(at time.Time) (text, tone string) {
	p, r := w.page, w.desk.Remaining(at)
	hours := max(1, int(r.Span/time.Hour))
	switch {
	case r.Over && r.Days > 0:
		return p.T("wall.over_days", "Count", r.Days), "bad"
	case r.Over:
		return p.T("wall.over_hours", "Count", hours), "bad"
	case r.Today:
		return p.T("wall.due_today", "At", p.Clock(at)[:len("15:04")]), "warn"
	case r.Days > 0:
		return p.T("wall.left_days", "Count", r.Days), ""
	}
	return p.T("wall.left_hours", "Count", hours), "warn"
}

// load is where the work lies: halls, or offices where no case is about a hall.
func (w *wallWords) load() wallList {
	l := wallList{Title: w.page.T("wall.halls"), Note: w.page.T("wall.none")}
	list := w.wall.Halls
	if len(list) == 0 {
		l.Title, list = w.page.T("wall.offices"), w.wall.Offices
	}
	for _, at := range list[:min(len(list), wallLines)] {
		most := max(1, list[0].Live)
		r := wallRow{Name: w.name(at.Unit), Value: w.page.Num(at.Live), Bar: true,
			Place: w.page.T("wall.load", "Overdue", w.page.Num(at.Overdue), "Red", w.page.Num(at.Red)),
			Live:  at.Live * 100 / most, Late: at.Overdue * 100 / most, Burning: at.Red * 100 / most}
		l.Rows = append(l.Rows, r)
	}
	return l
}

func (w *wallWords) silent() wallList {
	p := w.page
	l := wallList{Title: p.T("wall.silent"), Total: p.Num(w.pulse.Quiet), Note: p.T("wall.silent_none", "Days", w.pulse.Days)}
	if !w.pulse.Open {
		l.Total, l.Note = "", p.T("wall.closed")
	}
	for _, s := range w.pulse.Silent[:min(len(w.pulse.Silent), wallLines)] {
		r := wallRow{Name: w.name(s.Window), Value: p.T("wall.silent_days", "Count", s.Days), Tone: "warn"}
		if s.Last.IsZero() {
			r.Value = p.T("wall.silent_ever")
		}
		l.Rows = append(l.Rows, r)
	}
	return l
}
