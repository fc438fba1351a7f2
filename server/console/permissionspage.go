package console

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"minping/accounts"
	"minping/server/web"
)

// Who may do what, drawn from the one table that decides it: for the two
// administrators who answer for it, and for an assessor who asks.

type permissionsPage struct {
	web.Page
	Roles []roleColumn
	Rows  []permissionRow
}

type roleColumn struct{ Name, Kinds string }

type permissionRow struct {
	Text, Code string
	Has        []string // in the order of the roles: "", "yes", "city" (only over the whole city)
}

func (h *Handler) permissions(c echo.Context) error {
	p := permissionsPage{Page: h.site.Page(c, "accounts.table.title")}
	p.Crumbs = accountCrumbs(p.Page, p.Title)
	p.fill()
	return h.site.Render(c, http.StatusOK, "permissions", p)
}

func (p *permissionsPage) fill() {
	roles := accounts.Roles()
	for _, r := range roles {
		p.Roles = append(p.Roles, roleColumn{roleText(p.Page, r), kindsText(p.Page, r)})
	}
	for _, permission := range accounts.Permissions() {
		row := permissionRow{Text: mayText(p.Page, permission), Code: string(permission)}
		for _, r := range roles {
			switch {
			case !slices.Contains(r.Permissions(), permission):
				row.Has = append(row.Has, "")
			case r.CitywideOnly(permission):
				row.Has = append(row.Has, "city")
			default:
				row.Has = append(row.Has, "yes")
			}
		}
		p.Rows = append(p.Rows, row)
	}
}
