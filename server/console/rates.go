package console

import (
	"context"
	"io"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"minping/indices"
	"minping/internal/actor"
	"minping/server/web"
	"minping/server/web/figures"
)

// The three rates 三率. Who opens it: an office's leader before a meeting, the committee
// when it appraises. In five seconds: which office answers in time, whose citizens call
// it solved, and how far the figures carry.

type ratesRequest struct {
	Level  string `query:"level" validate:"omitempty,oneof=city office division hall window"`
	Period string `query:"period" validate:"max=30"`
	From   string `query:"from" validate:"max=10"`
	To     string `query:"to" validate:"max=10"`
	Kind   string `query:"kind" validate:"omitempty,oneof=complaint report consultation suggestion request praise bad_rating"`
}

type ratesPage struct {
	web.Page
	Picker  figures.Picker
	Tabs    []figures.Choice
	Kinds   []figures.Choice
	Keep    []figures.Kept
	Rows    []ratesRow
	People  []closerRow
	Persons bool // figures about persons are shown
	Floor   int
	Honesty bool
	Formula string
	CSV     string
	XLSX    string
}

type ratesRow struct {
	Name                                        string
	Response, Resolve, Satisfy, Content, Untrue shareView
}

// shareView is one rate in words: what it is, its interval, of how many.
type shareView struct{ Value, Range, Of, Tone string }

type closerRow struct {
	Name  string
	Share shareView
}

func (h *Handler) rates(c echo.Context) error {
	req, period, wrong := h.readRates(c)
	ctx, by := c.Request().Context(), web.ActorOf(c)
	p := ratesPage{Page: h.site.Page(c, "callback.rates.title"), Honesty: by.Anywhere(indices.PermInternal)}
	link := req.link(period)
	rows, err := h.indices.Rates(ctx, by, indices.RatesQuery{Level: indices.Level(req.Level), Period: period, Kind: req.Kind})
	if err != nil {
		return err
	}
	for _, r := range rows {
		p.Rows = append(p.Rows, ratesRow{r.Unit.Title(p.Lang), shareOf(p.Page, r.Response), shareOf(p.Page, r.Resolve), shareOf(p.Page, r.Satisfy),
			shareOf(p.Page, r.Content), shareOf(p.Page, r.False)})
		p.Formula = r.Formula
	}
	if err := h.fillClosers(ctx, by, &p, period, req.Kind); err != nil {
		return err
	}
	p.Picker = figures.NewPicker(figures.PickerConfig{Page: p.Page, Period: period, Today: h.today(), Link: link, Free: true,
		Grains: []indices.Grain{indices.Month, indices.Quarter, indices.Year}})
	for _, l := range ratesLevels(by) {
		p.Tabs = append(p.Tabs, figures.Choice{Text: p.T("callback.level." + string(l)), Href: link.With("level", string(l)), Current: string(l) == req.Level})
	}
	p.Kinds = []figures.Choice{{Text: p.T("desk.filter.any"), Current: req.Kind == ""}}
	for _, k := range indices.CaseKinds() {
		p.Kinds = append(p.Kinds, figures.Choice{Value: k, Text: p.T("desk.kind." + k), Current: k == req.Kind})
	}
	p.Keep = link.Without("kind").Kept()
	p.CSV = figures.Link{Path: "/console/rates/export/csv", Query: link.Query}.String()
	p.XLSX = figures.Link{Path: "/console/rates/export/xlsx", Query: link.Query}.String()
	status := http.StatusOK
	if wrong != nil {
		status, p.Errors = http.StatusUnprocessableEntity, web.Fields(wrong, p.Page)
		p.Picker.Error = p.Errors["period"]
	}
	return h.site.Render(c, status, "rates", p)
}

// readRates reads the address; one that somebody mangled shows the usual.
func (h *Handler) readRates(c echo.Context) (ratesRequest, indices.Period, error) {
	var req ratesRequest
	wrong := web.Bind(c, &req)
	if wrong != nil {
		req = ratesRequest{}
	}
	if req.Level == "" {
		req.Level = string(indices.Office)
	}
	period, err := figures.ReadPeriod(req.Period, req.From, req.To, h.usualPeriod())
	if wrong == nil {
		wrong = err
	}
	return req, period, wrong
}

func (r ratesRequest) link(period indices.Period) figures.Link {
	l := figures.Link{Path: "/console/rates", Query: url.Values{}}
	return l.Set("level", r.Level).Set("period", period.String()).Set("kind", r.Kind)
}

// ratesLevels are the levels whose rates the actor may see.
func ratesLevels(by actor.Actor) []indices.Level {
	list := []indices.Level{indices.City, indices.Office}
	if by.Anywhere(indices.PermInternal) {
		list = append(list, indices.Division)
	}
	return append(list, indices.Hall, indices.Window)
}

func shareOf(p web.Page, s indices.Share) shareView {
	v := shareView{Value: "—"}
	switch s.State {
	case indices.None:
		v.Of = p.T("callback.share.none")
	case indices.Suppressed:
		v.Of = p.T("callback.share.few", "Below", s.Below)
	default:
		v.Value, v.Range = figures.Rate(p, s.Figure)
		v.Of = p.T("callback.share.of", "Hits", p.Num(s.Hits), "N", p.Num(s.N))
		if s.State == indices.Insufficient {
			v.Tone = p.T("callback.share.thin")
		}
	}
	return v
}

// fillClosers adds the figures about persons for those who may see them.
func (h *Handler) fillClosers(ctx context.Context, by actor.Actor, p *ratesPage, period indices.Period, kind string) error {
	if !by.Citywide(indices.PermCommittee) && len(by.Scope(indices.PermSupervise).Offices) == 0 {
		return nil
	}
	p.Persons = true
	formula, err := h.indices.Methodology(ctx, period)
	if err != nil {
		return err
	}
	p.Floor = int(formula.Terms.PersonFrom)
	list, err := h.indices.Closings(ctx, by, period, kind)
	if err != nil {
		return err
	}
	people := make([]int64, 0, len(list))
	for _, c := range list {
		people = append(people, c.Account)
	}
	labels, err := h.desk.Labels(ctx, nil, people)
	for _, c := range list {
		p.People = append(p.People, closerRow{labels.Accounts[c.Account], shareOf(p.Page, c.False)})
	}
	return err
}

// exportRates sends the table as a file, with the same columns as the interface.
func (h *Handler) exportRates(c echo.Context) error {
	req, period, wrong := h.readRates(c)
	if wrong != nil {
		return wrong
	}
	by := web.ActorOf(c)
	rows, err := h.indices.Rates(c.Request().Context(), by, indices.RatesQuery{Level: indices.Level(req.Level), Period: period, Kind: req.Kind})
	if err != nil {
		return err
	}
	internal, name := by.Anywhere(indices.PermInternal), h.text(c, "callback.rates.title")+"-"+req.Level+"-"+period.String()
	if c.Param("format") == "csv" {
		return download(c, name+".csv", typeCSV, func(w io.Writer) error {
			if _, err := io.WriteString(w, "\ufeff"); err != nil { // so that Excel reads UTF-8
				return err
			}
			return indices.WriteRatesCSV(w, rows, internal)
		})
	}
	if c.Param("format") != "xlsx" {
		return echo.ErrNotFound
	}
	return download(c, name+".xlsx", typeXLSX, func(w io.Writer) error {
		return indices.WriteRatesXLSX(w, rows, internal, func(column string) string { return h.text(c, "callback.column."+column) })
	})
}
