package console

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"minping/indices"
	"minping/internal/fault"
	"minping/server/web"
	"minping/server/web/figures"
)

// The five indices. Who opens it: the brand team before its quarterly report, the committee
// when it compares offices, a leader to see where the own office is known and trusted. In
// five seconds: the five numbers of an office, how sure they are, and how they were asked.

type fiveRequest struct {
	Period string `query:"period" validate:"max=30"`
	From   string `query:"from" validate:"max=10"`
	To     string `query:"to" validate:"max=10"`
}

type fivePage struct {
	web.Page
	Picker  figures.Picker
	Heads   []fiveHead
	Rows    []fiveRow
	CSV     string
	Formula string
}

type fiveHead struct{ Key, Text, How string }

type fiveRow struct {
	Name  string
	Href  string
	City  bool
	Cells []readingView
}

// readingView is one reading in words.
type readingView struct {
	Label         string // what it is, short
	Index         string // of which it is a reading
	How           string // how it was asked
	Value, Range  string
	Count         string // "n = 132"
	Response      string
	Design        string
	Tone          string // what keeps it from being graded
	Bar           figures.Bar
	Shown, Graded bool
}

func (h *Handler) five(c echo.Context) error {
	ctx, by := c.Request().Context(), web.ActorOf(c)
	period, wrong := h.readFive(c)
	p := fivePage{Page: h.site.Page(c, "five.title")}
	link := figures.Link{Path: "/console/five", Query: url.Values{}}.Set("period", period.String())
	p.Picker = figures.NewPicker(figures.PickerConfig{Page: p.Page, Period: period, Today: h.today(), Link: link, Free: true,
		Grains: []indices.Grain{indices.Month, indices.Quarter, indices.Year}})
	for _, key := range indices.FiveKeys() {
		p.Heads = append(p.Heads, fiveHead{key, p.T(fiveKeys[key]), p.T(fiveHow[key])})
	}
	for _, level := range []indices.Level{indices.City, indices.Office} {
		profiles, err := h.indices.Five(ctx, by, indices.Query{Level: level, Period: period})
		if err != nil {
			return err
		}
		for _, profile := range profiles {
			p.Rows = append(p.Rows, p.row(profile, period))
			p.Formula = profile.Formula
		}
	}
	p.CSV = figures.Link{Path: "/console/five.csv", Query: link.Query}.String()
	status := http.StatusOK
	if wrong != nil {
		status, p.Errors = http.StatusUnprocessableEntity, web.Fields(wrong, p.Page)
		p.Picker.Error = p.Errors["period"]
	}
	return h.site.Render(c, status, "five", p)
}

// readFive reads the period; the usual one here is a year, for probes are few in a month.
func (h *Handler) readFive(c echo.Context) (indices.Period, error) {
	var req fiveRequest
	wrong := web.Bind(c, &req)
	if wrong != nil {
		req = fiveRequest{}
	}
	usual := indices.Containing(h.usualPeriod().From(), indices.Year)
	period, err := figures.ReadPeriod(req.Period, req.From, req.To, usual)
	if wrong == nil {
		wrong = err
	}
	return period, wrong
}

func (p *fivePage) row(profile indices.Profile, period indices.Period) fiveRow {
	row := fiveRow{Name: profile.Unit.Title(p.Lang), City: profile.Unit.Kind == indices.City,
		Href: figures.Link{Path: "/console/five/" + strconv.FormatInt(profile.Unit.ID, 10), Query: url.Values{"period": {period.String()}}}.String()}
	for _, key := range indices.FiveKeys() {
		row.Cells = append(row.Cells, wordReading(p.Page, profile.At(key)))
	}
	return row
}

var fiveKeys = map[string]string{
	indices.KeySatisfaction: "five.satisfaction", indices.KeyACSI: "five.acsi", indices.KeyAwareness: "five.awareness",
	indices.KeyUnprompted: "five.unprompted", indices.KeyReputation: "five.reputation", indices.KeyTrust: "five.trust",
	indices.KeyTrustMean: "five.trust_mean", indices.KeyLoyalty: "five.loyalty", indices.KeyLoyaltyNet: "five.loyalty_net",
}

var fiveHow = map[string]string{
	indices.KeySatisfaction: "five.how.satisfaction", indices.KeyACSI: "five.how.acsi", indices.KeyAwareness: "five.how.awareness",
	indices.KeyUnprompted: "five.how.unprompted", indices.KeyReputation: "five.how.reputation", indices.KeyTrust: "five.how.trust",
	indices.KeyTrustMean: "five.how.trust_mean", indices.KeyLoyalty: "five.how.loyalty", indices.KeyLoyaltyNet: "five.how.loyalty_net",
}

var fiveSources = map[string]string{
	indices.FromRatings: "five.source.ratings", indices.FromProbes: "five.source.probes", indices.FromPanel: "five.source.panel",
}

