package console

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"minping/accounts"
	"minping/server/web"
)

type accountPage struct {
	web.Page
	Account accounts.Account
}

// account shows who one is here; passwords and sessions are on the security page.
func (h *Handler) account(c echo.Context) error {
	by := web.ActorOf(c)
	a, err := h.accounts.Get(c.Request().Context(), by, by.Account)
	if err != nil {
		return err
	}
	return h.site.Render(c, http.StatusOK, "account", accountPage{Page: h.site.Page(c, "accounts.own.title"), Account: a})
}
