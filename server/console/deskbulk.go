package console

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/server/web"
	"minping/server/web/figures"
)

// Several cases at once. Who opens it: the dispatch desk in the morning, a chief
// who gives out work. In five seconds: what will be done to which cases; afterwards, which
// were done and which were not, and why. Each case is acted on by itself, with its own
// conflict: there is no half.

// mostBulk is how many cases are acted on at once.
const mostBulk = 100

// bulkAct is something that may be done to several cases.
type bulkAct struct {
	name   string
	need   []actor.Permission
	fields []string
	do     func(context.Context, *complaints.Service, actor.Actor, *caseRequest) (complaints.Case, error)
}

// bulkActs in the order of a case's way.
var bulkActs = []bulkAct{
	{"category", []actor.Permission{complaints.PermTriage}, []string{"category"},
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			if r.Category == 0 {
				return made{}, fault.Fielded(fault.Field{Name: "category", Key: "fault.field.required"})
			}
			return s.Triage(ctx, by, r.ID, complaints.Triaging{Seen: r.Seen, Category: r.Category})
		}},
	{"dispatch", []actor.Permission{complaints.PermDispatch}, []string{"office", "hint"},
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			if r.Office == 0 {
				return made{}, fault.Fielded(fault.Field{Name: "office", Key: "fault.field.required"})
			}
			return s.Dispatch(ctx, by, r.ID, complaints.Dispatching{Seen: r.Seen, Office: r.Office, Reason: r.Reason})
		}},
	{"acknowledge", []actor.Permission{complaints.PermHandle}, nil,
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			return s.Acknowledge(ctx, by, r.ID, r.Seen)
		}},
	{"give", []actor.Permission{complaints.PermDispatch}, []string{"account"}, giveTo},
	{"urge", []actor.Permission{complaints.PermSupervise}, []string{"reason"},
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			return s.Urge(ctx, by, r.ID, r.why())
		}},
	{"export", caseReaders(), nil, nil},
}

func bulkChoices(p web.Page, by actor.Actor, now string) []figures.Choice {
	var list []figures.Choice
	for _, a := range bulkActs {
		if web.Holds(by, a.need...) || by.Citywide(complaints.PermDiscipline) && a.name != "urge" {
			list = append(list, figures.Choice{Value: a.name, Text: p.T("desk.bulk." + a.name), Current: a.name == now})
		}
	}
	return list
}

type bulkRequest struct {
	Typed caseRequestFields
	Act   string   `form:"act" validate:"max=20"`
	Step  string   `form:"step" validate:"omitempty,oneof=do"`
	Cases []string `form:"case" validate:"max=100"`
	Back  string   `form:"back" validate:"max=2000"`
}

// caseRequestFields are the fields that acts on several cases ask for.
type caseRequestFields struct {
	Reason   string `form:"reason"`
	Category int    `form:"category" validate:"min=0"`
	Office   int64  `form:"office" validate:"min=0"`
	Account  string `form:"account" validate:"max=20"`
}

func (f caseRequestFields) request(id complaints.ID, seen int) *caseRequest {
	return &caseRequest{ID: id, Seen: seen, Reason: f.Reason, Category: f.Category, Office: f.Office, Account: f.Account}
}

// picked is a case as it was shown when it was picked.
type picked struct {
	id   complaints.ID
	seen int
}

// picks reads what was picked, each case once.
func (r bulkRequest) picks() []picked {
	var list []picked
	for _, text := range r.Cases {
		number, seen, _ := strings.Cut(text, ".")
		id, err := strconv.ParseInt(number, 10, 64)
		seq, err2 := strconv.Atoi(seen)
		if err != nil || err2 != nil || id < 1 || seq < 1 || slices.ContainsFunc(list, func(p picked) bool { return p.id == id }) {
			continue
		}
		list = append(list, picked{id, seq})
	}
	return list
}

// back is where the list was; nothing but the desk itself.
func (r bulkRequest) back() string {
	if r.Back == "/console/desk" || strings.HasPrefix(r.Back, "/console/desk?") {
		return r.Back
	}
	return "/console/desk"
}

