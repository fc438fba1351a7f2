package api

import (
	"bytes"

	"github.com/labstack/echo/v4"

	"minping/indices"
	"minping/server/web"
)

var (
	standingParams = []string{"level", "period", "pool", "format"}
	standingLevels = []string{string(indices.Office), string(indices.Division), string(indices.Hall), string(indices.Window)}
)

// standings answers GET /api/v1/standings: where the units of a level stand among their peers.
func (h *Handler) standings(c echo.Context) error {
	by := web.ActorOf(c)
	p := readParams(c.QueryParams(), standingParams)
	q := indices.Query{Level: indices.Level(p.required("level")), Period: p.period(), Pool: p.choice("pool", "no", "yes") == "yes"}
	p.optional("level", standingLevels)
	format := p.choice("format", formats...)
	if err := p.err(); err != nil {
		return err
	}
	if err := published(by, q.Period, p); err != nil {
		return err
	}
	if q.Pool && !by.Anywhere(permIndexRead) { // of two spans that differ by a month, the month could be read
		return needsKey()
	}
	s, err := h.indices.Standings(c.Request().Context(), by, q)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	write, kind := s.WriteJSON, echo.MIMEApplicationJSON
	if format == "csv" {
		write, kind = s.WriteCSV, "text/csv; charset=utf-8"
		c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="minping-standings-`+string(q.Level)+"-"+q.Period.String()+`.csv"`)
	}
	if err := write(&b); err != nil {
		return err
	}
	return send(c, body{kind: kind, data: b.Bytes()})
}
