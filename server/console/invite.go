package console

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"minping/accounts"
	"minping/complaints/workday"
	"minping/internal/fault"
	"minping/server/web"
)

// Invitations. The code is in the answer to the request that made it and nowhere
// else; it is not in any address, so no log and no Referer header can hold it.

type inviteRequest struct {
	Username    string `form:"username" validate:"required,max=40"`
	DisplayName string `form:"display_name" validate:"required,max=50"`
	StaffNo     string `form:"staff_no" validate:"max=32"`
	Role        string `form:"role" validate:"max=40"`
	Unit        int64  `form:"unit" validate:"min=0"`
	From        string `form:"from" validate:"omitempty,datetime=2006-01-02"`
	To          string `form:"to" validate:"omitempty,datetime=2006-01-02"`
	Step        string `form:"step" validate:"omitempty,oneof=look edit make"`

	Query string `form:"q"`    // of the unit picker
	Find  string `form:"find"` // its button was pressed
}

type invitePage struct {
	web.Page
	Form    inviteRequest
	Failure string
	Fields  roleFields
	Looking bool // the words are shown, the form waits
	Words   *wordedRole
}

// slip is what an invited person is handed.
type slip struct {
	accounts.Invitation
	Link string // opens the page and fills the code in, without sending it anywhere
}

type slipsPage struct {
	web.Page
	Slips   []slip
	Back    string
	Address string // the page where the code is typed
}

const invitationPath = signInAddress + "/invitation"

func (h *Handler) inviteForm(c echo.Context) error {
	r := inviteRequest{From: workday.Of(h.now()).String(), Query: c.QueryParam("q")}
	r.Unit, _ = strconv.ParseInt(c.QueryParam("unit"), 10, 64)
	return h.showInvite(c, http.StatusOK, invitePage{Form: r})
}

func (h *Handler) showInvite(c echo.Context, status int, p invitePage) error {
	if p.Title == "" {
		p.Page = h.site.Page(c, "accounts.invite.title")
	}
	p.Crumbs = accountCrumbs(p.Page, p.Title)
	var err error
	r := roleRequest{Role: p.Form.Role, Unit: p.Form.Unit, From: p.Form.From, To: p.Form.To, Query: p.Form.Query}
	if p.Fields, err = h.roleFields(c.Request().Context(), web.ActorOf(c), p.Page, r); err != nil {
		return err
	}
	p.Fields.Units.From = "/console/accounts/invite"
	return h.site.Render(c, status, "invite", p)
}

// invite shows in words what would be made, and makes it at the second step.
func (h *Handler) invite(c echo.Context) error {
	var r inviteRequest
	err := web.Bind(c, &r)
	if r.Find != "" { // nothing is asked for yet
		return h.showInvite(c, http.StatusOK, invitePage{Form: r})
	}
	if err == nil && (r.Role == "") != (r.Unit == 0) {
		name := "role"
		if r.Unit == 0 {
			name = "unit"
		}
		err = fault.Fielded(fault.Field{Name: name, Key: "fault.field.required"})
	}
	ctx, by, in := c.Request().Context(), web.ActorOf(c), r.invited()
	if err == nil && r.Step == "edit" {
		return h.showInvite(c, http.StatusOK, invitePage{Form: r})
	}
	if err == nil && r.Step == "make" {
		var inv accounts.Invitation
		if inv, err = h.accounts.Invite(ctx, by, in); err == nil {
			return h.showSlips(c, []accounts.Invitation{inv}, personHref(inv.Account))
		}
	} else if err == nil {
		err = h.accounts.CheckInvited(ctx, by, in)
	}
	if err != nil {
		if !refused(err) {
			return err
		}
		p := invitePage{Page: h.site.Page(c, "accounts.invite.title"), Form: r}
		p.Failure = complain(&p.Page, err)
		return h.showInvite(c, statusFor(err), p)
	}
	p := invitePage{Page: h.site.Page(c, "accounts.invite.title"), Form: r, Looking: true}
	if r.Role != "" {
		unit, err := h.offices.Unit(ctx, by, r.Unit)
		if err != nil {
			return err
		}
		t := in.Terms[0]
		w := wordRole(p.Page, r.DisplayName, heldTerm{t.Role, unit.Kind, named(p.Page, unit.Name, unit.NameEn, ""), t.From, t.To, false})
		p.Words = &w
	}
	return h.showInvite(c, http.StatusOK, p)
}

func (r inviteRequest) invited() accounts.NewInvited {
	in := accounts.NewInvited{Username: r.Username, DisplayName: r.DisplayName, StaffNo: r.StaffNo}
	if r.Role != "" {
		in.Terms = []accounts.Term{roleRequest{Role: r.Role, Unit: r.Unit, From: r.From, To: r.To}.term()}
	}
	return in
}

func (h *Handler) showSlips(c echo.Context, made []accounts.Invitation, back string) error {
	p := slipsPage{Page: h.site.Page(c, "accounts.slips.title"), Back: back}
	p.Path = back // another language cannot show the codes again
	p.Address = p.BaseURL + invitationPath
	for _, inv := range made {
		p.Slips = append(p.Slips, slip{inv, p.Address + "#" + inv.Code})
	}
	return h.site.Render(c, http.StatusOK, "slips", p)
}

