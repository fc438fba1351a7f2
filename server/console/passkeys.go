package console

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"minping/accounts"
	"minping/internal/fault"
	"minping/server/web"
)

// passkeyForm is what a form hands to the browser's authenticator; the script
// static/js/passkey.js asks it and puts the answer into the form.
type passkeyForm struct {
	Options  string // JSON, as WebAuthn's *OptionsJSON
	Ceremony string // sealed: what the answer is checked against
	Origin   string // the only address at which it works
	Why      string // why passkeys cannot be used here; "": they can
}

// passkeyRequest is the answer.
type passkeyRequest struct {
	Response string `form:"response" bind:"raw" validate:"max=20000"`
	Ceremony string `form:"ceremony" validate:"max=2000"`
}

const ceremony = "passkey"

// answer opens the sealed half of the request; one that is not this browser's, or
// too old, is left empty, which the service refuses.
func (h *Handler) answer(c echo.Context, r passkeyRequest) accounts.PasskeyAnswer {
	out := accounts.PasskeyAnswer{Response: r.Response}
	if err := h.site.Unseal(c, ceremony, r.Ceremony, &out.Ceremony); err != nil {
		out.Ceremony = accounts.Ceremony{}
	}
	return out
}

// passkeyForm prepares a form out of what a Begin… gave.
func (h *Handler) passkeyForm(c echo.Context, p web.Page, options []byte, with accounts.Ceremony, err error) (passkeyForm, error) {
	origin, why := h.accounts.Passkeys()
	form := passkeyForm{Options: string(options), Origin: origin}
	if why != "" {
		form.Why = p.T(why)
		return form, nil
	}
	if kind := fault.KindOf(err); kind == fault.NotFound || kind == fault.Conflict {
		form.Why = web.Message(err, p)
		return form, nil
	}
	if err == nil {
		form.Ceremony, err = h.site.Seal(c, ceremony, with, accounts.CeremonyTime)
	}
	return form, err
}

// enterByPasskey signs in with a passkey alone.
func (h *Handler) enterByPasskey(c echo.Context) error {
	if _, between := web.Pending(c); between || web.ActorOf(c).Account != 0 {
		return fault.New(fault.Unauthorized, "fault.session.ended")
	}
	var r struct {
		Response string `form:"response" bind:"raw" validate:"max=20000"`
		Ceremony string `form:"ceremony" validate:"max=2000"`
		Next     string `form:"next"`
	}
	err := web.Bind(c, &r)
	if err == nil {
		var a accounts.Account
		if a, err = h.accounts.EnterByPasskey(c.Request().Context(), h.answer(c, passkeyRequest{r.Response, r.Ceremony}), h.site.Source(c)); err == nil {
			h.site.Remember(c, nextPath(r.Next))
			return h.advance(c, a, accounts.MethodPasskey)
		}
	}
	status := http.StatusUnprocessableEntity
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict:
	case fault.TooMany:
		status = slowDown(c, err)
	default:
		return err
	}
	p := signInPage{Page: h.site.Page(c, "accounts.signin.title"), Next: r.Next}
	p.Failure = complain(&p.Page, err)
	return h.renderSignIn(c, status, p)
}

// passPasskey is the second factor after a password.
func (h *Handler) passPasskey(c echo.Context) error {
	var r passkeyRequest
	err := web.Bind(c, &r)
	if err == nil {
		var a accounts.Account
		if a, err = h.accounts.PassPasskey(c.Request().Context(), holder(c).Account, h.answer(c, r), h.site.Source(c)); err == nil {
			first := h.site.Method(c)
			return h.advance(c, a.After(first), first+"+passkey")
		}
	}
	status := http.StatusUnprocessableEntity
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict:
	case fault.TooMany:
		status = slowDown(c, err)
	default:
		return err
	}
	p := codePage{gatePage: gatePage{Page: h.site.Page(c, "security.code.title")}}
	p.Failure = complain(&p.Page, err)
	return h.renderCode(c, status, p)
}

type newPasskeyRequest struct {
	Response string `form:"response" bind:"raw" validate:"max=20000"`
	Ceremony string `form:"ceremony" validate:"max=2000"`
	Name     string `form:"name" validate:"required,max=40"`
	Current  string `form:"current" bind:"raw" validate:"max=1000"`
}

type passkeyPage struct {
	web.Page
	Key      passkeyForm
	Failure  string
	Name     string
	Username string
}

func (h *Handler) addPasskey(c echo.Context, r newPasskeyRequest, first bool) ([]string, accounts.Account, error) {
	answer := h.answer(c, passkeyRequest{r.Response, r.Ceremony})
	return h.accounts.AddPasskey(c.Request().Context(), holder(c), accounts.NewPasskey{Name: r.Name, Response: answer.Response,
		Ceremony: answer.Ceremony, First: first, Password: r.Current, Session: h.site.SessionID(c)})
}

