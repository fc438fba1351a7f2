package console

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"minping/indices"
	"minping/indices/stats"
	"minping/internal/actor"
	"minping/server/web"
	"minping/server/web/figures"
)

// Standings. Who opens it: the work committee before it appraises, an office's
// leader to see where it stands. In five seconds: who is clearly above and who
// clearly below the others of its kind, and that the rest cannot be told apart.

type standingsRequest struct {
	Period string `query:"period" validate:"max=30"`
	From   string `query:"from" validate:"max=10"`
	To     string `query:"to" validate:"max=10"`
	Level  string `query:"level" validate:"omitempty,oneof=office division hall window"`
	Group  string `query:"group" validate:"max=200"`
	Pool   string `query:"pool" validate:"omitempty,oneof=yes"`
}

type standingsPage struct {
	web.Page
	Picker  figures.Picker
	Levels  []figures.Choice
	Pools   []figures.Choice
	Groups  []figures.Choice
	Heading string // the group
	Any     bool
	Summary []string
	Data    funnelData
	Tiers   []tierView
	Out     []standingRow // without a place
	Points  []standingRow // of the funnel: everybody whose figures are shown
	File    string
}

// funnelData are plain numbers for the script.
type funnelData struct{ Mean, Spread string }

// tierView is the units of one tier.
type tierView struct {
	Class, Text string
	Rows        []standingRow
}

type standingRow struct {
	Name, Code   string
	Href         string
	Tier         string // above, similar, below
	TierText     string
	Place        string
	First, Last  string
	Value, Range string // shrunk
	Borrowed     string
	Raw          string
	Response     string
	Count        string
	Bar          figures.Bar
	Why          string
	Pooled       string // over which longer period, where the period was not enough
	RawValue     string // for the chart
	N            int64
	Outside      bool // outside of what chance explains
}

func (h *Handler) standings(c echo.Context) error {
	ctx, by := c.Request().Context(), web.ActorOf(c)
	var req standingsRequest
	wrong := web.Bind(c, &req)
	if wrong != nil {
		req = standingsRequest{}
	}
	period, err := figures.ReadPeriod(req.Period, req.From, req.To, h.usualPeriod())
	if wrong == nil {
		wrong = err
	}
	if req.Level == "" {
		req.Level = string(indices.Office)
	}
	p := standingsPage{Page: h.site.Page(c, "standings.title")}
	link := req.link(period)
	p.Picker = figures.NewPicker(figures.PickerConfig{Page: p.Page, Period: period, Today: h.today(), Link: link, Free: true,
		Grains: []indices.Grain{indices.Month, indices.Quarter, indices.Year}})
	for _, l := range standingLevels(by) {
		p.Levels = append(p.Levels, figures.Choice{Text: p.T(levelKeys[l]), Href: link.Without("group").With("level", string(l)), Current: string(l) == req.Level})
	}
	s, err := h.indices.Standings(ctx, by, indices.Query{Level: indices.Level(req.Level), Period: period, Pool: req.Pool != ""})
	if err != nil {
		return err
	}
	for _, pool := range []struct{ value, key string }{{"", "standings.pool.no"}, {"yes", "standings.pool.yes"}} {
		p.Pools = append(p.Pools, figures.Choice{Text: p.T(pool.key), Value: pool.value, Href: link.With("pool", pool.value), Current: pool.value == req.Pool})
	}
	p.fill(s, req, link)
	status := http.StatusOK
	if wrong != nil {
		status = http.StatusUnprocessableEntity
		p.Errors = web.Fields(wrong, p.Page)
		p.Picker.Error = p.Errors["period"]
	}
	return h.site.Render(c, status, "standings", p)
}

func standingLevels(by actor.Actor) []indices.Level {
	levels := []indices.Level{indices.Office}
	if by.Anywhere(indices.PermInternal) {
		levels = append(levels, indices.Division)
	}
	return append(levels, indices.Hall, indices.Window)
}

// link is the address of this state.
func (r standingsRequest) link(period indices.Period) figures.Link {
	l := figures.Link{Path: "/console/standings", Query: url.Values{}}
	for name, value := range map[string]string{"period": period.String(), "level": r.Level, "group": r.Group, "pool": r.Pool} {
		l = l.Set(name, value)
	}
	return l
}

