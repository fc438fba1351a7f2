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
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/server/web"
	"minping/server/web/figures"
)

// The desk. Who opens it: somebody who handles cases 承办人, in the morning. In
// five seconds: what is due first, what is overdue, what is new for me. One list
// in the order in which cases are due, so that nothing starves.

const deskRows = 30

type deskRequest struct {
	View     string `query:"view" form:"view" validate:"max=30"`
	Kind     string `query:"kind" form:"kind" validate:"max=20"`
	State    string `query:"state" form:"state" validate:"max=20"`
	Office   int64  `query:"office" form:"office" validate:"min=0"`
	Category int    `query:"category" form:"category" validate:"min=0"`
	Due      string `query:"due" form:"due" validate:"omitempty,oneof=overdue today"`
	Whose    string `query:"whose" form:"whose" validate:"omitempty,oneof=mine nobody"`
	Find     string `query:"find" form:"find" validate:"max=1000"` // sealed: see deskfind.go
	After    string `query:"after" validate:"max=60"`
}

type deskPage struct {
	web.Page
	Lead       string
	Views      []deskFigure
	Own        []ownView
	Filters    deskFilters
	Query      string // what is searched for
	QueryError web.FieldError
	Keep       []figures.Kept // the filter, for the form that searches
	Back       string         // address of this list without its page
	Save       saveViewForm
	MayFile    bool
	Bulk       []figures.Choice // what may be done to several cases; empty: nothing
	Rows       []caseRow
	More       moreLink
	Empty      string
	// NoticeMissing says that a year's holiday notice should be there and is not.
	NoticeMissing string
}

// caseRow is one case in a list.
type caseRow struct {
	Href, Number, Title, Kind, State, Place, Office, Handler, Received, Level string
	Pick                                                                      string // names the case as it was shown
	Due                                                                       dueView
	Sealed                                                                    bool
	Note                                                                      string
}

func (h *Handler) deskQueue(c echo.Context) error {
	var req deskRequest
	if err := web.Bind(c, &req); err != nil {
		req = deskRequest{} // an address somebody mangled shows the whole queue
	}
	return h.showQueue(c, req, deskPage{Page: h.site.Page(c, "desk.title")}, http.StatusOK)
}

// showQueue shows what a request asks for, with what stands on p already.
func (h *Handler) showQueue(c echo.Context, req deskRequest, p deskPage, status int) error {
	ctx, by := c.Request().Context(), web.ActorOf(c)
	views, err := h.desk.Views(ctx, by)
	if err != nil {
		return err
	}
	choice, ref, ok := req.choice(views, h.finder)
	f, known := choice.Filter(h.now(), by.Account)
	after, readable := readMark(req.After)
	if !ok || !known || !readable {
		return c.Redirect(http.StatusSeeOther, "/console/desk")
	}
	f.After = after
	if p.Query == "" {
		p.Query = choice.Text
	}
	keep := req.values()
	p.Back = strings.TrimSuffix("/console/desk?"+keep.Encode(), "?")
	if p.Empty = p.T("desk.none"); choice != (complaints.Choice{}) {
		p.Empty = p.T("desk.none_narrowed")
	}
	if err := h.fillDesk(ctx, by, &p, deskList{choice, f, keep}); err != nil {
		if !refused(err) {
			return err
		}
		complain(&p.Page, err)
		status = http.StatusUnprocessableEntity
	}
	p.QueryError = p.Err("q")
	p.Keep = keptOf(keep, "find", "view")
	if err := h.fillViews(ctx, by, &p, views, ref); err != nil {
		return err
	}
	if err := h.deskFilters(ctx, &p, choice); err != nil {
		return err
	}
	p.Filters.Open = ref == ""
	p.Save.fill(p.Page, choice, req)
	p.NoticeMissing = h.noticeMissing(p.Page)
	p.MayFile = by.Anywhere(complaints.PermFile)
	p.Bulk = bulkChoices(p.Page, by, "")
	return h.site.Render(c, status, "desk", p)
}

// deskList is what a list shows and how its address goes on.
type deskList struct {
	choice complaints.Choice
	filter complaints.Filter
	keep   url.Values
}

// fillDesk reads one page of the queue, or of what a search found. What is finished
// has no deadline to be ordered by: it is listed as a search lists it.
func (h *Handler) fillDesk(ctx context.Context, by actor.Actor, p *deskPage, l deskList) error {
	over := slices.ContainsFunc(l.filter.States, func(s complaints.State) bool { return !s.Live() })
	if l.choice.Text == "" && !over {
		return h.fillQueue(ctx, by, p, l.filter, "/console/desk", l.keep)
	}
	l.filter.Limit = deskRows
	found, err := h.desk.Search(ctx, by, l.choice.Text, l.filter)
	if err != nil {
		return err
	}
	if found.Next != nil {
		l.keep.Set("after", "t"+strconv.FormatInt(found.Next.Turn, 10)+"."+strconv.FormatInt(found.Next.ID, 10))
		p.More = moreLink{p.T("console.more"), "/console/desk?" + l.keep.Encode()}
	}
	p.Rows, err = h.caseRows(ctx, p.Page, found.Cases)
	return err
}

// fillQueue reads one page of a queue and the link to the next.
func (h *Handler) fillQueue(ctx context.Context, by actor.Actor, p *deskPage, f complaints.Filter, at string, keep url.Values) error {
	f.Limit = deskRows + 1
	list, err := h.desk.Queue(ctx, by, f)
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
	for name, value := range map[string]string{"view": r.View, "kind": r.Kind, "state": r.State, "due": r.Due, "whose": r.Whose, "find": r.Find} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if r.Office != 0 {
		v.Set("office", strconv.FormatInt(r.Office, 10))
	}
	if r.Category != 0 {
		v.Set("category", strconv.Itoa(r.Category))
	}
	return v
}

// choice is what a request asks for: a view by its name, fields by themselves, and
// the first view where it asks for nothing. ref names the view.
func (r deskRequest) choice(views complaints.Views, f *finder) (c complaints.Choice, ref string, ok bool) {
	c = complaints.Choice{Kind: r.Kind, State: r.State, Office: r.Office, Category: r.Category, Due: r.Due, Whose: r.Whose}
	if r.Find != "" {
		if c.Text, ok = f.open(r.Find); !ok {
			return c, "", false
		}
	}
	if ref = r.View; ref == "" {
		if c != (complaints.Choice{}) {
			return c, "", true
		}
		ref = views.First
	}
	v, ok := views.Find(ref)
	return v.Choice, ref, ok
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
	if turn, ok := strings.CutPrefix(due, "t"); ok {
		m.Turn, err = strconv.ParseInt(turn, 10, 64)
		return &m, err == nil
	}
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

// keptOf are the fields of an address as hidden fields of a form, but for some.
func keptOf(v url.Values, but ...string) []figures.Kept {
	var list []figures.Kept
	for _, name := range []string{"view", "kind", "state", "office", "category", "due", "whose", "find"} {
		if value := v.Get(name); value != "" && !slices.Contains(but, name) {
			list = append(list, figures.Kept{Name: name, Value: value})
		}
	}
	return list
}

// notFound tells the refusal that says nothing is there.
func notFound(err error) bool { return err != nil && fault.KindOf(err) == fault.NotFound }