func (h *Handler) reinviteForm(c echo.Context) error {
	id, name, err := h.personNamed(c)
	if err != nil {
		return err
	}
	p := confirmPage{Page: h.site.Page(c, "accounts.reinvite.title"), Back: personHref(id)}
	p.Crumbs = []web.Crumb{{Text: p.T("accounts.list.title"), Href: "/console/accounts"}, {Text: name, Href: p.Back}, {Text: p.Title}}
	p.Question, p.Consequence, p.Action = p.T("accounts.reinvite.ask", "Name", name), p.T("accounts.reinvite.what"), p.T("accounts.reinvite.do")
	return h.site.Render(c, http.StatusOK, "confirm", p)
}

func (h *Handler) reinvite(c echo.Context) error {
	var req idRequest
	if err := web.Bind(c, &req); err != nil {
		return echo.ErrNotFound
	}
	inv, err := h.accounts.Reinvite(c.Request().Context(), web.ActorOf(c), req.ID)
	if err != nil {
		return h.backToPerson(c, req.ID, err, "")
	}
	return h.showSlips(c, []accounts.Invitation{inv}, personHref(req.ID))
}

// invitationPage is where an invited person sets their password.
type invitationPage struct {
	web.Page
	Code     string
	Failure  string
	SignedIn string // who is signed in here already
}

type acceptRequest struct {
	Code     string `form:"code" validate:"required,max=60"`
	Password string `form:"password" bind:"raw" validate:"required,max=1000"`
	Repeat   string `form:"repeat" bind:"raw" validate:"required,eqfield=Password"`
}

func (h *Handler) invitation(c echo.Context) error {
	if e, ok := web.Pending(c); ok {
		return c.Redirect(http.StatusSeeOther, gateAddress(e.Gate))
	}
	return h.showInvitation(c, http.StatusOK, invitationPage{}, nil)
}

func (h *Handler) showInvitation(c echo.Context, status int, p invitationPage, wrong error) error {
	p.Page = h.site.Page(c, "accounts.accept.title")
	if wrong != nil {
		p.Failure = complain(&p.Page, wrong)
	}
	if p.User != nil {
		p.SignedIn = p.User.Name
	}
	return h.site.Render(c, status, "invitation", p)
}

// acceptInvitation sets the password and goes on as signing in does.
func (h *Handler) acceptInvitation(c echo.Context) error {
	if _, ok := web.Pending(c); ok {
		return fault.New(fault.Unauthorized, "fault.session.ended")
	}
	if web.ActorOf(c).Account != 0 {
		return h.showInvitation(c, http.StatusConflict, invitationPage{}, nil)
	}
	var r acceptRequest
	err := web.Bind(c, &r)
	if err == nil {
		var a accounts.Account
		if a, err = h.accounts.Accept(c.Request().Context(), r.Code, r.Password, h.site.Source(c)); err == nil {
			return h.advance(c, a, accounts.MethodPassword)
		}
	}
	status := http.StatusUnprocessableEntity
	switch fault.KindOf(err) {
	case fault.Invalid:
	case fault.TooMany:
		status = slowDown(c, err)
	default:
		return err
	}
	return h.showInvitation(c, status, invitationPage{Code: r.Code}, err)
}

type offboardPage struct {
	web.Page
	Name, Back string
	Held       []string
	Sessions   int
	Enrolled   bool
	Waiting    bool
	Done       *accounts.Ended
	Ended      []string
}

// offboardForm lists what would end; offboard ends it and lists what did.
func (h *Handler) offboardForm(c echo.Context) error {
	var req idRequest
	if err := web.Bind(c, &req); err != nil {
		return echo.ErrNotFound
	}
	person, err := h.accounts.Person(c.Request().Context(), web.ActorOf(c), req.ID)
	if err != nil {
		return err
	}
	if person.LeftAt != nil {
		h.site.Flash(c, "warn", "accounts.left")
		return c.Redirect(http.StatusSeeOther, personHref(req.ID))
	}
	p := h.offboardPage(c, person)
	p.Sessions, p.Enrolled, p.Waiting = len(person.Security.Sessions), person.Security.Enrolled, person.Waiting != nil
	for _, held := range person.Roles {
		if state := stateOfTerm(held, h.today()); state == "now" || state == "later" {
			p.Held = append(p.Held, heldWords(p.Page, held, h.now()))
		}
	}
	return h.site.Render(c, http.StatusOK, "offboard", p)
}

func (h *Handler) offboardPage(c echo.Context, person accounts.Person) offboardPage {
	p := offboardPage{Page: h.site.Page(c, "accounts.offboard.title"), Name: person.DisplayName, Back: personHref(person.ID)}
	p.Crumbs = []web.Crumb{{Text: p.T("accounts.list.title"), Href: "/console/accounts"}, {Text: p.Name, Href: p.Back}, {Text: p.Title}}
	return p
}

func (h *Handler) offboard(c echo.Context) error {
	var req idRequest
	if err := web.Bind(c, &req); err != nil {
		return echo.ErrNotFound
	}
	ctx, by := c.Request().Context(), web.ActorOf(c)
	ended, err := h.accounts.Offboard(ctx, by, req.ID)
	if err != nil {
		return h.backToPerson(c, req.ID, err, "")
	}
	person, err := h.accounts.Person(ctx, by, req.ID)
	if err != nil {
		return err
	}
	p := h.offboardPage(c, person)
	p.Path, p.Done = p.Back, &ended
	for _, held := range ended.Roles {
		t := termOf(held)
		p.Ended = append(p.Ended, p.T("accounts.words.title", "Role", roleText(p.Page, t.role), "Scope", shortScope(p.Page, t.kind, t.unit)))
	}
	return h.site.Render(c, http.StatusOK, "offboard", p)
}
