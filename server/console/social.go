package console

import (
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"minping/indices"
	"minping/internal/settings"
	"minping/server/web"
	"minping/server/web/figures"
)

// Social performance 社会绩效. Who opens it: the work committee that takes it into its
// appraisal, an office's leader before that. In five seconds: each office's figure with its
// range, and what it is made of or lacks.

type socialRequest struct {
	Period string `query:"period" validate:"max=30"`
	From   string `query:"from" validate:"max=10"`
	To     string `query:"to" validate:"max=10"`
}

type socialPage struct {
	web.Page
	Picker      figures.Picker
	Heads       []socialHead
	Rows        []socialRow
	Provisional bool
	Formula     string
	FormulaHref string
	CSV, XLSX   string
}

type socialHead struct{ Key, Text, Weight string }

type socialRow struct {
	Name, Value, Range, Covered, Missing string
	Parts                                []socialPartView
}

type socialPartView struct{ Label, Value, Range, Of string }

func (h *Handler) social(c echo.Context) error {
	period, wrong := h.readSocial(c)
	by := web.ActorOf(c)
	rows, err := h.indices.Social(c.Request().Context(), by, indices.Query{Period: period})
	if err != nil {
		return err
	}
	p := socialPage{Page: h.site.Page(c, "social.title")}
	link := figures.Link{Path: "/console/social", Query: url.Values{}}.Set("period", period.String())
	p.Picker = figures.NewPicker(figures.PickerConfig{Page: p.Page, Period: period, Today: h.today(), Link: link, Free: true,
		Grains: []indices.Grain{indices.Month, indices.Quarter, indices.Year}})
	if by.Citywide(settings.PermRead) {
		p.FormulaHref = methodologyHome
	}
	p.fill(rows)
	p.CSV = figures.Link{Path: "/console/social/export/csv", Query: link.Query}.String()
	p.XLSX = figures.Link{Path: "/console/social/export/xlsx", Query: link.Query}.String()
	status := http.StatusOK
	if wrong != nil {
		status, p.Errors = http.StatusUnprocessableEntity, web.Fields(wrong, p.Page)
		p.Picker.Error = p.Errors["period"]
	}
	return h.site.Render(c, status, "social", p)
}

func (h *Handler) readSocial(c echo.Context) (indices.Period, error) {
	var req socialRequest
	wrong := web.Bind(c, &req)
	if wrong != nil {
		req = socialRequest{}
	}
	period, err := figures.ReadPeriod(req.Period, req.From, req.To, h.usualPeriod())
	if wrong == nil {
		wrong = err
	}
	return period, wrong
}

func (p *socialPage) fill(rows []indices.Social) {
	for _, r := range rows {
		p.Formula, p.Provisional = r.Formula, !r.Closed
		if p.Heads == nil {
			for _, part := range r.Parts {
				p.Heads = append(p.Heads, socialHead{part.Key, p.T("methodology.social." + part.Key), p.Percent(part.Weight)})
			}
		}
		row := socialRow{Name: r.Unit.Title(p.Lang), Value: "—", Covered: p.Percent(r.Covered)}
		if r.Composite != nil {
			row.Value, row.Range = p.Fix(r.Composite.Value, 1), p.Fix(r.Composite.Low, 1)+"–"+p.Fix(r.Composite.High, 1)
		}
		var missing []string
		for _, key := range r.Missing {
			missing = append(missing, p.T("methodology.social."+key))
		}
		row.Missing = strings.Join(missing, p.T("audit.comma"))
		for _, part := range r.Parts {
			row.Parts = append(row.Parts, p.part(part))
		}
		p.Rows = append(p.Rows, row)
	}
}

func (p *socialPage) part(part indices.SocialPart) socialPartView {
	v := socialPartView{Label: p.T("methodology.social." + part.Key), Value: "—"}
	switch {
	case part.Figure != nil:
		v.Value, v.Range = p.Fix(part.Figure.Value, 1), p.Fix(part.Figure.Low, 1)+"–"+p.Fix(part.Figure.High, 1)
		v.Of = p.T("social.of", "N", p.Num(part.N))
	case part.State == indices.Suppressed:
		v.Of = p.T("callback.share.few", "Below", part.Below)
	default:
		v.Of = p.T("social.none")
	}
	return v
}

// exportSocial sends the table as a file, with the same columns as the interface.
func (h *Handler) exportSocial(c echo.Context) error {
	period, wrong := h.readSocial(c)
	if wrong != nil {
		return wrong
	}
	rows, err := h.indices.Social(c.Request().Context(), web.ActorOf(c), indices.Query{Period: period})
	if err != nil {
		return err
	}
	name := h.text(c, "social.title") + "-" + period.String()
	switch c.Param("format") {
	case "csv":
		return download(c, name+".csv", typeCSV, func(w io.Writer) error {
			if _, err := io.WriteString(w, "\ufeff"); err != nil { // so that Excel reads UTF-8
				return err
			}
			return indices.WriteSocialCSV(w, rows)
		})
	case "xlsx":
		return download(c, name+".xlsx", typeXLSX, func(w io.Writer) error {
			return indices.WriteSocialXLSX(w, rows, func(column string) string { return h.socialColumn(c, column) })
		})
	}
	return echo.ErrNotFound
}

// socialColumn words a column: the part, and what about it.
func (h *Handler) socialColumn(c echo.Context, column string) string {
	for _, key := range indices.SocialParts() {
		if suffix, ok := strings.CutPrefix(column, key); ok && (suffix == "" || suffix[0] == '_') {
			return h.text(c, "methodology.social."+key) + h.text(c, "social.column.part"+suffix)
		}
	}
	return h.text(c, "social.column."+column)
}
