package console

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"minping/accounts"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/server/web"
)

type securityPage struct {
	web.Page
	accounts.Security
	Username string
	Failure  string
	Factor   bool   // second factors are in use here
	Here     string // this session
	Source   string // pseudonym of where this request comes from
	WhyNot   string // why there can be no passkeys here; "": there can
	SSO      string // the provider's name; "": none
}

// Others tells whether somebody is signed in as this account elsewhere.
func (p securityPage) Others() bool { return len(p.Sessions) > 1 }

// Near tells whether something came from the network of this request.
func (p securityPage) Near(source string) bool { return source != "" && source == p.Source }

type codesPage struct {
	web.Page
	Codes []string
	Next  string
}

// Text is what the copy button takes.
func (p codesPage) Text() string {
	text := ""
	for _, c := range p.Codes {
		text += c + "\n"
	}
	return text
}

type passwordRequest struct {
	Current  string `form:"current" bind:"raw" validate:"required,max=1000"`
	Password string `form:"password" bind:"raw" validate:"required,max=1000"`
	Repeat   string `form:"repeat" bind:"raw" validate:"required,eqfield=Password"`
}

// security is everything that protects one's own account, on one page.
func (h *Handler) security(c echo.Context) error { return h.renderSecurity(c, nil) }

func (h *Handler) renderSecurity(c echo.Context, wrong error) error {
	ctx, by := c.Request().Context(), web.ActorOf(c)
	a, err := h.accounts.Get(ctx, by, by.Account)
	if err != nil {
		return err
	}
	own, err := h.accounts.Security(ctx, by)
	if err != nil {
		return err
	}
	p := securityPage{Page: h.site.Page(c, "security.title"), Security: own, Username: a.Username,
		Factor: h.accounts.SecondFactor(), Here: h.site.SessionID(c), Source: h.site.Source(c)}
	p.Path = "/console/security"
	if _, why := h.accounts.Passkeys(); why != "" {
		p.WhyNot = p.T(why)
	}
	if h.sso != nil {
		p.SSO = h.sso.Name()
	}
	status := http.StatusOK
	if wrong != nil {
		status = statusFor(wrong)
		p.Failure = complain(&p.Page, wrong)
	}
	return h.site.Render(c, status, "security", p)
}

func (h *Handler) changePassword(c echo.Context) error {
	stamp, err := h.newPassword(c, web.ActorOf(c))
	if err == nil {
		if err := h.site.Restamp(c, stamp); err != nil {
			return err
		}
		h.site.Flash(c, "ok", "accounts.own.saved")
		return c.Redirect(http.StatusSeeOther, "/console/security")
	}
	if !refused(err) {
		return err
	}
	return h.renderSecurity(c, err)
}

// newPassword takes the form of both places where a password is changed.
func (h *Handler) newPassword(c echo.Context, by actor.Actor) (stamp string, err error) {
	var r passwordRequest
	if err := web.Bind(c, &r); err != nil {
		return "", err
	}
	return h.accounts.ChangePassword(c.Request().Context(), by,
		accounts.PasswordChange{Current: r.Current, Password: r.Password, Session: h.site.SessionID(c)})
}

func (h *Handler) factorForm(c echo.Context) error { return h.renderEnrol(c, nil, "") }

// replaceFactor puts a new authenticator in the old one's place.
func (h *Handler) replaceFactor(c echo.Context) error {
	var r enrolRequest
	err := web.Bind(c, &r)
	if err == nil {
		var codes []string
		var a accounts.Account
		codes, a, err = h.accounts.ConfirmEnrolment(c.Request().Context(), web.ActorOf(c),
			accounts.Confirmation{Code: r.Code, Replacing: true, Password: r.Current, Session: h.site.SessionID(c)})
		if err == nil {
			if err := h.site.Restamp(c, a.Stamp); err != nil {
				return err
			}
			return h.renderCodes(c, codesPage{Codes: codes, Next: "/console/security"})
		}
	}
	if !refused(err) {
		return err
	}
	return h.renderEnrol(c, err, "")
}

type currentRequest struct {
	Current string `form:"current" bind:"raw" validate:"required,max=1000"`
}

func (h *Handler) codesForm(c echo.Context) error {
	return h.site.Render(c, http.StatusOK, "security_codes", gatePage{Page: h.site.Page(c, "security.codes.renew")})
}

func (h *Handler) renewCodes(c echo.Context) error {
	var r currentRequest
	err := web.Bind(c, &r)
	if err == nil {
		var codes []string
		if codes, err = h.accounts.RenewRecoveryCodes(c.Request().Context(), web.ActorOf(c), r.Current); err == nil {
			return h.renderCodes(c, codesPage{Codes: codes, Next: "/console/security"})
		}
	}
	if !refused(err) {
		return err
	}
	p := gatePage{Page: h.site.Page(c, "security.codes.renew")}
	p.Failure = complain(&p.Page, err)
	return h.site.Render(c, statusFor(err), "security_codes", p)
}

func (h *Handler) renderCodes(c echo.Context, p codesPage) error {
	p.Page = h.site.Page(c, "security.codes.title")
	p.Path = p.Next // another language cannot show the codes again
	return h.site.Render(c, http.StatusOK, "signin_codes", p)
}

type sessionsRequest struct {
	Session string `form:"session" validate:"max=100"` // "": all others
}

func (h *Handler) endSessions(c echo.Context) error {
	var r sessionsRequest
	if err := web.Bind(c, &r); err != nil {
		return err
	}
	ctx, by, done := c.Request().Context(), web.ActorOf(c), "security.sessions.ended"
	var err error
	if r.Session == "" {
		err, done = h.accounts.EndOtherSessions(ctx, by, h.site.SessionID(c)), "security.sessions.others_ended"
	} else {
		err = h.accounts.EndSession(ctx, by, r.Session)
	}
	if err != nil && fault.KindOf(err) != fault.NotFound { // one that has just ended is ended
		return err
	}
	h.site.Flash(c, "ok", done)
	return c.Redirect(http.StatusSeeOther, "/console/security")
}
