package api

import (
	"bytes"

	"github.com/labstack/echo/v4"

	"minping/indices"
	"minping/server/web"
)

var (
	fiveParams = []string{"level", "period", "within", "format"}
	fiveLevels = []string{string(indices.Office), string(indices.City)} // office when not said
)

// five answers GET /api/v1/five: the five indices of the offices in the key's scope, or of the city.
func (h *Handler) five(c echo.Context) error {
	by := web.ActorOf(c)
	p := readParams(c.QueryParams(), fiveParams)
	q := indices.Query{Level: indices.Level(p.choice("level", fiveLevels...)), Period: p.period()}
	format := p.choice("format", formats...)
	if !by.Anywhere(indices.PermInternal) { // before a unit's name says whether it exists
		return needsKey()
	}
	within, err := h.unit(c, by, p, "within")
	if err != nil {
		return err
	}
	if err := p.err(); err != nil {
		return err
	}
	q.Within = within.ID
	list, err := h.indices.Five(c.Request().Context(), by, q)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	write, kind := indices.FiveFile(list).WriteJSON, echo.MIMEApplicationJSON
	if format == "csv" {
		write, kind = indices.FiveFile(list).WriteCSV, "text/csv; charset=utf-8"
		c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="minping-five-`+q.Period.String()+`.csv"`)
	}
	if err := write(&b); err != nil {
		return err
	}
	return send(c, body{kind: kind, data: b.Bytes()})
}
