package console

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"minping/accounts"
	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/offices"
	"minping/server/web"
	"minping/server/web/figures"
)

// Giving and ending a role: first the form, then in plain words what it would
// change, and only then the change.

type roleRequest struct {
	ID   int64  `param:"id" validate:"required,min=1"`
	Role string `query:"role" form:"role" validate:"required,max=40"`
	Unit int64  `query:"unit" form:"unit" validate:"required,min=1"`
	From string `query:"from" form:"from" validate:"required,datetime=2006-01-02"`
	To   string `query:"to" form:"to" validate:"omitempty,datetime=2006-01-02"`

	Query string `query:"q" form:"q"` // of the unit picker
}

func (r roleRequest) term() accounts.Term {
	from, _ := workday.Parse(r.From) // the validation has read them
	to, _ := workday.Parse(r.To)
	return accounts.Term{Role: accounts.Role(r.Role), Unit: r.Unit, From: from, To: to}
}

type rolePage struct {
	web.Page
	Name, Back string
	Form       roleRequest
	Failure    string
	Fields     roleFields
	Words      wordedRole // of the preview
	Gained     string
	Held       []string // what is held then
	Today      string
}

// roleFields is the data of the partial "role-fields".
type roleFields struct {
	P     web.Page
	Roles []figures.Choice
	Units unitPicker
	Form  roleRequest
	Today string
}

func (h *Handler) roleForm(c echo.Context) error {
	id, name, err := h.personNamed(c)
	if err != nil {
		return err
	}
	req := roleRequest{ID: id, Role: c.QueryParam("role"), From: c.QueryParam("from"), To: c.QueryParam("to")}
	req.Query = c.QueryParam("q")
	req.Unit, _ = strconv.ParseInt(c.QueryParam("unit"), 10, 64)
	if req.From == "" {
		req.From = workday.Of(h.now()).String()
	}
	return h.showRoleForm(c, name, req, nil)
}

func (h *Handler) showRoleForm(c echo.Context, name string, req roleRequest, wrong error) error {
	p := rolePage{Page: h.site.Page(c, "accounts.grant.title"), Name: name, Back: personHref(req.ID), Form: req}
	p.Crumbs = []web.Crumb{{Text: p.T("accounts.list.title"), Href: "/console/accounts"}, {Text: name, Href: p.Back}, {Text: p.Title}}
	status := http.StatusOK
	if wrong != nil {
		status = statusFor(wrong)
		p.Failure = complain(&p.Page, wrong)
	}
	var err error
	if p.Fields, err = h.roleFields(c.Request().Context(), web.ActorOf(c), p.Page, req); err != nil {
		return err
	}
	p.Fields.Units.From = p.Back + "/roles/new"
	p.Fields.Units.Action = p.Fields.Units.From
	return h.site.Render(c, status, "role_form", p)
}

func (h *Handler) roleFields(ctx context.Context, by actor.Actor, p web.Page, req roleRequest) (roleFields, error) {
	f := roleFields{P: p, Form: req, Today: workday.Of(h.now()).String()}
	for _, r := range accounts.Roles() {
		f.Roles = append(f.Roles, figures.Choice{Text: p.T("accounts.grant.role_over", "Role", roleText(p, r), "Kinds", kindsText(p, r)),
			Value: string(r), Current: string(r) == req.Role})
	}
	tree, err := h.offices.Tree(ctx, by)
	if err != nil {
		return f, err
	}
	f.Units = newUnitPicker(p, tree, req.Unit, shortQuery(req.Query))
	return f, nil
}

// kindsText lists over what a role may be held.
func kindsText(p web.Page, r accounts.Role) string {
	texts := make([]string, 0, 3)
	for _, kind := range r.Overs() {
		if offices.Kind(kind) == offices.City {
			texts = append(texts, p.T("accounts.scope.city"))
			continue
		}
		texts = append(texts, kindText(p, offices.Kind(kind)))
	}
	return strings.Join(texts, p.T("accounts.words.comma"))
}

// rolePreview says what the role would let somebody see and do. It changes nothing.
func (h *Handler) rolePreview(c echo.Context) error {
	id, name, err := h.personNamed(c)
	if err != nil {
		return err
	}
	req := roleRequest{ID: id}
	ctx, by := c.Request().Context(), web.ActorOf(c)
	if err = web.Bind(c, &req); err == nil {
		err = h.accounts.CheckTerm(ctx, by, id, req.term())
	}
	if err != nil {
		if !refused(err) {
			return err
		}
		return h.showRoleForm(c, name, req, err)
	}
	p := rolePage{Page: h.site.Page(c, "accounts.preview.title"), Name: name, Form: req, Back: personHref(id)}
	p.Crumbs = []web.Crumb{{Text: p.T("accounts.list.title"), Href: "/console/accounts"}, {Text: name, Href: p.Back}, {Text: p.Title}}
	if err := h.fillPreview(ctx, by, &p); err != nil {
		return err
	}
	return h.site.Render(c, http.StatusOK, "role_preview", p)
}

