package console

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/offices"
	"minping/server/web"
	"minping/server/web/figures"
)

// The audit. Who opens it: the audit administrator, alone: after an incident
// ("who touched this account"), or once a week to see that nothing stands out. In
// five seconds: the latest entries as sentences; then a person, a thing, a day.

const permAuditRead = actor.Permission("audit:read")

type auditRequest struct {
	From    string `query:"from" validate:"omitempty,datetime=2006-01-02"`
	To      string `query:"to" validate:"omitempty,datetime=2006-01-02"`
	Person  string `query:"person" validate:"max=100"`
	Action  string `query:"action" validate:"max=60"`
	Unit    string `query:"unit" validate:"max=100"`
	Object  string `query:"object" validate:"max=230"`
	Outcome string `query:"outcome" validate:"omitempty,oneof=done refused"`
	Source  string `query:"source" validate:"max=100"`
	Query   string `query:"q" validate:"max=100"`
	After   string `query:"after" validate:"max=30"`
}

type auditPage struct {
	web.Page
	Form     auditRequest
	Lines    []auditLine
	Groups   []auditGroup
	Outcomes []figures.Choice
	More     moreLink
	First    string // address of the newest entries, where this is a later page
	Partial  string // how far the search has looked
	Exports  []tableLink
	Further  bool // the lesser filters are in use
	Broken   *audit.Link
}

type auditGroup struct {
	Text    string
	Choices []figures.Choice
}

const auditRows = 50

func (h *Handler) auditLog(c echo.Context) error {
	ctx, by := c.Request().Context(), web.ActorOf(c)
	var req auditRequest
	wrong := web.Bind(c, &req)
	p := auditPage{Page: h.site.Page(c, "audit.title"), Form: req}
	var filter audit.Filter
	if wrong == nil {
		filter, wrong = h.auditFilter(c, req)
	}
	p.fill(req)
	if wrong != nil {
		if !refused(wrong) {
			return wrong
		}
		p.Errors = web.Fields(wrong, p.Page)
		return h.site.Render(c, http.StatusUnprocessableEntity, "audit", p)
	}
	list, err := h.audit.Search(ctx, by, filter, auditCursor(req.After), auditRows)
	if err != nil {
		return err
	}
	state, err := h.audit.State(ctx, by)
	if err != nil {
		return err
	}
	if state.Last != nil {
		p.Broken = state.Last.Broken()
	}
	words := h.newAuditWords(by, p.Page)
	for _, e := range list.Entries {
		p.Lines = append(p.Lines, words.line(ctx, e))
	}
	if list.Next != (audit.Cursor{}) {
		p.More = moreLink{p.T("audit.older"), auditLink(req).With("after", list.Next.Day.Format(time.DateOnly)+"_"+strconv.Itoa(list.Next.Seq))}
	}
	if list.Partial {
		p.Partial = p.T("audit.partial", "Day", p.Date(list.Next.Day))
		p.More.Text = p.T("audit.search_on")
	}
	return h.site.Render(c, http.StatusOK, "audit", p)
}

func auditLink(req auditRequest) figures.Link {
	l := figures.Link{Path: "/console/audit", Query: url.Values{}}
	for name, value := range map[string]string{"from": req.From, "to": req.To, "person": req.Person, "action": req.Action, "unit": req.Unit,
		"object": req.Object, "outcome": req.Outcome, "source": req.Source, "q": req.Query} {
		l = l.Set(name, value)
	}
	return l
}

func auditCursor(text string) audit.Cursor {
	day, seq, _ := strings.Cut(text, "_")
	at, wrong := time.Parse(time.DateOnly, day)
	n, err := strconv.ParseInt(seq, 10, 32)
	if wrong != nil || err != nil || n < 1 {
		return audit.Cursor{}
	}
	return audit.Cursor{Day: at, Seq: int(n)}
}

// auditFilter reads what the reader typed. Invalid with complaints about unit, object, action or to.
func (h *Handler) auditFilter(c echo.Context, req auditRequest) (audit.Filter, error) {
	f := audit.Filter{Action: req.Action, Outcome: audit.Outcome(req.Outcome), Source: req.Source, Query: req.Query}
	f.From, _ = time.Parse(time.DateOnly, req.From)
	f.To, _ = time.Parse(time.DateOnly, req.To)
	if !f.From.IsZero() && !f.To.IsZero() && f.To.Before(f.From) {
		return f, fault.Fielded(fault.Field{Name: "to", Key: "audit.filter.order"})
	}
	if id, err := strconv.ParseInt(req.Person, 10, 64); err == nil && id > 0 {
		f.Actor = id
	} else {
		f.Name = req.Person
	}
	if req.Object != "" {
		f.ObjectKind, f.ObjectID, _ = strings.Cut(req.Object, "/")
	}
	if req.Unit != "" {
		u, err := h.auditUnit(c, req.Unit)
		if err != nil {
			return f, err
		}
		switch u.Kind {
		case offices.City:
		case offices.Office:
			f.Office = u.ID
		case offices.Hall:
			f.Hall = u.ID
		default: // entries know of offices and halls; what lies below them is found by itself
			if req.Object != "" {
				return f, fault.Fielded(fault.Field{Name: "object", Key: "audit.filter.one"})
			}
			f.ObjectKind, f.ObjectID = "unit", strconv.FormatInt(u.ID, 10)
		}
	}
	return f, nil
}

