package api

import (
	"bytes"

	"github.com/labstack/echo/v4"

	"minping/indices"
	"minping/server/web"
)

var rateParams = []string{"level", "period", "within", "kind", "format"}

// rates answers GET /api/v1/rates: the three rates 三率 of the units of a level.
func (h *Handler) rates(c echo.Context) error {
	by := web.ActorOf(c)
	p := readParams(c.QueryParams(), rateParams)
	q := indices.RatesQuery{Level: indices.Level(p.required("level")), Period: p.period(), Kind: p.optional("kind", indices.CaseKinds())}
	p.optional("level", indices.LevelNames())
	format := p.choice("format", formats...)
	within, err := h.unit(c, by, p, "within")
	if err != nil {
		return err
	}
	if err := p.err(); err != nil {
		return err
	}
	if err := published(by, q.Period, p); err != nil {
		return err
	}
	if q.Kind != "" && !by.Anywhere(permIndexRead) { // a part of what is published, as channels are of ratings
		return needsKey()
	}
	q.Within = within.ID
	rows, err := h.indices.Rates(c.Request().Context(), by, q)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	write, kind := indices.WriteRatesJSON, echo.MIMEApplicationJSON
	if format == "csv" {
		write, kind = indices.WriteRatesCSV, "text/csv; charset=utf-8"
		c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="minping-rates-`+string(q.Level)+"-"+q.Period.String()+`.csv"`)
	}
	if err := write(&b, rows, by.Anywhere(indices.PermInternal)); err != nil {
		return err
	}
	return send(c, body{kind: kind, data: b.Bytes()})
}
