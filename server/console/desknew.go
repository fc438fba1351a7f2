package console

import (
	"context"
	"net/http"
	"slices"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/offices"
	"minping/server/web"
	"minping/server/web/figures"
)

// A case that somebody tells by telephone, at the counter or in a letter. Who
// opens it: whoever took the call, while the citizen is still there. Receipt and
// PIN are shown once, to be read out.

type newCaseRequest struct {
	Submission string `form:"submission_id" validate:"max=40"`
	Channel    string `form:"channel" validate:"max=20"`
	Kind       string `form:"kind" validate:"max=20"`
	Urgency    string `form:"urgency" validate:"max=20"`
	Office     int64  `form:"office" validate:"min=0"`
	Window     string `form:"window" validate:"max=64"`
	Title      string `form:"title"`
	Body       string `form:"body"`
	Identity   string `form:"identity" validate:"max=20"`
	Name       string `form:"name" validate:"max=100"`
	Phone      string `form:"phone" validate:"max=40"`
}

type newCasePage struct {
	web.Page
	Form                                            newCaseRequest
	Channels, Kinds, Urgencies, Offices, Identities []figures.Choice
	Failure                                         string
	MaxBody, MaxTitle                               int
	Files                                           filesPart
}

type filedPage struct {
	web.Page
	Receipt, PIN, Due, Case string
	Repeat                  bool
}

func (h *Handler) newCase(c echo.Context) error {
	return h.showNewCase(c, newCaseRequest{Submission: uuid.NewString(), Channel: "phone", Urgency: string(complaints.Ordinary), Identity: string(complaints.Contactable)}, nil)
}

func (h *Handler) fileCase(c echo.Context) error {
	var req newCaseRequest
	err := web.Bind(c, &req)
	ctx, by := c.Request().Context(), web.ActorOf(c)
	var filed complaints.Filed
	only := false
	if err == nil {
		only, err = h.takeFiles(c, waitingFor(c, req.Submission, complaints.FormFile))
	}
	if err == nil && only {
		return h.showNewCase(c, req, nil)
	}
	if err == nil {
		filed, err = h.fileFor(ctx, by, req)
	}
	if err != nil {
		if !refused(err) {
			return err
		}
		return h.showNewCase(c, req, err)
	}
	p := filedPage{Page: h.site.Page(c, "desk.filed.title"), Receipt: filed.Receipt, PIN: filed.PIN, Repeat: filed.Repeat}
	if filed.DueAt != nil {
		p.Due = p.Time(*filed.DueAt)
	}
	if _, err := h.desk.Get(ctx, by, filed.ID); err == nil {
		p.Case = caseHref(filed.ID)
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return h.site.Render(c, http.StatusOK, "desk_filed", p)
}

func (h *Handler) fileFor(ctx context.Context, by actor.Actor, req newCaseRequest) (complaints.Filed, error) {
	channel := complaints.Channel(req.Channel)
	if !slices.Contains(staffChannels, channel) {
		return complaints.Filed{}, fault.Fielded(fault.Field{Name: "channel", Key: "fault.field.choice"})
	}
	unit := req.Office
	if req.Window != "" {
		w, err := h.offices.ByCode(ctx, actor.System("desk"), offices.Window, req.Window)
		if fault.KindOf(err) == fault.NotFound {
			return complaints.Filed{}, fault.Fielded(fault.Field{Name: "window", Key: "desk.new.no_window"})
		}
		if err != nil {
			return complaints.Filed{}, err
		}
		unit = w.ID
	}
	id, _ := uuid.Parse(req.Submission)
	in := complaints.Filing{Submission: id, Channel: channel, Kind: complaints.Kind(req.Kind), Urgency: complaints.Urgency(req.Urgency), Unit: unit,
		Title: req.Title, Body: req.Body, Identity: complaints.Identity(req.Identity)}
	if in.Identity != complaints.Anonymous {
		in.Contact = complaints.ContactOf(req.Name, req.Phone)
	}
	filed, err := h.desk.File(ctx, by, in)
	if f, ok := fault.As(err); ok && f.Kind == fault.Invalid {
		for i := range f.Fields { // the form has other names for two of them
			f.Fields[i].Name = firstOf(map[string]string{"contact": "phone", "unit": "office"}[f.Fields[i].Name], f.Fields[i].Name)
		}
	}
	return filed, err
}

// staffChannels are the ways by which staff take cases.
var staffChannels = []complaints.Channel{complaints.ByPhone, complaints.ByVisit, complaints.ByLetter}

func (h *Handler) showNewCase(c echo.Context, req newCaseRequest, wrong error) error {
	if _, err := uuid.Parse(req.Submission); err != nil {
		req.Submission = uuid.NewString()
	}
	p := newCasePage{Page: h.site.Page(c, "desk.new.title"), Form: req, MaxBody: complaints.MaxBody, MaxTitle: complaints.MaxTitle}
	p.Channels = pickFrom(p.Page, "desk.channel.", staffChannels, req.Channel)
	p.Kinds = pickFrom(p.Page, "desk.kind.", slices.DeleteFunc(complaints.Kinds(), func(k complaints.Kind) bool { return k == complaints.BadRating }), req.Kind)
	p.Urgencies = pickFrom(p.Page, "desk.urgency.", complaints.Urgencies(), req.Urgency)
	p.Identities = pickFrom(p.Page, "desk.identity_choice.", complaints.Identities(), req.Identity)
	list, err := h.desk.OfficeLabels(c.Request().Context())
	if err != nil {
		return err
	}
	for _, o := range list {
		p.Offices = append(p.Offices, figures.Choice{Value: fmtInt(o.ID), Text: named(p.Page, o.Name, o.NameEn, ""), Current: o.ID == req.Office})
	}
	status := http.StatusOK
	if wrong != nil {
		p.Failure, status = complain(&p.Page, wrong), statusFor(wrong)
	}
	if p.Files, err = h.filesOf(c, p.Page, waitingFor(c, req.Submission, complaints.FormFile), false); err != nil {
		return err
	}
	return h.site.Render(c, status, "desk_new", p)
}
