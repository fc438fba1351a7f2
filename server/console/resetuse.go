package console

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"minping/accounts"
	"minping/internal/fault"
	"minping/server/web"
)

// The holder's side of a reset: two halves of a code, from two people.

const resetPath = signInAddress + "/reset"

// useResetPage is where a new password is set with both halves.
type useResetPage struct {
	web.Page
	Failure       string
	First, Second string
	SignedIn      string // who is signed in here already
}

type halvesRequest struct {
	First  string `form:"first" validate:"required,max=60"`
	Second string `form:"second" validate:"required,max=60"`
}

type useResetRequest struct {
	First    string `form:"first" validate:"required,max=60"`
	Second   string `form:"second" validate:"required,max=60"`
	Password string `form:"password" bind:"raw" validate:"required,max=1000"`
	Repeat   string `form:"repeat" bind:"raw" validate:"required,eqfield=Password"`
}

func (h *Handler) useResetForm(c echo.Context) error {
	if e, ok := web.Pending(c); ok {
		return c.Redirect(http.StatusSeeOther, gateAddress(e.Gate))
	}
	return h.renderUseReset(c, http.StatusOK, useResetPage{}, nil)
}

func (h *Handler) renderUseReset(c echo.Context, status int, p useResetPage, wrong error) error {
	p.Page = h.site.Page(c, "accounts.reset.use")
	if wrong != nil {
		p.Failure = complain(&p.Page, wrong)
		byHalf(p.Page)
	}
	if p.User != nil {
		p.SignedIn = p.User.Name
	}
	return h.site.Render(c, status, "reset_use", p)
}

// useReset sets the password and goes on as signing in does.
func (h *Handler) useReset(c echo.Context) error {
	if _, ok := web.Pending(c); ok {
		return fault.New(fault.Unauthorized, "fault.session.ended")
	}
	if web.ActorOf(c).Account != 0 {
		return h.renderUseReset(c, http.StatusConflict, useResetPage{}, nil)
	}
	var r useResetRequest
	err := web.Bind(c, &r)
	if err == nil {
		var a accounts.Account
		a, err = h.accounts.UseReset(c.Request().Context(),
			accounts.ResetUse{First: r.First, Second: r.Second, Password: r.Password, Source: h.site.Source(c)})
		if err == nil {
			return h.advance(c, a, accounts.MethodPassword)
		}
	}
	status := http.StatusUnprocessableEntity
	switch fault.KindOf(err) {
	case fault.Invalid:
	case fault.TooMany:
		status = slowDown(c, err)
	default:
		return err
	}
	return h.renderUseReset(c, status, useResetPage{First: r.First, Second: r.Second}, err)
}

// useFactorReset takes the second factor away at its gate and leads to setting up a
// new one.
func (h *Handler) useFactorReset(c echo.Context) error {
	var r halvesRequest
	err := web.Bind(c, &r)
	if err == nil {
		var a accounts.Account
		a, err = h.accounts.UseFactorReset(c.Request().Context(), holder(c),
			accounts.ResetUse{First: r.First, Second: r.Second, Source: h.site.Source(c)})
		if err == nil {
			return h.advance(c, a, h.site.Method(c))
		}
	}
	status := http.StatusUnprocessableEntity
	switch fault.KindOf(err) {
	case fault.Invalid:
	case fault.TooMany:
		status = slowDown(c, err)
	default:
		return err
	}
	p := codePage{gatePage: gatePage{Page: h.site.Page(c, "security.code.title")}, Resetting: true, First: r.First, Second: r.Second}
	p.Failure = complain(&p.Page, err)
	byHalf(p.Page)
	return h.renderCode(c, status, p)
}

// byHalf puts the complaint about the halves, of which nobody says which is wrong,
// under the second of them.
func byHalf(p web.Page) {
	if text := p.Errors["code"]; text != "" {
		p.Errors["second"] = text
		delete(p.Errors, "code")
	}
}
