package console

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"minping/internal/settings"
	"minping/offices/calendar"
	"minping/server/web"
)

// A holiday notice that waits. Who opens it: the second person, before it holds. In
// five seconds: which days change, and how many deadlines move.

type noticePage struct {
	noticePreview
	Row        holidayRow
	State      string
	Open       bool
	MayDecide  bool
	MayRetract bool
	Decision   string
	DecidedAt  string
	Days       []noticeDay
	Failure    string
	Form       settleRequest
}

func (h *Handler) holidayNotice(c echo.Context) error {
	var req idRequest
	if err := web.Bind(c, &req); err != nil {
		return echo.ErrNotFound
	}
	return h.showNotice(c, settleRequest{ID: req.ID}, nil)
}

func (h *Handler) settleNotice(c echo.Context) error {
	var req settleRequest
	err := web.Bind(c, &req)
	if err == nil {
		ctx, by := c.Request().Context(), web.ActorOf(c)
		switch req.Do {
		case "approve":
			err = h.calendar.Approve(ctx, by, req.ID)
		case "reject":
			err = h.calendar.Reject(ctx, by, req.ID, req.Decision)
		case "withdraw":
			err = h.calendar.Withdraw(ctx, by, req.ID)
		}
		if err == nil {
			h.site.Flash(c, "ok", "calendar.settled."+req.Do)
			return c.Redirect(http.StatusSeeOther, noticeHref(req.ID))
		}
	}
	if !refused(err) || req.ID == 0 {
		return err
	}
	return h.showNotice(c, req, err)
}

func (h *Handler) showNotice(c echo.Context, req settleRequest, wrong error) error {
	by := web.ActorOf(c)
	n, plan, err := h.calendar.Get(c.Request().Context(), by, req.ID)
	if err != nil {
		return err
	}
	p := noticePage{Form: req, Open: n.State == calendar.Pending, Decision: n.Decision}
	p.Page = h.site.Page(c, "calendar.notice.title", "Year", n.Year)
	if p.Open {
		if p.noticePreview, err = h.previewOf(c, p.Page, plan); err != nil {
			return err
		}
	}
	p.Crumbs = []web.Crumb{{Text: p.T("settings.title"), Href: "/console/settings"}, {Text: p.T("calendar.title"), Href: "/console/settings/calendar"}, {Text: p.Title}}
	p.Row, p.State = holidayRowOf(p.Page, n), p.T("settings.state."+string(n.State))
	off := 0
	for _, d := range n.Days {
		p.Days = append(p.Days, noticeDayOf(p.Page, d.Date, d.Name, !d.Off, false))
		if d.Off {
			off++
		}
	}
	p.Sentence = noticeSentence(p.Page, n.Year, off, len(n.Days)-off)
	own := n.ProposedBy == by.Account && by.Account != 0
	p.MayRetract = p.Open && own
	p.MayDecide = p.Open && !own && by.Account != 0 && by.Citywide(settings.PermApprove)
	if n.DecidedAt != nil {
		p.DecidedAt = p.Time(n.DecidedAt)
	}
	if wrong == nil {
		return h.site.Render(c, http.StatusOK, "calendar_notice", p)
	}
	p.Failure = complain(&p.Page, wrong)
	return h.site.Render(c, statusFor(wrong), "calendar_notice", p)
}
