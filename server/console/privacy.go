package console

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"minping/privacy"
	"minping/server/web"
)

func fmtInt(n int64) string { return strconv.FormatInt(n, 10) }

// Rights over one's own data. Who opens it: the personal information officer,
// with a person at the desk or a request in the register. In five seconds: what
// is due first; and, for the person at the desk, one field to find them by.

type privacyRequest struct {
	Reach   string   `form:"reach"`
	Records []string `form:"record"`
	Reason  string   `form:"reason"`
	Act     string   `form:"act" validate:"omitempty,oneof=find copy erase"`
}

type privacyPage struct {
	web.Page
	Reach    string
	Reason   string
	Searched bool
	Found    []foundRow
	Requests []requestView
	Failure  string
	Note     string
}

type foundRow struct {
	contactView
	Record string
	Chosen bool
}

type requestView struct {
	Href                      string
	Kind, Way, Asked, Due     string
	Outcome, Answer, Answered string
	Late                      bool
}

func (h *Handler) rights(c echo.Context) error { return h.showRights(c, privacyPage{}, nil, nil) }

// act finds what is kept of the person at the desk, gives them the copy, or
// erases. The number searched for comes in the body and goes out in the form only.
func (h *Handler) act(c echo.Context) error {
	var req privacyRequest
	err := web.Bind(c, &req)
	p := privacyPage{Reach: req.Reach, Reason: req.Reason}
	if err != nil {
		return h.showRights(c, p, req.Records, err)
	}
	var records []uuid.UUID
	for _, text := range req.Records {
		if id, err := uuid.Parse(text); err == nil {
			records = append(records, id)
		}
	}
	ctx, by := c.Request().Context(), web.ActorOf(c)
	switch req.Act {
	case "copy":
		list, err := h.privacy.CopyFor(ctx, by, records, req.Reason)
		if err != nil {
			return h.showRights(c, p, req.Records, err)
		}
		return sendCopy(c, list)
	case "erase":
		n, err := h.privacy.EraseFor(ctx, by, records, req.Reason)
		if err != nil {
			return h.showRights(c, p, req.Records, err)
		}
		h.site.Flash(c, "ok", "privacy.desk.erased", "Count", n)
		return c.Redirect(http.StatusSeeOther, "/console/privacy")
	}
	return h.showRights(c, p, nil, nil)
}

func sendCopy(c echo.Context, list privacy.Copy) error {
	text, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return fmt.Errorf("write copy: %w", err)
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="minping-personal-data.json"`)
	return c.Blob(http.StatusOK, "application/json; charset=utf-8", text)
}

func (h *Handler) showRights(c echo.Context, p privacyPage, chosen []string, wrong error) error {
	ctx, by := c.Request().Context(), web.ActorOf(c)
	if wrong != nil && !refused(wrong) {
		return wrong
	}
	p.Page = h.site.Page(c, "privacy.desk.title")
	if p.Reach != "" {
		list, err := h.privacy.Find(ctx, by, p.Reach)
		if err != nil && !refused(err) {
			return err
		}
		if err != nil && wrong == nil {
			wrong = err
		}
		p.Searched = err == nil
		for _, l := range list {
			row := foundRow{contactView: wordContact(p.Page, l), Record: l.Record.String(), Chosen: len(chosen) == 0}
			for _, id := range chosen {
				row.Chosen = row.Chosen || id == row.Record
			}
			p.Found = append(p.Found, row)
		}
	}
	requests, err := h.privacy.Requests(ctx, by, 100)
	if err != nil {
		return err
	}
	for _, r := range requests {
		p.Requests = append(p.Requests, wordRequest(p.Page, r))
	}
	if wrong == nil {
		return h.site.Render(c, http.StatusOK, "privacy_desk", p)
	}
	p.Failure = complain(&p.Page, wrong)
	return h.site.Render(c, statusFor(wrong), "privacy_desk", p)
}

func wordRequest(p web.Page, r privacy.Request) requestView {
	v := requestView{Kind: p.T("privacy.request." + r.Kind), Way: p.T("privacy.way." + r.Way), Asked: p.Time(r.AskedAt), Answer: r.Answer, Late: r.Late}
	if due, err := time.Parse(time.DateOnly, r.DueOn); err == nil {
		v.Due = p.Date(due)
	}
	if r.Outcome == "" && r.Kind == "words" {
		v.Href = "/console/privacy/requests/" + fmtInt(r.ID)
	}
	if r.Outcome != "" {
		v.Outcome = p.T("privacy.outcome." + r.Outcome)
	}
	if r.AnsweredAt != nil {
		v.Answered = p.Time(*r.AnsweredAt)
	}
	return v
}

type wordsPage struct {
	web.Page
	Request requestView
	ID      int64
	Comment string
	Fields  []wordsField
	Reason  string
	Failure string
}

type wordsField struct{ Name, Value string }

type wordsRequest struct {
	ID      int64  `param:"id"`
	Comment string `form:"comment"`
	Reason  string `form:"reason"`
	Act     string `form:"act" validate:"omitempty,oneof=black refuse"`
}

func (h *Handler) words(c echo.Context) error { return h.showWords(c, nil, nil) }

func (h *Handler) answerWords(c echo.Context) error {
	var req wordsRequest
	if err := web.Bind(c, &req); err != nil {
		return h.showWords(c, &req, err)
	}
	d := privacy.Decision{Request: req.ID, Refuse: req.Act != "black", Reason: req.Reason, Comment: req.Comment, Texts: map[int]string{}}
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	for name, values := range form {
		if number, ok := strings.CutPrefix(name, "q."); ok && len(values) > 0 {
			if id, err := strconv.Atoi(number); err == nil {
				d.Texts[id] = strings.ReplaceAll(values[0], "\r\n", "\n")
			}
		}
	}
	if err := h.privacy.Answer(c.Request().Context(), web.ActorOf(c), d); refused(err) {
		return h.showWords(c, &req, err)
	} else if err != nil {
		return err
	}
	h.site.Flash(c, "ok", "privacy.words.answered")
	return c.Redirect(http.StatusSeeOther, "/console/privacy")
}

func (h *Handler) showWords(c echo.Context, typed *wordsRequest, wrong error) error {
	var id idRequest
	if err := web.Bind(c, &id); err != nil && id.ID == 0 {
		return echo.ErrNotFound
	}
	r, rating, err := h.privacy.WordsOf(c.Request().Context(), web.ActorOf(c), id.ID)
	if err != nil {
		return err
	}
	p := wordsPage{Page: h.site.Page(c, "privacy.words.title"), ID: r.ID, Comment: rating.Comment}
	p.Request = wordRequest(p.Page, r)
	for question, text := range rating.Texts {
		p.Fields = append(p.Fields, wordsField{"q." + strconv.Itoa(question), text})
	}
	if typed != nil {
		p.Comment, p.Reason = typed.Comment, typed.Reason
		for i, f := range p.Fields {
			if v := c.FormValue(f.Name); v != "" {
				p.Fields[i].Value = v
			}
		}
	}
	if wrong == nil {
		return h.site.Render(c, http.StatusOK, "privacy_words", p)
	}
	p.Failure = complain(&p.Page, wrong)
	return h.site.Render(c, statusFor(wrong), "privacy_words", p)
}
