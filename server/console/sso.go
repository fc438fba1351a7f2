package console

import (
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"minping/accounts"
	"minping/internal/fault"
	"minping/server/sso"
	"minping/server/web"
)

// SSOCallback is where the provider sends people back to.
const SSOCallback = "/console/signin/sso/callback"

const (
	ssoPurpose = "sso"
	ssoTime    = 10 * time.Minute
)

// ssoState goes to the provider and comes back sealed: only the browser that set
// out can come back with it. Nonce and verifier are derived from it and stay here.
type ssoState struct {
	Next    string
	Session string // the session that links an identity; "": somebody signs in
}

func (h *Handler) flow(c echo.Context, sealed string) sso.Flow {
	return sso.Flow{State: sealed, Nonce: h.site.Derived(c, "sso nonce", sealed), Verifier: h.site.Derived(c, "sso verifier", sealed)}
}

// setOut gives the address at the provider.
func (h *Handler) setOut(c echo.Context, s ssoState) (string, error) {
	sealed, err := h.site.Seal(c, ssoPurpose, s, ssoTime)
	if err != nil {
		return "", err
	}
	return h.sso.Begin(c.Request().Context(), h.flow(c, sealed))
}

// ssoGoPage leads to the provider.
type ssoGoPage struct {
	web.Page
	Name, To string
}

// ssoBegin sets out for the provider. It takes a form with its token, so that no
// other page can start somebody's sign-in. The content policy lets a form lead
// nowhere else, also by a redirect, so the answer is a page that goes on by itself
// (or by its link).
func (h *Handler) ssoBegin(c echo.Context) error {
	if _, between := web.Pending(c); between || web.ActorOf(c).Account != 0 {
		return fault.New(fault.Unauthorized, "fault.session.ended")
	}
	if h.sso == nil {
		return c.Redirect(http.StatusSeeOther, signInAddress)
	}
	var r struct {
		Next string `form:"next"`
	}
	if err := web.Bind(c, &r); err != nil {
		return err
	}
	to, err := h.setOut(c, ssoState{Next: nextPath(r.Next)})
	if err != nil {
		return h.ssoFailed(c, ssoState{}, err)
	}
	p := ssoGoPage{Page: h.site.Page(c, "sso.going", "Name", h.sso.Name()), Name: h.sso.Name(), To: to}
	p.Path = signInAddress
	c.Response().Header().Set("Refresh", "0; url="+to)
	return h.site.Render(c, http.StatusOK, "sso_go", p)
}

// ssoCallback takes the browser back from the provider.
func (h *Handler) ssoCallback(c echo.Context) error {
	if _, between := web.Pending(c); h.sso == nil || between {
		return c.Redirect(http.StatusSeeOther, signInAddress)
	}
	sealed := c.QueryParam("state")
	var s ssoState
	if err := h.site.Unseal(c, ssoPurpose, sealed, &s); err != nil || s.Session != h.site.SessionID(c) {
		return h.ssoFailed(c, ssoState{Session: h.site.SessionID(c)}, fault.New(fault.Invalid, "sso.stale"))
	}
	if c.QueryParam("code") == "" {
		return h.ssoFailed(c, s, fault.New(fault.Invalid, "sso.denied"))
	}
	who, err := h.sso.Finish(c.Request().Context(), c.QueryParam("code"), h.flow(c, sealed))
	if err != nil {
		return h.ssoFailed(c, s, err)
	}
	identity := accounts.Identity{Issuer: who.Issuer, Subject: who.Subject, Label: who.Label}
	if s.Session != "" {
		if err := h.accounts.LinkIdentity(c.Request().Context(), web.ActorOf(c), identity); err != nil {
			return h.ssoFailed(c, s, err)
		}
		h.site.Flash(c, "ok", "sso.linked")
		return c.Redirect(http.StatusSeeOther, "/console/security")
	}
	a, err := h.accounts.EnterByIdentity(c.Request().Context(),
		accounts.Arrival{Identity: identity, Username: who.Username, Proved: who.Proved}, h.site.Source(c))
	if err != nil {
		return h.ssoFailed(c, s, err)
	}
	h.site.Remember(c, nextPath(s.Next))
	return h.advance(c, a, accounts.MethodSSO)
}

