package console

import (
	"mime/multipart"
	"net/http"

	"github.com/labstack/echo/v4"

	"minping/complaints/workday"
	"minping/internal/fault"
	"minping/offices"
	"minping/server/web"
	"minping/surveys"
)

// How much was served. Who opens it: a hall manager once a month with the export of
// the queue system, at a desk; the quality role looking for padding. In five
// seconds: where to drop the file, and which days have more ratings than services.

type servedPage struct {
	web.Page
	Failure  string
	From, To string
	Findings []servedRow
}

type servedRow struct{ Day, Hall, Window, Served, Rated, Over string }

type servedReportPage struct {
	web.Page
	Upload   upload
	Report   surveys.ServedReport
	Problems []problemRow
	Total    int
}

// findingDays is how far back the page looks.
const findingDays = 60

func (h *Handler) servedForm(c echo.Context) error { return h.showServed(c, http.StatusOK, nil) }

func (h *Handler) showServed(c echo.Context, status int, wrong error) error {
	p := servedPage{Page: h.site.Page(c, "served.title")}
	if wrong != nil {
		p.Failure = complain(&p.Page, wrong)
	}
	to := workday.Of(h.now())
	from := to.AddDays(-findingDays)
	p.From, p.To = from.String(), to.String()
	found, err := h.surveys.ServedFindings(c.Request().Context(), web.ActorOf(c), from, to)
	if err != nil {
		return err
	}
	for _, f := range found {
		p.Findings = append(p.Findings, servedRow{Day: f.Day, Hall: f.Hall, Window: named(p.Page, f.Name, "", f.Number),
			Served: p.Num(int64(f.Served)), Rated: p.Num(int64(f.Rated)), Over: p.Num(int64(f.Rated - f.Served))})
	}
	return h.site.Render(c, status, "served", p)
}

func (h *Handler) servedTemplate(c echo.Context) error {
	return download(c, h.text(c, "served.file")+".xlsx", typeXLSX, surveys.ServedForm().Template)
}

// uploadServed checks that the file can be read at all, keeps it, and goes on to the report.
func (h *Handler) uploadServed(c echo.Context) error {
	var req uploadRequest
	err := web.Bind(c, &req)
	if err == nil && req.File == nil {
		err = fault.Fielded(fault.Field{Name: "file", Key: "console.import.choose"})
	}
	var up upload
	if err == nil {
		up, err = h.keep(web.ActorOf(c).Account, req.File, readsServed)
	}
	if err == nil {
		return c.Redirect(http.StatusSeeOther, "/console/served/"+up.ID)
	}
	if !refused(err) {
		return err
	}
	return h.showServed(c, statusFor(err), err)
}

func readsServed(name string, f multipart.File) error {
	_, err := surveys.ReadServed(name, f)
	return err
}

// servedSheet reads an upload that was kept.
func (h *Handler) servedSheet(c echo.Context) (upload, offices.FormSheet, error) {
	var id uploadID
	if err := web.Bind(c, &id); err != nil {
		return upload{}, offices.FormSheet{}, fault.New(fault.NotFound, "console.import.gone")
	}
	up, f, err := h.uploads.open(web.ActorOf(c).Account, id.Upload)
	if err != nil {
		return upload{}, offices.FormSheet{}, err
	}
	defer func() { _ = f.Close() }()
	sheet, err := surveys.ReadServed(up.Name, f)
	return up, sheet, err
}

func (h *Handler) servedReport(c echo.Context) error {
	up, sheet, err := h.servedSheet(c)
	if err != nil {
		return err
	}
	report, err := h.surveys.PlanServed(c.Request().Context(), web.ActorOf(c), sheet)
	if err != nil {
		return err
	}
	return h.showServedReport(c, http.StatusOK, servedReportPage{Upload: up, Report: report})
}

func (h *Handler) applyServed(c echo.Context) error {
	up, sheet, err := h.servedSheet(c)
	if err != nil {
		return err
	}
	report, err := h.surveys.ApplyServed(c.Request().Context(), web.ActorOf(c), sheet)
	if err != nil {
		if !refused(err) {
			return err
		}
		return h.showServedReport(c, statusFor(err), servedReportPage{Upload: up, Report: report})
	}
	h.uploads.drop(up.ID)
	h.site.Flash(c, "ok", "served.done", "Count", report.New+report.Changed)
	return c.Redirect(http.StatusSeeOther, "/console/served")
}

func (h *Handler) showServedReport(c echo.Context, status int, p servedReportPage) error {
	p.Page = h.site.Page(c, "served.report")
	p.Crumbs = []web.Crumb{{Text: p.T("served.title"), Href: "/console/served"}, {Text: p.Title}}
	p.Total = len(p.Report.Problems)
	for _, problem := range p.Report.Problems[:min(p.Total, problemsShown)] {
		p.Problems = append(p.Problems, problemOf(p.Page, problem))
	}
	return h.site.Render(c, status, "served_report", p)
}