func (h *Handler) fillPreview(ctx context.Context, by actor.Actor, p *rolePage) error {
	unit, err := h.offices.Unit(ctx, by, p.Form.Unit)
	if err != nil {
		return err
	}
	person, err := h.accounts.Person(ctx, by, p.Form.ID)
	if err != nil {
		return err
	}
	t := p.Form.term()
	p.Words = wordRole(p.Page, p.Name, heldTerm{t.Role, unit.Kind, named(p.Page, unit.Name, unit.NameEn, ""), t.From, t.To, false})
	then := midnight(t.From)
	var held []accounts.Held
	for _, r := range person.Roles {
		if !r.Void() && r.On(then) {
			held = append(held, r)
			p.Held = append(p.Held, heldWords(p.Page, r, h.now()))
		}
	}
	p.Gained = gainedWords(p.Page, held, t.Role.PermissionsOver(string(unit.Kind)), unit.Place())
	return nil
}

func midnight(d workday.Day) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
}

// gainedWords lists what the roles of that day do not permit there already.
func gainedWords(p web.Page, held []accounts.Held, may []actor.Permission, at actor.Place) string {
	before := accounts.ActorOf(held)
	var gained []actor.Permission
	for _, permission := range accounts.Permissions() {
		if slices.Contains(may, permission) && !before.Can(permission, at) {
			gained = append(gained, permission)
		}
	}
	if len(gained) == 0 {
		return p.T("accounts.preview.nothing")
	}
	return p.T("accounts.preview.gained", "What", mayWords(p, gained))
}

func (h *Handler) grantRole(c echo.Context) error {
	id, name, err := h.personNamed(c)
	if err != nil {
		return err
	}
	req := roleRequest{ID: id}
	if err = web.Bind(c, &req); err == nil {
		err = h.accounts.GrantTerm(c.Request().Context(), web.ActorOf(c), id, req.term())
	}
	if err == nil {
		h.site.Flash(c, "ok", "accounts.grant.done")
		return c.Redirect(http.StatusSeeOther, personHref(id))
	}
	if !refused(err) {
		return err
	}
	return h.showRoleForm(c, name, req, err)
}

type roleEndRequest struct {
	ID   int64  `param:"id" validate:"required,min=1"`
	Term int64  `param:"term" validate:"required,min=1"`
	To   string `form:"to" validate:"omitempty,datetime=2006-01-02"`
	When string `form:"when" validate:"omitempty,oneof=now day never"`
}

type roleEndPage struct {
	web.Page
	Name, Back, Failure string
	Words               wordedRole
	Form                roleEndRequest
	Today               string
	Begun               bool
}

func (h *Handler) roleEndForm(c echo.Context) error { return h.showRoleEnd(c, nil, nil) }

func (h *Handler) showRoleEnd(c echo.Context, typed *roleEndRequest, wrong error) error {
	var req roleEndRequest
	if err := web.Bind(c, &req); err != nil && (req.ID == 0 || req.Term == 0) {
		return echo.ErrNotFound
	}
	person, err := h.accounts.Person(c.Request().Context(), web.ActorOf(c), req.ID)
	if err != nil {
		return err
	}
	for _, held := range person.Roles {
		if state := stateOfTerm(held, h.today()); held.ID != req.Term || state == "over" || state == "void" {
			continue
		}
		p := roleEndPage{Page: h.site.Page(c, "accounts.end.title"), Name: person.DisplayName, Back: personHref(req.ID), Form: req,
			Today: workday.Of(h.now()).String(), Begun: held.On(h.today())}
		p.Crumbs = []web.Crumb{{Text: p.T("accounts.list.title"), Href: "/console/accounts"}, {Text: p.Name, Href: p.Back}, {Text: p.Title}}
		p.Words = wordRole(p.Page, p.Name, termOf(held))
		status := http.StatusOK
		if p.Form.When == "" {
			p.Form.When = "day"
		}
		if wrong != nil {
			status, p.Form = statusFor(wrong), *typed
			p.Failure = complain(&p.Page, wrong)
		}
		return h.site.Render(c, status, "role_end", p)
	}
	return fault.New(fault.NotFound, "accounts.role.not_held")
}

func (h *Handler) endRole(c echo.Context) error {
	var req roleEndRequest
	err := web.Bind(c, &req)
	if err == nil && req.When == "day" && req.To == "" {
		err = fault.Fielded(fault.Field{Name: "to", Key: "fault.field.required"})
	}
	if err == nil {
		last := workday.Of(h.now()).AddDays(-1) // at once
		switch req.When {
		case "day":
			last, _ = workday.Parse(req.To)
		case "never":
			last = workday.Day{}
		}
		err = h.accounts.EndTerm(c.Request().Context(), web.ActorOf(c), req.ID, req.Term, last)
	}
	if err == nil || fault.KindOf(err) == fault.NotFound {
		return h.backToPerson(c, req.ID, err, "accounts.end.done")
	}
	if !refused(err) {
		return err
	}
	return h.showRoleEnd(c, &req, err)
}
