package console

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/internal/fault"
	"minping/server/web"
	"minping/server/web/figures"
)

// Hot topics 热点: what many write about at once. Who opens the list: the dispatch desk and
// leaders, each morning. In five seconds: what is hottest, where, and whether it grows. A topic's page says
// which cases it is made of, and proposes which of them are the same message.

type topicsPage struct {
	web.Page
	Offices []figures.Choice
	Rows    []topicView
	Formula string
}

type topicView struct {
	ID                                       int64
	Name, Href, Places, Heat, Count, Offices string
	Agree, Trend, Tone, Since                string
	Words                                    []string
	Weeks                                    []weekView
	Chart                                    string // the weeks in words
}

// weekView is a bar of the chart, 24 high.
type weekView struct{ X, Y, H int }

type topicRequest struct {
	ID     int64    `param:"id" validate:"required,min=1"`
	Act    string   `form:"act" validate:"max=20"`
	Name   string   `form:"name"`
	Case   int64    `form:"case" validate:"min=0"`
	Into   int64    `form:"into" validate:"min=0"`
	Pick   []string `form:"pick"`
	Reason string   `form:"reason"`
}

func (h *Handler) topics(c echo.Context) error {
	var req struct {
		Office int64 `query:"office" validate:"min=0"`
	}
	if err := web.Bind(c, &req); err != nil {
		return c.Redirect(http.StatusSeeOther, "/console/topics")
	}
	ctx := c.Request().Context()
	list, err := h.desk.Topics(ctx, web.ActorOf(c), complaints.TopicFilter{Office: req.Office})
	if err != nil {
		return err
	}
	p := topicsPage{Page: h.site.Page(c, "topics.title")}
	p.Formula = p.T("topics.formula")
	for _, t := range list {
		p.Rows = append(p.Rows, viewTopic(p.Page, t))
	}
	offices, err := h.desk.OfficeLabels(ctx)
	p.Offices = []figures.Choice{{Text: p.T("desk.filter.any"), Current: req.Office == 0}}
	for _, o := range offices {
		p.Offices = append(p.Offices, figures.Choice{Value: fmtInt(o.ID), Text: named(p.Page, o.Name, o.NameEn, ""), Current: o.ID == req.Office})
	}
	if err != nil {
		return err
	}
	return h.site.Render(c, http.StatusOK, "topics", p)
}

func viewTopic(p web.Page, t complaints.Topic) topicView {
	v := topicView{ID: t.ID, Name: t.Name, Href: "/console/topics/" + fmtInt(t.ID), Places: strings.Join(t.Places, p.T("alike.comma")), Heat: p.Fix(t.Heat, 1),
		Count: p.Num(t.Cases), Words: t.Words, Since: p.T("topics.since", "First", p.Date(t.First), "Last", p.Date(t.Last))}
	if v.Name == "" {
		v.Name = topicName(t)
	}
	if v.Name == "" {
		v.Name = p.T("topics.nameless", "Number", t.ID)
	}
	if t.Offices > 0 {
		v.Offices = p.T("topics.offices", "Count", t.Offices)
	}
	if t.Agree > 0 {
		v.Agree = p.T("topics.agree", "Count", t.Agree)
	}
	key := "topics.trend.same"
	switch {
	case t.Latest > t.Before:
		key, v.Tone = "topics.trend.up", "bad"
	case t.Latest < t.Before:
		key, v.Tone = "topics.trend.down", "ok"
	}
	v.Trend = p.T(key, "Latest", t.Latest, "Before", t.Before)
	most := slices.Max(t.Weeks[:])
	var said []string
	for i, n := range t.Weeks {
		ago := len(t.Weeks) - 1 - i
		text := p.T("topics.week", "Ago", ago, "Count", n)
		height := max(1, n*24/max(1, most))
		v.Weeks = append(v.Weeks, weekView{X: i * 8, Y: 24 - height, H: height})
		if n > 0 {
			said = append(said, text)
		}
	}
	v.Chart = strings.Join(said, p.T("alike.comma"))
	return v
}

// topicName says where and what: the place that most name, and words that do not stand in it.
func topicName(t complaints.Topic) string {
	parts := t.Places[:min(1, len(t.Places))]
	for _, w := range t.Words {
		if len(parts) < 3 && (len(t.Places) == 0 || !strings.Contains(t.Places[0], w)) {
			parts = append(slices.Clone(parts), w)
		}
	}
	return strings.Join(parts, " · ")
}

type topicPage struct {
	web.Page
	Topic             topicView
	Rows              []topicCaseView
	Doubles           []topicCaseView
	Main              string
	MainHref          string
	MainID            int64
	MayMerge, MayName bool
	MayAct            bool // on one of the cases
	Form              topicRequest
	Failure, At       string
	Formula           string
	Refused           []string // cases that could not be merged, and why
	MaxName, MaxWhy   int
}

type topicCaseView struct {
	caseRow
	ID      int64
	Share   string
	When    string
	Pick    string
	Checked bool
	MayTake bool
}

func (h *Handler) topicPage(c echo.Context) error {
	var req topicRequest
	if err := web.Bind(c, &req); err != nil {
		return echo.ErrNotFound
	}
	return h.showTopic(c, topicRequest{ID: req.ID}, nil, nil)
}