func wordReading(p web.Page, r indices.Reading) readingView {
	v := readingView{Label: p.T(fiveKeys[r.Key]), Index: r.Key, Value: "—", Shown: r.Shown(), Graded: r.State == indices.OK}
	if key := fiveSources[r.Source]; key != "" {
		v.How = p.T(key)
	}
	switch r.State {
	case indices.None:
		v.Tone = p.T("five.state.none")
	case indices.Suppressed:
		v.Tone = p.T("five.state.few", "Below", r.Below)
	default:
		v.Value, v.Range = figures.Points(p, r.Figure)
		scale := figures.Full()
		if r.Key == indices.KeyLoyaltyNet {
			scale = figures.Scale{From: -100, To: 100}
		}
		v.Bar, v.Count = scale.Bar(r.Figure), "n = "+p.Num(r.N)
		if r.Deff > 1.005 {
			v.Design = p.T("five.design", "Eff", p.Num(int64(r.NEff+0.5)), "Deff", p.Fix(r.Deff, 2))
		}
		if r.Response != nil {
			rate, _ := figures.Rate(p, r.Response)
			v.Response = p.T("five.response", "Rate", rate)
		}
		if !v.Graded {
			v.Tone = p.T("five.state.thin")
		}
	}
	return v
}

type fiveUnitPage struct {
	web.Page
	Picker  figures.Picker
	Name    string
	City    bool
	Indices []fiveIndex
	Formula string
	Back    string
}

// fiveIndex is one index with every reading of it.
type fiveIndex struct {
	Text, How string
	Main      readingView
	Others    []readingView
}

// fiveUnit is one office, or the city.
func (h *Handler) fiveUnit(c echo.Context) error {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || id <= 0 {
		return fault.New(fault.NotFound, "indices.fault.unit")
	}
	period, wrong := h.readFive(c)
	profile, err := h.fiveOf(c, id, period)
	if err != nil {
		return err
	}
	p := fiveUnitPage{Page: h.site.Page(c, "five.title"), City: profile.Unit.Kind == indices.City, Formula: profile.Formula}
	p.Name = profile.Unit.Title(p.Lang)
	link := figures.Link{Path: "/console/five/" + c.Param("id"), Query: url.Values{}}.Set("period", period.String())
	p.Picker = figures.NewPicker(figures.PickerConfig{Page: p.Page, Period: period, Today: h.today(), Link: link, Free: true,
		Grains: []indices.Grain{indices.Month, indices.Quarter, indices.Year}})
	p.Back = figures.Link{Path: "/console/five", Query: link.Query}.String()
	p.fill(profile)
	status := http.StatusOK
	if wrong != nil {
		status, p.Errors = http.StatusUnprocessableEntity, web.Fields(wrong, p.Page)
		p.Picker.Error = p.Errors["period"]
	}
	return h.site.Render(c, status, "five_unit", p)
}

// fiveOf is the profile of an office or of the city.
func (h *Handler) fiveOf(c echo.Context, id int64, period indices.Period) (indices.Profile, error) {
	for _, level := range []indices.Level{indices.Office, indices.City} {
		list, err := h.indices.Five(c.Request().Context(), web.ActorOf(c), indices.Query{Level: level, Period: period, Units: []int64{id}})
		if err == nil && len(list) == 1 {
			return list[0], nil
		}
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return indices.Profile{}, err
		}
	}
	return indices.Profile{}, fault.New(fault.NotFound, "indices.fault.unit")
}

// members are the readings shown under each index.
func members(key string) []string {
	switch key {
	case indices.KeySatisfaction:
		return []string{key, indices.KeyACSI}
	case indices.KeyAwareness:
		return []string{key, indices.KeyUnprompted}
	case indices.KeyTrust:
		return []string{key, indices.KeyTrustMean}
	case indices.KeyLoyalty:
		return []string{key, indices.KeyLoyaltyNet}
	}
	return []string{key}
}

func (p *fiveUnitPage) fill(profile indices.Profile) {
	for _, key := range indices.FiveKeys() {
		x := fiveIndex{Text: p.T(fiveKeys[key]), How: p.T(fiveHow[key])}
		main := profile.At(key)
		x.Main = wordReading(p.Page, main)
		for _, sub := range members(key) {
			for _, r := range profile.Readings {
				if r.Key == sub && r != main {
					x.Others = append(x.Others, wordReading(p.Page, r))
				}
			}
		}
		p.Indices = append(p.Indices, x)
	}
}

// fiveFile is the table as CSV, every reading of every office.
func (h *Handler) fiveFile(c echo.Context) error {
	ctx, by := c.Request().Context(), web.ActorOf(c)
	period, err := h.readFive(c)
	if err != nil {
		return err
	}
	list, err := h.indices.Five(ctx, by, indices.Query{Level: indices.Office, Period: period})
	if err != nil {
		return err
	}
	return download(c, "five-"+period.String()+".csv", typeCSV, indices.FiveFile(list).WriteCSV)
}
