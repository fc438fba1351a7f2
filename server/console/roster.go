package console

import (
	"mime/multipart"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"minping/accounts"
	"minping/internal/fault"
	"minping/internal/i18n"
	"minping/offices"
	"minping/server/web"
)

// Many accounts at once, from an Excel file: looked at first, faults by cell,
// nothing written before all is right, and then a slip for each new person.

type rosterPage struct {
	web.Page
	Failure  string
	Upload   upload
	Roster   accounts.Roster
	Problems []problemRow
	Total    int
}

func (h *Handler) rosterForm(c echo.Context) error { return h.showRoster(c, http.StatusOK, nil) }

func (h *Handler) showRoster(c echo.Context, status int, wrong error) error {
	p := rosterPage{Page: h.site.Page(c, "accounts.roster.title")}
	p.Crumbs = accountCrumbs(p.Page, p.Title)
	if wrong != nil {
		p.Failure = complain(&p.Page, wrong)
	}
	return h.site.Render(c, status, "roster", p)
}

func (h *Handler) rosterTemplate(c echo.Context) error {
	return download(c, h.text(c, "accounts.roster.file")+".xlsx", typeXLSX, accounts.RosterForm().Template)
}

// uploadRoster checks that the file can be read at all, keeps it, and goes on to the report.
func (h *Handler) uploadRoster(c echo.Context) error {
	var req uploadRequest
	err := web.Bind(c, &req)
	if err == nil && req.File == nil {
		err = fault.Fielded(fault.Field{Name: "file", Key: "console.import.choose"})
	}
	var up upload
	if err == nil {
		up, err = h.keep(web.ActorOf(c).Account, req.File, readsRoster)
	}
	if err == nil {
		return c.Redirect(http.StatusSeeOther, "/console/accounts/import/"+up.ID)
	}
	if !refused(err) {
		return err
	}
	return h.showRoster(c, statusFor(err), err)
}

func readsRoster(name string, f multipart.File) error {
	_, err := accounts.ReadRoster(name, f)
	return err
}

// roster reads an upload that was kept.
func (h *Handler) roster(c echo.Context) (upload, offices.FormSheet, error) {
	var id uploadID
	if err := web.Bind(c, &id); err != nil {
		return upload{}, offices.FormSheet{}, fault.New(fault.NotFound, "console.import.gone")
	}
	up, f, err := h.uploads.open(web.ActorOf(c).Account, id.Upload)
	if err != nil {
		return upload{}, offices.FormSheet{}, err
	}
	defer func() { _ = f.Close() }()
	sheet, err := accounts.ReadRoster(up.Name, f)
	return up, sheet, err
}

func (h *Handler) rosterReport(c echo.Context) error {
	up, sheet, err := h.roster(c)
	if err != nil {
		return err
	}
	plan, err := h.accounts.PlanRoster(c.Request().Context(), web.ActorOf(c), sheet, h.roleNames())
	if err != nil {
		return err
	}
	return h.showRosterReport(c, http.StatusOK, rosterPage{Upload: up, Roster: plan})
}

func (h *Handler) applyRoster(c echo.Context) error {
	up, sheet, err := h.roster(c)
	if err != nil {
		return err
	}
	plan, err := h.accounts.ApplyRoster(c.Request().Context(), web.ActorOf(c), sheet, h.roleNames())
	if err != nil {
		if !refused(err) {
			return err
		}
		return h.showRosterReport(c, statusFor(err), rosterPage{Upload: up, Roster: plan})
	}
	h.uploads.drop(up.ID)
	if len(plan.Invitations) == 0 {
		h.site.Flash(c, "ok", "accounts.roster.done", "Count", plan.RolesAdded)
		return c.Redirect(http.StatusSeeOther, "/console/accounts")
	}
	return h.showSlips(c, plan.Invitations, "/console/accounts?state=invited")
}

func (h *Handler) showRosterReport(c echo.Context, status int, p rosterPage) error {
	p.Page = h.site.Page(c, "accounts.roster.report")
	p.Crumbs = []web.Crumb{{Text: p.T("accounts.list.title"), Href: "/console/accounts"},
		{Text: p.T("accounts.roster.title"), Href: "/console/accounts/import"}, {Text: p.Title}}
	p.Total = len(p.Roster.Problems)
	for i, problem := range p.Roster.Problems {
		if i == problemsShown {
			break
		}
		p.Problems = append(p.Problems, problemOf(p.Page, problem))
	}
	return h.site.Render(c, status, "roster_report", p)
}

// roleNames are the names by which files may call the roles, in both languages.
func (h *Handler) roleNames() map[string]accounts.Role {
	names := map[string]accounts.Role{}
	for _, r := range accounts.Roles() {
		for _, lang := range []string{i18n.Chinese, i18n.English} {
			names[h.site.Texts().Text(lang, "accounts.role."+string(r))] = r
		}
		names[strings.ToLower(string(r))] = r
	}
	return names
}
