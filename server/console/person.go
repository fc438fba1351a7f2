package console

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"minping/accounts"
	"minping/server/web"
)

// One account, for the two administrators who look after accounts. In five
// seconds: may this person sign in, as what, since when and until when, and is
// anything odd about how they do.

type personPage struct {
	web.Page
	Person   accounts.Person
	Mark     stateMark
	Held     []heldRow // in force or to come
	Past     []heldRow
	MayWrite bool // and it is somebody else's account
	Own      bool
	Factor   bool // second factors are in use here
	Here     string
	Failure  string
	Form     detailsRequest
	Expired  bool // the invitation
}

type heldRow struct {
	accounts.Held
	Words wordedRole
	State string // "now", "later", "over", "void"
	End   string // address; "": nothing to end
}

type detailsRequest struct {
	DisplayName string `form:"display_name" validate:"required,max=50"`
	StaffNo     string `form:"staff_no" validate:"max=32"`
}

func (h *Handler) person(c echo.Context) error { return h.showPerson(c, nil, nil) }

func (h *Handler) showPerson(c echo.Context, typed *detailsRequest, wrong error) error {
	var req idRequest
	if err := web.Bind(c, &req); err != nil && req.ID == 0 {
		return echo.ErrNotFound
	}
	by := web.ActorOf(c)
	person, err := h.accounts.Person(c.Request().Context(), by, req.ID)
	if err != nil {
		return err
	}
	p := personPage{Page: h.site.Page(c, ""), Person: person, Own: by.Account == person.ID, Factor: h.accounts.SecondFactor(), Here: h.site.SessionID(c)}
	p.Title, p.Path = person.DisplayName, personHref(person.ID)
	p.Crumbs = accountCrumbs(p.Page, p.Title)
	p.Mark = markOf(p.Page, person.State(h.now()))
	p.MayWrite = by.Citywide(permAccountWrite) && !p.Own
	p.Expired = person.Waiting != nil && !person.Waiting.ExpiresAt.After(h.now())
	p.Form = detailsRequest{DisplayName: person.DisplayName}
	if person.Staff != nil {
		p.Form.StaffNo = person.Staff.StaffNo
	}
	p.sort(person.Roles, h.today())
	status := http.StatusOK
	if wrong != nil {
		status, p.Form = statusFor(wrong), *typed
		p.Failure = complain(&p.Page, wrong)
	}
	return h.site.Render(c, status, "person", p)
}

func accountCrumbs(p web.Page, last string) []web.Crumb {
	return []web.Crumb{{Text: p.T("accounts.list.title"), Href: "/console/accounts"}, {Text: last}}
}

// sort puts roles in two lists: what counts, and what is over.
func (p *personPage) sort(roles []accounts.Held, today time.Time) {
	for _, held := range roles {
		row := heldRow{Held: held, State: stateOfTerm(held, today)}
		t := termOf(held)
		t.held = row.State != "later"
		row.Words = wordRole(p.Page, p.Person.DisplayName, t)
		if row.State == "over" || row.State == "void" {
			p.Past = append(p.Past, row)
			continue
		}
		if p.MayWrite && p.Person.LeftAt == nil {
			row.End = personHref(p.Person.ID) + "/roles/" + idText(held.ID) + "/end"
		}
		p.Held = append(p.Held, row)
	}
}

func stateOfTerm(held accounts.Held, today time.Time) string {
	switch {
	case held.Void():
		return "void"
	case held.On(today):
		return "now"
	case held.From.After(today):
		return "later"
	}
	return "over"
}

// saveDetails renames an account and ties it to a person of the directory.
func (h *Handler) saveDetails(c echo.Context) error {
	var id idRequest
	if err := web.Bind(c, &id); err != nil && id.ID == 0 {
		return echo.ErrNotFound
	}
	var r detailsRequest
	err := web.Bind(c, &r)
	if err == nil {
		err = h.accounts.ChangeDetails(c.Request().Context(), web.ActorOf(c), id.ID, accounts.Details{DisplayName: r.DisplayName, StaffNo: r.StaffNo})
	}
	if err == nil {
		h.site.Flash(c, "ok", "accounts.person.saved")
		return c.Redirect(http.StatusSeeOther, personHref(id.ID))
	}
	if !refused(err) {
		return err
	}
	return h.showPerson(c, &r, err)
}
