package console

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"minping/brand"
	"minping/server/web"
)

// What is pinned to a line, and the target it is held against.

type eventForm struct {
	Unit  int64  `param:"id" validate:"required,min=1"`
	Kind  string `form:"kind" validate:"max=20"`
	From  string `form:"from" validate:"max=20"`
	To    string `form:"to" validate:"max=20"`
	Title string `form:"title" validate:"max=1000"`
}

type targetForm struct {
	Unit   int64  `param:"id" validate:"required,min=1"`
	Year   string `form:"year" validate:"max=20"`
	Value  string `form:"value" validate:"max=20"`
	Reason string `form:"reason" validate:"max=1000"`
}

type eventID struct {
	Unit  int64 `param:"id" validate:"required,min=1"`
	Event int64 `param:"event" validate:"required,min=1"`
}

func trendHref(unit int64) string { return "/console/trend?unit=" + fmtInt(unit) }

func (h *Handler) pinEvent(c echo.Context) error {
	var f eventForm
	err := web.Bind(c, &f)
	if err != nil && f.Unit == 0 {
		return echo.ErrNotFound
	}
	if err == nil {
		_, err = h.brand.Pin(c.Request().Context(), web.ActorOf(c), brand.NewEvent{Unit: f.Unit, Kind: brand.Kind(f.Kind), From: f.From, To: f.To, Title: f.Title})
	}
	if err == nil {
		h.site.Flash(c, "ok", "brand.event.pinned")
		return c.Redirect(http.StatusSeeOther, trendHref(f.Unit)+"#events")
	}
	if !refused(err) {
		return err
	}
	return h.showChange(c, changeForms{unit: f.Unit, event: f, wrong: err})
}

func (h *Handler) removeEvent(c echo.Context) error {
	var id eventID
	if err := web.Bind(c, &id); err != nil {
		return echo.ErrNotFound
	}
	if _, err := h.brand.Remove(c.Request().Context(), web.ActorOf(c), id.Event); err != nil {
		return err
	}
	h.site.Flash(c, "ok", "brand.event.removed")
	return c.Redirect(http.StatusSeeOther, trendHref(id.Unit)+"#events")
}

func (h *Handler) setTarget(c echo.Context) error {
	var f targetForm
	err := web.Bind(c, &f)
	if err != nil && f.Unit == 0 {
		return echo.ErrNotFound
	}
	if err == nil {
		_, err = h.brand.SetTarget(c.Request().Context(), web.ActorOf(c), brand.NewTarget{Unit: f.Unit, Year: whole(f.Year), Value: decimalOf(f.Value), Reason: f.Reason})
	}
	if err == nil {
		h.site.Flash(c, "ok", "brand.target.set")
		return c.Redirect(http.StatusSeeOther, trendHref(f.Unit)+"#target")
	}
	if !refused(err) {
		return err
	}
	return h.showChange(c, changeForms{unit: f.Unit, target: f, wrong: err})
}

// whole and decimalOf read what was typed; what is no number is none that a target may have.
func whole(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

func decimalOf(text string) float64 {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0
	}
	return v
}
