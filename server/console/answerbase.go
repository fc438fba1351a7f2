package console

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/complaints/publish"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/server/web"
	"minping/server/web/figures"
)

// The base of questions and answers. Who opens it: whoever answers consultations. In
// five seconds: which answers are out of date, which wait for me, and is there one already.

type answersRequest struct {
	Query  string `query:"q" validate:"max=100"`
	Office int64  `query:"office" validate:"min=0"`
	Only   string `query:"only" validate:"omitempty,oneof=stale waiting retired"`
}

type answersPage struct {
	web.Page
	Query   string
	Offices []figures.Choice
	Only    []figures.Choice
	Rows    []answerRow
	Empty   string
}

type answerRow struct {
	Href, Question, Office, State, Checked, Review string
	Stale, Waits                                   bool
}

func (h *Handler) answerList(c echo.Context) error {
	var req answersRequest
	if err := web.Bind(c, &req); err != nil {
		req = answersRequest{}
	}
	ctx, by := c.Request().Context(), web.ActorOf(c)
	list, err := h.public.Entries(ctx, by, publish.EntryFilter{Query: req.Query, Office: req.Office, Stale: req.Only == "stale", Waiting: req.Only == "waiting", Retired: req.Only == "retired"})
	if err != nil {
		return err
	}
	p := answersPage{Page: h.site.Page(c, "publish.answers.title"), Query: req.Query}
	p.Empty = p.T("publish.answers.none")
	for _, only := range []string{"", "stale", "waiting", "retired"} {
		p.Only = append(p.Only, figures.Choice{Value: only, Text: p.T("publish.only." + orAny(only)), Current: only == req.Only})
	}
	if p.Offices, err = h.officeChoices(c, p.Page, by, req.Office); err != nil {
		return err
	}
	for _, e := range list {
		row := answerRow{Href: "/console/answers/" + fmtInt(e.ID), Question: e.Question, Office: named(p.Page, e.OfficeName, e.OfficeNameEn, ""), State: p.T("publish.answer." + e.State), Stale: e.Stale, Waits: e.Waits()}
		if e.Checked != nil {
			row.Checked = p.Date(*e.Checked)
		}
		if e.ReviewOn != nil {
			row.Review = p.Date(*e.ReviewOn)
		}
		p.Rows = append(p.Rows, row)
	}
	return h.site.Render(c, http.StatusOK, "answer_list", p)
}

// officeChoices offers the offices that somebody writes answers for.
func (h *Handler) officeChoices(c echo.Context, p web.Page, by actor.Actor, now int64) ([]figures.Choice, error) {
	list, err := h.desk.OfficeLabels(c.Request().Context())
	if err != nil {
		return nil, err
	}
	var out []figures.Choice
	for _, o := range list {
		at := actor.Place{Office: o.ID}
		if by.Can(complaints.PermReply, at) || by.Can(publish.PermPublish, at) {
			out = append(out, figures.Choice{Value: fmtInt(o.ID), Text: named(p, o.Name, o.NameEn, ""), Current: o.ID == now})
		}
	}
	return out, nil
}

// answerRequest is any of the forms of an entry.
type answerRequest struct {
	ID       int64  `param:"id" validate:"min=0"`
	Act      string `form:"act" validate:"omitempty,oneof=write release retire"`
	Seq      int    `form:"seq" validate:"min=0"`
	Office   int64  `form:"office" validate:"min=0"`
	Category int    `form:"category" validate:"min=0"`
	Case     int64  `form:"case" query:"case" validate:"min=0"`
	Question string `form:"question"`
	Answer   string `form:"answer"`
	Checked  string `form:"checked" validate:"max=3"`
	Until    string `form:"until" validate:"max=10"`
}

type answerPage struct {
	web.Page
	ID         string
	At         string
	Seq        int
	Case       string
	CaseHref   string
	Offices    []figures.Choice
	Categories []figures.Choice
	Typed      answerRequest
	Personal   bool // something seems personal: say that it was looked at
	Facts      []factRow
	State      string
	Stale      bool
	Waits      bool
	MayWrite   bool
	MayRelease bool
	MayRetire  bool
	Another    bool
	Public     string
	Until      string
	Failure    string
	MaxQ, MaxA int
}

func (h *Handler) newAnswer(c echo.Context) error {
	var req answerRequest
	if err := web.Bind(c, &req); err != nil {
		return echo.ErrNotFound
	}
	if req.Case != 0 {
		w, err := h.public.FromCase(c.Request().Context(), web.ActorOf(c), req.Case)
		if err != nil {
			return err
		}
		req.Office, req.Category, req.Question, req.Answer = w.Office, w.Category, w.Question, w.Answer
	}
	return h.showAnswer(c, publish.Entry{}, req, nil)
}

func (h *Handler) entry(c echo.Context) error {
	var id idRequest
	if err := web.Bind(c, &id); err != nil {
		return echo.ErrNotFound
	}
	e, err := h.public.Entry(c.Request().Context(), web.ActorOf(c), id.ID)
	if err != nil {
		return err
	}
	return h.showAnswer(c, e, answerRequest{Office: e.Office, Category: e.Category, Question: e.Question, Answer: e.Answer}, nil)
}

