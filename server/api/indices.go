package api

import (
	"bytes"
	"slices"

	"github.com/labstack/echo/v4"

	"minping/indices"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/server/web"
)

var (
	indexParams = []string{"level", "period", "within", "channel", "stratum", "version", "suspects", "format"}
	trendParams = []string{"unit", "period", "grain", "channel", "stratum", "version", "suspects", "format"}
	formats     = []string{"json", "csv"}
	grains      = []string{"month", "day", "week", "quarter", "year"} // month when not said
	suspects    = []string{"include", "exclude"}
)

// index answers GET /api/v1/indices: the rows that the command `indices` prints.
func (h *Handler) index(c echo.Context) error {
	by := web.ActorOf(c)
	p := readParams(c.QueryParams(), indexParams)
	q := indices.Query{
		Level: indices.Level(p.required("level")), Period: p.period(),
		Channel: p.optional("channel", indices.Channels()), Stratum: p.optional("stratum", indices.Strata()),
		Version: p.version(), Suspects: indices.Suspects(p.choice("suspects", suspects...)),
	}
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
	q.Within = within.ID
	rows, err := h.indices.Index(c.Request().Context(), by, q)
	if err != nil {
		return err
	}
	return sendRows(c, rows, answer{format: format, name: string(q.Level) + "-" + q.Period.String()})
}

// trend answers GET /api/v1/indices/trend: one row for each calendar unit of the period.
func (h *Handler) trend(c echo.Context) error {
	by := web.ActorOf(c)
	p := readParams(c.QueryParams(), trendParams)
	q := indices.Subject{
		Period:  p.period(),
		Channel: p.optional("channel", indices.Channels()), Stratum: p.optional("stratum", indices.Strata()),
		Version: p.version(), Suspects: indices.Suspects(p.choice("suspects", suspects...)),
	}
	grain := indices.Grain(p.choice("grain", grains...))
	format := p.choice("format", formats...)
	p.required("unit")
	unit, err := h.unit(c, by, p, "unit")
	if err != nil {
		return err
	}
	if err := p.err(); err != nil {
		return err
	}
	if err := published(by, q.Period, p); err != nil {
		return err
	}
	if !slices.Contains(publicGrains(), grain) && !by.Anywhere(permIndexRead) {
		return needsKey()
	}
	q.Unit = unit.ID
	points, err := h.indices.Trend(c.Request().Context(), by, q, grain)
	if err != nil {
		return err
	}
	rows := make([]indices.Row, 0, len(points))
	for _, point := range points {
		rows = append(rows, indices.Row{Unit: unit, Period: point.Period, Figures: point.Figures})
	}
	return sendRows(c, rows, answer{format: format, name: "trend-" + string(grain) + "-" + q.Period.String()})
}

// unit finds the unit that a parameter names; the zero Unit when it is absent
// or complained about.
func (h *Handler) unit(c echo.Context, by actor.Actor, p *params, name string) (indices.Unit, error) {
	text := p.text(name)
	if text == "" {
		return indices.Unit{}, nil
	}
	u, err := h.indices.Resolve(c.Request().Context(), by, text)
	return u, p.take(name, err)
}

// answer is how rows are sent: json or csv, the latter as a file of that name.
type answer struct{ format, name string }

func sendRows(c echo.Context, rows []indices.Row, a answer) error {
	var b bytes.Buffer
	write := indices.WriteJSON
	kind := echo.MIMEApplicationJSON
	if a.format == "csv" {
		write, kind = indices.WriteCSV, "text/csv; charset=utf-8"
		c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="minping-`+a.name+`.csv"`)
	}
	if err := write(&b, rows); err != nil {
		return err
	}
	return send(c, body{kind: kind, data: b.Bytes()})
}

const permIndexRead actor.Permission = "index:read"

// publicGrains are the calendar units whose figures are published.
func publicGrains() []indices.Grain {
	return []indices.Grain{indices.Month, indices.Quarter, indices.Year}
}

func needsKey() error { return fault.New(fault.Unauthorized, "indices.fault.needs_key") }

// published lets everybody ask for what the board shows: whole months, quarters
// and years, undivided. Days, free ranges and parts need a key: of two answers that
// differ by a day or a channel, one rating could be read that is suppressed alone.
func published(by actor.Actor, period indices.Period, p *params) error {
	if by.Anywhere(permIndexRead) {
		return nil
	}
	for _, part := range []string{"channel", "stratum", "version", "suspects"} {
		if p.text(part) != "" {
			return needsKey()
		}
	}
	if !slices.Contains(publicGrains(), period.Grain()) {
		return needsKey()
	}
	return nil
}
