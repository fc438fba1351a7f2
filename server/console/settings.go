package console

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"minping/indices"
	"minping/internal/settings"
	"minping/server/web"
)

// Settings. Who opens it: whoever wants to know which rule holds today; the two
// persons who change one, a few times a year. In five seconds: what holds, since
// when, what is coming, and whether somebody waits for me.

type settingsPage struct {
	web.Page
	Groups      []settingGroup
	Pending     []proposalRow
	Unknown     []historyRow
	Methodology methodologyRow
	// NoticeMissing says that a year's holiday notice should be there and is not.
	NoticeMissing string
}

type settingGroup struct {
	Title string
	Rows  []settingRow
}

type settingRow struct {
	Href, Name         string
	Value, Since, By   string
	Next               string
	Rank, Waits        bool
	Narrower, Proposal string // how many offices or kinds differ; where a proposal waits
}

type proposalRow struct {
	Href, Name, Sentence string
	Scope, Reason        string
	By, At               string
	Own                  bool
}

func (h *Handler) settingList(c echo.Context) error {
	o, err := h.settings.List(c.Request().Context(), web.ActorOf(c))
	if err != nil {
		return err
	}
	p := settingsPage{Page: h.site.Page(c, "settings.title")}
	names, err := h.namesOfScopes(c.Request().Context(), p.Page)
	if err != nil {
		return err
	}
	p.NoticeMissing = h.noticeMissing(p.Page)
	for _, current := range o.Settings {
		p.add(current)
	}
	for _, proposal := range o.Pending {
		p.Pending = append(p.Pending, h.proposalRow(names, proposal, web.ActorOf(c).Account))
	}
	for _, e := range o.Unknown {
		p.Unknown = append(p.Unknown, historyOf(names, settings.Definition{}, e))
	}
	if p.Methodology, err = h.methodologyNow(c, p.Page); err != nil {
		return err
	}
	return h.site.Render(c, http.StatusOK, "settings", p)
}

func (p *settingsPage) add(c settings.Current) {
	title := p.T("settings.group." + c.Definition.Group)
	if n := len(p.Groups); n == 0 || p.Groups[n-1].Title != title {
		p.Groups = append(p.Groups, settingGroup{Title: title})
	}
	g := &p.Groups[len(p.Groups)-1]
	g.Rows = append(g.Rows, rowOfSetting(p.Page, c))
}

func rowOfSetting(p web.Page, c settings.Current) settingRow {
	row := settingRow{Href: settingHref(c.Definition.Key), Name: p.T(c.Definition.NameKey()), Value: valueText(p, c.Definition, c.Value),
		Since: p.T("settings.since.ever"), By: personText(p, c.Since), Rank: c.Definition.Rank, Waits: c.Pending != nil}
	if !c.Since.From.IsZero() {
		row.Since = momentText(p, c.Since.From)
	}
	if c.Next != nil {
		row.Next = p.T("settings.next.value", "Value", entryText(p, c.Definition, *c.Next), "Day", momentText(p, c.Next.From))
	}
	if c.Pending != nil {
		row.Proposal = proposalHref(c.Pending.ID)
	}
	if c.Scopes > 0 {
		row.Narrower = p.T("settings.narrower", "Count", c.Scopes)
	}
	return row
}

func settingHref(key string) string { return "/console/settings/" + url.PathEscape(key) }

func proposalHref(id int64) string {
	return "/console/settings/proposals/" + strconv.FormatInt(id, 10)
}

// methodologyRow is a version of the formulas in words; nothing of it is a setting.
type methodologyRow struct {
	Version, From     string
	Suppress, Grade   string
	Confidence, Notes string
}

func (h *Handler) methodologyNow(c echo.Context, p web.Page) (methodologyRow, error) {
	list, err := h.indices.Methodologies(c.Request().Context())
	if err != nil {
		return methodologyRow{}, err
	}
	var row methodologyRow
	for _, m := range list {
		if !m.EffectiveFrom.After(h.today()) {
			row = methodologyOf(p, m)
		}
	}
	return row, nil
}

func methodologyOf(p web.Page, m indices.Methodology) methodologyRow {
	row := methodologyRow{Version: m.Version, From: p.Date(m.EffectiveFrom), Suppress: p.T("settings.methodology.copies", "Count", int(m.SuppressBelow)),
		Grade: p.T("settings.methodology.copies", "Count", int(m.GradeFrom)), Confidence: p.Percent(m.Confidence), Notes: m.Note(p.Lang)}
	return row
}