type bulkPage struct {
	web.Page
	Act, Lead, Button string
	Form              deedView
	Rows              []bulkRow
	Failure           string
	Done, Undone      []bulkRow
	Back              string
}

// bulkRow is a picked case; Why says why nothing was done to it.
type bulkRow struct {
	caseRow
	Picked bool
	Why    string
}

// actOnSeveral asks what is missing for an act on the cases that were picked, and does it.
func (h *Handler) actOnSeveral(c echo.Context) error {
	var req bulkRequest
	err := web.Bind(c, &req)
	i := slices.IndexFunc(bulkActs, func(a bulkAct) bool { return a.name == req.Act })
	picks := req.picks()
	switch {
	case len(picks) == 0:
		h.site.Flash(c, "warn", "desk.bulk.none")
		return c.Redirect(http.StatusSeeOther, req.back())
	case len(picks) > mostBulk || len(req.Cases) > mostBulk:
		h.site.Flash(c, "warn", "desk.bulk.too_many", "Count", mostBulk)
		return c.Redirect(http.StatusSeeOther, req.back())
	case i < 0:
		h.site.Flash(c, "warn", "desk.bulk.no_act")
		return c.Redirect(http.StatusSeeOther, req.back())
	case bulkActs[i].do == nil:
		return h.exportPicked(c, picks)
	case req.Step == "" || err != nil:
		return h.bulkForm(c, bulkActs[i], req, err)
	}
	return h.doToSeveral(c, bulkActs[i], req)
}

// doToSeveral does it case by case. Where none was done because of what was typed,
// the form comes back; where some were not done, the page says which and why, and lets them be tried again.
func (h *Handler) doToSeveral(c echo.Context, a bulkAct, req bulkRequest) error {
	ctx, by := c.Request().Context(), web.ActorOf(c)
	failed := map[complaints.ID]error{}
	var done []complaints.ID
	var typed error
	for _, p := range req.picks() {
		_, err := a.do(ctx, h.desk, by, req.Typed.request(p.id, p.seen))
		if err == nil {
			done = append(done, p.id)
			continue
		}
		if _, ok := fault.As(err); !ok {
			h.log.Error("an act on one of several cases failed", "act", a.name, "case", p.id, "error", err)
		}
		if failed[p.id] = err; fault.KindOf(err) == fault.Invalid {
			typed = err
		}
	}
	switch {
	case len(failed) == 0:
		h.site.Flash(c, "ok", "desk.bulk.done", "Count", len(done))
		return c.Redirect(http.StatusSeeOther, req.back())
	case len(done) == 0 && typed != nil:
		return h.bulkForm(c, a, req, typed)
	}
	p, err := h.bulkPage(c, a, req, nil)
	if err != nil {
		return err
	}
	for _, r := range p.Rows {
		id, _ := strconv.ParseInt(r.Number, 10, 64)
		if why := failed[id]; why != nil {
			r.Why, r.Picked = whyNot(p.Page, why), false
			p.Undone = append(p.Undone, r)
		} else {
			p.Done = append(p.Done, r)
		}
	}
	for id, why := range failed { // what by may not know of is told by its number alone
		if !slices.ContainsFunc(p.Undone, func(r bulkRow) bool { return r.Number == fmtInt(id) }) {
			p.Undone = append(p.Undone, bulkRow{caseRow: caseRow{Number: fmtInt(id)}, Why: whyNot(p.Page, why)})
		}
	}
	p.Rows = nil
	return h.site.Render(c, http.StatusConflict, "bulk", p)
}

func whyNot(p web.Page, err error) string {
	for _, text := range web.Fields(err, p) {
		return text
	}
	return web.Message(err, p)
}

// bulkForm asks for what an act needs.
func (h *Handler) bulkForm(c echo.Context, a bulkAct, req bulkRequest, wrong error) error {
	p, err := h.bulkPage(c, a, req, wrong)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if wrong != nil {
		status = http.StatusUnprocessableEntity
	}
	return h.site.Render(c, status, "bulk", p)
}
