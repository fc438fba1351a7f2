package citizen

import (
	"context"
	"strconv"

	"github.com/labstack/echo/v4"

	"minping/internal/fault"
	"minping/offices"
	"minping/server/web"
)

// Places citizens may name are those on the doors: offices, halls and windows.
// Divisions are the offices' own business.
func named(k offices.Kind) bool {
	return k == offices.Office || k == offices.Hall || k == offices.Window
}

const (
	foundWindows = 20
	foundHalls   = 10
	mostOffices  = 1000
)

// placeFrom fills in the place that the address tells of. An address that means
// nothing leaves the place open; somebody upset is not told about codes.
func (h *Complaints) placeFrom(c echo.Context, form *complaintForm) error {
	ctx := c.Request().Context()
	if form.Kiosk != "" {
		return h.kioskPlace(c, form)
	}
	if form.Code != "" {
		e, err := h.surveys.Resolve(ctx, form.Code)
		if err != nil {
			return err
		}
		if e.Unit == nil {
			form.Code = ""
			return nil
		}
		return h.fillPlace(ctx, form, e.Unit.ID)
	}
	for _, kind := range []offices.Kind{offices.Window, offices.Hall, offices.Office} {
		typed := c.QueryParam(string(kind))
		if typed == "" {
			continue
		}
		u, err := h.offices.ByCode(ctx, reader(), kind, typed)
		if fault.KindOf(err) == fault.NotFound || fault.KindOf(err) == fault.Invalid {
			return nil
		}
		if err != nil {
			return err
		}
		return h.fillPlace(ctx, form, u.ID)
	}
	return nil
}

func (h *Complaints) fillPlace(ctx context.Context, form *complaintForm, id int64) error {
	u, ok, err := h.unit(ctx, id)
	if err != nil || !ok {
		return err
	}
	form.Office = u.OfficeID
	if u.Kind == offices.Office {
		form.Office = u.ID
	} else {
		form.Unit = u.ID
	}
	return nil
}

// unit reads a place that citizens may name and that is in service.
func (h *Complaints) unit(ctx context.Context, id int64) (offices.Unit, bool, error) {
	u, err := h.offices.Unit(ctx, reader(), id)
	if fault.KindOf(err) == fault.NotFound {
		return u, false, nil
	}
	return u, err == nil && named(u.Kind) && u.OpenOn(offices.DayOf(h.now())), err
}

// placeOf is the place that a form names; 0: none.
func (h *Complaints) placeOf(ctx context.Context, form complaintForm) (int64, error) {
	wrong := func(key string) error { return fault.Fielded(fault.Field{Name: "unit", Key: key}) }
	for _, id := range []int64{form.Office, form.Unit} {
		if id == 0 {
			continue
		}
		u, ok, err := h.unit(ctx, id)
		if err != nil {
			return 0, err
		}
		if !ok {
			return 0, wrong("complaint.place.gone")
		}
		if id == form.Unit && form.Office != 0 && u.OfficeID != 0 && u.OfficeID != form.Office {
			return 0, wrong("complaint.place.other")
		}
	}
	if form.Unit != 0 {
		return form.Unit, nil
	}
	return form.Office, nil
}

// showPlaces fills in the list of offices and the windows and halls found.
func (h *Complaints) showPlaces(c echo.Context, p *complaintPage) error {
	ctx := c.Request().Context()
	list, err := h.offices.Units(ctx, reader(), offices.Filter{Kind: offices.Office, Open: true, Limit: mostOffices})
	if err != nil {
		return err
	}
	for _, u := range list {
		p.Offices = append(p.Offices, formChoice{Value: number(u.ID), Text: titleOf(u, p.Lang), Chosen: u.ID == p.Form.Office})
	}
	seen := map[int64]bool{}
	add := func(u offices.Unit) {
		if !seen[u.ID] {
			seen[u.ID] = true
			p.Places = append(p.Places, formChoice{number(u.ID), placeTitle(p.Page, u), u.HallName, u.ID == p.Form.Unit})
		}
	}
	if p.Form.Unit != 0 {
		if u, ok, err := h.unit(ctx, p.Form.Unit); err != nil {
			return err
		} else if ok {
			add(u)
		}
	}
	if p.Form.Do == findPlace && p.Form.Query != "" {
		p.Looked = true
		for _, f := range []offices.Filter{{Kind: offices.Hall, Limit: foundHalls}, {Kind: offices.Window, Limit: foundWindows, Office: p.Form.Office}} {
			f.Open, f.Query = true, p.Form.Query
			found, err := h.offices.Units(ctx, reader(), f)
			if err != nil {
				return err
			}
			for _, u := range found {
				add(u)
			}
		}
	}
	return nil
}

func number(id int64) string { return strconv.FormatInt(id, 10) }

// placeTitle tells windows apart that share a name.
func placeTitle(p web.Page, u offices.Unit) string {
	if u.OfficeName != "" {
		return u.OfficeName + " · " + titleOf(u, p.Lang)
	}
	return titleOf(u, p.Lang)
}
