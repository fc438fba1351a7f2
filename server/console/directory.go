package console

import (
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"minping/offices"
	"minping/server/web"
	"minping/server/web/figures"
)

// The directory list. Who opens it: a hall manager or system administrator at a
// desk, looking for one unit by name or number; anybody in doubt whom a window
// belongs to. In five seconds: find the unit.

type directoryRequest struct {
	Kind  string `query:"kind" validate:"omitempty,oneof=office division hall window"`
	Query string `query:"q" validate:"max=50"`
	Open  string `query:"open" validate:"omitempty,oneof=1"`
	After int64  `query:"after" validate:"min=0"`
}

type directoryPage struct {
	web.Page
	Kinds     []figures.Choice
	Kind      offices.Kind
	Units     []unitRow
	Query     string
	Open      bool
	Keep      []figures.Kept
	More      moreLink
	First     string // address of the first page, where this is another
	MayWrite  bool
	MayImport bool
	Tables    []tableLink
}

type unitRow struct {
	offices.Unit
	Title, Href string
	InService   bool
}

type moreLink struct{ Text, Href string }

type tableLink struct{ Text, Href string }

const directoryRows = 50

func (h *Handler) directory(c echo.Context) error {
	req := directoryRequest{Kind: "office"}
	wrong := web.Bind(c, &req)
	if wrong != nil {
		req = directoryRequest{Kind: "office"}
	}
	by := web.ActorOf(c)
	filter := offices.Filter{Kind: offices.Kind(req.Kind), Query: req.Query, Open: req.Open == "1", AfterID: req.After, Limit: directoryRows + 1}
	if req.Kind == "" && req.Query == "" {
		filter.Kind = offices.Office
	}
	units, err := h.offices.Units(c.Request().Context(), by, filter)
	if err != nil {
		return err
	}
	p := directoryPage{Page: h.site.Page(c, "console.directory.title"), Kind: filter.Kind, Query: req.Query, Open: filter.Open,
		MayWrite: by.Anywhere(offices.PermWrite), MayImport: by.Anywhere(offices.PermImport)}
	p.fill(units, directoryLink(req), offices.DayOf(h.now()))
	if wrong != nil {
		p.Errors = web.Fields(wrong, p.Page)
		return h.site.Render(c, http.StatusUnprocessableEntity, "directory", p)
	}
	return h.site.Render(c, http.StatusOK, "directory", p)
}

func directoryLink(req directoryRequest) figures.Link {
	l := figures.Link{Path: "/console/directory", Query: url.Values{}}
	return l.Set("kind", req.Kind).Set("q", req.Query).Set("open", req.Open)
}

func (p *directoryPage) fill(units []offices.Unit, link figures.Link, today offices.Day) {
	if len(units) > directoryRows {
		units = units[:directoryRows]
		p.More = moreLink{p.T("console.more"), link.With("after", strconv.FormatInt(units[len(units)-1].ID, 10))}
	}
	for _, u := range units {
		p.Units = append(p.Units, unitRow{Unit: u, Title: unitTitle(p.Page, u), Href: unitHref(u.ID), InService: u.OpenOn(today)})
	}
	for _, k := range []offices.Kind{offices.Office, offices.Division, offices.Hall, offices.Window} {
		p.Kinds = append(p.Kinds, figures.Choice{Text: kindText(p.Page, k), Value: string(k), Href: link.With("kind", string(k)), Current: k == p.Kind})
	}
	p.Keep = link.Without("q", "open").Kept()
	for _, t := range offices.Tables() {
		p.Tables = append(p.Tables, tableLink{p.T(t.MessageKey()), "/console/directory/export/" + string(t)})
	}
}

func unitHref(id int64) string { return "/console/directory/" + strconv.FormatInt(id, 10) }

// exportDirectory sends the workbook that the import takes back.
func (h *Handler) exportDirectory(c echo.Context) error {
	name := h.text(c, "console.directory.file") + ".xlsx"
	return download(c, name, typeXLSX, func(w io.Writer) error {
		return h.offices.Export(c.Request().Context(), web.ActorOf(c), w)
	})
}

// exportTable sends one sheet as CSV.
func (h *Handler) exportTable(c echo.Context) error {
	table := offices.Table(c.Param("table"))
	return download(c, string(table)+".csv", typeCSV, func(w io.Writer) error {
		return h.offices.ExportCSV(c.Request().Context(), web.ActorOf(c), table, w)
	})
}

func (h *Handler) importTemplate(c echo.Context) error {
	return download(c, h.text(c, "console.import.template_file")+".xlsx", typeXLSX, offices.Template)
}
