package console

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"minping/accounts"
	"minping/complaints/workday"
	"minping/offices"
	"minping/server/web"
	"minping/server/web/figures"
)

// Keys of programs: which system may read what, until when, and whether it still
// does. A key is in the answer to the request that made it, once.

type keyRequest struct {
	Name    string `form:"name" validate:"required,max=100"`
	Role    string `form:"role" validate:"required,max=40"`
	Unit    int64  `form:"unit" validate:"required,min=1"`
	Expires string `form:"expires" validate:"required,datetime=2006-01-02"`

	Query string `form:"q" query:"q"` // of the unit picker
	Find  string `form:"find"`        // its button was pressed
}

type keysPage struct {
	web.Page
	Keys     []keyRow
	Form     keyRequest
	Roles    []figures.Choice
	Units    unitPicker
	Failure  string
	MayWrite bool
	Made     string // the new key, shown once
	Last     string // the farthest day
	Limit    int    // requests a minute
}

type keyRow struct {
	accounts.Key
	Title, Revoke string
	State         stateMark
}

func (h *Handler) keyList(c echo.Context) error {
	req := keyRequest{Role: string(accounts.Committee), Expires: workday.Of(h.now().AddDate(1, 0, 0)).String(), Query: c.QueryParam("q")}
	req.Unit, _ = strconv.ParseInt(c.QueryParam("unit"), 10, 64)
	return h.showKeys(c, http.StatusOK, keysPage{Form: req}, nil)
}

func (h *Handler) showKeys(c echo.Context, status int, p keysPage, wrong error) error {
	ctx, by := c.Request().Context(), web.ActorOf(c)
	p.Page = h.site.Page(c, "accounts.keys.title")
	p.Path, p.MayWrite, p.Limit = "/console/keys", by.Citywide(permKeyWrite), web.KeyPerMinute
	p.Last = workday.Of(h.now().AddDate(3, 0, 0)).String()
	if wrong != nil {
		p.Failure = complain(&p.Page, wrong)
	}
	keys, err := h.accounts.ListKeys(ctx, by)
	if err != nil {
		return err
	}
	for _, k := range keys {
		p.Keys = append(p.Keys, h.keyRow(p, k))
	}
	for _, r := range accounts.Roles() {
		if !r.Administers() {
			p.Roles = append(p.Roles, figures.Choice{Text: p.T("accounts.grant.role_over", "Role", roleText(p.Page, r), "Kinds", kindsText(p.Page, r)),
				Value: string(r), Current: string(r) == p.Form.Role})
		}
	}
	tree, err := h.offices.Tree(ctx, by)
	if err != nil {
		return err
	}
	if p.Form.Unit == 0 {
		p.Form.Unit = tree.City.ID
	}
	p.Units = newUnitPicker(p.Page, tree, p.Form.Unit, shortQuery(p.Form.Query))
	p.Units.From = p.Path
	return h.site.Render(c, status, "keys", p)
}

func (h *Handler) keyRow(p keysPage, k accounts.Key) keyRow {
	row := keyRow{Key: k, Title: p.T("accounts.words.title", "Role", roleText(p.Page, k.Role), "Scope", shortScope(p.Page, offices.Kind(k.UnitKind), k.UnitName))}
	switch {
	case k.RevokedAt != nil:
		row.State = stateMark{p.T("accounts.keys.revoked"), ""}
	case !k.ExpiresAt.After(h.now()):
		row.State = stateMark{p.T("accounts.keys.expired"), ""}
	default:
		row.State = stateMark{p.T("accounts.keys.valid"), "ok"}
		if k.ExpiresAt.Before(h.now().AddDate(0, 1, 0)) {
			row.State = stateMark{p.T("accounts.keys.soon"), "warn"}
		}
		if p.MayWrite {
			row.Revoke = "/console/keys/" + idText(k.ID) + "/revoke"
		}
	}
	return row
}

func (h *Handler) createKey(c echo.Context) error {
	var r keyRequest
	err := web.Bind(c, &r)
	if r.Find != "" { // nothing is asked for yet
		return h.showKeys(c, http.StatusOK, keysPage{Form: r}, nil)
	}
	if err == nil {
		last, _ := workday.Parse(r.Expires) // the validation has read it
		var key string
		key, err = h.accounts.CreateKey(c.Request().Context(), web.ActorOf(c),
			accounts.NewKey{Name: r.Name, Role: accounts.Role(r.Role), Unit: r.Unit, Expires: last.AddDays(1).Start()})
		if err == nil {
			return h.showKeys(c, http.StatusOK, keysPage{Made: key, Form: keyRequest{Role: string(accounts.Committee), Expires: r.Expires}}, nil)
		}
	}
	if !refused(err) {
		return err
	}
	return h.showKeys(c, statusFor(err), keysPage{Form: r}, err)
}

func (h *Handler) revokeKeyForm(c echo.Context) error {
	var req idRequest
	if err := web.Bind(c, &req); err != nil {
		return echo.ErrNotFound
	}
	keys, err := h.accounts.ListKeys(c.Request().Context(), web.ActorOf(c))
	if err != nil {
		return err
	}
	for _, k := range keys {
		if k.ID == req.ID && k.RevokedAt == nil {
			p := confirmPage{Page: h.site.Page(c, "accounts.keys.revoke"), Back: "/console/keys", Danger: true}
			p.Crumbs = []web.Crumb{{Text: p.T("accounts.keys.title"), Href: "/console/keys"}, {Text: p.Title}}
			p.Question, p.Consequence, p.Action = p.T("accounts.keys.revoke_ask", "Name", k.Name), p.T("accounts.keys.revoke_what"), p.T("accounts.keys.revoke")
			return h.site.Render(c, http.StatusOK, "confirm", p)
		}
	}
	return echo.ErrNotFound
}

func (h *Handler) revokeKey(c echo.Context) error {
	var req idRequest
	if err := web.Bind(c, &req); err != nil {
		return echo.ErrNotFound
	}
	if err := h.accounts.RevokeKey(c.Request().Context(), web.ActorOf(c), req.ID); err != nil {
		return err
	}
	h.site.Flash(c, "ok", "accounts.keys.revoke_done")
	return c.Redirect(http.StatusSeeOther, "/console/keys")
}
