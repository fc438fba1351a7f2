package console

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/complaints/workday"
	"minping/server/web"
	"minping/server/web/figures"
)

// The desk. Who opens it: somebody who handles cases 承办人, in the morning. In
// five seconds: what is due first, what is overdue, what is new for me. One list
// in the order in which cases are due, so that nothing starves.

const deskRows = 30

type deskRequest struct {
	Kind   string `query:"kind" validate:"max=20"`
	State  string `query:"state" validate:"max=20"`
	Office int64  `query:"office" validate:"min=0"`
	Due    string `query:"due" validate:"omitempty,oneof=overdue today"`
	Whose  string `query:"whose" validate:"omitempty,oneof=mine nobody"`
	After  string `query:"after" validate:"max=40"`
}

type deskPage struct {
	web.Page
	Lead     string
	Figures  []deskFigure
	Kinds    []figures.Choice
	States   []figures.Choice
	Offices  []figures.Choice
	Dues     []figures.Choice
	Whose    []figures.Choice
	Narrowed bool
	MayFile  bool
	Rows     []caseRow
	More     moreLink
	Empty    string
	// NoticeMissing says that a year's holiday notice should be there and is not.
	NoticeMissing string
}

// deskFigure is one count, which leads to the cases it counts.
type deskFigure struct {
	Label, Value, Href, Tone string
	Current                  bool
}

// caseRow is one case in a list.
type caseRow struct {
	Href, Number, Title, Kind, State, Place, Office, Handler, Received, Level string
	Due                                                                       dueView
	Sealed                                                                    bool
	Note                                                                      string
}

func (h *Handler) deskQueue(c echo.Context) error {
	var req deskRequest
	if err := web.Bind(c, &req); err != nil {
		req = deskRequest{} // an address somebody mangled shows the whole queue
	}
	f, ok := req.filter(h.now(), web.ActorOf(c).Account)
	if !ok {
		return c.Redirect(http.StatusSeeOther, "/console/desk")
	}
	p := deskPage{Page: h.site.Page(c, "desk.title")}
	ctx, by := c.Request().Context(), web.ActorOf(c)
	if err := h.fillQueue(ctx, c, &p, f, "/console/desk", req.values()); err != nil {
		return err
	}
	counts, err := h.desk.Counts(ctx, by, complaints.Filter{})
	if err != nil {
		return err
	}
	p.Figures = deskFigures(p.Page, counts, req)
	if err := h.deskChoices(ctx, &p, req); err != nil {
		return err
	}
	p.NoticeMissing = h.noticeMissing(p.Page)
	p.MayFile = by.Anywhere(complaints.PermFile)
	p.Narrowed = req != deskRequest{After: req.After}
	if p.Empty = p.T("desk.none"); p.Narrowed {
		p.Empty = p.T("desk.none_narrowed")
	}
	return h.site.Render(c, http.StatusOK, "desk", p)
}

// fillQueue reads one page of a queue and the link to the next.
func (h *Handler) fillQueue(ctx context.Context, c echo.Context, p *deskPage, f complaints.Filter, at string, keep url.Values) error {
	f.Limit = deskRows + 1
	list, err := h.desk.Queue(ctx, web.ActorOf(c), f)
	if err != nil {
		return err
	}
	if len(list) > deskRows {
		list = list[:deskRows]
		keep.Set("after", markText(list[deskRows-1]))
		p.More = moreLink{p.T("console.more"), at + "?" + keep.Encode()}
	}
	p.Rows, err = h.caseRows(ctx, p.Page, list)
	return err
}

func (r deskRequest) values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"kind": r.Kind, "state": r.State, "due": r.Due, "whose": r.Whose} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if r.Office != 0 {
		v.Set("office", strconv.FormatInt(r.Office, 10))
	}
	return v
}

// newStates are those in which an office has not signed for a case yet.
var newStates = []complaints.State{complaints.Dispatched, complaints.Redo}

