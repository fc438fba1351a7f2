package console

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"minping/brand"
	"minping/indices"
	"minping/internal/actor"
	"minping/offices"
	"minping/server/web"
	"minping/server/web/figures"
	"minping/surveys"
)

// brandView is what is said of one office's brand in a period, for its page and its report.
type brandView struct {
	Office         string
	Brand, Promise string
	Stage, Founded string
	Since          string
	Period         string
	Value, Range   string
	Least          string // what the composite rests on
	Missing        string
	Parts          []brandPartView
	Quadrant       quadrantView
	Where          string // quadrant in words
	Readings       []readingRow
	Drivers        driversView
	Said           saidView
	Formula        string
	Raw            brandRaw
}

// brandRaw keeps the figures for the workbook.
type brandRaw struct {
	brand   indices.Brand
	drivers indices.Drivers
	said    surveys.Said
	reads   bool
	steps   []brand.Step
}

type brandPartView struct {
	Name, Weight, Value, Range, Count, Adds string
	Bar                                     figures.Bar
	Missing                                 string
}

type readingRow struct{ Name, Value, Range, Count, Source, Note string }

type driversView struct {
	State     string // why there are no shares; empty where there are
	Ratings   string
	Explained string
	Rows      []driverRow
}

type driverRow struct {
	Text, Dimension, Count, Score, ScoreRange string
	Correlation, CorrelationRange             string
	Share, ShareRange                         string
	Bar                                       figures.Bar
}

type saidView struct {
	Hidden    bool // the reader may not read comments
	Good, Bad saidWords
	Newest    bool
}

type saidWords struct {
	Comments string
	Rows     []wordRow
}

type wordRow struct {
	Word, People, There string
	Apart               bool
}

func (h *Handler) fillBrand(ctx context.Context, by actor.Actor, p web.Page, office int64, period indices.Period) (brandView, error) {
	v := brandView{Period: figures.PeriodText(p, period)}
	own, all, err := h.brandOf(ctx, by, office, period)
	if err != nil {
		return v, err
	}
	v.Raw.brand, v.Office, v.Formula = own, own.Unit.Title(p.Lang), own.Formula
	if v.Raw.steps, err = h.brand.Steps(ctx, by, office); err != nil {
		return v, err
	}
	v.stage(p, period.To())
	if u, err := h.offices.Unit(ctx, by, office); err == nil { // who may not read the directory does without name and promise
		v.Brand, v.Promise = u.BrandName, u.BrandPromise
	}
	v.composite(p, own)
	v.Quadrant = newQuadrant(p, all, office)
	if own.Quadrant != "" {
		key := "brand.quadrant.sure"
		if !own.Sure {
			key = "brand.quadrant.unsure"
		}
		v.Where = p.T(key, "Quadrant", p.T("brand.quadrant."+string(own.Quadrant)))
	}
	for _, r := range own.Readings {
		w := wordReading(p, r)
		v.Readings = append(v.Readings, readingRow{Name: w.Label, Value: w.Value, Range: w.Range, Count: w.Count, Source: w.How, Note: w.Tone})
	}
	if v.Raw.drivers, err = h.indices.Drivers(ctx, by, indices.Subject{Unit: office, Period: period}); err != nil {
		return v, err
	}
	v.Drivers = driversOf(p, v.Raw.drivers)
	if v.Raw.said, v.Raw.reads, err = h.saidOf(ctx, by, office, period); err != nil {
		return v, err
	}
	v.Said = saidIn(p, v.Raw.said, v.Raw.reads)
	return v, nil
}

func (v *brandView) stage(p web.Page, on time.Time) {
	if st, ok := brand.StageOn(v.Raw.steps, on); ok {
		v.Stage, v.Since = p.T("brand.stage."+string(st.Stage)), p.T("brand.stage_since", "Day", p.Date(st.From))
		if st.Founded != nil {
			v.Founded = p.Date(*st.Founded)
		}
	}
}

func (v *brandView) composite(p web.Page, b indices.Brand) {
	v.Value, v.Missing = "—", missingText(p, b)
	if b.Composite != nil {
		v.Value, v.Range = figures.Points(p, b.Composite)
		v.Least = p.Num(b.Least)
	}
	for _, part := range b.Parts {
		row := brandPartView{Name: p.T("brand.part." + part.Key), Weight: p.Percent(part.Weight), Value: "—", Count: "—", Adds: "—"}
		if part.Figure == nil {
			row.Missing = p.T("brand.part_missing." + string(part.State))
		} else {
			row.Value, row.Range = figures.Points(p, part.Figure)
			row.Count, row.Adds, row.Bar = p.Num(part.N), p.Fix(part.Weight*part.Figure.Value, 1), figures.Full().Bar(part.Figure)
		}
		v.Parts = append(v.Parts, row)
	}
}

