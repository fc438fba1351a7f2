package api

import (
	"bytes"

	"github.com/labstack/echo/v4"

	"minping/indices"
	"minping/server/web"
)

var socialParams = []string{"period", "format"}

// social answers GET /api/v1/social: the social performance 社会绩效 of the offices that
// the key may see; never without a key.
func (h *Handler) social(c echo.Context) error {
	by := web.ActorOf(c)
	p := readParams(c.QueryParams(), socialParams)
	q := indices.Query{Period: p.period()}
	format := p.choice("format", formats...)
	if err := p.err(); err != nil {
		return err
	}
	rows, err := h.indices.Social(c.Request().Context(), by, q)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	write, kind := indices.WriteSocialJSON, echo.MIMEApplicationJSON
	if format == "csv" {
		write, kind = indices.WriteSocialCSV, "text/csv; charset=utf-8"
		c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="minping-social-`+q.Period.String()+`.csv"`)
	}
	if err := write(&b, rows); err != nil {
		return err
	}
	return send(c, body{kind: kind, data: b.Bytes()})
}
