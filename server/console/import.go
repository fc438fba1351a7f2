package console

import (
	"io"
	"mime/multipart"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"minping/internal/csvtext"
	"minping/internal/fault"
	"minping/offices"
	"minping/server/web"
)

// The import of the directory. Who opens it: a system administrator with an
// Excel file from the establishment office, at a desk. In five seconds after
// uploading: how many rows are new or changed, and which cells are wrong. Nothing
// is written before everything is right and has been confirmed.

type importPage struct {
	web.Page
	Failure string
}

type uploadRequest struct {
	File *multipart.FileHeader `form:"file"`
}

type uploadID struct {
	Upload string `param:"upload" validate:"required,alphanum,max=40"`
}

type reportPage struct {
	web.Page
	Upload   upload
	Plan     offices.Plan
	Problems []problemRow
	Shown    int
	Total    int
	OK       bool
	Writes   int
	Failure  string
}

type problemRow struct{ Sheet, Row, Column, Cell, Text string }

const problemsShown = 200

func (h *Handler) importForm(c echo.Context) error {
	return h.showImport(c, http.StatusOK, nil)
}

func (h *Handler) showImport(c echo.Context, status int, wrong error) error {
	p := importPage{Page: h.site.Page(c, "console.import.title")}
	p.Crumbs = []web.Crumb{{Text: p.T("console.directory.title"), Href: "/console/directory"}, {Text: p.Title}}
	if wrong != nil {
		p.Failure = complain(&p.Page, wrong)
	}
	return h.site.Render(c, status, "import", p)
}

// upload checks that the file can be read at all, keeps it, and goes on to the report.
func (h *Handler) upload(c echo.Context) error {
	var req uploadRequest
	err := web.Bind(c, &req)
	if err == nil && req.File == nil {
		err = fault.Fielded(fault.Field{Name: "file", Key: "console.import.choose"})
	}
	var up upload
	if err == nil {
		up, err = h.keep(web.ActorOf(c).Account, req.File, readsSheets)
	}
	if err == nil {
		return c.Redirect(http.StatusSeeOther, "/console/directory/import/"+up.ID)
	}
	if !refused(err) {
		return err
	}
	return h.showImport(c, statusFor(err), err)
}

func readsSheets(name string, f multipart.File) error {
	_, err := offices.ReadSheets(name, f)
	return err
}

// keep stores a file that reads can read.
func (h *Handler) keep(account int64, header *multipart.FileHeader, reads func(string, multipart.File) error) (upload, error) {
	f, err := header.Open()
	if err != nil {
		return upload{}, err
	}
	defer func() { _ = f.Close() }()
	if err := reads(header.Filename, f); err != nil {
		return upload{}, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return upload{}, err
	}
	return h.uploads.put(account, header.Filename, f)
}

// sheets reads an upload that was kept.
func (h *Handler) sheets(c echo.Context) (upload, offices.Sheets, error) {
	var id uploadID
	if err := web.Bind(c, &id); err != nil {
		return upload{}, offices.Sheets{}, fault.New(fault.NotFound, "console.import.gone")
	}
	up, f, err := h.uploads.open(web.ActorOf(c).Account, id.Upload)
	if err != nil {
		return upload{}, offices.Sheets{}, err
	}
	defer func() { _ = f.Close() }()
	sheets, err := offices.ReadSheets(up.Name, f)
	return up, sheets, err
}

func (h *Handler) importReport(c echo.Context) error {
	up, sheets, err := h.sheets(c)
	if err != nil {
		return err
	}
	plan, err := h.offices.Plan(c.Request().Context(), web.ActorOf(c), sheets)
	if err != nil {
		return err
	}
	return h.showReport(c, http.StatusOK, reportPage{Upload: up, Plan: plan})
}

// applyImport writes the file that was looked at, whole or not at all.
func (h *Handler) applyImport(c echo.Context) error {
	up, sheets, err := h.sheets(c)
	if err != nil {
		return err
	}
	plan, err := h.offices.Apply(c.Request().Context(), web.ActorOf(c), sheets)
	if err != nil {
		if !refused(err) {
			return err
		}
		return h.showReport(c, statusFor(err), reportPage{Upload: up, Plan: plan})
	}
	h.uploads.drop(up.ID)
	h.site.Flash(c, "ok", "console.import.done", "Count", plan.Writes())
	if err := h.surveys.Reload(c.Request().Context()); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/console/directory")
}

func (h *Handler) showReport(c echo.Context, status int, p reportPage) error {
	p.Page = h.site.Page(c, "console.import.report")
	p.Crumbs = []web.Crumb{{Text: p.T("console.directory.title"), Href: "/console/directory"},
		{Text: p.T("console.import.title"), Href: "/console/directory/import"}, {Text: p.Title}}
	p.OK, p.Writes = p.Plan.OK(), p.Plan.Writes()
	p.Total = len(p.Plan.Problems) + p.Plan.Dropped
	for i, problem := range p.Plan.Problems {
		if i == problemsShown {
			break
		}
		p.Problems = append(p.Problems, problemOf(p.Page, problem))
	}
	p.Shown = len(p.Problems)
	return h.site.Render(c, status, "import_report", p)
}

func problemOf(p web.Page, x offices.Problem) problemRow {
	row := problemRow{Sheet: x.Sheet, Column: x.Column, Cell: x.Cell, Text: p.T(x.Key, x.Args)}
	if x.Row > 0 {
		row.Row = strconv.Itoa(x.Row)
	}
	return row
}

// importFaults sends all faults as CSV, for whoever corrects the file.
func (h *Handler) importFaults(c echo.Context) error {
	_, sheets, err := h.sheets(c)
	if err != nil {
		return err
	}
	plan, err := h.offices.Plan(c.Request().Context(), web.ActorOf(c), sheets)
	if err != nil {
		return err
	}
	p := h.site.Page(c, "")
	return download(c, h.text(c, "console.import.faults_file")+".csv", typeCSV, func(w io.Writer) error {
		return writeFaults(w, p, plan.Problems)
	})
}

func writeFaults(w io.Writer, p web.Page, problems []offices.Problem) error {
	out, err := csvtext.NewExcelWriter(w)
	if err != nil {
		return err
	}
	out.Write(p.T("console.import.sheet"), p.T("console.import.row"), p.T("console.import.column"), p.T("console.import.cell"), p.T("console.import.fault"))
	for _, x := range problems {
		row := problemOf(p, x)
		out.Write(row.Sheet, row.Row, row.Column, row.Cell, row.Text)
	}
	return out.Close()
}
