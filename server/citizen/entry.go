package citizen

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"minping/internal/code"
)

// homePage is the entrance: a code to type, and where else to go.
type homePage struct {
	view
	codeForm
	Links bool
}

// home answers GET /.
func (h *Handler) home(c echo.Context) error {
	p := &homePage{view: h.baseView(c, faceOf(c.Request())), Links: true}
	p.Choice = chosen(c.Request())
	return h.render(c, http.StatusOK, "home.html", p)
}

// enter answers GET /r: the input for a code, and with ?code= the way to its page.
func (h *Handler) enter(c echo.Context) error {
	p := &homePage{view: h.baseView(c, faceOf(c.Request()))}
	p.Choice = chosen(c.Request())
	if !c.QueryParams().Has("code") {
		return h.render(c, http.StatusOK, "home.html", p)
	}
	p.Typed = shorten(c.QueryParam("code"))
	key := code.Normalize(p.Typed)
	if key == "" {
		p.Problem = p.T("citizen.code.empty")
		return h.render(c, http.StatusUnprocessableEntity, "home.html", p)
	}
	noStore(c)
	return c.Redirect(http.StatusSeeOther, "/r/"+url.PathEscape(key)+p.Choice)
}