func (h *Handler) showTopic(c echo.Context, req topicRequest, wrong error, refusedCases []string) error {
	ctx, by := c.Request().Context(), web.ActorOf(c)
	d, err := h.desk.Topic(ctx, by, req.ID)
	if err != nil {
		return err
	}
	p := topicPage{Page: h.site.Page(c, ""), Topic: viewTopic(h.site.Page(c, ""), d.Topic), MayMerge: d.MayMerge, MayName: d.MayName, Form: req,
		At: "/console/topics/" + fmtInt(d.ID), Refused: refusedCases, MainID: d.Main, MaxName: complaints.MaxTitle, MaxWhy: complaints.MaxReason}
	p.Title, p.Formula = p.Topic.Name, p.T("topics.formula")
	if wrong == nil {
		p.Form.Name = d.Name
	}
	cases := make([]complaints.Case, 0, len(d.List))
	for _, t := range d.List {
		cases = append(cases, t.Case)
	}
	rows, err := h.caseRows(ctx, p.Page, cases)
	if err != nil {
		return err
	}
	for i, t := range d.List {
		v := topicCaseView{caseRow: rows[i], ID: t.ID, When: p.Date(t.ReceivedAt), Pick: fmtInt(t.ID) + ":" + strconv.Itoa(t.Seq), MayTake: by.Can(complaints.PermMerge, t.Place())}
		p.MayAct = p.MayAct || v.MayTake
		v.Checked = slices.Contains(req.Pick, v.Pick)
		if t.Likeness > 0 {
			v.Share = p.T("alike.share", "Percent", t.Likeness)
		}
		if t.ID == d.Main {
			p.Main, p.MainHref = "#"+fmtInt(t.ID)+" "+t.Title, caseHref(t.ID)
		}
		p.Rows = append(p.Rows, v)
		if t.Double > 0 {
			v.Share = p.T("alike.share", "Percent", t.Double)
			p.Doubles = append(p.Doubles, v)
		}
	}
	if wrong == nil && len(refusedCases) == 0 {
		return h.site.Render(c, http.StatusOK, "topic", p)
	}
	status := http.StatusConflict
	if wrong != nil {
		p.Failure, status = complain(&p.Page, wrong), statusFor(wrong)
	}
	return h.site.Render(c, status, "topic", p)
}

// actOnTopic names a topic, takes a case out of it, or merges the doubles that a person ticked.
func (h *Handler) actOnTopic(c echo.Context) error {
	var req topicRequest
	err := web.Bind(c, &req)
	if req.ID == 0 {
		return echo.ErrNotFound
	}
	ctx, by := c.Request().Context(), web.ActorOf(c)
	if err == nil {
		switch req.Act {
		case "name":
			err = h.desk.NameTopic(ctx, by, req.ID, req.Name)
		case "take_out":
			err = h.desk.TakeOutOfTopic(ctx, by, req.ID, req.Case)
		case "merge":
			return h.mergeDoubles(c, req)
		default:
			return echo.ErrNotFound
		}
	}
	if err != nil {
		if !refused(err) {
			return err
		}
		return h.showTopic(c, req, err, nil)
	}
	h.site.Flash(c, "ok", "topics.done."+req.Act)
	return h.backToTopic(c, req.ID)
}

// backToTopic shows the topic again, or the list where too little of it is left to be one.
func (h *Handler) backToTopic(c echo.Context, id int64) error {
	at := "/console/topics/" + fmtInt(id)
	if _, err := h.desk.Topic(c.Request().Context(), web.ActorOf(c), id); err != nil {
		at = "/console/topics"
	}
	return c.Redirect(http.StatusSeeOther, at)
}

// mergeDoubles merges each ticked case by itself, as the page of a case does: where one is
// refused the others stand, and the page says which and why.
func (h *Handler) mergeDoubles(c echo.Context, req topicRequest) error {
	ctx, by := c.Request().Context(), web.ActorOf(c)
	p := h.site.Page(c, "")
	switch {
	case len(req.Pick) == 0:
		return h.showTopic(c, req, fault.Fielded(fault.Field{Name: "pick", Key: "topics.pick_none"}), nil)
	case len(req.Pick) > 100:
		return h.showTopic(c, req, fault.Fielded(fault.Field{Name: "pick", Key: "fault.field.choice"}), nil)
	}
	done := 0
	var not []string
	for _, pick := range req.Pick {
		number, seq, _ := strings.Cut(pick, ":")
		id, err := strconv.ParseInt(number, 10, 64)
		seen, wrong := strconv.Atoi(seq)
		if err != nil || wrong != nil {
			return h.showTopic(c, req, fault.Fielded(fault.Field{Name: "pick", Key: "fault.field.choice"}), nil)
		}
		_, err = h.desk.Merge(ctx, by, id, complaints.Merging{Seen: seen, Into: req.Into, Reason: req.Reason})
		if f, ok := fault.As(err); ok && f.Kind == fault.Invalid && done == 0 && len(not) == 0 {
			return h.showTopic(c, req, err, nil)
		} else if err != nil && !ok {
			return err
		}
		if err != nil {
			not = append(not, p.T("topics.not_merged", "Number", id, "Why", web.Message(err, p)))
			continue
		}
		done++
	}
	if len(not) == 0 {
		h.site.Flash(c, "ok", "topics.done.merge", "Count", done)
		return h.backToTopic(c, req.ID)
	}
	if done > 0 {
		not = append([]string{p.T("topics.merged_some", "Count", done)}, not...)
	}
	return h.showTopic(c, req, nil, not)
}
