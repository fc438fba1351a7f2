package console

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"minping/indices"
	"minping/internal/actor"
	"minping/server/web"
	"minping/server/web/figures"
)

// The quarterly report on a brand 机关品牌季度报告. Who opens it: the brand team, to print it for
// the leader. Every figure stands with the answers it rests on and its interval.

type brandReportPage struct {
	web.Page
	View    brandView
	Heading string
	Back    string
	File    string
	Summary []string
	Changes []againstRow
	Shifts  []shiftView
	Watch   string
	Events  []eventLine
	Printed string
}

// againstRow is satisfaction against an earlier period.
type againstRow struct{ Name, Now, NowRange, NowCount, Then, ThenRange, ThenCount, Delta, Range, Note string }

type eventLine struct{ Kind, Title, Days string }

func (h *Handler) brandReport(c echo.Context) error {
	p, _, err := h.fillReport(c)
	if err != nil {
		return err
	}
	return h.site.Render(c, http.StatusOK, "brand_report", p)
}

func (h *Handler) fillReport(c echo.Context) (brandReportPage, indices.Period, error) {
	ctx, by := c.Request().Context(), web.ActorOf(c)
	p := brandReportPage{Page: h.site.Page(c, "brand.report.title")}
	req, period, wrong := h.readBrand(c)
	if req.ID == 0 {
		return p, period, echo.ErrNotFound
	}
	if wrong != nil {
		return p, period, wrong
	}
	var err error
	if p.View, err = h.fillBrand(ctx, by, p.Page, req.ID, period); err != nil {
		return p, period, err
	}
	at := "/console/brand/" + fmtInt(req.ID)
	p.Back, p.File = at+"?period="+period.String(), at+"/report.xlsx?period="+period.String()
	p.Heading = p.T("brand.report.heading", "Office", p.View.Office, "Period", p.View.Period)
	p.Title = p.Heading
	p.Printed = p.Time(h.now())
	if err := h.fillChanges(ctx, by, &p, req.ID, period); err != nil {
		return p, period, err
	}
	p.summarise()
	return p, period, nil
}

// fillChanges holds the period against the one before and the same one a year ago, and tells
// lasting changes and events.
func (h *Handler) fillChanges(ctx context.Context, by actor.Actor, p *brandReportPage, office int64, period indices.Period) error {
	q := indices.Subject{Unit: office, Period: period}
	for _, than := range []struct {
		key string
		of  func() (indices.Period, bool)
	}{{"brand.report.before", period.Previous}, {"brand.report.year_ago", period.SameLastYear}} {
		earlier, ok := than.of()
		if !ok {
			continue
		}
		got, err := h.indices.Against(ctx, by, q, earlier)
		if err != nil {
			return err
		}
		p.Changes = append(p.Changes, p.against(p.T(than.key, "Period", figures.PeriodText(p.Page, earlier)), got))
	}
	change, err := h.indices.Change(ctx, by, q, indices.Month)
	if err != nil {
		return err
	}
	page := changePage{Page: p.Page}
	page.fillShifts(change)
	p.Shifts, p.Watch = page.Shifts, page.Watch
	events, err := h.brand.Events(ctx, by, office, period.From(), period.To())
	for _, e := range events {
		line := eventLine{Kind: p.T("brand.kind." + string(e.Kind)), Title: e.Title, Days: p.Date(e.From)}
		if e.To.After(e.From) {
			line.Days = p.T("brand.event.days", "From", p.Date(e.From), "To", p.Date(e.To))
		}
		p.Events = append(p.Events, line)
	}
	return err
}

func (p *brandReportPage) against(name string, a indices.Around) againstRow {
	row := againstRow{Name: name, Delta: "—", Note: p.T("brand.event.none")}
	row.Now, row.NowRange = figures.Points(p.Page, a.After.Sat)
	row.Then, row.ThenRange = figures.Points(p.Page, a.Before.Sat)
	row.NowCount, row.ThenCount = a.After.CountText(), a.Before.CountText()
	if d := a.Delta; d != nil {
		page := changePage{Page: p.Page}
		row.Delta, row.Range, row.Note = page.signed(d.Value), page.span(d.Figure), p.T("brand.report.chance")
		if d.Real() {
			row.Note = p.T(upKey(d.Value > 0, "brand.report.rose", "brand.report.fell"))
		}
	}
	return row
}

