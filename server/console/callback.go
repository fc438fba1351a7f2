package console

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/internal/fault"
	"minping/server/web"
)

// Asking citizens 回访. Who opens the list: a caller from outside of the offices, with a
// telephone. In five seconds: whom to ask next, who asked to be called when. The page of
// the case holds the script and the form; the number is shown once, on an answer of its
// own in another window, so that nothing typed is lost when it goes.

type callsPage struct {
	web.Page
	Rows []callRow
	More moreLink
}

type callRow struct {
	caseRow
	Tried string
	Again string // when the citizen asked to be called
	Now   bool   // that time has come
	Reach string
}

func (h *Handler) callbacks(c echo.Context) error {
	var req deskRequest
	if err := web.Bind(c, &req); err != nil {
		req = deskRequest{}
	}
	after, ok := readMark(req.After)
	if !ok {
		return c.Redirect(http.StatusSeeOther, "/console/callbacks")
	}
	ctx := c.Request().Context()
	calls, err := h.desk.Calls(ctx, web.ActorOf(c), after, deskRows+1)
	if err != nil {
		return err
	}
	p := callsPage{Page: h.site.Page(c, "desk.callbacks.title")}
	if len(calls) > deskRows {
		calls = calls[:deskRows]
		p.More = moreLink{p.T("console.more"), "/console/callbacks?after=" + markText(calls[deskRows-1].Case)}
	}
	list := make([]complaints.Case, 0, len(calls))
	for _, call := range calls {
		list = append(list, call.Case)
	}
	rows, err := h.caseRows(ctx, p.Page, list)
	if err != nil {
		return err
	}
	for i, call := range calls {
		p.Rows = append(p.Rows, h.wordCall(p.Page, rows[i], call))
	}
	return h.site.Render(c, http.StatusOK, "callbacks", p)
}

func (h *Handler) wordCall(p web.Page, row caseRow, call complaints.Call) callRow {
	r := callRow{caseRow: row, Tried: p.T("callback.tried.none"), Reach: p.T("callback.reach.no")}
	if call.Reachable {
		r.Reach = p.T("callback.reach.yes")
	}
	if call.Tries > 0 && call.LastAt != nil {
		r.Tried = p.T("callback.tried", "Count", call.Tries, "At", p.Time(*call.LastAt), "Why", missText(p, call.Last))
	}
	if call.LinkAt != nil {
		r.Reach = p.T("callback.reach.link", "At", p.Time(*call.LinkAt))
	}
	if call.Again != nil {
		r.Again, r.Now = p.T("callback.again_at", "At", p.Time(*call.Again)), !h.now().Before(*call.Again)
	}
	return r
}

func missText(p web.Page, m complaints.Miss) string {
	if m == "" {
		return p.T("desk.contacted.no")
	}
	return p.T("callback.missed." + string(m))
}

// callView is what the page of a case shows a caller besides script and form.
type callView struct {
	P       web.Page
	CSRF    string
	Contact string // masked
	Open    string // where it is opened; "": cannot
	Link    string // a link was sent, or why none can be
	Send    string // where one is sent; "": cannot
	Tries   []tryView
}

type tryView struct{ At, Text, Remark string }

// fillCall adds what a caller needs; nothing for whoever is none.
func (h *Handler) fillCall(c echo.Context, p *casePage, d complaints.Dossier) error {
	if !slices.Contains(d.Actions, complaints.ActMiss) {
		return nil
	}
	st, err := h.desk.Contact(c.Request().Context(), web.ActorOf(c), d.ID)
	if overtaken(err) {
		return nil // somebody was faster
	}
	if err != nil {
		return err
	}
	at := "/console/callbacks/" + fmtInt(d.ID)
	v := callView{P: p.Page, CSRF: p.CSRF, Contact: p.T("callback.contact.none")}
	if st.There && !st.Masked.Erased {
		v.Contact, v.Open = strings.TrimSpace(st.Masked.Name+" "+st.Masked.Phone+" "+st.Masked.Email), at+"/contact"
	}
	switch {
	case st.Link != nil && st.Link.UsedAt != nil:
		v.Link = p.T("callback.link.answered", "At", p.Time(*st.Link.UsedAt))
	case st.Link != nil:
		v.Link = p.T("callback.link.sent", "At", p.Time(st.Link.MadeAt), "Until", p.Time(st.Link.ExpiresAt))
	case st.ByLink:
		v.Send = at + "/link"
	}
	for _, t := range d.Callbacks {
		if t.Round == d.Round && !t.Contacted {
			text := missText(p.Page, t.Missed)
			if t.Again != nil {
				text += " · " + p.T("callback.again_at", "At", p.Time(*t.Again))
			}
			v.Tries = append(v.Tries, tryView{p.Time(t.At), text, t.Remark})
		}
	}
	p.Call = &v
	return nil
}

