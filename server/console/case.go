package console

import (
	"net/http"
	"slices"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/internal/fault"
	"minping/server/web"
)

// A case. Who opens it: its handler, a caller, a reviewer, a supervisor. In five
// seconds: what was said, how long is left, and what to do next. What the citizen
// reads and what stays inside never look alike, and never share a form.

type casePage struct {
	web.Page
	Row          caseRow
	Body         string
	Sent         []fileView // files that came with it
	Facts        []factRow
	Clocks       []clockRow
	Moves        []string // deadlines that moved by the calendar
	Timeline     []eventView
	Deeds        []deedView
	Script       []string // what a caller says
	Call         *callView
	Failure      string
	Kept         []string // what was typed into a form that is not open any more
	Since        bool     // something happened after what was shown
	Print        string
	Merged       string // address of the case this one is a double of
	Seq          int    // of the newest event
	Presence     string // where the page's script tells that it is open
	Company      string // who else has it open
	Release      string // address where it is prepared for the public
	KnownAnswers []knownRow
	Alike        alikeView
	Seen         int // number of the newest event shown
}

type factRow struct{ Label, Value string }

type clockRow struct{ Name, Start, Due, Standing, Tone string }

func (h *Handler) casePage(c echo.Context) error { return h.showCase(c, nil, nil) }

// actOnCase does what one of the page's forms asks for. Who may is judged by the
// desk; a form that is refused comes back with what was typed.
func (h *Handler) actOnCase(c echo.Context) error {
	var req caseRequest
	err := web.Bind(c, &req)
	f, ok := findForm(req.Act)
	if req.ID == 0 || !ok {
		return echo.ErrNotFound
	}
	ctx, by := c.Request().Context(), web.ActorOf(c)
	only := false
	if err == nil {
		only, err = h.takeFiles(c, waitingFor(c, req.Submission, req.Act))
	}
	if err == nil && only {
		return h.showCase(c, &req, nil)
	}
	if err == nil && len(req.Insert) > 1 {
		return h.insertText(c, &req)
	}
	if err == nil {
		var done complaints.Case
		if done, err = f.do(ctx, h.desk, by, &req); err == nil {
			return h.afterDeed(c, f, done)
		}
	}
	if !refused(err) && !ownRefusal(err) {
		return err
	}
	return h.showCase(c, &req, err)
}

// ownRefusal tells a refusal of the desk that has a reason to be read from one
// that only says no.
func ownRefusal(err error) bool {
	f, ok := fault.As(err)
	return ok && f.Kind == fault.Forbidden && f.Key != "fault.forbidden"
}

func (h *Handler) afterDeed(c echo.Context, f caseForm, done complaints.Case) error {
	h.site.Flash(c, "ok", "desk.done."+f.name)
	if _, err := h.desk.Get(c.Request().Context(), web.ActorOf(c), done.ID); fault.KindOf(err) == fault.NotFound && err != nil {
		return c.Redirect(http.StatusSeeOther, "/console/desk") // sealed, or left by oneself
	}
	return c.Redirect(http.StatusSeeOther, caseHref(done.ID))
}

func (h *Handler) showCase(c echo.Context, typed *caseRequest, wrong error) error {
	p, d, err := h.readCase(c, typed)
	if err != nil {
		return err
	}
	ctx, by := c.Request().Context(), web.ActorOf(c)
	submission := uuid.NewString()
	if typed != nil && typed.Submission != "" {
		submission = typed.Submission
	}
	failure := ""
	if wrong != nil {
		failure = complain(&p.Page, wrong)
	}
	forms, err := h.formMaker(ctx, p.Page, &d, by, submission)
	if err != nil {
		return err
	}
	p.Deeds = forms.deeds(typed, failure)
	if err := h.dressDeeds(c, &p, typed, submission); err != nil {
		return err
	}
	p.Company = h.company(ctx, p.Page, by, d.ID)
	if err := h.showKnown(ctx, &p, d, by); err != nil {
		return err
	}
	if err := h.readAlike(ctx, &p, &d, by); err != nil {
		return err
	}
	if err := h.offerTemplates(ctx, &p, &d, by, typed); err != nil {
		return err
	}
	if slices.Contains(d.Actions, complaints.ActMiss) {
		p.Script = script(p, d)
		if err := h.fillCall(c, &p, d); err != nil {
			return err
		}
	}
	if wrong == nil {
		return h.site.Render(c, http.StatusOK, "case", p)
	}
	if !slices.ContainsFunc(p.Deeds, func(v deedView) bool { return v.Name == typed.Act }) {
		p.Failure, p.Kept = failure, typed.texts()
		if p.Failure == "" {
			p.Failure = p.T("complaints.state")
		}
	}
	status := statusFor(wrong)
	if ownRefusal(wrong) {
		status = http.StatusForbidden
	}
	return h.site.Render(c, status, "case", p)
}

// texts are the words that somebody typed and must not lose.
func (r *caseRequest) texts() []string {
	return slices.DeleteFunc([]string{r.Title, r.Body, r.Reason, r.Remark}, func(s string) bool { return s == "" })
}

// readCase reads what the page and its paper share.
func (h *Handler) readCase(c echo.Context, typed *caseRequest) (casePage, complaints.Dossier, error) {
	var id idRequest
	if err := web.Bind(c, &id); err != nil && id.ID == 0 {
		return casePage{}, complaints.Dossier{}, echo.ErrNotFound
	}
	ctx := c.Request().Context()
	d, err := h.desk.Get(ctx, web.ActorOf(c), id.ID)
	if err != nil {
		return casePage{}, d, err
	}
	p := casePage{Page: h.site.Page(c, ""), Body: d.Body, Seq: d.Seq, Seen: d.Seq, Print: caseHref(d.ID) + "/print", Presence: caseHref(d.ID) + "/presence"}
	names, err := h.namesIn(ctx, p.Page, d)
	if err != nil {
		return p, d, err
	}
	p.Title = d.Title
	p.Sent = filesAt(p.Page, d, 1)
	p.Row = h.caseRow(p.Page, names, d.Case)
	p.Facts = caseFacts(p.Page, names, d)
	p.Clocks, p.Moves = h.clockRows(p.Page, d), moveTexts(p.Page, d.Moves)
	seen := 0
	if typed != nil {
		seen = typed.Seen
	}
	p.Timeline = timeline(p.Page, names, d, seen)
	p.Since = seen > 0 && seen < d.Seq
	if d.MergedInto != 0 {
		p.Merged = caseHref(d.MergedInto)
	}
	return p, d, nil
}
