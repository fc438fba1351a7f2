package console

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"minping/indices"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/settings"
	"minping/server/web"
	"minping/server/web/figures"
)

// The versions of the formulas. Who opens it: a member of the work committee who wants to
// know, or to change, how figures are made. In five seconds: which version holds, what
// waits for a second person, and where the next one is begun.

const methodologyHome = "/console/settings/methodology"

type methodologiesPage struct {
	web.Page
	Versions []versionRow
	Drafts   []draftRow
	May      bool // begin a version
}

type versionRow struct {
	Name, From, Href, Note string
	State                  string // "now", "ahead", "past"
	StateText              string
}

type draftRow struct {
	Href, Title, State, By, At string
	Open                       bool
}

func (h *Handler) methodologies(c echo.Context) error {
	ctx, by := c.Request().Context(), web.ActorOf(c)
	list, err := h.indices.Methodologies(ctx)
	if err != nil {
		return err
	}
	drafts, err := h.indices.Drafts(ctx, by)
	if err != nil {
		return err
	}
	p := methodologiesPage{Page: h.site.Page(c, "settings.methodology.title"), May: by.Account != 0 && by.Citywide(settings.PermPropose)}
	p.Crumbs = []web.Crumb{{Text: p.T("settings.title"), Href: "/console/settings"}, {Text: p.Title}}
	for i := len(list) - 1; i >= 0; i-- {
		p.Versions = append(p.Versions, h.versionRow(p.Page, list, i))
	}
	for _, d := range drafts {
		row := draftRow{Href: draftHref(d.ID), Title: p.T("methodology.draft.title", "ID", d.ID, "Base", d.Base), State: p.T("methodology.state." + string(d.State)),
			By: d.MadeName, At: p.Date(d.MadeAt), Open: d.Open()}
		p.Drafts = append(p.Drafts, row)
	}
	return h.site.Render(c, http.StatusOK, "methodologies", p)
}

// versionRow says when the i-th version of the list holds.
func (h *Handler) versionRow(p web.Page, list []indices.Methodology, i int) versionRow {
	m := list[i]
	row := versionRow{Name: p.T("settings.methodology.name", "Version", m.Version), From: p.Date(m.EffectiveFrom), Note: m.Note(p.Lang),
		Href: methodologyHome + "/versions/" + url.PathEscape(m.Version), State: "now"}
	switch {
	case m.EffectiveFrom.After(h.today()):
		row.State = "ahead"
	case i+1 < len(list) && !list[i+1].EffectiveFrom.After(h.today()):
		row.State = "past"
	}
	row.StateText = p.T("methodology.holds." + row.State)
	return row
}

// methodologyPage explains one version to somebody who never computed a mean.
type methodologyPage struct {
	web.Page
	From, Until, Note string
	Digest            string
	Groups            []formulaView
	Example           []string
	Changes           []changeRow
	Before            string
}

type changeRow struct{ Label, Before, After string }

func (h *Handler) methodologyVersion(c echo.Context) error {
	list, err := h.indices.Methodologies(c.Request().Context())
	if err != nil {
		return err
	}
	for i, m := range list {
		if m.Version != c.Param("version") {
			continue
		}
		p := methodologyPage{Page: h.site.Page(c, "settings.methodology.title"), Digest: m.Digest()}
		p.Title = p.T("settings.methodology.name", "Version", m.Version)
		p.Crumbs = []web.Crumb{{Text: p.T("settings.title"), Href: "/console/settings"}, {Text: p.T("settings.methodology.title"), Href: methodologyHome}, {Text: p.Title}}
		p.From = p.Date(m.EffectiveFrom)
		p.Note, p.Groups, p.Example = m.Note(p.Lang), formulaViews(p.Page, m, nil), workedExample(p.Page, m)
		if i+1 < len(list) {
			p.Until = p.Date(list[i+1].EffectiveFrom.AddDate(0, 0, -1))
		}
		if i > 0 {
			p.Before, p.Changes = list[i-1].Version, changesOf(p.Page, list[i-1], m)
		}
		return h.site.Render(c, http.StatusOK, "methodology_version", p)
	}
	return fault.New(fault.NotFound, "methodology.fault.version")
}

// changesOf lists the numbers in which two versions differ.
func changesOf(p web.Page, before, after indices.Methodology) []changeRow {
	var rows []changeRow
	for _, g := range formulaGroups() {
		for _, f := range g.fields {
			if a, b := f.get(before), f.get(after); a != b {
				rows = append(rows, changeRow{p.T("methodology.group."+g.key) + p.T("methodology.colon") + p.T(f.label), orDash(a), orDash(b)})
			}
		}
	}
	return rows
}

func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

// workedExample computes a small case with the version's own numbers.
func workedExample(p web.Page, m indices.Methodology) []string {
	levels := [5]int64{2, 3, 5, 30, 60}
	f := m.Example(levels)
	lines := []string{p.T("methodology.example.given", "Five", levels[4], "Four", levels[3], "Three", levels[2], "Two", levels[1], "One", levels[0])}
	if f.Sat != nil {
		lines = append(lines, p.T("methodology.example.sat", "Value", p.Fix(f.Sat.Value, 1), "Low", p.Fix(f.Sat.Low, 1), "High", p.Fix(f.Sat.High, 1), "Level", p.Percent(m.Confidence)),
			p.T("methodology.example.good", "Value", p.Percent(f.Good.Value)))
	}
	return lines
}

func draftHref(id int64) string { return methodologyHome + "/drafts/" + strconv.FormatInt(id, 10) }

// newMethodology begins the next version.
func (h *Handler) newMethodology(c echo.Context) error {
	d, err := h.indices.NewDraft(c.Request().Context(), web.ActorOf(c), "")
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, draftHref(d.ID))
}

// mayPropose tells whether the reader writes versions, mayApprove whether they adopt them.
func mayPropose(by actor.Actor) bool { return by.Account != 0 && by.Citywide(settings.PermPropose) }
func mayApprove(by actor.Actor) bool { return by.Account != 0 && by.Citywide(settings.PermApprove) }

func levelTexts() [5]string { return figures.LevelKeys() }
