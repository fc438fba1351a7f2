package console

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"minping/accounts"
	"minping/internal/fault"
	"minping/server/web"
)

type accountPage struct {
	web.Page
	Account accounts.Account
}

type passwordRequest struct {
	Current  string `form:"current" bind:"raw" validate:"required,max=1000"`
	Password string `form:"password" bind:"raw" validate:"required,max=1000"`
	Repeat   string `form:"repeat" bind:"raw" validate:"required,eqfield=Password"`
}

// account shows who one is here and lets one change the password.
func (h *Handler) account(c echo.Context) error { return h.renderAccount(c, http.StatusOK, nil) }

func (h *Handler) changePassword(c echo.Context) error {
	var r passwordRequest
	err := web.Bind(c, &r)
	if err == nil {
		var stamp string
		stamp, err = h.accounts.ChangePassword(c.Request().Context(), web.ActorOf(c), r.Current, r.Password)
		if err == nil {
			if err := h.site.SignIn(c, web.ActorOf(c).Account, stamp); err != nil {
				return err
			}
			h.site.Flash(c, "ok", "accounts.own.saved")
			return c.Redirect(http.StatusSeeOther, "/console/account")
		}
	}
	if fault.KindOf(err) != fault.Invalid {
		return err
	}
	return h.renderAccount(c, http.StatusUnprocessableEntity, err)
}

func (h *Handler) renderAccount(c echo.Context, status int, wrong error) error {
	by := web.ActorOf(c)
	a, err := h.accounts.Get(c.Request().Context(), by, by.Account)
	if err != nil {
		return err
	}
	p := accountPage{Page: h.site.Page(c, "accounts.own.title"), Account: a}
	p.Errors = web.Fields(wrong, p.Page)
	return h.site.Render(c, status, "account", p)
}