// summarise writes the first page in sentences, each from figures of the tables below.
func (p *brandReportPage) summarise() {
	say := func(key string, args ...any) { p.Summary = append(p.Summary, p.T(key, args...)) }
	v := p.View
	if v.Missing == "" {
		say("brand.report.says_composite", "Value", v.Value, "Range", v.Range)
	} else {
		say("brand.report.says_missing", "Missing", v.Missing)
	}
	if len(v.Parts) > 0 && v.Parts[0].Missing == "" {
		say("brand.report.says_sat", "Value", v.Parts[0].Value, "Range", v.Parts[0].Range, "N", v.Parts[0].Count)
	}
	for _, c := range p.Changes {
		if c.Delta != "—" {
			say("brand.report.says_change", "Than", c.Name, "Delta", c.Delta, "Range", c.Range, "Note", c.Note)
		}
	}
	if v.Where != "" {
		p.Summary = append(p.Summary, v.Where)
	}
	if v.Drivers.State == "" && len(v.Drivers.Rows) > 0 {
		top := v.Drivers.Rows[0]
		say("brand.report.says_driver", "Dimension", top.Dimension, "Share", top.Share, "Range", top.ShareRange)
	}
}

// reportSheets are the tables of the report as a workbook holds them.
func (p *brandReportPage) sheets() []sheet {
	v := p.View
	head := func(keys ...string) []string {
		row := make([]string, len(keys))
		for i, k := range keys {
			row[i] = p.T(k)
		}
		return row
	}
	composite := sheet{p.T("brand.report.part1"), [][]string{head("brand.part", "brand.weight_head", "brand.value", "figures.interval", "figures.n", "brand.adds", "brand.event.reading")}}
	for _, r := range v.Parts {
		composite.Rows = append(composite.Rows, []string{r.Name, r.Weight, r.Value, r.Range, r.Count, r.Adds, r.Missing})
	}
	composite.Rows = append(composite.Rows, []string{p.T("brand.composite"), "", v.Value, v.Range, v.Least, "", v.Missing})
	five := sheet{p.T("brand.report.part2"), [][]string{head("brand.index", "brand.value", "figures.interval", "figures.n", "brand.source", "brand.event.reading")}}
	for _, r := range v.Readings {
		five.Rows = append(five.Rows, []string{r.Name, r.Value, r.Range, r.Count, r.Source, r.Note})
	}
	change := sheet{p.T("brand.report.part3"), [][]string{head("brand.report.than", "brand.report.now", "figures.interval", "figures.n", "brand.report.then", "figures.interval", "figures.n", "brand.event.delta", "figures.interval", "brand.event.reading")}}
	for _, r := range p.Changes {
		change.Rows = append(change.Rows, []string{r.Name, r.Now, r.NowRange, r.NowCount, r.Then, r.ThenRange, r.ThenCount, r.Delta, r.Range, r.Note})
	}
	drivers := sheet{p.T("brand.report.part5"), [][]string{head("brand.drivers.dimension", "figures.question", "figures.n", "brand.drivers.score", "figures.interval", "brand.drivers.correlation", "figures.interval", "brand.drivers.share", "figures.interval")}}
	for _, r := range v.Drivers.Rows {
		drivers.Rows = append(drivers.Rows, []string{r.Dimension, r.Text, r.Count, r.Score, r.ScoreRange, r.Correlation, r.CorrelationRange, r.Share, r.ShareRange})
	}
	said := sheet{p.T("brand.report.part6"), [][]string{head("brand.said.side", "brand.said.word", "brand.said.people", "brand.said.comments", "brand.said.there")}}
	for _, side := range []struct {
		key string
		w   saidWords
	}{{"brand.said.good", v.Said.Good}, {"brand.said.bad", v.Said.Bad}} {
		for _, r := range side.w.Rows {
			said.Rows = append(said.Rows, []string{p.T(side.key), r.Word, r.People, side.w.Comments, r.There})
		}
	}
	events := sheet{p.T("brand.event.title"), [][]string{head("brand.event.kind", "brand.event.what", "brand.event.when")}}
	for _, e := range p.Events {
		events.Rows = append(events.Rows, []string{e.Kind, e.Title, e.Days})
	}
	about := sheet{p.T("brand.report.part7"), [][]string{{p.Heading}, {p.T("brand.report.method_formula", "Formula", v.Formula)}, {p.T("brand.report.method_text")}, {p.T("brand.report.printed", "At", p.Printed)}}}
	return []sheet{composite, five, change, drivers, said, events, about}
}

func (h *Handler) brandBook(c echo.Context) error {
	p, period, err := h.fillReport(c)
	if err != nil {
		return err
	}
	return download(c, p.View.Office+"-"+period.String()+".xlsx", typeXLSX, workbook(p.sheets()).write)
}
