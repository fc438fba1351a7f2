package console

import (
	"context"
	"fmt"
	"time"

	"minping/complaints"
	"minping/complaints/workday"
	"minping/server/web"
)

// dueView is a deadline in words. Tone is "bad", "warn" or ""; Mark says the same
// without colour.
type dueView struct {
	Text, At, Clock, Tone, Assumed string
}

// dueOf says how long is left, or since when it is over, as people at a desk count.
func (h *Handler) dueOf(p web.Page, c complaints.Case) dueView {
	if c.DueAt == nil {
		return dueView{Text: p.T("desk.due.none")}
	}
	v := dueView{At: dueTime(p, *c.DueAt), Clock: p.T("desk.clock." + string(c.DueClock))}
	v.Text, v.Tone = remainingText(p, h.desk.Remaining(*c.DueAt))
	if c.State == complaints.Waiting {
		v.Clock, v.Tone = p.T("desk.due.paused"), ""
	}
	if c.Unnoticed != 0 {
		v.Assumed = p.T("desk.due.assumed", "Year", c.Unnoticed)
	}
	return v
}

func remainingText(p web.Page, r complaints.Remaining) (text, tone string) {
	hours, minutes := int(r.Span/time.Hour), int(r.Span/time.Minute)
	switch {
	case r.Over && r.Days > 0:
		return p.T("desk.due.over_days", "Count", r.Days), "bad"
	case r.Over && hours > 0:
		return p.T("desk.due.over_hours", "Count", hours), "bad"
	case r.Over:
		return p.T("desk.due.over_minutes", "Count", max(1, minutes)), "bad"
	case r.Today && hours > 0:
		return p.T("desk.due.today_hours", "Count", hours), "warn"
	case r.Today:
		return p.T("desk.due.today_minutes", "Count", max(1, minutes)), "warn"
	case r.Days > 0:
		if r.Days == 1 {
			tone = "warn"
		}
		return p.T("desk.due.days", "Count", r.Days), tone
	}
	return p.T("desk.due.hours", "Count", hours), "warn"
}

// caseNames are what the numbers in cases are called on a page.
type caseNames struct {
	page web.Page
	complaints.Labels
}

func (n caseNames) unit(id int64) string {
	if u, ok := n.Units[id]; ok {
		return named(n.page, u.Name, u.NameEn, u.Number)
	}
	return ""
}

func (h *Handler) namesOf(ctx context.Context, p web.Page, list ...complaints.Case) (caseNames, error) {
	var units, people []int64
	for _, c := range list {
		units = append(units, c.Unit, c.Hall, c.Office, c.First, c.Division)
		people = append(people, c.Handler)
	}
	labels, err := h.desk.Labels(ctx, units, people)
	return caseNames{p, labels}, err
}

func (h *Handler) caseRows(ctx context.Context, p web.Page, list []complaints.Case) ([]caseRow, error) {
	names, err := h.namesOf(ctx, p, list...)
	if err != nil {
		return nil, err
	}
	rows := make([]caseRow, 0, len(list))
	for _, c := range list {
		rows = append(rows, h.caseRow(p, names, c))
	}
	return rows, nil
}

func (h *Handler) caseRow(p web.Page, names caseNames, c complaints.Case) caseRow {
	r := caseRow{Href: caseHref(c.ID), Number: fmtInt(c.ID), Title: c.Title, Kind: p.T("desk.kind." + string(c.Kind)), State: stateText(p, c),
		Place: names.unit(c.Unit), Office: names.unit(c.Office), Handler: names.Accounts[c.Handler], Received: p.Time(c.ReceivedAt), Sealed: c.Sealed, Pick: fmt.Sprintf("%d.%d", c.ID, c.Seq)}
	if c.Urgency != complaints.Ordinary {
		r.Kind += " · " + p.T("desk.urgency."+string(c.Urgency))
	}
	if c.Level > 0 {
		r.Level = p.T("desk.level." + fmtInt(int64(c.Level)))
	}
	if c.Unit == c.Office {
		r.Place = "" // said once
	}
	if c.Office == 0 {
		r.Office = p.T("desk.no_office")
	}
	if c.State.Live() {
		r.Due = h.dueOf(p, c)
	} else {
		r.Due = dueView{Text: p.T("desk.due.over")}
	}
	return r
}

func stateText(p web.Page, c complaints.Case) string {
	text := p.T("desk.state." + string(c.State))
	if c.Round > 1 {
		text += " · " + p.T("desk.round", "Round", c.Round)
	}
	return text
}

func caseHref(id complaints.ID) string { return "/console/desk/" + fmtInt(id) }

// dueTime writes the end of a limit. One of calendar days ends with its last day,
// which people call 24:00 and not the next day's beginning.
func dueTime(p web.Page, t time.Time) string {
	if day := workday.Of(t); day.Start().Equal(t) {
		return p.T("desk.due.midnight", "Day", p.Date(day.AddDays(-1).Start()))
	}
	return p.Time(t)
}
