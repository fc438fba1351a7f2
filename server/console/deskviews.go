package console

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/internal/actor"
	"minping/server/web"
	"minping/server/web/figures"
)

// deskFigure is one view with its count, which leads to the cases it counts.
type deskFigure struct {
	Label, Value, Href, Tone string
	Current                  bool
}

// ownView is a view that somebody keeps.
type ownView struct {
	deskFigure
	Ref   string
	ID    int64
	First bool
}

// saveViewForm keeps the choice that is shown under a name.
type saveViewForm struct {
	Keep  []figures.Kept
	Name  string
	Error web.FieldError
	Shown bool // there is something to keep
	First string
}

func (s *saveViewForm) fill(p web.Page, c complaints.Choice, req deskRequest) {
	s.Keep = keptOf(req.values())
	s.Shown = c != complaints.Choice{}
	s.Error = p.Err("name")
}

func viewHref(ref string) string { return "/console/desk?view=" + ref }

// fillViews counts what everybody's views show in one query, and each own one by itself.
func (h *Handler) fillViews(ctx context.Context, by actor.Actor, p *deskPage, views complaints.Views, ref string) error {
	n, err := h.desk.Counts(ctx, by, complaints.Filter{})
	if err != nil {
		return err
	}
	counts := map[string]int{"open": n.Live, "mine": n.Mine, "overdue": n.Overdue, "today": n.DueToday, "nobody": n.Nobody}
	for _, v := range views.Shared {
		for _, s := range complaints.StateGroup(v.Choice.State) {
			counts[v.Key] += n.ByState[s]
		}
		if v.Key == "waiting" {
			counts[v.Key] = n.ByState[complaints.Waiting]
		}
		f := deskFigure{Label: p.T("desk.view." + v.Key), Value: p.Num(counts[v.Key]), Href: viewHref(v.Ref()), Current: v.Ref() == ref}
		switch {
		case v.Choice.State == complaints.Finished:
			f.Value = "…"
		case counts[v.Key] == 0:
		case v.Key == "overdue":
			f.Tone = "bad"
		case v.Key == "today":
			f.Tone = "warn"
		}
		p.Views = append(p.Views, f)
	}
	for _, v := range views.Own {
		n, err := h.desk.CountView(ctx, by, v.Choice)
		if err != nil {
			return err
		}
		o := ownView{deskFigure: deskFigure{Label: v.Name, Value: p.Num(n), Href: viewHref(v.Ref()), Current: v.Ref() == ref}, Ref: v.Ref(), ID: v.ID, First: v.Ref() == views.First}
		switch {
		case n < 0:
			o.Value = "…"
		case n >= complaints.MostCounted:
			o.Value += "+"
		}
		p.Own = append(p.Own, o)
	}
	if ref != "" && ref != views.First {
		p.Save.First = ref
	}
	return nil
}

type viewRequest struct {
	Filter deskRequest
	Act    string `form:"act" validate:"oneof=save drop first"`
	Ref    string `form:"ref" validate:"max=30"`
	Name   string `form:"name"`
}

// changeViews keeps a view, forgets one, or says which opens first.
func (h *Handler) changeViews(c echo.Context) error {
	var req viewRequest
	if err := web.Bind(c, &req); err != nil {
		return c.Redirect(http.StatusSeeOther, "/console/desk")
	}
	ctx, by := c.Request().Context(), web.ActorOf(c)
	to, done := "/console/desk", "desk.view.dropped"
	var err error
	switch req.Act {
	case "first":
		to, done = viewHref(req.Ref), "desk.view.first_done"
		err = h.desk.OpenFirst(ctx, by, req.Ref)
	case "drop":
		id, _ := strconv.ParseInt(req.Ref, 10, 64)
		err = h.desk.DropView(ctx, by, id)
	default:
		return h.saveView(c, req)
	}
	if err != nil {
		return err
	}
	h.site.Flash(c, "ok", done)
	return c.Redirect(http.StatusSeeOther, to)
}

func (h *Handler) saveView(c echo.Context, req viewRequest) error {
	ctx, by := c.Request().Context(), web.ActorOf(c)
	views, err := h.desk.Views(ctx, by)
	if err != nil {
		return err
	}
	choice, _, ok := req.Filter.choice(views, h.finder)
	if !ok {
		return c.Redirect(http.StatusSeeOther, "/console/desk")
	}
	v, err := h.desk.SaveView(ctx, by, req.Name, choice)
	if refused(err) {
		p := deskPage{Page: h.site.Page(c, "desk.title"), Save: saveViewForm{Name: strings.TrimSpace(req.Name)}}
		if text := complain(&p.Page, err); text != "" {
			p.Errors = map[string]string{"name": text}
		}
		return h.showQueue(c, req.Filter, p, statusFor(err))
	}
	if err != nil {
		return err
	}
	h.site.Flash(c, "ok", "desk.view.saved")
	return c.Redirect(http.StatusSeeOther, viewHref(v.Ref()))
}