// auditUnit finds a unit by number, code or name.
func (h *Handler) auditUnit(c echo.Context, text string) (offices.Unit, error) {
	ctx, by := c.Request().Context(), web.ActorOf(c)
	if id, err := strconv.ParseInt(text, 10, 64); err == nil {
		u, err := h.offices.Unit(ctx, by, id)
		if fault.KindOf(err) == fault.NotFound {
			err = fault.Fielded(fault.Field{Name: "unit", Key: "audit.filter.no_unit"})
		}
		return u, err
	}
	found, err := h.offices.Units(ctx, by, offices.Filter{Query: text, Limit: 50})
	if err != nil {
		return offices.Unit{}, err
	}
	var named []offices.Unit
	for _, u := range found {
		if len(found) == 1 || u.Code == text {
			return u, nil
		}
		if u.Name == text {
			named = append(named, u)
		}
	}
	if len(named) == 1 {
		return named[0], nil
	}
	key := "audit.filter.no_unit"
	if len(found) > 1 {
		key = "audit.filter.many_units"
	}
	return offices.Unit{}, fault.Fielded(fault.Field{Name: "unit", Key: key})
}

func (p *auditPage) fill(req auditRequest) {
	p.Further = req.Object+req.Source+req.Unit+req.Outcome != ""
	if req.After != "" {
		p.First = auditLink(req).String()
	}
	p.Outcomes = []figures.Choice{{Text: p.T("console.filter.all"), Current: req.Outcome == ""},
		{Text: p.T("audit.outcome.done"), Value: "done", Current: req.Outcome == "done"},
		{Text: p.T("audit.outcome.refused"), Value: "refused", Current: req.Outcome == "refused"}}
	for _, a := range audit.Actions() {
		group, _, _ := strings.Cut(string(a), ".")
		value := group + "."
		if len(p.Groups) == 0 || p.Groups[len(p.Groups)-1].Choices[0].Value != value {
			text := p.T("audit.group." + group)
			p.Groups = append(p.Groups, auditGroup{text, []figures.Choice{{Text: p.T("audit.group_all", "Group", text), Value: value, Current: req.Action == value}}})
		}
		g := &p.Groups[len(p.Groups)-1]
		g.Choices = append(g.Choices, figures.Choice{Text: auditActionText(p.Page, a), Value: string(a), Current: req.Action == string(a)})
	}
	for _, as := range []audit.Format{audit.CSV, audit.XLSX, audit.JSONL} {
		l := auditLink(req)
		l.Path = "/console/audit/export/" + string(as)
		p.Exports = append(p.Exports, tableLink{strings.ToUpper(string(as)), l.String()})
	}
}

// exportAudit streams what the filter chooses, of whatever size.
func (h *Handler) exportAudit(c echo.Context) error {
	var req auditRequest
	if err := web.Bind(c, &req); err != nil {
		return err
	}
	filter, err := h.auditFilter(c, req)
	if err != nil {
		return err
	}
	as := audit.Format(c.Param("format"))
	if !as.Known() {
		return echo.ErrNotFound
	}
	kind := map[audit.Format]string{audit.CSV: typeCSV, audit.XLSX: typeXLSX, audit.JSONL: "application/jsonl; charset=utf-8"}[as]
	attach(c, h.text(c, "audit.file")+"-"+h.today().Format(time.DateOnly)+"."+string(as))
	c.Response().Header().Set(echo.HeaderContentType, kind)
	out := &patient{c: c}
	err = h.audit.Export(c.Request().Context(), web.ActorOf(c), filter, as, out)
	if err != nil && c.Response().Committed {
		h.site.Report(c, err)
		panic(http.ErrAbortHandler) // half a file must not look like a whole one
	}
	if err == nil && !c.Response().Committed {
		c.Response().WriteHeader(http.StatusOK)
	}
	if err != nil {
		c.Response().Header().Del(echo.HeaderContentDisposition)
	}
	return err
}

// patient writes as long as the reader takes what is written.
type patient struct{ c echo.Context }

func (p *patient) Write(b []byte) (int, error) {
	_ = http.NewResponseController(p.c.Response()).SetWriteDeadline(time.Now().Add(time.Minute)) // unsupported in tests' recorders
	return p.c.Response().Write(b)
}

var _ io.Writer = (*patient)(nil)

type auditEntryPage struct {
	web.Page
	Line   auditLine
	Entry  audit.Stored
	Object string // address of all entries about the same thing
	Source string
	Day    string
	Raw    string
	Prev   string
	Digest string
	Before string // address of the entry before
}

func (h *Handler) auditEntry(c echo.Context) error {
	at := auditCursor(c.Param("day") + "_" + c.Param("seq"))
	if at == (audit.Cursor{}) {
		return echo.ErrNotFound
	}
	ctx, by := c.Request().Context(), web.ActorOf(c)
	e, err := h.audit.Entry(ctx, by, at)
	if err != nil {
		return err
	}
	p := auditEntryPage{Page: h.site.Page(c, "audit.entry.title"), Entry: e, Day: e.Day.Format(time.DateOnly),
		Prev: hex.EncodeToString(e.Prev), Digest: hex.EncodeToString(e.Digest)}
	p.Crumbs = []web.Crumb{{Text: p.T("audit.title"), Href: "/console/audit"}, {Text: p.Day + " #" + strconv.Itoa(e.Seq)}}
	p.Line = h.newAuditWords(by, p.Page).line(ctx, e)
	if e.ObjectKind != "" {
		p.Object = figures.Link{Path: "/console/audit"}.With("object", strings.TrimSuffix(e.ObjectKind+"/"+e.ObjectID, "/"))
	}
	if e.Source != "" {
		p.Source = figures.Link{Path: "/console/audit"}.With("source", e.Source)
	}
	if e.Seq > 1 {
		p.Before = "/console/audit/" + p.Day + "/" + strconv.Itoa(e.Seq-1)
	}
	var raw bytes.Buffer
	if err := json.Indent(&raw, e.Detail, "", "  "); err != nil {
		return err
	}
	p.Raw = raw.String()
	return h.site.Render(c, http.StatusOK, "audit_entry", p)
}
