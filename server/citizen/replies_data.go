package citizen

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"minping/complaints/publish"
	"minping/internal/fault"
	"minping/server/web"
)

func (h *Replies) dataFor(req repliesRequest) func(context.Context) (replyData, error) {
	return func(ctx context.Context) (d replyData, err error) {
		if d.list, err = h.public.Find(ctx, req.search()); err != nil {
			return d, err
		}
		d.offices, d.categories, d.months, err = h.public.Choices(ctx)
		return d, err
	}
}

type answersPage struct {
	web.Page
	Query string
	Rows  []answerRow
	More  string
}

type answerRow struct {
	Href, Question, Office, Category, Text, Checked string
	Stale                                           bool
}

func newAnswerRow(p web.Page, k publish.Known) answerRow {
	row := answerRow{Href: "/answers/" + strconv.FormatInt(k.ID, 10), Question: k.Question, Office: nameIn(p, k.OfficeName, k.OfficeNameEn), Category: k.CategoryName, Stale: k.Stale}
	row.Text = k.Answer
	if text := []rune(k.Answer); len(text) > 80 {
		row.Text = string(text[:80]) + "…"
	}
	if k.Checked != nil {
		row.Checked = p.Date(*k.Checked)
	}
	return row
}

// answerList answers GET /answers.
func (h *Replies) answerList(c echo.Context) error {
	var req repliesRequest
	wrong := web.Bind(c, &req)
	if wrong != nil && fault.KindOf(wrong) != fault.Invalid {
		return wrong
	}
	if wrong != nil {
		req = repliesRequest{}
	}
	key := strconv.FormatInt(h.public.Edition(), 10) + "?" + req.values().Encode() + "&" + req.After
	list, err := h.answers.get(c.Request().Context(), key, func(ctx context.Context) ([]publish.Known, error) { return h.public.FindAnswers(ctx, req.search()) })
	if err != nil && fault.KindOf(err) != fault.Invalid {
		return err
	}
	if err != nil {
		wrong = err
	}
	p := answersPage{Page: h.site.Page(c, "answers.title"), Query: req.Query}
	if len(list) > repliesShown {
		list = list[:repliesShown]
		last := list[repliesShown-1]
		next := req.values()
		next.Set("after", last.Checked.Format(time.DateOnly)+"."+strconv.FormatInt(last.ID, 10))
		p.More = "/answers?" + next.Encode()
	}
	for _, k := range list {
		p.Rows = append(p.Rows, newAnswerRow(p.Page, k))
	}
	if wrong != nil {
		p.Errors = web.Fields(wrong, p.Page)
		return h.site.Render(c, http.StatusUnprocessableEntity, "answers", p)
	}
	publicCache(c)
	return h.site.Render(c, http.StatusOK, "answers", p)
}

type answerPage struct {
	web.Page
	Known   publish.Known
	Office  string
	Checked string
}

// answer answers GET /answers/{id}.
func (h *Replies) answer(c echo.Context) error {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return echo.ErrNotFound
	}
	k, err := h.public.Answer(c.Request().Context(), id)
	if err != nil {
		return err
	}
	p := answerPage{Page: h.site.Page(c, ""), Known: k}
	p.Title, p.Office = k.Question, nameIn(p.Page, k.OfficeName, k.OfficeNameEn)
	if k.Checked != nil {
		p.Checked = p.Date(*k.Checked)
	}
	p.Crumbs = []web.Crumb{{Text: p.T("answers.title"), Href: "/answers"}, {Text: p.T("answers.one")}}
	publicCache(c)
	return h.site.Render(c, http.StatusOK, "answer", p)
}
