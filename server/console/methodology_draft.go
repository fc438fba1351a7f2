package console

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"minping/indices"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/server/web"
	"minping/server/web/figures"
)

// methodologyRequest is a button of a draft's page; the numbers are read by the table
// of methodology_fields.go.
type methodologyRequest struct {
	ID       int64  `param:"id"`
	Do       string `form:"do" validate:"required,oneof=save propose adopt reject withdraw"`
	Revision int    `form:"revision"`
	From     string `form:"effective_from" validate:"omitempty,datetime=2006-01-02"`
	Reason   string `form:"reason" validate:"max=500"`
	Decision string `form:"decision" validate:"max=500"`
}

type methodologyDraftPage struct {
	web.Page
	ID, State         string
	StateText         string
	By, At            string
	Against           string // the version it would follow
	Reason            string
	From, Earliest    string
	Revision          int
	Groups            []formulaView
	Changes           []changeRow
	Writable          bool // by whom it is seen
	MayPropose        bool
	MayDecide         bool
	MayWithdraw       bool
	Open              bool
	Decided, Decision string
	Version           string // what it became
	VersionHref       string
	Simulate          string
	Failure           string
	Form              methodologyRequest
}

func (h *Handler) methodologyDraft(c echo.Context) error {
	var req struct {
		ID int64 `param:"id"`
	}
	if err := web.Bind(c, &req); err != nil {
		return fault.New(fault.NotFound, "methodology.fault.draft")
	}
	return h.showDraft(c, methodologyRequest{ID: req.ID}, nil, nil)
}

// settleMethodology saves, proposes, adopts, rejects or withdraws a draft.
func (h *Handler) settleMethodology(c echo.Context) error {
	var req methodologyRequest
	if err := web.Bind(c, &req); err != nil {
		if !refused(err) {
			return err
		}
		return h.showDraft(c, req, nil, err)
	}
	ctx, by := c.Request().Context(), web.ActorOf(c)
	var err error
	done := "methodology.done." + req.Do
	switch req.Do {
	case "save":
		var wrong map[string]string
		if wrong, err = h.saveDraft(c, by, req); len(wrong) > 0 {
			return h.showDraft(c, req, wrong, err)
		}
	case "propose":
		day, bad := time.Parse(time.DateOnly, req.From)
		if bad != nil {
			err = fault.Fielded(fault.Field{Name: "effective_from", Key: "settings.from.needed"})
		} else {
			err = h.indices.Propose(ctx, by, req.ID, day)
		}
	case "adopt":
		_, err = h.indices.Adopt(ctx, by, req.ID)
	case "reject":
		_, err = h.indices.Reject(ctx, by, req.ID, req.Decision)
	case "withdraw":
		_, err = h.indices.Withdraw(ctx, by, req.ID)
	}
	if err != nil {
		if !refused(err) {
			return err
		}
		return h.showDraft(c, req, nil, err)
	}
	h.site.Flash(c, "ok", done)
	return c.Redirect(http.StatusSeeOther, draftHref(req.ID))
}

// saveDraft reads the numbers; wrong are those that are none.
func (h *Handler) saveDraft(c echo.Context, by actor.Actor, req methodologyRequest) (wrong map[string]string, err error) {
	d, err := h.indices.Draft(c.Request().Context(), by, req.ID)
	if err != nil {
		return nil, err
	}
	p := h.site.Page(c, "settings.methodology.title")
	if wrong = readFormula(p, c.FormValue, &d.Formula); len(wrong) > 0 {
		return wrong, fault.Fielded(fault.Field{Name: "number", Key: "methodology.fault.number"})
	}
	d.Reason, d.Revision = req.Reason, req.Revision
	_, err = h.indices.SaveDraft(c.Request().Context(), by, d)
	return nil, err
}

// showDraft renders a draft, with what was typed where it was refused.
func (h *Handler) showDraft(c echo.Context, req methodologyRequest, numbers map[string]string, wrong error) error {
	ctx, by := c.Request().Context(), web.ActorOf(c)
	d, err := h.indices.Draft(ctx, by, req.ID)
	if err != nil {
		return err
	}
	p := methodologyDraftPage{Page: h.site.Page(c, "settings.methodology.title"), State: string(d.State), By: d.MadeName, Reason: d.Reason,
		Revision: d.Revision, Open: d.Open(), Decided: d.DecidedName, Decision: d.Decision, Writable: d.Writable(by), Form: req}
	p.Title = p.T("methodology.draft.title", "ID", d.ID, "Base", d.Base)
	p.Crumbs = []web.Crumb{{Text: p.T("settings.title"), Href: "/console/settings"}, {Text: p.T("settings.methodology.title"), Href: methodologyHome}, {Text: p.Title}}
	p.StateText, p.At = p.T("methodology.state."+p.State), p.Date(d.MadeAt)
	p.Earliest = h.today().AddDate(0, 0, 1).Format(time.DateOnly)
	if !d.Formula.EffectiveFrom.IsZero() {
		p.From = p.Date(d.Formula.EffectiveFrom)
	}
	own := d.MadeBy == by.Account
	p.MayPropose = p.Writable && mayPropose(by) && d.Reason != ""
	p.MayDecide = d.State == indices.Proposed && !own && mayApprove(by)
	p.MayWithdraw = d.Open() && own
	if d.State == indices.Adopted {
		p.Version, p.VersionHref = d.Formula.Version, methodologyHome+"/versions/"+url.PathEscape(d.Formula.Version)
	}
	p.Simulate = figures.Link{Path: methodologyHome + "/simulate"}.With("draft", strconv.FormatInt(d.ID, 10))
	status := http.StatusOK
	var typed func(string) string
	if wrong != nil {
		p.Failure, status = complain(&p.Page, wrong), statusFor(wrong)
		for name, text := range numbers {
			p.Errors[name] = text
		}
		if req.Do == "save" {
			typed, p.Reason = c.FormValue, req.Reason
			if fault.KindOf(wrong) == fault.Conflict { // nothing typed is lost, and the next saving is meant
				p.Revision = req.Revision
			}
		}
	}
	if err := h.draftNumbers(c, &p, d, typed); err != nil {
		return err
	}
	return h.site.Render(c, status, "methodology_draft", p)
}

func (h *Handler) draftNumbers(c echo.Context, p *methodologyDraftPage, d indices.Draft, typed func(string) string) error {
	list, err := h.indices.Methodologies(c.Request().Context())
	if err != nil {
		return err
	}
	for _, m := range list { // the newest that it would follow, which need not be the one it was begun from
		if m.Version != d.Formula.Version && (d.Formula.EffectiveFrom.IsZero() || m.EffectiveFrom.Before(d.Formula.EffectiveFrom)) {
			p.Against, p.Changes = m.Version, changesOf(p.Page, m, d.Formula)
		}
	}
	p.Groups = formulaViews(p.Page, d.Formula, typed)
	return nil
}
