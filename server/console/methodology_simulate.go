package console

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"minping/indices"
	"minping/indices/stats"
	"minping/internal/csvtext"
	"minping/internal/fault"
	"minping/server/web"
	"minping/server/web/figures"
)

// The past under other formulas. Who opens it: a member of the work committee before a
// version is adopted. In five seconds: how many units change their tier, who moves most, why.

type simulateRequest struct {
	Draft   int64  `query:"draft" validate:"min=0"`
	Version string `query:"version" validate:"max=40"`
	Period  string `query:"period" validate:"max=30"`
	From    string `query:"from" validate:"max=10"`
	To      string `query:"to" validate:"max=10"`
	Level   string `query:"level" validate:"omitempty,oneof=office division hall window"`
	Format  string `query:"format" validate:"omitempty,oneof=csv"`
}

type simulatePage struct {
	web.Page
	Picker    figures.Picker
	Levels    []figures.Choice
	Now, Next string
	Summary   []string
	Rows      []moveRow
	File      string
	Back      string
}

type moveRow struct {
	Name, Code             string
	Before, After          string
	BeforeRange, AfterFrom string
	Change, Why            string
	TierBefore, TierAfter  string
	PlaceBefore            string
	PlaceAfter             string
	TierMoves              bool
}

func (h *Handler) simulateMethodology(c echo.Context) error {
	var req simulateRequest
	if err := web.Bind(c, &req); err != nil {
		return fault.New(fault.NotFound, "methodology.fault.draft")
	}
	period, wrong := figures.ReadPeriod(req.Period, req.From, req.To, h.usualPeriod())
	if req.Level == "" {
		req.Level = string(indices.Office)
	}
	by := web.ActorOf(c)
	sim, err := h.indices.Simulate(c.Request().Context(), by, indices.Query{Level: indices.Level(req.Level), Period: period}, req.Draft, req.Version)
	if err != nil {
		return err
	}
	p := simulatePage{Page: h.site.Page(c, "methodology.simulate.title"), Back: methodologyHome}
	p.Crumbs = []web.Crumb{{Text: p.T("settings.methodology.title"), Href: methodologyHome}, {Text: p.Title}}
	if req.Draft != 0 {
		p.Back = draftHref(req.Draft)
	}
	link := req.link(period)
	p.Picker = figures.NewPicker(figures.PickerConfig{Page: p.Page, Period: period, Today: h.today(), Link: link, Free: true,
		Grains: []indices.Grain{indices.Month, indices.Quarter, indices.Year}})
	for _, l := range standingLevels(by) {
		p.Levels = append(p.Levels, figures.Choice{Text: p.T(levelKeys[l]), Href: link.With("level", string(l)), Current: string(l) == req.Level})
	}
	p.fill(sim)
	if req.Format == "csv" {
		return p.file(c)
	}
	p.File = link.With("format", "csv")
	status := http.StatusOK
	if wrong != nil {
		status = http.StatusUnprocessableEntity
		p.Errors = web.Fields(wrong, p.Page)
		p.Picker.Error = p.Errors["period"]
	}
	return h.site.Render(c, status, "methodology_simulate", p)
}

func (r simulateRequest) link(period indices.Period) figures.Link {
	l := figures.Link{Path: methodologyHome + "/simulate", Query: url.Values{}}
	if r.Draft != 0 {
		l = l.Set("draft", strconv.FormatInt(r.Draft, 10))
	}
	for name, value := range map[string]string{"version": r.Version, "period": period.String(), "level": r.Level} {
		if value != "" {
			l = l.Set(name, value)
		}
	}
	return l
}

func (p *simulatePage) fill(s indices.Simulation) {
	p.Now, p.Next = s.Now.Version, s.Next.Version
	if p.Next == "" {
		p.Next = p.T("methodology.simulate.draft")
	}
	p.Summary = []string{p.T("methodology.simulate.tiers", "Count", s.Changed),
		p.T("methodology.simulate.ranked", "Before", s.Ranked[0], "After", s.Ranked[1])}
	for _, m := range s.Moves {
		p.Rows = append(p.Rows, p.row(m))
	}
}

func (p *simulatePage) row(m indices.Move) moveRow {
	row := moveRow{Name: m.Before.Unit.Title(p.Lang), Code: m.Before.Unit.Code, Change: "—",
		TierBefore: p.tier(m.Before.Tier), TierAfter: p.tier(m.After.Tier), TierMoves: m.Before.Tier != m.After.Tier}
	row.Before, row.BeforeRange, row.PlaceBefore = p.standing(m.Before)
	row.After, row.AfterFrom, row.PlaceAfter = p.standing(m.After)
	if m.Change != nil {
		row.Change = p.signed(*m.Change)
	}
	for i, part := range m.Parts {
		if i > 0 {
			row.Why += p.T("audit.comma")
		}
		row.Why += p.T("methodology.cause."+string(part.Cause)) + " " + p.signed(part.Points)
	}
	return row
}

func (p *simulatePage) tier(t stats.Tier) string {
	if t == stats.TierUnknown {
		return p.T("methodology.simulate.unranked")
	}
	return p.T("standings.tier." + string(t))
}

func (p *simulatePage) standing(s indices.Standing) (value, interval, place string) {
	value, interval, place = "—", "", "—"
	if s.Sat != nil {
		value, interval = p.Fix(s.Sat.Value, 1), p.Fix(s.Sat.Low, 1)+"–"+p.Fix(s.Sat.High, 1)
	}
	if s.Place != nil {
		place = strconv.Itoa(s.Place.Low) + "–" + strconv.Itoa(s.Place.High)
	}
	return value, interval, place
}

// signed writes points with their sign, and the minus of typography.
func (p *simulatePage) signed(v float64) string {
	text := p.Fix(v, 2)
	switch {
	case text == p.Fix(0, 2) || text == "-"+p.Fix(0, 2):
		return p.Fix(0, 2)
	case v > 0:
		return "+" + text
	}
	return "−" + p.Fix(-v, 2)
}

// file is the same list for a spreadsheet.
func (p *simulatePage) file(c echo.Context) error {
	c.Response().Header().Set(echo.HeaderContentType, "text/csv; charset=utf-8")
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="simulation.csv"`)
	c.Response().WriteHeader(http.StatusOK)
	out := csvtext.NewWriter(c.Response())
	out.Write("unit", "name", "before", "before_interval", "before_places", "before_tier", "after", "after_interval", "after_places", "after_tier", "change", "why")
	for _, r := range p.Rows {
		out.Write(r.Code, r.Name, r.Before, r.BeforeRange, r.PlaceBefore, r.TierBefore, r.After, r.AfterFrom, r.PlaceAfter, r.TierAfter, r.Change, r.Why)
	}
	return out.Close()
}
