package console

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"minping/brand"
	"minping/indices"
	"minping/internal/actor"
	"minping/offices"
	"minping/server/web"
	"minping/server/web/figures"
)

// Change over time. Who opens it: the brand team before it reports, an office's leader after
// something happened. In five seconds: has the level changed, since when, by how much at least and
// at most, and does it lie above one's own past, one's peers, the target.

// changeRequest is the state of the page, and what its forms send.
type changeRequest struct {
	Unit  int64  `query:"unit" validate:"min=0"`
	Grain string `query:"grain" validate:"omitempty,oneof=month week"`
}

type changePage struct {
	web.Page
	Unit      offices.Unit
	Heading   string
	Kind      string
	Units     []figures.Choice
	Keep      []figures.Kept
	Grains    []figures.Choice
	Dashboard string
	Back      string // address of this page
	Caption   string
	Any       bool
	Steps     []changeStep
	Marks     []mark
	Now       []string // how the last full step stands: against the year before, the past, the peers, the target
	Shifts    []shiftView
	Watch     string
	Lines     []lineView
	Events    []pinView
	Targets   []targetView
	MayWrite  bool
	At        string // of the forms
	Event     eventForm
	Target    targetForm
	EventKind []figures.Choice
	MaxTitle  int
	MaxReason int
	Failure   string
	Formula   string
}

type changeStep struct {
	figures.Step
	Ago, AgoRange string
	AgoReal       bool
	Notes         []string
}

// mark is a line, an event or a change for the chart; numbers are plain, for the script.
type mark struct{ Kind, Text, From, To, Value, After string }

type shiftView struct {
	Up                   bool
	Text, Size, Range    string
	Before, After, Found string
}

type lineView struct{ Name, Value, Range, Note string }

type pinView struct {
	ID                          int64
	Kind, Class, Title, Days    string
	Who                         string
	Before, After, Delta, Range string
	Note, Remove                string
}

type targetView struct{ Year, Value, From, Reason, Who string }

func (h *Handler) change(c echo.Context) error {
	return h.showChange(c, changeForms{})
}

// changeForms are the forms as they were typed, where one was refused.
type changeForms struct {
	unit   int64
	event  eventForm
	target targetForm
	wrong  error
}

func (h *Handler) showChange(c echo.Context, typed changeForms) error {
	ctx, by := c.Request().Context(), web.ActorOf(c)
	var req changeRequest
	wrong := web.Bind(c, &req)
	if wrong != nil {
		req = changeRequest{Unit: max(req.Unit, 0)}
	}
	tree, err := h.offices.Tree(ctx, by)
	if err != nil {
		return err
	}
	unit, err := h.offices.Unit(ctx, by, orUnit(orUnit(typed.unit, req.Unit), startOf(by, tree)))
	if err != nil {
		return err
	}
	req.Unit = unit.ID
	p := changePage{Page: h.site.Page(c, "brand.change.title"), Unit: unit, Event: typed.event, Target: typed.target, MaxTitle: brand.MaxTitle, MaxReason: brand.MaxReason}
	p.Heading, p.Kind = unitTitle(p.Page, unit), kindText(p.Page, unit.Kind)
	p.Title = p.Heading + " · " + p.Title
	p.links(req, tree)
	if err := h.fillChange(ctx, by, &p, req); err != nil {
		return err
	}
	status := http.StatusOK
	if wrong == nil {
		wrong = typed.wrong
	}
	if wrong != nil {
		status = statusFor(wrong)
		p.Failure = complain(&p.Page, wrong)
	}
	return h.site.Render(c, status, "change", p)
}

func (p *changePage) links(req changeRequest, tree offices.Tree) {
	link := figures.Link{Path: "/console/trend", Query: url.Values{}}.Set("unit", fmtInt(req.Unit)).Set("grain", req.Grain)
	for _, g := range []struct{ value, key string }{{"", "brand.change.months"}, {"week", "brand.change.weeks"}} {
		p.Grains = append(p.Grains, figures.Choice{Text: p.T(g.key), Href: link.With("grain", g.value), Current: g.value == req.Grain || g.value == "" && req.Grain == "month"})
	}
	p.Keep = link.Without("unit").Kept()
	p.Dashboard, p.Back = "/console?unit="+fmtInt(req.Unit), link.String()
	p.At = "/console/trend/" + fmtInt(req.Unit)
	add := func(n *offices.Node, indent string) {
		if n != nil && n.ID != 0 {
			p.Units = append(p.Units, figures.Choice{Text: indent + named(p.Page, n.Name, n.NameEn, n.Number), Value: fmtInt(n.ID), Current: n.ID == req.Unit})
		}
	}
	add(tree.City, "")
	if tree.City != nil {
		for _, o := range tree.City.Children {
			add(o, "")
		}
	}
	for _, n := range tree.Halls {
		add(n, "")
	}
	if !hasCurrent(p.Units) { // a division or a window
		p.Units = append([]figures.Choice{{Text: p.Heading, Value: fmtInt(req.Unit), Current: true}}, p.Units...)
	}
}

func hasCurrent(list []figures.Choice) bool {
	for _, c := range list {
		if c.Current {
			return true
		}
	}
	return false
}

func (h *Handler) fillChange(ctx context.Context, by actor.Actor, p *changePage, req changeRequest) error {
	to := h.today()
	grain := indices.Month
	if req.Grain == "week" {
		grain = indices.Week
	}
	q := indices.Subject{Unit: req.Unit, Period: indices.Containing(to, indices.Day)}
	change, err := h.indices.Change(ctx, by, q, grain)
	if err != nil {
		return err
	}
	events, err := h.brand.Events(ctx, by, req.Unit, change.Steps[0].Period.From(), to.AddDate(1, 0, 0))
	if err != nil {
		return err
	}
	targets, err := h.brand.Targets(ctx, by, req.Unit)
	if err != nil {
		return err
	}
	p.Formula = change.Formula
	p.fillSteps(change, events)
	p.fillShifts(change)
	p.fillLines(change, targets, to)
	if err := h.fillEvents(ctx, by, p, q, events); err != nil {
		return err
	}
	p.fillForms(by, targets, to)
	return nil
}

func (p *changePage) fillForms(by actor.Actor, targets []brand.Target, today time.Time) {
	for _, t := range targets {
		p.Targets = append(p.Targets, targetView{Year: fmtInt(int64(t.Year)), Value: p.Fix(t.Value, 1), From: p.Date(t.From), Reason: t.Reason,
			Who: p.T("brand.who", "Name", t.By, "At", p.Date(t.At))})
	}
	switch p.Unit.Kind {
	case offices.City, offices.Office, offices.Hall:
		p.MayWrite = brand.Writes(by, brand.Unit{ID: p.Unit.ID, Kind: string(p.Unit.Kind)})
	}
	if p.Target.Year == "" {
		p.Target.Year = fmtInt(int64(today.Year()))
	}
	for _, k := range brand.Kinds() {
		p.EventKind = append(p.EventKind, figures.Choice{Text: p.T("brand.kind." + string(k)), Value: string(k), Current: string(k) == p.Event.Kind})
	}
}
