package console

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"minping/internal/fault"
	"minping/internal/i18n"
	"minping/privacy"
	"minping/server/web"
	"minping/server/web/figures"
)

// Contacts left with bad ratings. Who opens them: the callback caller, who
// belongs to none of the rated offices. In five seconds: whom to call next. A
// contact is shown once, after a purpose and a reason; what is shown is the
// answer to that form itself, so that nothing keeps it and seeing it again is
// another opening.

type contactsRequest struct {
	Day    string `query:"day" validate:"max=10"`
	Before string `query:"before" validate:"max=36"`
}

type contactsPage struct {
	web.Page
	Rows []contactView
	More moreLink
}

type contactView struct {
	Href   string
	Unit   string
	Day    string
	Level  int
	Word   string
	Name   string
	Reach  string
	Seen   int
	SeenAt string
}

const contactRows = 30

func (h *Handler) contacts(c echo.Context) error {
	var req contactsRequest
	if err := web.Bind(c, &req); err != nil {
		req = contactsRequest{}
	}
	f := privacy.ContactFilter{Limit: contactRows + 1}
	if day, err := time.Parse(time.DateOnly, req.Day); err == nil {
		if id, err := uuid.Parse(req.Before); err == nil {
			f.BeforeDay, f.Before = day.Format(time.DateOnly), id
		}
	}
	list, err := h.privacy.Contacts(c.Request().Context(), web.ActorOf(c), f)
	if err != nil {
		return err
	}
	p := contactsPage{Page: h.site.Page(c, "privacy.contacts.title")}
	if len(list) > contactRows {
		list = list[:contactRows]
		last := list[contactRows-1]
		p.More = moreLink{p.T("console.more"), "/console/contacts?" + url.Values{"day": {last.VisitedOn}, "before": {last.Record.String()}}.Encode()}
	}
	for _, l := range list {
		p.Rows = append(p.Rows, wordContact(p.Page, l))
	}
	return h.site.Render(c, http.StatusOK, "contacts", p)
}

func wordContact(p web.Page, l privacy.Listed) contactView {
	v := contactView{Href: "/console/contacts/" + l.Record.String(), Unit: l.Unit, Level: l.Level, Word: p.T(figures.LevelKeys()[l.Level-1]),
		Name: l.Contact.Name, Reach: l.Contact.Phone + l.Contact.Email, Seen: l.Openings}
	if p.Lang == i18n.English && l.UnitEn != "" {
		v.Unit = l.UnitEn
	}
	if day, err := time.Parse(time.DateOnly, l.VisitedOn); err == nil {
		v.Day = p.Date(day)
	}
	if l.OpenedAt != nil {
		v.SeenAt = p.Time(*l.OpenedAt)
	}
	return v
}

type contactRequest struct {
	Record  string `param:"record"`
	Purpose string `form:"purpose" validate:"max=30"`
	Reason  string `form:"reason"`
}

type contactPage struct {
	web.Page
	Contact  contactView
	Purposes []figures.Choice
	Reason   string
	Failure  string
	Shown    bool
	Name     string // in plain text, on the answer to the form only
	Phone    string
	Email    string
}

func (h *Handler) contact(c echo.Context) error { return h.showContact(c, contactRequest{}, nil) }

// openContact answers the form with the contact itself.
func (h *Handler) openContact(c echo.Context) error {
	var req contactRequest
	err := web.Bind(c, &req)
	id, wrong := uuid.Parse(c.Param("record"))
	if wrong != nil {
		return echo.ErrNotFound
	}
	if err != nil {
		return h.showContact(c, req, err)
	}
	by, ctx := web.ActorOf(c), c.Request().Context()
	shown, err := h.privacy.Open(ctx, by, id, req.Purpose, req.Reason)
	if fault.KindOf(err) == fault.Invalid {
		return h.showContact(c, req, err)
	}
	if err != nil {
		return err
	}
	l, err := h.privacy.Contact(ctx, by, id)
	if err != nil {
		return err
	}
	p := contactPage{Page: h.site.Page(c, "privacy.contact.title"), Shown: true,
		Name: shown.Name.Reveal(), Phone: shown.Phone.Reveal(), Email: shown.Email.Reveal()}
	p.Contact = wordContact(p.Page, l)
	c.Response().Header().Set("Cache-Control", "no-store")
	return h.site.Render(c, http.StatusOK, "contact", p)
}

func (h *Handler) showContact(c echo.Context, req contactRequest, wrong error) error {
	id, err := uuid.Parse(c.Param("record"))
	if err != nil {
		return echo.ErrNotFound
	}
	l, err := h.privacy.Contact(c.Request().Context(), web.ActorOf(c), id)
	if err != nil {
		return err
	}
	p := contactPage{Page: h.site.Page(c, "privacy.contact.title"), Reason: req.Reason}
	p.Contact = wordContact(p.Page, l)
	p.Purposes = []figures.Choice{{Text: p.T("console.choose"), Current: req.Purpose == ""}}
	for _, v := range privacy.Purposes() {
		p.Purposes = append(p.Purposes, figures.Choice{Text: p.T("privacy.purpose." + v), Value: v, Current: v == req.Purpose})
	}
	if wrong == nil {
		return h.site.Render(c, http.StatusOK, "contact", p)
	}
	p.Failure = complain(&p.Page, wrong)
	return h.site.Render(c, statusFor(wrong), "contact", p)
}

// Openings of contacts. Who opens it: the audit administrator, who reads every
// one with its reason; the committee and the security administrator, who see the
// counts. In five seconds: who opens more than the others.
type openingsPage struct {
	web.Page
	Months []monthRow
	Rows   []openingRow
	All    bool // may read reasons
	More   moreLink
}

type monthRow struct {
	Month, Name       string
	Openings, Records string
}

type openingRow struct{ At, Name, Purpose, Reason, Record string }

type openingsRequest struct {
	Before int64 `query:"before" validate:"min=0"`
}

func (h *Handler) openings(c echo.Context) error {
	var req openingsRequest
	if err := web.Bind(c, &req); err != nil {
		req.Before = 0
	}
	ctx, by := c.Request().Context(), web.ActorOf(c)
	months, err := h.privacy.OpeningsPerMonth(ctx, by)
	if err != nil {
		return err
	}
	p := openingsPage{Page: h.site.Page(c, "privacy.openings.title"), All: by.Citywide(privacy.PermAudit)}
	for _, m := range months {
		p.Months = append(p.Months, monthRow{m.Month, m.Name, p.Num(m.Openings), p.Num(m.Records)})
	}
	if p.All {
		list, err := h.privacy.Openings(ctx, by, req.Before, contactRows+1)
		if err != nil {
			return err
		}
		if len(list) > contactRows {
			list = list[:contactRows]
			p.More = moreLink{p.T("console.more"), "/console/contacts/openings?before=" + strings.TrimSpace(fmtInt(list[contactRows-1].ID))}
		}
		for _, o := range list {
			p.Rows = append(p.Rows, openingRow{p.Time(o.At), o.Name, p.T("privacy.purpose." + o.Purpose), o.Reason, o.Record.String()[24:]})
		}
	}
	return h.site.Render(c, http.StatusOK, "openings", p)
}
