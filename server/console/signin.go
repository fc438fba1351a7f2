package console

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"minping/accounts"
	"minping/internal/fault"
	"minping/server/web"
)

type signInPage struct {
	web.Page
	Username, Next string
	Failure        string
	DemoRoles      []accounts.Role
	Key            passkeyForm
	SSO            string // the provider's name; "": none
	Leave          string // where the provider ends its own session
}

type signInRequest struct {
	Username string `form:"username" validate:"required,max=100"`
	Password string `form:"password" bind:"raw" validate:"required,max=1000"`
	Next     string `form:"next"`
}

func (h *Handler) signInForm(c echo.Context) error {
	if e, ok := web.Pending(c); ok {
		return c.Redirect(http.StatusSeeOther, gateAddress(e.Gate))
	}
	if web.ActorOf(c).Account != 0 {
		return c.Redirect(http.StatusSeeOther, nextPath(c.QueryParam("next")))
	}
	p := signInPage{Page: h.site.Page(c, "accounts.signin.title"), Next: c.QueryParam("next")}
	return h.renderSignIn(c, http.StatusOK, p)
}

func (h *Handler) signIn(c echo.Context) error {
	var r signInRequest
	err := web.Bind(c, &r)
	if err == nil {
		var a accounts.Account
		if a, err = h.accounts.SignIn(c.Request().Context(), r.Username, r.Password, h.from(c)); err == nil {
			h.site.Remember(c, nextPath(r.Next))
			return h.advance(c, a, accounts.MethodPassword)
		}
	}
	status := http.StatusUnprocessableEntity
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Unauthorized:
	case fault.TooMany:
		status = slowDown(c, err)
	default:
		return err
	}
	p := signInPage{Page: h.site.Page(c, "accounts.signin.title"), Username: r.Username, Next: r.Next}
	p.Failure = complain(&p.Page, err)
	return h.renderSignIn(c, status, p)
}

// from is where an attempt comes from.
func (h *Handler) from(c echo.Context) accounts.From {
	return accounts.From{Source: h.site.Source(c), Device: h.site.DeviceMark(c)}
}

// slowDown tells the browser when to come again.
func slowDown(c echo.Context, err error) (status int) {
	if f, ok := fault.As(err); ok {
		seconds := int((f.RetryAfter + time.Second - 1) / time.Second)
		c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(seconds))
	}
	return http.StatusTooManyRequests
}

// advance takes the session to the next gate, or opens the console.
func (h *Handler) advance(c echo.Context, a accounts.Account, method string) error {
	if a.Next == accounts.GateOpen {
		return h.open(c, a, method)
	}
	if err := h.site.Enter(c, web.Entry{Account: a.ID, Stamp: a.Stamp, Gate: string(a.Next), Method: method}); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, gateAddress(string(a.Next)))
}

func gateAddress(gate string) string { return signInAddress + "/" + gate }

// open begins the session proper and says what its holder should know.
func (h *Handler) open(c echo.Context, a accounts.Account, method string) error {
	if err := h.begin(c, a, method); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, nextPath(h.site.Remembered(c)))
}

// begin opens the session; method is how its holder came, for the audit.
func (h *Handler) begin(c echo.Context, a accounts.Account, method string) error {
	w, err := h.accounts.Open(c.Request().Context(), accounts.Visit{Account: a.ID, Agent: agentWords(c.Request().UserAgent()),
		Source: h.site.Source(c), Device: h.site.Device(c), Method: method})
	if err != nil {
		return err
	}
	if err := h.site.Enter(c, web.Entry{Account: a.ID, Stamp: a.Stamp, Session: w.Session, Method: method}); err != nil {
		return err
	}
	h.welcome(c, w)
	return nil
}

// welcome tells of the sign-in before, so that strangers are noticed.
func (h *Handler) welcome(c echo.Context, w accounts.Welcome) {
	p := web.Page{Lang: web.Language(c)}
	if w.Last != nil {
		h.site.Flash(c, "ok", "security.welcome.last", "Time", p.Time(*w.Last))
	}
	if w.Failures > 0 {
		h.site.Flash(c, "warn", "security.welcome.failures", "Count", w.Failures)
	}
	if w.NewDevice {
		h.site.Flash(c, "warn", "security.welcome.device")
	}
	for _, n := range w.Notices {
		h.site.Flash(c, "warn", noticeKey(n.Kind), "Time", p.Time(n.At), "Reason", n.Reason)
	}
}

func noticeKey(k accounts.NoticeKind) string { return "security.notice." + string(k) }

func (h *Handler) renderSignIn(c echo.Context, status int, p signInPage) error {
	if p.Demo {
		p.DemoRoles = accounts.Roles()
	}
	if err := h.otherDoors(c, &p); err != nil {
		return err
	}
	p.Path = signInAddress // "next" may be long, and the language switch needs only the page
	return h.site.Render(c, status, "signin", p)
}

// otherDoors offers what stands beside the password.
func (h *Handler) otherDoors(c echo.Context, p *signInPage) (err error) {
	options, with, err := h.accounts.BeginEntry()
	if p.Key, err = h.passkeyForm(c, p.Page, options, with, err); err != nil {
		return err
	}
	if h.sso == nil {
		return nil
	}
	p.SSO = h.sso.Name()
	if c.QueryParam("note") == "sso_out" {
		p.Leave = h.sso.Leave(h.site.BaseURL() + signInAddress)
	}
	return nil
}

func (h *Handler) signOut(c echo.Context) error {
	to := h.left(h.site.Method(c))
	if id := h.site.SessionID(c); id != "" {
		if err := h.accounts.SignedOut(c.Request().Context(), web.ActorOf(c), id); err != nil {
			return err
		}
	}
	if err := h.site.SignOut(c); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, to)
}

const signInAddress = "/console/signin"

// nextPath sends on to a page of the console and nowhere else; not back to the
// sign-in page, and not to a path that climbs out of the console.
func nextPath(next string) string {
	path, _, _ := strings.Cut(next, "?")
	if strings.HasPrefix(next, "/console/") && !strings.Contains(path, "..") && path != signInAddress && !strings.HasPrefix(path, signInAddress+"/") {
		return web.LocalPath(next, "/console")
	}
	return "/console"
}