// enrolPasskey makes a passkey the first second factor of an account.
func (h *Handler) enrolPasskey(c echo.Context) error {
	var r newPasskeyRequest
	err := web.Bind(c, &r)
	if err == nil {
		var codes []string
		var a accounts.Account
		if codes, a, err = h.addPasskey(c, r, true); err == nil {
			return h.enrolled(c, codes, a, "passkey")
		}
	}
	if !refused(err) {
		return err
	}
	return h.renderEnrol(c, err, r.Name)
}

func (h *Handler) passkeyNew(c echo.Context) error { return h.renderPasskeyNew(c, "", nil) }

// savePasskey adds a passkey to those of somebody signed in.
func (h *Handler) savePasskey(c echo.Context) error {
	var r newPasskeyRequest
	err := web.Bind(c, &r)
	if err == nil && r.Current == "" {
		err = fault.Fielded(fault.Field{Name: "current", Key: "fault.field.required"})
	}
	if err == nil {
		var codes []string
		var a accounts.Account
		if codes, a, err = h.addPasskey(c, r, false); err == nil {
			if err := h.site.Restamp(c, a.Stamp); err != nil {
				return err
			}
			if len(codes) > 0 {
				return h.renderCodes(c, codesPage{Codes: codes, Next: "/console/security"})
			}
			h.site.Flash(c, "ok", "passkey.added")
			return c.Redirect(http.StatusSeeOther, "/console/security")
		}
	}
	if !refused(err) {
		return err
	}
	return h.renderPasskeyNew(c, r.Name, err)
}

func (h *Handler) renderPasskeyNew(c echo.Context, name string, wrong error) error {
	ctx, by := c.Request().Context(), web.ActorOf(c)
	a, err := h.accounts.Get(ctx, by, by.Account)
	if err != nil {
		return err
	}
	p := passkeyPage{Page: h.site.Page(c, "passkey.new"), Name: name, Username: a.Username}
	p.Path = "/console/security/passkeys/new"
	options, with, err := h.accounts.BeginPasskey(ctx, by)
	if p.Key, err = h.passkeyForm(c, p.Page, options, with, err); err != nil {
		return err
	}
	status := http.StatusOK
	if wrong != nil {
		status = statusFor(wrong)
		p.Failure = complain(&p.Page, wrong)
	}
	return h.site.Render(c, status, "security_passkey", p)
}

// removalPage asks the password before something is taken off an account.
type removalPage struct {
	web.Page
	Failure  string
	Username string
	Lead     string
	Action   string
	Submit   string
}

type removalRequest struct {
	ID      int64  `param:"id" validate:"required"`
	Current string `form:"current" bind:"raw" validate:"max=1000"`
}

func (h *Handler) passkeyRemoval(c echo.Context) error { return h.renderPasskeyRemoval(c, nil) }

func (h *Handler) renderPasskeyRemoval(c echo.Context, wrong error) error {
	var r removalRequest
	if err := web.Bind(c, &r); err != nil {
		return err
	}
	own, err := h.accounts.Security(c.Request().Context(), web.ActorOf(c))
	if err != nil {
		return err
	}
	for _, k := range own.Passkeys {
		if k.ID == r.ID {
			p := removalPage{Page: h.site.Page(c, "passkey.remove"), Submit: "passkey.remove"}
			p.Lead = p.T("passkey.remove_lead", "Name", k.Name)
			if len(own.Passkeys) == 1 && !own.Enrolled {
				p.Lead += p.T("passkey.remove_last")
			}
			return h.renderRemoval(c, p, wrong)
		}
	}
	return fault.New(fault.NotFound, "passkey.none")
}

func (h *Handler) renderRemoval(c echo.Context, p removalPage, wrong error) error {
	by := web.ActorOf(c)
	a, err := h.accounts.Get(c.Request().Context(), by, by.Account)
	if err != nil {
		return err
	}
	p.Username, p.Action = a.Username, c.Request().URL.Path
	status := http.StatusOK
	if wrong != nil {
		status = statusFor(wrong)
		p.Failure = complain(&p.Page, wrong)
	}
	return h.site.Render(c, status, "security_remove", p)
}

// removePasskey takes a passkey away; who has no second factor left stands before
// the gate again.
func (h *Handler) removePasskey(c echo.Context) error {
	var r removalRequest
	if err := web.Bind(c, &r); err != nil {
		return err
	}
	a, err := h.accounts.RemovePasskey(c.Request().Context(), web.ActorOf(c),
		accounts.Removal{ID: r.ID, Password: r.Current, Session: h.site.SessionID(c)})
	if err != nil {
		if !refused(err) {
			return err
		}
		return h.renderPasskeyRemoval(c, err)
	}
	if a.Next == accounts.GateEnrol {
		return h.advance(c, a, h.site.Method(c))
	}
	if err := h.site.Restamp(c, a.Stamp); err != nil {
		return err
	}
	h.site.Flash(c, "ok", "passkey.removed")
	return c.Redirect(http.StatusSeeOther, "/console/security")
}
