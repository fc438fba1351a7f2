package console

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"minping/indices"
	"minping/internal/actor"
	"minping/offices"
	"minping/server/web"
	"minping/server/web/figures"
)

// The dashboard. Who opens it: office leaders, hall managers, the brand team and
// the committee, at a desk in the morning, now and then on a phone in a meeting.
// In five seconds they need their unit's satisfaction, whether it can be relied
// on, which way it goes, and what people complain about. The address carries the
// whole state, so it can be sent, gone back to and printed.

// dashboardRequest is that state.
type dashboardRequest struct {
	Unit     int64  `query:"unit" validate:"min=0"`
	Period   string `query:"period" validate:"max=30"`
	From     string `query:"from" validate:"max=10"`
	To       string `query:"to" validate:"max=10"`
	Channel  string `query:"channel" validate:"omitempty,oneof=desk exit ticket kiosk sms web import"`
	Stratum  string `query:"stratum" validate:"omitempty,oneof=public society grassroots expert unstated"`
	Suspects string `query:"suspects" validate:"omitempty,oneof=include exclude"`
	Level    string `query:"level" validate:"omitempty,oneof=office division hall window"`
	Sort     string `query:"sort" validate:"omitempty,oneof=name -name sat -sat good -good bad -bad n -n"`
	Query    string `query:"q" validate:"max=50"`
	Find     string `query:"find" validate:"max=50"`
	At       int    `query:"page" validate:"min=0,max=100000"`
}

type dashboardPage struct {
	web.Page
	Tree     treeView
	Unit     offices.Unit
	Heading  string
	Kind     string
	Picker   figures.Picker
	Report   figures.Report
	Channels figures.Parts
	Strata   figures.Parts
	Answers  figures.Answers
	Totals   []totalRow
	Response response
	Tabs     []figures.Choice
	Compare  figures.Compare
	Query    string
	Keep     []figures.Kept // for the search in the comparison
	Filters  []figures.Kept // for the filter form
	Options  filterOptions
	Ratings  string // address of the unit's ratings, where the reader may see them
	About    string // address of the unit's page
}

// totalRow is the same figures with or without suspect ratings.
type totalRow struct {
	Text         string
	Count        string
	Value, Range string
	Bad          string
	Standing     figures.Standing
}

type filterOptions struct {
	Channels, Strata, Suspects []figures.Choice
}

const (
	topReasons  = 8
	compareRows = 100
)

func (h *Handler) dashboard(c echo.Context) error {
	ctx, by := c.Request().Context(), web.ActorOf(c)
	var req dashboardRequest
	wrong := web.Bind(c, &req)
	if wrong != nil {
		req = dashboardRequest{Unit: max(req.Unit, 0)}
	}
	period, err := figures.ReadPeriod(req.Period, req.From, req.To, h.usualPeriod())
	if wrong == nil {
		wrong = err
	}
	tree, err := h.offices.Tree(ctx, by)
	if err != nil {
		return err
	}
	unit, err := h.offices.Unit(ctx, by, orUnit(req.Unit, startOf(by, tree)))
	if err != nil {
		return err
	}
	req.Unit = unit.ID
	p := dashboardPage{Page: h.site.Page(c, "console.dashboard.title"), Unit: unit, Query: req.Query}
	link := req.link(period)
	if err := h.fillDashboard(ctx, by, &p, dashboardInput{req, period, tree, link}); err != nil {
		return err
	}
	return h.showDashboard(c, p, wrong)
}

// dashboardInput is what the page is filled from.
type dashboardInput struct {
	req    dashboardRequest
	period indices.Period
	tree   offices.Tree
	link   figures.Link
}

func (in dashboardInput) subject() indices.Subject {
	return indices.Subject{Unit: in.req.Unit, Period: in.period, Channel: in.req.Channel, Stratum: in.req.Stratum,
		Suspects: indices.Suspects(in.req.Suspects)}
}

