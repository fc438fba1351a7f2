package console

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/offices"
	"minping/server/web"
	"minping/server/web/figures"
)

// The form of one unit. Who opens it: a system administrator with a document of
// the establishment office in hand. In five seconds: type what it says; what is
// wrong is said next to the field.

type unitRequest struct {
	ID           int64  `param:"id"`
	Kind         string `query:"kind" form:"kind" validate:"required,oneof=office division hall window"`
	Code         string `form:"code"`
	Name         string `form:"name"`
	NameEn       string `form:"name_en"`
	OfficeID     int64  `query:"office_id" form:"office_id"`
	DivisionID   int64  `query:"division_id" form:"division_id"`
	HallID       int64  `query:"hall_id" form:"hall_id"`
	OpenedOn     string `form:"opened_on"`
	ClosedOn     string `form:"closed_on"`
	OfficeType   string `form:"office_type"`
	District     string `form:"district"`
	BrandName    string `form:"brand_name"`
	BrandPromise string `form:"brand_promise"`
	Address      string `form:"address"`
	Number       string `form:"number"`
	UpdatedAt    string `form:"updated_at"`
}

type unitFormPage struct {
	web.Page
	Form      unitRequest
	Failure   string
	Offices   []pickOption
	Divisions []pickGroup
	Halls     []pickOption
	Cancel    string
	Kinds     []figures.Choice
}

type pickOption struct {
	Value   int64
	Text    string
	Current bool
}

type pickGroup struct {
	Text    string
	Options []pickOption
}

func (h *Handler) newUnit(c echo.Context) error {
	var req unitRequest
	if err := web.Bind(c, &req); err != nil {
		req.Kind = string(offices.Window)
	}
	return h.showUnitForm(c, req, nil)
}

func (h *Handler) editUnit(c echo.Context) error {
	var id idRequest
	if err := web.Bind(c, &id); err != nil {
		return echo.ErrNotFound
	}
	by := web.ActorOf(c)
	u, err := h.offices.Unit(c.Request().Context(), by, id.ID)
	if err != nil {
		return err
	}
	if u.Kind == offices.City || !by.Can(offices.PermWrite, u.Place()) {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	return h.showUnitForm(c, requestOf(u), nil)
}

func requestOf(u offices.Unit) unitRequest {
	return unitRequest{ID: u.ID, Kind: string(u.Kind), Code: u.Code, Name: u.Name, NameEn: u.NameEn,
		OfficeID: u.OfficeID, DivisionID: u.DivisionID, HallID: u.HallID, OpenedOn: string(u.OpenedOn), ClosedOn: string(u.ClosedOn),
		OfficeType: u.OfficeType, District: u.District, BrandName: u.BrandName, BrandPromise: u.BrandPromise,
		Address: u.Address, Number: u.Number, UpdatedAt: u.UpdatedAt.Format(time.RFC3339Nano)}
}

// saveUnit takes the form of a new or an existing unit.
func (h *Handler) saveUnit(c echo.Context) error {
	var req unitRequest
	err := web.Bind(c, &req)
	if err == nil {
		var u offices.Unit
		u, err = h.offices.Save(c.Request().Context(), web.ActorOf(c), req.input())
		if err == nil {
			h.site.Flash(c, "ok", "console.unit.saved", "Name", u.Name)
			return c.Redirect(http.StatusSeeOther, unitHref(u.ID))
		}
	}
	if !refused(err) {
		return err
	}
	return h.showUnitForm(c, req, err)
}

func (r unitRequest) input() offices.UnitInput {
	at, _ := time.Parse(time.RFC3339Nano, r.UpdatedAt) // not there: no check for changes meanwhile
	return offices.UnitInput{ID: r.ID, Kind: offices.Kind(r.Kind), Code: r.Code, Name: r.Name, NameEn: r.NameEn,
		OfficeID: r.OfficeID, DivisionID: r.DivisionID, HallID: r.HallID, OpenedOn: r.OpenedOn, ClosedOn: r.ClosedOn,
		OfficeType: r.OfficeType, District: r.District, BrandName: r.BrandName, BrandPromise: r.BrandPromise,
		Address: r.Address, Number: r.Number, UpdatedAt: at}
}

func (h *Handler) showUnitForm(c echo.Context, req unitRequest, wrong error) error {
	p := unitFormPage{Page: h.site.Page(c, ""), Form: req, Cancel: "/console/directory"}
	if req.ID == 0 {
		p.Kinds = kindChoices(p.Page, req.Kind)
	}
	kind := kindText(p.Page, offices.Kind(req.Kind))
	p.Title = p.T("console.unit.new", "Kind", kind)
	if req.ID != 0 {
		p.Title, p.Cancel = p.T("console.unit.edit", "Kind", kind), unitHref(req.ID)
	}
	p.Crumbs = []web.Crumb{{Text: p.T("console.directory.title"), Href: "/console/directory?kind=" + req.Kind}, {Text: p.Title}}
	if err := h.fillPicks(c.Request().Context(), web.ActorOf(c), &p); err != nil {
		return err
	}
	if wrong == nil {
		return h.site.Render(c, http.StatusOK, "unit_form", p)
	}
	p.Failure = complain(&p.Page, wrong)
	return h.site.Render(c, statusFor(wrong), "unit_form", p)
}

// fillPicks lists the units that this one may belong to.
func (h *Handler) fillPicks(ctx context.Context, by actor.Actor, p *unitFormPage) error {
	if p.Form.Kind == string(offices.Office) || p.Form.Kind == string(offices.Hall) {
		return nil
	}
	tree, err := h.offices.Tree(ctx, by)
	if err != nil {
		return err
	}
	for _, o := range tree.City.Children {
		p.Offices = append(p.Offices, pickOption{o.ID, named(p.Page, o.Name, o.NameEn, ""), o.ID == p.Form.OfficeID})
		group := pickGroup{Text: named(p.Page, o.Name, o.NameEn, "")}
		for _, d := range o.Children {
			if d.Kind == offices.Division {
				group.Options = append(group.Options, pickOption{d.ID, named(p.Page, d.Name, d.NameEn, ""), d.ID == p.Form.DivisionID})
			}
		}
		if len(group.Options) > 0 {
			p.Divisions = append(p.Divisions, group)
		}
	}
	for _, hall := range tree.Halls {
		p.Halls = append(p.Halls, pickOption{hall.ID, named(p.Page, hall.Name, hall.NameEn, ""), hall.ID == p.Form.HallID})
	}
	return nil
}

// kindChoices are the forms for a new unit.
func kindChoices(p web.Page, current string) []figures.Choice {
	var list []figures.Choice
	for _, k := range []offices.Kind{offices.Office, offices.Division, offices.Hall, offices.Window} {
		list = append(list, figures.Choice{Text: kindText(p, k), Href: "/console/directory/new?kind=" + string(k), Current: string(k) == current})
	}
	return list
}
