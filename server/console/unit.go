package console

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"minping/internal/actor"
	"minping/offices"
	"minping/server/web"
	"minping/surveys"
)

// One unit. Who opens it: a hall manager who wants to know who sits at a window
// today, or an administrator about to change something. In five seconds: what it
// is, where it belongs, who is there.

type unitPage struct {
	web.Page
	Unit      offices.Unit
	Heading   string
	Kind      string
	InService bool
	Office    string // addresses of the units above
	Division  string
	Hall      string
	Divisions []unitRow
	Windows   []unitRow
	Duties    []offices.Duty
	Past      []offices.Duty
	Chiefs    []offices.Tenure
	Staff     []offices.Staff
	Codes     []codeRow
	MayWrite  bool
	MayRetire bool
	Dashboard string
	Edit      string
	Posters   string      // print run of an office's or hall's codes
	Children  []tableLink // forms for a new unit below this one
}

const unitRows = 200

type idRequest struct {
	ID int64 `param:"id" validate:"required,min=1"`
}

func (h *Handler) unit(c echo.Context) error {
	var req idRequest
	if err := web.Bind(c, &req); err != nil {
		return echo.ErrNotFound
	}
	ctx, by := c.Request().Context(), web.ActorOf(c)
	u, err := h.offices.Unit(ctx, by, req.ID)
	if err != nil {
		return err
	}
	p := unitPage{Page: h.site.Page(c, "console.directory.title"), Unit: u, InService: u.OpenOn(offices.DayOf(h.now()))}
	p.Heading, p.Kind = unitTitle(p.Page, u), kindText(p.Page, u.Kind)
	p.Crumbs = []web.Crumb{{Text: p.Title, Href: "/console/directory?kind=" + string(u.Kind)}, {Text: p.Heading}}
	p.Title = p.Heading
	p.links(by)
	for _, fill := range []func(context.Context, actor.Actor, *unitPage) error{h.fillBelow, h.fillPeople, h.fillCodes} {
		if err := fill(ctx, by, &p); err != nil {
			return err
		}
	}
	return h.site.Render(c, http.StatusOK, "unit", p)
}

func (p *unitPage) links(by actor.Actor) {
	u := p.Unit
	id := strconv.FormatInt(u.ID, 10)
	href := func(id int64) string {
		if id == 0 {
			return ""
		}
		return unitHref(id)
	}
	p.Office, p.Division, p.Hall = href(u.OfficeID), href(u.DivisionID), href(u.HallID)
	p.MayWrite = u.Kind != offices.City && by.Can(offices.PermWrite, u.Place())
	p.MayRetire = by.Can(surveys.PermPublicationWrite, u.Place())
	p.Edit = unitHref(u.ID) + "/edit"
	if (u.Kind == offices.Hall || u.Kind == offices.Office) && by.Can(surveys.PermPublicationRead, u.Place()) {
		p.Posters = "/console/posters?channel=desk&" + string(u.Kind) + "=" + id
	}
	if by.Anywhere(permIndexRead) {
		p.Dashboard = "/console?unit=" + id
	}
	if !p.MayWrite {
		return
	}
	add := func(kind offices.Kind, query string) {
		p.Children = append(p.Children, tableLink{p.T("console.unit.add", "Kind", kindText(p.Page, kind)), "/console/directory/new?kind=" + string(kind) + query})
	}
	switch u.Kind {
	case offices.Office:
		add(offices.Division, "&office_id="+id)
		add(offices.Window, "&office_id="+id)
	case offices.Division:
		add(offices.Window, "&office_id="+strconv.FormatInt(u.OfficeID, 10)+"&division_id="+id)
	case offices.Hall:
		add(offices.Window, "&hall_id="+id)
	}
}

func (h *Handler) fillBelow(ctx context.Context, by actor.Actor, p *unitPage) error {
	below := map[offices.Kind]offices.Filter{offices.Office: {Office: p.Unit.ID}, offices.Division: {Division: p.Unit.ID}, offices.Hall: {Hall: p.Unit.ID}}
	filter, ok := below[p.Unit.Kind]
	if !ok {
		return nil
	}
	filter.Limit = unitRows
	var err error
	if p.Unit.Kind == offices.Office {
		filter.Kind = offices.Division
		if p.Divisions, err = h.unitRows(ctx, by, p.Page, filter); err != nil {
			return err
		}
	}
	filter.Kind = offices.Window
	p.Windows, err = h.unitRows(ctx, by, p.Page, filter)
	return err
}

func (h *Handler) unitRows(ctx context.Context, by actor.Actor, p web.Page, f offices.Filter) ([]unitRow, error) {
	units, err := h.offices.Units(ctx, by, f)
	if err != nil {
		return nil, err
	}
	rows := make([]unitRow, 0, len(units))
	for _, u := range units {
		rows = append(rows, unitRow{Unit: u, Title: unitTitle(p, u), Href: unitHref(u.ID), InService: u.OpenOn(offices.DayOf(h.now()))})
	}
	return rows, nil
}

func (h *Handler) fillPeople(ctx context.Context, by actor.Actor, p *unitPage) (err error) {
	switch p.Unit.Kind {
	case offices.Window:
		all, err := h.offices.Duties(ctx, by, p.Unit.ID)
		if err != nil {
			return err
		}
		today := offices.DayOf(h.now())
		for i := len(all) - 1; i >= 0; i-- {
			if d := all[i]; d.FromOn <= today && (d.ToOn == "" || d.ToOn >= today) {
				p.Duties = append(p.Duties, d)
			} else {
				p.Past = append(p.Past, d)
			}
		}
	case offices.Division:
		if p.Chiefs, err = h.offices.Tenures(ctx, by, p.Unit.ID); err != nil {
			return err
		}
		p.Staff, err = h.offices.Staff(ctx, by, offices.StaffFilter{Division: p.Unit.ID, Present: true, Limit: unitRows})
	case offices.Office:
		p.Staff, err = h.offices.Staff(ctx, by, offices.StaffFilter{Office: p.Unit.ID, Present: true, Limit: unitRows})
	}
	return err
}

// fillCodes lists the unit's rating codes for those who may see publications.
func (h *Handler) fillCodes(ctx context.Context, by actor.Actor, p *unitPage) error {
	if !by.Can(surveys.PermPublicationRead, p.Unit.Place()) || p.Unit.Kind == offices.City {
		return nil
	}
	codes, err := h.surveys.Codes(ctx, by, surveys.CodeFilter{Unit: p.Unit.ID})
	for _, code := range codes {
		p.Codes = append(p.Codes, newCodeRow(p.Page, code))
	}
	return err
}