// fill words one group; an unknown one is the first.
func (p *standingsPage) fill(s indices.Standings, req standingsRequest, link figures.Link) {
	if len(s.Groups) == 0 {
		return
	}
	g := s.Groups[0]
	for _, other := range s.Groups {
		if other.Key == req.Group {
			g = other
		}
	}
	for _, other := range s.Groups {
		if len(s.Groups) > 1 {
			p.Groups = append(p.Groups, figures.Choice{Text: p.peersTitle(other), Value: other.Key, Href: link.With("group", other.Key), Current: other.Key == g.Key})
		}
	}
	p.Heading, p.Any = p.peersTitle(g), g.Ranked > 0
	p.File = "/console/standings.csv?" + link.Without("group").Query.Encode()
	if p.Any {
		p.Summary = []string{
			p.T("standings.ranked", "Count", g.Ranked), p.T("standings.mean", "Mean", p.Fix(g.Mean, 1)),
			p.T("standings.between", "Between", p.Fix(g.Between, 1)), p.T("standings.wrong", "Count", p.Fix(g.ExpectedWrong, 2)),
			p.T("standings.method", "Formula", s.Formula, "Draws", p.Num(int64(s.Draws)), "Floor", s.Floor)}
		p.Data = funnelData{Mean: dataNumber(g.Mean), Spread: dataNumber(g.Spread)}
	}
	for _, r := range s.Rows {
		if r.Peers != g.Key {
			continue
		}
		row := p.row(r)
		if r.Shown() && r.Period.String() != s.Period.String() {
			row.Pooled = p.T("standings.pooled", "Period", figures.PeriodText(p.Page, r.Period))
		}
		if r.Estimate != nil {
			p.Points = append(p.Points, row)
		}
		if r.Place != nil {
			p.place(r.Tier, row)
		} else {
			p.Out = append(p.Out, row)
		}
	}
}

func (p *standingsPage) peersTitle(g indices.Peers) string {
	switch {
	case p.Lang == "en" && g.TitleEn != "":
		return g.TitleEn
	case g.Title != "":
		return g.Title
	}
	return p.T("standings.all")
}

func (p *standingsPage) row(r indices.Standing) standingRow {
	row := standingRow{Name: r.Unit.Title(p.Lang), Code: r.Unit.Code, Count: r.CountText(), Why: p.whyText(r.Why)}
	if !r.Shown() {
		return row
	}
	row.Count, row.N = p.Num(r.N), r.N
	row.Raw, row.RawValue = p.Fix(r.Sat.Value, 1), dataNumber(r.Sat.Value)
	row.Value, row.Range = figures.Points(p.Page, r.Estimate)
	row.Response = "—"
	if r.Services != nil {
		row.Response, _ = figures.Rate(p.Page, r.Services.Rate)
	}
	if r.Estimate != nil {
		row.Borrowed = p.Percent(r.Borrowed)
		row.Bar = figures.Scale{From: 50, To: 100}.Bar(r.Estimate)
		row.Outside = r.Sat.Value < r.Within.Low || r.Sat.Value > r.Within.High
	}
	if r.Place != nil {
		row.Place = p.T("standings.place", "Low", r.Place.Low, "High", r.Place.High)
		if r.Place.Low == r.Place.High {
			row.Place = p.T("standings.place_one", "Low", r.Place.Low)
		}
		row.First, row.Last = p.Percent(r.Place.First), p.Percent(r.Place.Last)
	}
	return row
}

// place puts a row into its tier; rows come tier by tier.
func (p *standingsPage) place(t stats.Tier, row standingRow) {
	if n := len(p.Tiers); n == 0 || p.Tiers[n-1].Class != string(t) {
		p.Tiers = append(p.Tiers, tierView{Class: string(t), Text: p.T(tierKeys[t])})
	}
	last := &p.Tiers[len(p.Tiers)-1]
	last.Rows = append(last.Rows, row)
}

var tierKeys = map[stats.Tier]string{
	stats.TierAbove: "standings.tier.above", stats.TierMiddle: "standings.tier.similar", stats.TierBelow: "standings.tier.below",
}

func (p *standingsPage) whyText(why indices.Unranked) string {
	key := map[indices.Unranked]string{
		indices.NobodyRated: "standings.why.none", indices.TooFew: "standings.why.suppressed", indices.SmallSample: "standings.why.small",
		indices.NoPeers: "standings.why.no_peers", indices.NothingToSay: "standings.why.alike",
	}[why]
	if key == "" {
		return ""
	}
	return p.T(key)
}

// dataNumber writes a number for scripts.
func dataNumber(v float64) string { return strconv.FormatFloat(v, 'f', 4, 64) }

// standingsFile is the whole level as CSV, every group.
func (h *Handler) standingsFile(c echo.Context) error {
	ctx, by := c.Request().Context(), web.ActorOf(c)
	var req standingsRequest
	if err := web.Bind(c, &req); err != nil {
		return err
	}
	period, err := figures.ReadPeriod(req.Period, req.From, req.To, h.usualPeriod())
	if err != nil {
		return err
	}
	if req.Level == "" {
		req.Level = string(indices.Office)
	}
	s, err := h.indices.Standings(ctx, by, indices.Query{Level: indices.Level(req.Level), Period: period, Pool: req.Pool != ""})
	if err != nil {
		return err
	}
	name := strings.Join([]string{"standings", req.Level, period.String()}, "-") + ".csv"
	return download(c, name, typeCSV, s.WriteCSV)
}
