package console

import (
	"net/http"
	"strings"

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
}

type signInRequest struct {
	Username string `form:"username" validate:"required,max=100"`
	Password string `form:"password" bind:"raw" validate:"required,max=1000"`
	Next     string `form:"next"`
}

func (h *Handler) signInForm(c echo.Context) error {
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
		if a, err = h.accounts.SignIn(c.Request().Context(), r.Username, r.Password, c.RealIP()); err == nil {
			if err := h.site.SignIn(c, a.ID, a.Stamp); err != nil {
				return err
			}
			return c.Redirect(http.StatusSeeOther, nextPath(r.Next))
		}
	}
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Unauthorized:
	default:
		return err
	}
	p := signInPage{Page: h.site.Page(c, "accounts.signin.title"), Username: r.Username, Next: r.Next}
	p.Errors = web.Fields(err, p.Page)
	if len(p.Errors) == 0 {
		p.Failure = web.Message(err, p.Page)
	}
	return h.renderSignIn(c, http.StatusUnprocessableEntity, p)
}

func (h *Handler) renderSignIn(c echo.Context, status int, p signInPage) error {
	if p.Demo {
		p.DemoRoles = accounts.Roles()
	}
	p.Path = signInAddress // "next" may be long, and the language switch needs only the page
	return h.site.Render(c, status, "signin", p)
}

func (h *Handler) signOut(c echo.Context) error {
	if err := h.site.SignOut(c); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, signInAddress)
}

const signInAddress = "/console/signin"

// nextPath sends on to a page of the console and nowhere else; not back to the
// sign-in page, and not to a path that climbs out of the console.
func nextPath(next string) string {
	path, _, _ := strings.Cut(next, "?")
	if strings.HasPrefix(next, "/console/") && !strings.Contains(path, "..") && path != signInAddress {
		return web.LocalPath(next, "/console")
	}
	return "/console"
}
