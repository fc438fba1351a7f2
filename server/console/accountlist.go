package console

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"minping/accounts"
	"minping/internal/actor"
	"minping/offices"
	"minping/server/web"
	"minping/server/web/figures"
)

// The list of accounts. Who opens it: the security administrator looking for a
// person, or the audit administrator looking for what should not be. In five
// seconds: who can sign in, as what, and who should long have been off-boarded.

type accountsRequest struct {
	Query  string `query:"q" validate:"max=50"`
	Role   string `query:"role" validate:"max=40"`
	Office int64  `query:"office" validate:"min=0"`
	State  string `query:"state" validate:"omitempty,oneof=active invited locked disabled left"`
	Number int    `query:"page" validate:"min=0,max=10000"`
}

type accountsPage struct {
	web.Page
	Form     accountsRequest
	States   []figures.Choice
	Roles    []figures.Choice
	Offices  []pickOption
	Accounts []accountRow
	Pager    web.Pager
	MayWrite bool
	Resets   int // that wait for this reader
}

type accountRow struct {
	accounts.Listed
	Href  string
	Mark  stateMark
	Roles []string // in words
}

// stateMark is how a state looks: its word and the class of its tag.
type stateMark struct{ Text, Class string }

func markOf(p web.Page, s accounts.State) stateMark {
	class := map[accounts.State]string{accounts.StateActive: "ok", accounts.StateLocked: "warn", accounts.StateInvited: "warn"}[s]
	return stateMark{p.T("accounts.state." + string(s)), class}
}

const accountRows = 50

func (h *Handler) accountList(c echo.Context) error {
	var req accountsRequest
	wrong := web.Bind(c, &req)
	if wrong != nil {
		req = accountsRequest{}
	}
	ctx, by := c.Request().Context(), web.ActorOf(c)
	at := web.Span{Number: max(1, req.Number), Size: accountRows}
	list, total, err := h.accounts.Search(ctx, by, accounts.Filter{Query: req.Query, Role: accounts.Role(req.Role), Office: req.Office,
		State: accounts.State(req.State), Limit: accountRows, Offset: (at.Number - 1) * accountRows})
	if err != nil {
		return err
	}
	at.Total = total
	p := accountsPage{Page: h.site.Page(c, "accounts.list.title"), Form: req, MayWrite: by.Citywide(permAccountWrite)}
	p.Pager = web.NewPager(p.Page, c, at)
	p.choices(req)
	if p.Resets, err = h.waitingFor(ctx, by); err != nil {
		return err
	}
	if err := h.fillOffices(ctx, by, &p); err != nil {
		return err
	}
	for _, a := range list {
		row := accountRow{Listed: a, Href: personHref(a.ID), Mark: markOf(p.Page, a.State(h.now()))}
		for _, held := range a.Roles {
			row.Roles = append(row.Roles, heldWords(p.Page, held, h.now()))
		}
		p.Accounts = append(p.Accounts, row)
	}
	if wrong != nil {
		p.Errors = web.Fields(wrong, p.Page)
		return h.site.Render(c, http.StatusUnprocessableEntity, "accounts", p)
	}
	return h.site.Render(c, http.StatusOK, "accounts", p)
}

func (p *accountsPage) choices(req accountsRequest) {
	for _, s := range accounts.States() {
		p.States = append(p.States, figures.Choice{Text: p.T("accounts.state." + string(s)), Value: string(s), Current: string(s) == req.State})
	}
	for _, r := range accounts.Roles() {
		p.Roles = append(p.Roles, figures.Choice{Text: roleText(p.Page, r), Value: string(r), Current: string(r) == req.Role})
	}
}

func (h *Handler) fillOffices(ctx context.Context, by actor.Actor, p *accountsPage) error {
	all, err := h.offices.AllUnits(ctx, by, offices.Office)
	for _, o := range all {
		p.Offices = append(p.Offices, pickOption{o.ID, named(p.Page, o.Name, o.NameEn, ""), o.ID == p.Form.Office})
	}
	return err
}

func personHref(id int64) string { return "/console/accounts/" + strconv.FormatInt(id, 10) }

func roleText(p web.Page, r accounts.Role) string { return p.T("accounts.role." + string(r)) }