func (h *Handler) fillDashboard(ctx context.Context, by actor.Actor, p *dashboardPage, in dashboardInput) error {
	p.Heading = unitTitle(p.Page, p.Unit)
	p.Title = p.Heading + " · " + p.Title
	p.Kind = kindText(p.Page, p.Unit.Kind)
	p.Tree = newTreeView(p.Page, treeInput{tree: in.tree, current: in.req.Unit, link: in.link, find: in.req.Find, internal: internalOf(by, in.tree)})
	p.Picker = figures.NewPicker(figures.PickerConfig{Page: p.Page, Period: in.period, Today: h.today(), Link: in.link, Free: true,
		Grains: []indices.Grain{indices.Month, indices.Quarter, indices.Year}})
	data, err := figures.Fetch(ctx, h.indices, figures.Ask{Subject: in.subject(), By: by, Today: h.today(), Top: topReasons})
	if err != nil {
		return err
	}
	p.Report = data.Word(p.Page, in.period)
	if err := h.fillParts(ctx, by, p, in); err != nil {
		return err
	}
	if err := h.fillResponse(ctx, by, p, in); err != nil {
		return err
	}
	if err := h.fillCompare(ctx, by, p, in); err != nil {
		return err
	}
	p.Keep, p.Filters = in.link.Without("q").Kept(), in.link.Without("channel", "stratum", "suspects").Kept()
	p.Options = optionsOf(p.Page, in.req)
	p.About = "/console/directory/" + strconv.FormatInt(p.Unit.ID, 10)
	if by.Can(permRatingRead, p.Unit.Place()) {
		p.Ratings = figures.Link{Path: "/console/ratings", Query: in.link.Query}.Without("level", "sort", "q", "find").String()
	}
	return nil
}

func (h *Handler) fillParts(ctx context.Context, by actor.Actor, p *dashboardPage, in dashboardInput) error {
	q := in.subject()
	channels, err := h.indices.ByChannel(ctx, by, q)
	if err != nil {
		return err
	}
	strata, err := h.indices.ByStratum(ctx, by, q)
	if err != nil {
		return err
	}
	answers, err := h.indices.Answers(ctx, by, q)
	if err != nil {
		return err
	}
	p.Channels, p.Strata, p.Answers = figures.Channels(p.Page, channels), figures.Strata(p.Page, strata), figures.NewAnswers(p.Page, answers)
	for _, with := range []indices.Suspects{indices.Include, indices.Exclude} {
		q.Suspects = with
		f, err := h.indices.Figures(ctx, by, q)
		if err != nil {
			return err
		}
		p.Totals = append(p.Totals, totalOf(p.Page, with, f))
	}
	return nil
}

func totalOf(p web.Page, with indices.Suspects, f indices.Figures) totalRow {
	row := totalRow{Text: p.T("console.dashboard.with_suspects"), Count: f.CountText(), Standing: figures.StandingOf(p, f)}
	if with == indices.Exclude {
		row.Text = p.T("console.dashboard.without_suspects")
	}
	if f.Shown() {
		row.Count = p.Num(f.N)
	}
	row.Value, row.Range = figures.Points(p, f.Sat)
	row.Bad, _ = figures.Rate(p, f.Bad)
	return row
}

func (h *Handler) showDashboard(c echo.Context, p dashboardPage, wrong error) error {
	status := http.StatusOK
	if wrong != nil {
		status = http.StatusUnprocessableEntity
		p.Errors = web.Fields(wrong, p.Page)
		p.Picker.Error = p.Errors["period"]
	}
	return h.site.Render(c, status, "dashboard", p)
}

// usualPeriod is the current month, or the last one while the current has
// hardly begun: a month of three days says nothing.
func (h *Handler) usualPeriod() indices.Period {
	today := h.today()
	if today.Day() < 8 {
		return figures.LastMonth(today)
	}
	return indices.Containing(today, indices.Month)
}

// link is the address of this state.
func (r dashboardRequest) link(period indices.Period) figures.Link {
	l := figures.Link{Path: "/console", Query: url.Values{}}
	for name, value := range map[string]string{
		"unit": strconv.FormatInt(r.Unit, 10), "period": period.String(), "channel": r.Channel, "stratum": r.Stratum,
		"suspects": r.Suspects, "level": r.Level, "sort": r.Sort, "q": r.Query,
	} {
		l = l.Set(name, value)
	}
	return l
}

func optionsOf(p web.Page, r dashboardRequest) filterOptions {
	all := p.T("console.filter.all")
	o := filterOptions{
		Channels: []figures.Choice{{Text: all, Current: r.Channel == ""}},
		Strata:   []figures.Choice{{Text: all, Current: r.Stratum == ""}},
		Suspects: []figures.Choice{
			{Text: p.T("console.dashboard.with_suspects"), Value: "include", Current: r.Suspects != "exclude"},
			{Text: p.T("console.dashboard.without_suspects"), Value: "exclude", Current: r.Suspects == "exclude"}},
	}
	for _, v := range indices.Channels() {
		o.Channels = append(o.Channels, figures.Choice{Text: figures.ChannelText(p, v), Value: v, Current: v == r.Channel})
	}
	for _, v := range indices.Strata() {
		o.Strata = append(o.Strata, figures.Choice{Text: figures.StratumText(p, v), Value: v, Current: v == r.Stratum})
	}
	return o
}