// ssoNotes are the notes of the sign-in page by what went wrong.
var ssoNotes = map[string]string{"sso.away": "sso_away", "sso.broken": "sso_broken", "sso.stale": "sso_stale", "sso.denied": "sso_denied",
	"sso.refused": "sso_refused"}

// ssoFailed says on the page that the browser came from what went wrong; the log
// knows more. What is no refusal goes on as it is.
func (h *Handler) ssoFailed(c echo.Context, s ssoState, err error) error {
	f, ok := fault.As(err)
	if !ok {
		return err
	}
	if f.Unwrap() != nil && f.Kind != fault.Conflict {
		h.log.WarnContext(c.Request().Context(), "single sign-on", "error", f.Error())
	}
	if s.Session != "" {
		h.site.Flash(c, "bad", f.Key)
		return c.Redirect(http.StatusSeeOther, "/console/security")
	}
	note, ok := ssoNotes[f.Key]
	if !ok {
		return err
	}
	return c.Redirect(http.StatusSeeOther, web.DoorNote(note))
}

type ssoPage struct {
	web.Page
	Failure  string
	Username string
	Name     string
	To       string // the provider; "": the password has to be asked first
}

func (h *Handler) ssoForm(c echo.Context) error { return h.renderSSO(c, "", nil) }

// ssoLink asks the password before somebody's identity becomes a way in, and then
// shows the way to the provider: the content policy lets a form lead nowhere else.
func (h *Handler) ssoLink(c echo.Context) error {
	var r currentRequest
	err := web.Bind(c, &r)
	if err == nil {
		err = h.accounts.ConfirmPassword(c.Request().Context(), web.ActorOf(c), r.Current)
	}
	to := ""
	if err == nil && h.sso != nil {
		to, err = h.setOut(c, ssoState{Session: h.site.SessionID(c)})
	}
	if err != nil && !refused(err) {
		return h.ssoFailed(c, ssoState{Session: h.site.SessionID(c)}, err)
	}
	return h.renderSSO(c, to, err)
}

func (h *Handler) renderSSO(c echo.Context, to string, wrong error) error {
	if h.sso == nil {
		return fault.New(fault.NotFound, "sso.none")
	}
	by := web.ActorOf(c)
	a, err := h.accounts.Get(c.Request().Context(), by, by.Account)
	if err != nil {
		return err
	}
	p := ssoPage{Page: h.site.Page(c, "sso.link", "Name", h.sso.Name()), Username: a.Username, Name: h.sso.Name(), To: to}
	p.Path = "/console/security/sso"
	status := http.StatusOK
	if wrong != nil {
		status = statusFor(wrong)
		p.Failure = complain(&p.Page, wrong)
	}
	return h.site.Render(c, status, "security_sso", p)
}

func (h *Handler) unlinkForm(c echo.Context) error { return h.renderUnlink(c, nil) }

func (h *Handler) renderUnlink(c echo.Context, wrong error) error {
	var r removalRequest
	if err := web.Bind(c, &r); err != nil {
		return err
	}
	own, err := h.accounts.Security(c.Request().Context(), web.ActorOf(c))
	if err != nil {
		return err
	}
	for _, i := range own.Identities {
		if i.ID == r.ID {
			p := removalPage{Page: h.site.Page(c, "sso.unlink"), Submit: "sso.unlink"}
			p.Lead = p.T("sso.unlink_lead", "Issuer", i.Issuer)
			return h.renderRemoval(c, p, wrong)
		}
	}
	return fault.New(fault.NotFound, "sso.unknown")
}

func (h *Handler) unlink(c echo.Context) error {
	var r removalRequest
	if err := web.Bind(c, &r); err != nil {
		return err
	}
	if err := h.accounts.UnlinkIdentity(c.Request().Context(), web.ActorOf(c), r.ID, r.Current); err != nil {
		if !refused(err) {
			return err
		}
		return h.renderUnlink(c, err)
	}
	h.site.Flash(c, "ok", "sso.unlinked")
	return c.Redirect(http.StatusSeeOther, "/console/security")
}

// left is where somebody is who has signed out: whoever came from the provider is
// still signed in there, and told so.
func (h *Handler) left(method string) string {
	if strings.HasPrefix(method, accounts.MethodSSO) && h.sso != nil {
		return web.DoorNote("sso_out")
	}
	return signInAddress
}