func driversOf(p web.Page, d indices.Drivers) driversView {
	v := driversView{Ratings: p.Num(d.Ratings)}
	if d.State != indices.OK {
		v.State = p.T("brand.drivers." + string(d.State))
	} else {
		v.Explained = p.Percent(d.Explained)
	}
	for _, x := range d.List {
		row := driverRow{Text: x.Text(p.Lang), Count: "—", Score: "—", Correlation: "—", Share: "—", Dimension: figures.DimensionText(p, x.Feeds)}
		if x.Score != nil {
			row.Count = p.Num(x.N)
			row.Score, row.ScoreRange = figures.Points(p, x.Score)
		}
		if x.Correlation != nil {
			row.Correlation, row.CorrelationRange = p.Fix(x.Correlation.Value, 2), p.T("brand.range", "Low", p.Fix(x.Correlation.Low, 2), "High", p.Fix(x.Correlation.High, 2))
		}
		if x.Share != nil {
			row.Share, row.ShareRange = figures.Rate(p, x.Share)
			row.Bar = figures.Shares().Bar(x.Share)
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}

func saidIn(p web.Page, s surveys.Said, reads bool) saidView {
	list := func(words []surveys.Saying, comments int) saidWords {
		w := saidWords{Comments: p.Num(comments)}
		for _, x := range words {
			w.Rows = append(w.Rows, wordRow{Word: x.Word, People: p.Num(x.People), There: p.Num(x.There), Apart: x.Z > apart})
		}
		return w
	}
	return saidView{Hidden: !reads, Newest: s.Newest, Good: list(s.Good, s.GoodHere), Bad: list(s.Bad, s.BadHere)}
}

// apart is the z-score from which on a word sets an office apart.
const apart = 1.96

type brandPage struct {
	web.Page
	View     brandView
	Picker   figures.Picker
	Report   string
	Trend    string
	Five     string
	Edit     string
	MayWrite bool
	At       string
	Form     stageForm
	Stages   []figures.Choice
	History  []stageRow
	Failure  string
	MaxWords int
}

type stageRow struct{ Stage, From, Founded, Reason, Who string }

type stageForm struct {
	ID      int64  `param:"id" validate:"required,min=1"`
	Stage   string `form:"stage" validate:"max=20"`
	From    string `form:"from" validate:"max=20"`
	Founded string `form:"founded" validate:"max=20"`
	Reason  string `form:"reason" validate:"max=1000"`
}

func (h *Handler) brandPage(c echo.Context) error {
	req, period, wrong := h.readBrand(c)
	if req.ID == 0 {
		return echo.ErrNotFound
	}
	return h.showBrand(c, period, stageForm{ID: req.ID}, wrong)
}

func (h *Handler) showBrand(c echo.Context, period indices.Period, form stageForm, wrong error) error {
	ctx, by := c.Request().Context(), web.ActorOf(c)
	p := brandPage{Page: h.site.Page(c, "brand.title"), Form: form, MaxWords: brand.MaxReason}
	var err error
	if p.View, err = h.fillBrand(ctx, by, p.Page, form.ID, period); err != nil {
		return err
	}
	p.Crumbs = []web.Crumb{{Text: p.Title, Href: "/console/brand?period=" + period.String()}, {Text: p.View.Office}}
	p.Title = p.View.Office + " · " + p.Title
	id := fmtInt(form.ID)
	p.At = "/console/brand/" + id
	p.Picker = h.brandPicker(p.Page, period, p.At)
	p.Report, p.Trend, p.Five = p.At+"/report?period="+period.String(), trendHref(form.ID), "/console/five/"+id+"?period="+period.String()
	if by.Can(offices.PermWrite, actor.Place{Office: form.ID}) {
		p.Edit = unitHref(form.ID) + "/edit"
	}
	p.MayWrite = brand.Writes(by, brand.Unit{ID: form.ID, Kind: "office"})
	for _, st := range brand.Stages() {
		p.Stages = append(p.Stages, figures.Choice{Text: p.T("brand.stage." + string(st)), Value: string(st), Current: string(st) == form.Stage})
	}
	for _, st := range p.View.Raw.steps {
		row := stageRow{Stage: p.T("brand.stage." + string(st.Stage)), From: p.Date(st.From), Founded: "—", Reason: st.Reason, Who: p.T("brand.who", "Name", st.By, "At", p.Date(st.At))}
		if st.Founded != nil {
			row.Founded = p.Date(*st.Founded)
		}
		p.History = append(p.History, row)
	}
	status := http.StatusOK
	if wrong != nil {
		status = statusFor(wrong)
		p.Failure = complain(&p.Page, wrong)
		p.Picker.Error = p.Errors["period"]
	}
	return h.site.Render(c, status, "brand", p)
}

// setStage says how far a brand has come.
func (h *Handler) setStage(c echo.Context) error {
	var f stageForm
	err := web.Bind(c, &f)
	if err != nil && f.ID == 0 {
		return echo.ErrNotFound
	}
	if err == nil {
		_, err = h.brand.SetStage(c.Request().Context(), web.ActorOf(c), brand.NewStep{Office: f.ID, Stage: brand.Stage(f.Stage), From: f.From, Founded: f.Founded, Reason: f.Reason})
	}
	if err == nil {
		h.site.Flash(c, "ok", "brand.stage_set")
		return c.Redirect(http.StatusSeeOther, "/console/brand/"+fmtInt(f.ID)+"#profile")
	}
	if !refused(err) {
		return err
	}
	return h.showBrand(c, h.usualQuarter(), f, err)
}