func (r deskRequest) filter(now time.Time, account int64) (complaints.Filter, bool) {
	f := complaints.Filter{Office: r.Office, Overdue: r.Due == "overdue", Nobody: r.Whose == "nobody"}
	if r.Whose == "mine" {
		f.Handler = account
	}
	if r.Due == "today" {
		f.DueFrom, f.DueBy = now, workday.Of(now).AddDays(1).Start()
	}
	if k := complaints.Kind(r.Kind); r.Kind != "" {
		if !k.Known() {
			return f, false
		}
		f.Kinds = []complaints.Kind{k}
	}
	switch s := complaints.State(r.State); {
	case r.State == "new":
		f.States = newStates
	case r.State == "over":
		f.States = slices.DeleteFunc(complaints.States(), complaints.State.Live)
	case r.State != "":
		if !slices.Contains(complaints.States(), s) {
			return f, false
		}
		f.States = []complaints.State{s}
	}
	after, ok := readMark(r.After)
	f.After = after
	return f, ok
}

// markText writes the place of a row in the queue into an address.
func markText(c complaints.Case) string {
	due := ""
	if c.DueAt != nil {
		due = strconv.FormatInt(c.DueAt.UnixMicro(), 10)
	}
	return due + "." + strconv.FormatInt(c.ID, 10)
}

func readMark(text string) (*complaints.Mark, bool) {
	if text == "" {
		return nil, true
	}
	due, number, found := strings.Cut(text, ".")
	id, err := strconv.ParseInt(number, 10, 64)
	if !found || err != nil || id < 1 {
		return nil, false
	}
	m := complaints.Mark{ID: id}
	if due != "" {
		n, err := strconv.ParseInt(due, 10, 64)
		if err != nil || n < 0 || n > 1<<52 {
			return nil, false
		}
		at := time.UnixMicro(n).UTC()
		m.DueAt = &at
	}
	return &m, true
}

// deskFigures are the counts above the queue.
func deskFigures(p web.Page, n complaints.Counts, req deskRequest) []deskFigure {
	fresh := 0
	for _, s := range newStates {
		fresh += n.ByState[s]
	}
	var list []deskFigure
	for _, f := range []struct {
		key, query, tone string
		n                int
	}{
		{"overdue", "due=overdue", "bad", n.Overdue}, {"today", "due=today", "warn", n.DueToday}, {"new", "state=new", "", fresh},
		{"nobody", "whose=nobody", "", n.Nobody}, {"waiting", "state=waiting", "", n.ByState[complaints.Waiting]}, {"open", "", "", n.Live},
	} {
		if f.n == 0 {
			f.tone = ""
		}
		list = append(list, deskFigure{Label: p.T("desk.count." + f.key), Value: p.Num(f.n), Tone: f.tone,
			Href: strings.TrimSuffix("/console/desk?"+f.query, "?"), Current: req.values().Encode() == f.query})
	}
	return list
}

func (h *Handler) deskChoices(ctx context.Context, p *deskPage, req deskRequest) error {
	pick := func(list *[]figures.Choice, value, text, now string) {
		*list = append(*list, figures.Choice{Value: value, Text: text, Current: value == now})
	}
	pick(&p.Kinds, "", p.T("desk.filter.any"), req.Kind)
	for _, k := range complaints.Kinds() {
		pick(&p.Kinds, string(k), p.T("desk.kind."+string(k)), req.Kind)
	}
	pick(&p.States, "", p.T("desk.filter.live"), req.State)
	pick(&p.States, "new", p.T("desk.filter.new"), req.State)
	for _, s := range complaints.States() {
		pick(&p.States, string(s), p.T("desk.state."+string(s)), req.State)
	}
	pick(&p.States, "over", p.T("desk.filter.over"), req.State)
	for _, d := range []string{"", "overdue", "today"} {
		pick(&p.Dues, d, p.T("desk.filter.due."+orAny(d)), req.Due)
	}
	for _, w := range []string{"", "mine", "nobody"} {
		pick(&p.Whose, w, p.T("desk.filter.whose."+orAny(w)), req.Whose)
	}
	offices, err := h.desk.OfficeLabels(ctx)
	pick(&p.Offices, "", p.T("desk.filter.any"), fmtInt(req.Office))
	for _, o := range offices {
		pick(&p.Offices, fmtInt(o.ID), named(p.Page, o.Name, o.NameEn, ""), fmtInt(req.Office))
	}
	return err
}

func orAny(s string) string {
	if s == "" {
		return "any"
	}
	return s
}
