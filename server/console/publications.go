package console

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"minping/server/web"
	"minping/server/web/figures"
	"minping/surveys"
)

// Publications. Who opens them: the brand team and hall managers, to put a
// survey to windows and print what hangs there. In five seconds: what runs where,
// until when, and the button that prints.

type publicationsRequest struct {
	Running string `query:"running" validate:"omitempty,oneof=1"`
	Channel string `query:"channel" validate:"omitempty,oneof=desk exit ticket kiosk sms web"`
	After   int64  `query:"after" validate:"min=0"`
}

type publicationsPage struct {
	web.Page
	Rows     []publicationRow
	Channels []figures.Choice
	Running  bool
	More     moreLink
	MayWrite bool
}

type publicationRow struct {
	surveys.Publication
	Href, ChannelText string
	StateText         string
	Starts, Ends      string
}

const publicationRows = 30

func (h *Handler) publications(c echo.Context) error {
	var req publicationsRequest
	if err := web.Bind(c, &req); err != nil {
		req = publicationsRequest{}
	}
	by := web.ActorOf(c)
	list, err := h.surveys.Publications(c.Request().Context(), by, surveys.PublicationFilter{
		Channel: surveys.Channel(req.Channel), Running: req.Running == "1", BeforeID: req.After, Limit: publicationRows + 1})
	if err != nil {
		return err
	}
	p := publicationsPage{Page: h.site.Page(c, "console.publications.title"), Running: req.Running == "1",
		Channels: channelChoices(h.site.Page(c, ""), req.Channel), MayWrite: by.Anywhere(surveys.PermPublicationWrite)}
	link := figures.Link{Path: "/console/publications", Query: url.Values{}}.Set("running", req.Running).Set("channel", req.Channel)
	if len(list) > publicationRows {
		list = list[:publicationRows]
		p.More = moreLink{p.T("console.more"), link.With("after", strconv.FormatInt(list[publicationRows-1].ID, 10))}
	}
	for _, pub := range list {
		p.Rows = append(p.Rows, h.publicationRow(p.Page, pub))
	}
	return h.site.Render(c, http.StatusOK, "publications", p)
}

func channelChoices(p web.Page, current string) []figures.Choice {
	list := []figures.Choice{{Text: p.T("console.filter.all"), Current: current == ""}}
	for _, v := range surveys.Channels() {
		list = append(list, figures.Choice{Text: figures.ChannelText(p, string(v)), Value: string(v), Current: string(v) == current})
	}
	return list
}

var stateKeys = map[surveys.State]string{
	surveys.StateNotYet: "console.publication.not_yet", surveys.StateOpen: "console.publication.open", surveys.StateClosed: "console.publication.closed",
}

func (h *Handler) publicationRow(p web.Page, pub surveys.Publication) publicationRow {
	row := publicationRow{Publication: pub, Href: publicationHref(pub.ID), ChannelText: figures.ChannelText(p, string(pub.Channel)),
		StateText: p.T(stateKeys[pub.State(h.now())]), Starts: p.Time(pub.StartsAt), Ends: p.T("console.publication.endless")}
	if pub.EndsAt != nil {
		row.Ends = p.Time(pub.EndsAt)
	}
	return row
}

func publicationHref(id int64) string { return "/console/publications/" + strconv.FormatInt(id, 10) }

type publicationPage struct {
	web.Page
	Row      publicationRow
	Units    []publishedRow
	Open     bool
	MayWrite bool
	Posters  string
	Zip      string
	Halls    []tableLink // print runs of single halls
}

type publishedRow struct {
	Title, Office, Hall string
	Code, Printed       string
	Open                string // where the code leads: the rating page, or the kiosk's
	Unit                string
}

func (h *Handler) publication(c echo.Context) error {
	var req idRequest
	if err := web.Bind(c, &req); err != nil {
		return echo.ErrNotFound
	}
	by := web.ActorOf(c)
	pub, units, err := h.surveys.Publication(c.Request().Context(), by, req.ID)
	if err != nil {
		return err
	}
	p := publicationPage{Page: h.site.Page(c, ""), Open: pub.State(h.now()) != surveys.StateClosed, MayWrite: by.Anywhere(surveys.PermPublicationWrite)}
	p.Title = pub.Title
	p.Crumbs = []web.Crumb{{Text: p.T("console.publications.title"), Href: "/console/publications"}, {Text: p.Title}}
	p.Row = h.publicationRow(p.Page, pub)
	query := url.Values{"publication": {strconv.FormatInt(pub.ID, 10)}}.Encode()
	p.Posters, p.Zip = "/console/posters?"+query, "/console/posters.zip?"+query
	printed := map[int64]bool{}
	for _, u := range units {
		p.Units = append(p.Units, publishedOf(p.Page, u, pub.Channel))
		if hall := u.Unit.Hall; hall != nil && u.Code != "" && !printed[hall.ID] {
			printed[hall.ID] = true
			p.Halls = append(p.Halls, tableLink{named(p.Page, hall.Name, hall.NameEn, ""), p.Posters + "&hall=" + strconv.FormatInt(hall.ID, 10)})
		}
	}
	return h.site.Render(c, http.StatusOK, "publication", p)
}

func publishedOf(p web.Page, u surveys.PublishedUnit, channel surveys.Channel) publishedRow {
	row := publishedRow{Title: named(p, u.Unit.Name, u.Unit.NameEn, u.Unit.Number), Code: u.Code, Unit: unitHref(u.Unit.ID)}
	if u.Code != "" {
		row.Printed, row.Open = surveys.PrintedCode(u.Code), "/r/"+u.Code
		if channel == surveys.ChannelKiosk {
			row.Open = "/k/" + u.Code
		}
	}
	if o := u.Unit.Office; o != nil && o.ID != u.Unit.ID {
		row.Office = named(p, o.Name, o.NameEn, "")
	}
	if hall := u.Unit.Hall; hall != nil && hall.ID != u.Unit.ID {
		row.Hall = named(p, hall.Name, hall.NameEn, "")
	}
	return row
}
