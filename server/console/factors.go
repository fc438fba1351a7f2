package console

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"minping/internal/fault"
	"minping/server/web"
)

// Smaller changes to one's own second factors.

func (h *Handler) factorRemoval(c echo.Context) error { return h.renderFactorRemoval(c, nil) }

func (h *Handler) renderFactorRemoval(c echo.Context, wrong error) error {
	own, err := h.accounts.Security(c.Request().Context(), web.ActorOf(c))
	if err != nil {
		return err
	}
	if !own.Enrolled || len(own.Passkeys) == 0 { // nothing to remove, or nothing would stay
		h.site.Flash(c, "warn", "accounts.factor.only")
		return c.Redirect(http.StatusSeeOther, "/console/security")
	}
	p := removalPage{Page: h.site.Page(c, "security.factor.remove"), Submit: "security.factor.remove"}
	p.Lead = p.T("security.factor.remove_lead", "Count", len(own.Passkeys))
	return h.renderRemoval(c, p, wrong)
}

// removeFactor takes the authenticator away where a passkey stays.
func (h *Handler) removeFactor(c echo.Context) error {
	var r currentRequest
	err := web.Bind(c, &r)
	if err == nil {
		a, removed := h.accounts.RemoveTOTP(c.Request().Context(), web.ActorOf(c), r.Current, h.site.SessionID(c))
		if err = removed; err == nil {
			if err := h.site.Restamp(c, a.Stamp); err != nil {
				return err
			}
			h.site.Flash(c, "ok", "security.factor.removed")
			return c.Redirect(http.StatusSeeOther, "/console/security")
		}
	}
	if kind := fault.KindOf(err); kind == fault.NotFound || kind == fault.Conflict { // it went, or the passkey did, in another window
		h.site.Flash(c, "warn", "accounts.factor.only")
		return c.Redirect(http.StatusSeeOther, "/console/security")
	}
	if !refused(err) {
		return err
	}
	return h.renderFactorRemoval(c, err)
}

type renamePage struct {
	web.Page
	Failure, Name, Action string
}

type renameRequest struct {
	ID   int64  `param:"id" validate:"required"`
	Name string `form:"name" validate:"required,max=40"`
}

func (h *Handler) passkeyNaming(c echo.Context) error { return h.renderRename(c, nil, nil) }

func (h *Handler) renderRename(c echo.Context, typed *string, wrong error) error {
	var req idRequest
	if err := web.Bind(c, &req); err != nil && req.ID == 0 {
		return echo.ErrNotFound
	}
	own, err := h.accounts.Security(c.Request().Context(), web.ActorOf(c))
	if err != nil {
		return err
	}
	for _, k := range own.Passkeys {
		if k.ID != req.ID {
			continue
		}
		p := renamePage{Page: h.site.Page(c, "passkey.rename"), Name: k.Name, Action: c.Request().URL.Path}
		status := http.StatusOK
		if wrong != nil {
			status, p.Name = statusFor(wrong), *typed
			p.Failure = complain(&p.Page, wrong)
		}
		return h.site.Render(c, status, "security_rename", p)
	}
	return fault.New(fault.NotFound, "passkey.none")
}

func (h *Handler) renamePasskey(c echo.Context) error {
	var r renameRequest
	err := web.Bind(c, &r)
	if err == nil {
		err = h.accounts.RenamePasskey(c.Request().Context(), web.ActorOf(c), r.ID, r.Name)
	}
	if err == nil {
		h.site.Flash(c, "ok", "passkey.renamed")
		return c.Redirect(http.StatusSeeOther, "/console/security")
	}
	if !refused(err) {
		return err
	}
	return h.renderRename(c, &r.Name, err)
}
