package console

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/server/web"
	"minping/server/web/figures"
)

// Offices that may not judge each other's people 回避关系. Who opens it: the discipline
// role. In five seconds: who is kin of whom, and since when.

type kinPage struct {
	web.Page
	Rows    []kinRow
	First   []figures.Choice
	Second  []figures.Choice
	Reason  string
	Max     int
	Failure string
}

type kinRow struct {
	Unit, Other         int64
	Name, OtherName     string
	Since, Reason, Quit string
}

type kinRequest struct {
	Act    string `form:"act" validate:"omitempty,oneof=declare end"`
	Unit   int64  `form:"unit" validate:"min=0"`
	Other  int64  `form:"other" validate:"min=0"`
	Reason string `form:"reason"`
}

func (h *Handler) kin(c echo.Context) error { return h.showKin(c, kinRequest{}, nil) }

func (h *Handler) changeKin(c echo.Context) error {
	var req kinRequest
	err := web.Bind(c, &req)
	ctx, by := c.Request().Context(), web.ActorOf(c)
	done := "callback.kin.declared"
	switch {
	case err != nil:
	case req.Act == "end":
		done = "callback.kin.ended"
		err = h.desk.EndKin(ctx, by, req.Unit, req.Other)
	default:
		err = h.desk.DeclareKin(ctx, by, req.Unit, req.Other, req.Reason)
	}
	if err == nil {
		h.site.Flash(c, "ok", done)
		return c.Redirect(http.StatusSeeOther, "/console/desk/kin")
	}
	if !refused(err) {
		return err
	}
	return h.showKin(c, req, err)
}

func (h *Handler) showKin(c echo.Context, req kinRequest, wrong error) error {
	ctx := c.Request().Context()
	pairs, err := h.desk.Kin(ctx, web.ActorOf(c))
	if err != nil {
		return err
	}
	p := kinPage{Page: h.site.Page(c, "callback.kin.title"), Reason: req.Reason, Max: complaints.MaxReason}
	units := make([]int64, 0, 2*len(pairs))
	for _, k := range pairs {
		units = append(units, k.Unit, k.Other)
	}
	labels, err := h.desk.Labels(ctx, units, nil)
	if err != nil {
		return err
	}
	names := caseNames{p.Page, labels}
	for _, k := range pairs {
		p.Rows = append(p.Rows, kinRow{Unit: k.Unit, Other: k.Other, Name: names.unit(k.Unit), OtherName: names.unit(k.Other), Since: p.Date(k.Since), Reason: k.Reason})
	}
	offices, err := h.desk.OfficeLabels(ctx)
	if err != nil {
		return err
	}
	pick := func(now int64) []figures.Choice {
		list := []figures.Choice{{Text: p.T("console.choose"), Current: now == 0}}
		for _, o := range offices {
			list = append(list, figures.Choice{Value: fmtInt(o.ID), Text: named(p.Page, o.Name, o.NameEn, ""), Current: o.ID == now})
		}
		return list
	}
	p.First, p.Second = pick(req.Unit), pick(req.Other)
	if wrong == nil {
		return h.site.Render(c, http.StatusOK, "kin", p)
	}
	p.Failure = complain(&p.Page, wrong)
	return h.site.Render(c, statusFor(wrong), "kin", p)
}