// overtaken tells a refusal that comes of what somebody else did meanwhile.
func overtaken(err error) bool {
	f, ok := fault.As(err)
	return ok && (f.Kind == fault.Forbidden || f.Kind == fault.Conflict || f.Kind == fault.NotFound)
}

type callContactRequest struct {
	ID     int64  `param:"id" validate:"required,min=1"`
	Reason string `form:"reason"`
}

type callContactPage struct {
	web.Page
	Case     string
	Back     string
	At       string
	Masked   string
	Reason   string
	Failure  string
	Shown    bool
	Seconds  int
	Minutes  int
	Name     string // in plain text, on the answer to the form only
	Phone    string
	Email    string
	CaseName string
}

func (h *Handler) callContact(c echo.Context) error { return h.showCallContact(c, nil) }

// openCallContact answers the form with the contact itself, which nothing keeps.
func (h *Handler) openCallContact(c echo.Context) error {
	var req callContactRequest
	if err := web.Bind(c, &req); err != nil && req.ID == 0 {
		return echo.ErrNotFound
	}
	shown, err := h.desk.OpenContact(c.Request().Context(), web.ActorOf(c), req.ID, req.Reason)
	if fault.KindOf(err) == fault.Invalid && err != nil {
		return h.showCallContact(c, err)
	}
	if err != nil {
		return err
	}
	p := h.callContactPage(c, req)
	p.Shown, p.Name, p.Phone, p.Email = true, shown.Name.Reveal(), shown.Phone.Reveal(), shown.Email.Reveal()
	c.Response().Header().Set("Cache-Control", "no-store")
	return h.site.Render(c, http.StatusOK, "callback_contact", p)
}

func (h *Handler) callContactPage(c echo.Context, req callContactRequest) callContactPage {
	return callContactPage{Page: h.site.Page(c, "callback.contact.title"), Case: fmtInt(req.ID), Back: caseHref(req.ID),
		At: "/console/callbacks/" + fmtInt(req.ID) + "/contact", Reason: req.Reason,
		Seconds: int(complaints.ShownFor / time.Second), Minutes: int(complaints.ShownFor / time.Minute)}
}

func (h *Handler) showCallContact(c echo.Context, wrong error) error {
	var req callContactRequest
	if err := web.Bind(c, &req); err != nil && req.ID == 0 {
		return echo.ErrNotFound
	}
	st, err := h.desk.Contact(c.Request().Context(), web.ActorOf(c), req.ID)
	if err != nil {
		return err
	}
	if !st.There || st.Masked.Erased {
		return fault.New(fault.NotFound, "complaints.no_contact")
	}
	p := h.callContactPage(c, req)
	p.Masked = strings.TrimSpace(st.Masked.Name + " " + st.Masked.Phone + " " + st.Masked.Email)
	c.Response().Header().Set("Cache-Control", "no-store")
	if wrong == nil {
		return h.site.Render(c, http.StatusOK, "callback_contact", p)
	}
	p.Failure = complain(&p.Page, wrong)
	return h.site.Render(c, statusFor(wrong), "callback_contact", p)
}

// readMoment reads what a field of day and time gives, in the city's time.
func readMoment(s string) (time.Time, bool) {
	t, err := time.ParseInLocation("2006-01-02T15:04", strings.TrimSpace(s), shanghai)
	return t, err == nil
}

var shanghai = time.FixedZone("Asia/Shanghai", 8*3600) // one zone without summer time since 1991

// sendCallLink sends the citizen a link to answer by.
func (h *Handler) sendCallLink(c echo.Context) error {
	var req callContactRequest
	if err := web.Bind(c, &req); err != nil && req.ID == 0 {
		return echo.ErrNotFound
	}
	if err := h.desk.SendLink(c.Request().Context(), web.ActorOf(c), req.ID); err != nil {
		f, ok := fault.As(err)
		if !ok || f.Kind != fault.Conflict || f.Key == "complaints.state" {
			return err
		}
		h.site.Flash(c, "warn", f.Key)
		return c.Redirect(http.StatusSeeOther, caseHref(req.ID))
	}
	h.site.Flash(c, "ok", "callback.link.done")
	return c.Redirect(http.StatusSeeOther, caseHref(req.ID))
}
