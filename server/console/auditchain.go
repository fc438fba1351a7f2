package console

import (
	"encoding/hex"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"minping/internal/audit"
	"minping/internal/fault"
	"minping/server/web"
)

// The state of the chain. Who opens it: the audit administrator, once a week, to
// write the head into a book that lies elsewhere, and to hold an older note
// against the chain. In five seconds: whole or broken, and since when.

type chainPage struct {
	web.Page
	State    audit.State
	Day      string
	Grouped  string
	Key      string
	LastTime string
	AskedBy  string
	Broken   *audit.Link
	BrokenAt string
	Why      string
	Verdict  string // about a noted head
	Good     bool
	Noted    string
	Archives []archiveRow
}

type archiveRow struct{ Days, Entries, At, Removed, Digest string }

func (h *Handler) auditChain(c echo.Context) error { return h.renderChain(c, chainPage{}, nil) }

func (h *Handler) renderChain(c echo.Context, p chainPage, wrong error) error {
	state, err := h.audit.State(c.Request().Context(), web.ActorOf(c))
	if err != nil {
		return err
	}
	p.Page, p.State = h.site.Page(c, "audit.chain.title"), state
	p.Path = "/console/audit/chain"
	p.Crumbs = []web.Crumb{{Text: p.T("audit.title"), Href: "/console/audit"}, {Text: p.Title}}
	p.Day, p.Grouped = state.Head.Day.Format(time.DateOnly), state.Head.Grouped()
	p.Key = hex.EncodeToString(h.audit.PublicKey())
	if last := state.Last; last != nil {
		p.LastTime, p.AskedBy = p.Time(*last.FinishedAt), programText(p.Page, last.AskedBy)
		if p.Broken = last.Broken(); p.Broken != nil {
			p.BrokenAt, p.Why = p.Broken.Day.Format(time.DateOnly), p.T("audit.why."+string(p.Broken.Why))
		}
	}
	for _, a := range state.Archives {
		row := archiveRow{Days: a.FirstDay.Format(time.DateOnly) + " – " + a.LastDay.Format(time.DateOnly), Entries: p.Num(a.Entries),
			At: p.Time(a.At), Digest: hex.EncodeToString(a.FileDigest)[:16]}
		if a.RemovedAt != nil {
			row.Removed = p.Time(*a.RemovedAt)
		}
		p.Archives = append(p.Archives, row)
	}
	if wrong != nil {
		p.Errors = web.Fields(wrong, p.Page)
		return h.site.Render(c, http.StatusUnprocessableEntity, "audit_chain", p)
	}
	return h.site.Render(c, http.StatusOK, "audit_chain", p)
}

func (h *Handler) checkChain(c echo.Context) error {
	switch err := h.audit.StartCheck(c.Request().Context(), web.ActorOf(c)); {
	case fault.KindOf(err) == fault.Conflict:
		h.site.Flash(c, "warn", "audit.check.running")
	case err != nil:
		return err
	default:
		h.site.Flash(c, "ok", "audit.check.started")
	}
	return c.Redirect(http.StatusSeeOther, "/console/audit/chain")
}

type headRequest struct {
	Head string `form:"head" validate:"max=300"`
}

// compareHead holds a head that was noted against the chain. It answers with the
// page itself: what is asked changes nothing but the audit's own entry.
func (h *Handler) compareHead(c echo.Context) error {
	var req headRequest
	err := web.Bind(c, &req)
	if err == nil && req.Head == "" {
		err = fault.Fielded(fault.Field{Name: "head", Key: "fault.field.required"})
	}
	p := chainPage{Noted: req.Head}
	if err != nil {
		return h.renderChain(c, p, err)
	}
	head, err := audit.ParseHead(req.Head)
	if err != nil {
		return h.renderChain(c, p, fault.Fielded(fault.Field{Name: "head", Key: "audit.chain.unreadable"}))
	}
	found, err := h.audit.Compare(c.Request().Context(), web.ActorOf(c), head)
	if err != nil {
		return err
	}
	p.Good = found == audit.NotedSame
	text := h.site.Page(c, "")
	p.Verdict = text.T("audit.noted."+string(found), "Day", head.Day.Format(time.DateOnly), "Number", strconv.Itoa(head.Seq))
	return h.renderChain(c, p, nil)
}
