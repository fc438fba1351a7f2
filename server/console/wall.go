package console

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/internal/actor"
	"minping/server/live"
	"minping/server/web"
)

// The dispatch monitor 网络调度监控. Who looks: the dispatch room, a committee's
// secretary, a hall's manager, from five metres away and in passing. In five
// seconds: is anything burning, where, and until when. Whoever cannot read a screen
// from afar, or at all, takes the same figures as plain tables (view=plain).

type wallPage struct {
	web.Page
	Scope   string
	Day     string
	At      string
	Stream  string // where changes come from
	Plain   bool
	Tiles   []wallTile
	Stages  []wallStage
	Red     wallList
	Orders  wallList
	Halls   wallList
	Silent  wallList
	Refresh int // seconds, without scripts
}

// wallTile is one big figure.
type wallTile struct{ Label, Value, Note, Tone string }

// wallStage is how many cases stand at one step.
type wallStage struct{ Label, Value string }

// wallList is one column of the monitor. Note stands where there is nothing to list.
type wallList struct {
	Title, Total, Note string
	Rows               []wallRow
}

// wallRow: what, how much of it, and where. Live, Late and Burning are the parts of a bar in percent.
type wallRow struct {
	Name, Value, Place, Tone, Href string
	Bar                            bool
	Live, Late, Burning            int
}

func (h *Handler) wallPage(c echo.Context) error {
	p := h.wallShell(c)
	if err := h.fillWall(c.Request().Context(), web.ActorOf(c), &p); err != nil {
		return err
	}
	if p.Plain {
		return h.site.Render(c, http.StatusOK, "wall_plain", p)
	}
	have, err := h.wallPicture(p)
	if err != nil {
		return err
	}
	p.Stream = "/console/wall/stream?have=" + url.QueryEscape(have.ID)
	return h.site.Render(c, http.StatusOK, "wall", p)
}

// wallShell is a monitor without its figures.
func (h *Handler) wallShell(c echo.Context) wallPage {
	return wallPage{Page: h.site.Page(c, "wall.title"), Plain: c.QueryParam("view") == "plain", Refresh: 20}
}

// wallPicture is what is sent into open pages; it is the same as long as the figures are.
func (h *Handler) wallPicture(p wallPage) (live.Picture, error) {
	data, err := h.site.RenderPart("wall", "wall-body", p)
	sum := sha256.Sum256(data)
	return live.Picture{ID: hex.EncodeToString(sum[:12]), Data: data, At: h.now()}, err
}

// fillWall reads what by watches over.
func (h *Handler) fillWall(ctx context.Context, by actor.Actor, p *wallPage) error {
	desk, err := h.desk.Wall(ctx, by)
	if err != nil {
		return err
	}
	pulse, err := h.surveys.Pulse(ctx, by)
	if err != nil {
		return err
	}
	over := by.Scope(complaints.PermWall)
	w := wallWords{page: p.Page, desk: h.desk, wall: desk, pulse: pulse}
	if err := w.learn(ctx, over.Units()); err != nil {
		return err
	}
	p.At, p.Day = p.Clock(desk.At), p.Date(desk.At)
	if p.Scope = p.T("wall.city"); !over.All {
		p.Scope = w.names(over.Units())
	}
	p.Tiles, p.Stages = w.tiles(), w.stages()
	p.Red, p.Orders, p.Halls, p.Silent = w.red(), w.orders(), w.load(), w.silent()
	return nil
}

// wallKey tells apart what is drawn differently: by language and by what an account may watch.
func wallKey(lang string, by actor.Actor) string {
	over := by.Scope(complaints.PermWall)
	units := strings.Trim(fmt.Sprint(over.Units()), "[]")
	return fmt.Sprintf("wall/%s/%d/%t/%s", lang, by.Account, over.All, units)
}