func (h *Handler) showAnswer(c echo.Context, e publish.Entry, typed answerRequest, wrong error) error {
	p := answerPage{Page: h.site.Page(c, "publish.answers.new"), At: "/console/answers/new", Seq: e.Seq, Typed: typed, MaxQ: publish.MaxQuestion, MaxA: publish.MaxAnswer, MayWrite: true}
	by := web.ActorOf(c)
	from := typed.Case
	if e.ID != 0 {
		h.fillAnswer(&p, e, by)
		from = e.Case
	}
	if from != 0 {
		p.Case, p.CaseHref = fmtInt(from), caseHref(from)
	}
	p.Crumbs = []web.Crumb{{Text: p.T("publish.answers.title"), Href: "/console/answers"}, {Text: p.Title}}
	var err error
	if p.Offices, err = h.officeChoices(c, p.Page, by, typed.Office); err != nil {
		return err
	}
	categories, err := h.desk.Categories(c.Request().Context())
	if err != nil {
		return err
	}
	for _, k := range categories {
		if !k.Retired && k.Level == 1 || k.ID == typed.Category {
			p.Categories = append(p.Categories, figures.Choice{Value: fmtInt(int64(k.ID)), Text: k.Name, Current: k.ID == typed.Category})
		}
	}
	if wrong == nil {
		return h.site.Render(c, http.StatusOK, "answer_form", p)
	}
	p.Failure = complain(&p.Page, wrong)
	if f, ok := fault.As(wrong); ok {
		for _, field := range f.Fields {
			p.Personal = p.Personal || field.Key == "publish.personal"
		}
	}
	status := statusFor(wrong)
	if ownRefusal(wrong) {
		status = http.StatusForbidden
	}
	return h.site.Render(c, status, "answer_form", p)
}

// fillAnswer says of an entry that is there how it stands and what may be done.
func (h *Handler) fillAnswer(p *answerPage, e publish.Entry, by actor.Actor) {
	p.ID, p.At, p.Title = fmtInt(e.ID), "/console/answers/"+fmtInt(e.ID), p.T("publish.answers.one", "Number", fmtInt(e.ID))
	p.State, p.Stale, p.Waits = p.T("publish.answer."+e.State), e.Stale, e.Waits()
	fact := func(key, value string) { p.Facts = append(p.Facts, factRow{p.T(key), value}) }
	fact("publish.fact.author", e.AuthorName+" · "+p.Time(e.Changed))
	if e.Checked != nil {
		fact("publish.fact.checked", e.Checker+" · "+p.Date(*e.Checked))
	}
	if e.ReviewOn != nil {
		fact("publish.fact.review", p.Date(*e.ReviewOn))
	}
	may := by.Can(publish.PermPublish, actor.Place{Office: e.Office})
	p.MayWrite = e.State != "retired"
	p.MayRelease = may && e.State != "retired" && e.Author != by.Account
	p.MayRetire = may && e.State != "retired"
	p.Another = e.Waits() && !p.MayRelease
	p.Until = h.now().AddDate(0, publish.ReviewMonths, 0).Format("2006-01-02")
	if e.State == "shown" {
		p.Public = "/answers/" + p.ID
	}
}

func (h *Handler) writeAnswer(c echo.Context) error {
	var req answerRequest
	err := web.Bind(c, &req)
	if err == nil {
		var id int64
		if id, err = h.public.WriteAnswer(c.Request().Context(), web.ActorOf(c), req.writing(publish.Entry{})); err == nil {
			h.site.Flash(c, "ok", "publish.done.write")
			return c.Redirect(http.StatusSeeOther, "/console/answers/"+fmtInt(id))
		}
	}
	if !refused(err) {
		return err
	}
	return h.showAnswer(c, publish.Entry{}, req, err)
}

func (r *answerRequest) writing(e publish.Entry) publish.Writing {
	return publish.Writing{ID: e.ID, Seq: r.Seq, Office: r.Office, Category: r.Category, Case: r.Case, Question: r.Question, Answer: r.Answer, Checked: r.Checked == "yes"}
}

func (h *Handler) actOnAnswer(c echo.Context) error {
	var req answerRequest
	err := web.Bind(c, &req)
	if req.ID == 0 || req.Act == "" {
		return echo.ErrNotFound
	}
	ctx, by := c.Request().Context(), web.ActorOf(c)
	e, seen := h.public.Entry(ctx, by, req.ID)
	if seen != nil {
		return seen
	}
	if err == nil {
		switch req.Act {
		case "write":
			_, err = h.public.WriteAnswer(ctx, by, req.writing(e))
		case "release":
			err = h.public.ReleaseAnswer(ctx, by, req.ID, req.Seq, req.Until)
		case "retire":
			err = h.public.RetireAnswer(ctx, by, req.ID, req.Seq)
		}
	}
	if err == nil {
		h.site.Flash(c, "ok", "publish.done."+req.Act)
		return c.Redirect(http.StatusSeeOther, "/console/answers/"+fmtInt(req.ID))
	}
	if !refused(err) && !ownRefusal(err) {
		return err
	}
	if req.Act != "write" {
		until := req.Until
		req = answerRequest{Office: e.Office, Category: e.Category, Question: e.Question, Answer: e.Answer, Until: until}
	}
	return h.showAnswer(c, e, req, err)
}

// missing is the complaint about a choice that nobody made.
func missing(field string) error {
	return fault.Fielded(fault.Field{Name: field, Key: "fault.field.required"})
}
