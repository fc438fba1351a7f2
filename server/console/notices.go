package console

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/internal/actor"
	"minping/server/web"
)

// Reminders 提醒. Who opens it: whoever the bell rings for, at the start of a day. In five
// seconds: which of my cases is running out of time, and since when.

type noticesPage struct {
	web.Page
	Rows   []noticeRow
	Unread bool
	Tabs   []deskFigure
	Newest int64 // everything up to it is marked by one button
	More   moreLink
}

type noticeRow struct {
	ID                               int64
	Href, Number, Title, Text, State string
	At, Office, Tone                 string
	Fresh, Sealed                    bool
}

type noticesRequest struct {
	Show   string `query:"show" validate:"omitempty,oneof=all"`
	Before int64  `query:"before" validate:"min=0"`
}

const noticeRows = 50

func (h *Handler) notices(c echo.Context) error {
	var req noticesRequest
	if err := web.Bind(c, &req); err != nil {
		req = noticesRequest{}
	}
	ctx, by := c.Request().Context(), web.ActorOf(c)
	unread := req.Show != "all"
	list, err := h.desk.Notices(ctx, by, complaints.NoticeFilter{Unread: unread, Before: req.Before, Limit: noticeRows + 1})
	if err != nil {
		return err
	}
	p := noticesPage{Page: h.site.Page(c, "callback.notices.title"), Unread: unread}
	if len(list) > noticeRows {
		list = list[:noticeRows]
		at := "/console/notices?before=" + fmtInt(list[noticeRows-1].ID)
		if !unread {
			at += "&show=all"
		}
		p.More = moreLink{p.T("console.more"), at}
	}
	p.Tabs = []deskFigure{{Label: p.T("callback.notices.unread"), Href: "/console/notices", Current: unread},
		{Label: p.T("callback.notices.all"), Href: "/console/notices?show=all", Current: !unread}}
	if p.Rows, err = h.wordNotices(ctx, p.Page, list); err != nil {
		return err
	}
	if len(list) > 0 {
		p.Newest = list[0].ID
	}
	return h.site.Render(c, http.StatusOK, "notices", p)
}

func (h *Handler) wordNotices(ctx context.Context, p web.Page, list []complaints.StaffNotice) ([]noticeRow, error) {
	units := make([]int64, 0, len(list))
	for _, n := range list {
		units = append(units, n.Office)
	}
	labels, err := h.desk.Labels(ctx, units, nil)
	if err != nil {
		return nil, err
	}
	names := caseNames{p, labels}
	rows := make([]noticeRow, 0, len(list))
	for _, n := range list {
		r := noticeRow{ID: n.ID, Href: caseHref(n.Case), Number: fmtInt(n.Case), Title: n.Title, State: p.T("desk.state." + string(n.State)), At: p.Time(n.SendAt),
			Office: names.unit(n.Office), Fresh: n.ReadAt == nil, Sealed: n.Sealed,
			Text: p.T("callback.notice."+percentWord(n.Percent), "Clock", p.T("desk.clock."+string(n.Clock)))}
		if n.Percent >= 100 {
			r.Tone = "bad"
		} else if n.Percent >= 80 {
			r.Tone = "warn"
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// percentWord is the last part of the key that words a step.
func percentWord(percent int) string {
	switch {
	case percent >= 200:
		return "double"
	case percent >= 100:
		return "over"
	case percent >= 80:
		return "soon"
	}
	return "half"
}

type noticesReadRequest struct {
	ID   int64  `form:"id" validate:"min=0"`
	UpTo string `form:"upto" validate:"omitempty,oneof=1"`
	Show string `form:"show" validate:"omitempty,oneof=all"`
}

func (h *Handler) readNotices(c echo.Context) error {
	var req noticesReadRequest
	if err := web.Bind(c, &req); err != nil {
		return err
	}
	if err := h.desk.ReadNotices(c.Request().Context(), web.ActorOf(c), req.ID, req.UpTo == "1"); err != nil {
		return err
	}
	to := "/console/notices"
	if req.Show == "all" {
		to += "?show=all"
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// bell counts what is not read, on every page of whoever reads cases.
func (h *Handler) bell(ctx context.Context, by actor.Actor) web.Bell {
	if h.desk == nil || !web.Holds(by, caseReaders()...) {
		return web.Bell{}
	}
	n, err := h.desk.Unread(ctx, by)
	if err != nil {
		h.log.Error("count reminders", "error", err)
	}
	return web.Bell{Href: "/console/notices", Count: n, More: n >= complaints.UnreadMost}
}
