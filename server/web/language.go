package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"minping/internal/i18n"
)

const (
	langCookie  = "mp_lang"
	elderCookie = "mp_elder"
)

// Language is the language of the answer to this request.
func Language(c echo.Context) string {
	r := c.Request()
	return i18n.Match(r.Header.Get("Accept-Language"), chosen(r, langCookie))
}

// Elder tells whether the reader chose the large version of the pages (长辈版).
func Elder(c echo.Context) bool {
	return chosen(c.Request(), elderCookie) == "1"
}

// HostOnly is the name of a cookie: under https with the prefix by which browsers
// refuse it from a sister domain or without TLS (RFC 6265bis §4.1.3.2).
func HostOnly(name string, secure bool) string {
	if secure {
		return "__Host-" + name
	}
	return name
}

// chosen is what a reader chose, which is no secret: either name will do.
func chosen(r *http.Request, name string) string {
	for _, secure := range [...]bool{true, false} {
		if cookie, err := r.Cookie(HostOnly(name, secure)); err == nil {
			return cookie.Value
		}
	}
	return ""
}

// chooseLanguage answers GET /lang?to=en&back=/path.
func (s *Site) chooseLanguage(c echo.Context) error {
	to := i18n.Match("", c.QueryParam("to"))
	setCookie(c, langCookie, to, s.secure())
	return s.back(c)
}

// chooseElder answers GET /elder?on=1&back=/path.
func (s *Site) chooseElder(c echo.Context) error {
	on := "0"
	if c.QueryParam("on") == "1" {
		on = "1"
	}
	setCookie(c, elderCookie, on, s.secure())
	return s.back(c)
}

func (s *Site) back(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.Redirect(http.StatusSeeOther, LocalPath(c.QueryParam("back"), "/"))
}
