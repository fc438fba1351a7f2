package citizen

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"minping/internal/i18n"
	"minping/server/web"
)

// face is how a visitor wants a page: language and size of print, and whether
// it stands on a kiosk.
type face struct {
	lang  string
	elder bool
	kiosk bool
}

// faceOf reads the choice: the address first, then the cookies, then the browser.
func faceOf(r *http.Request) face {
	query := r.URL.RawQuery
	var f face
	cookies := cookieHeader(r)
	if query != "" {
		values := r.URL.Query()
		switch values.Get("lang") {
		case "en":
			f.lang = i18n.English
		case "zh", i18n.Chinese:
			f.lang = i18n.Chinese
		}
		switch values.Get("elder") {
		case "1":
			f.elder = true
		case "":
			f.elder = kept(cookies, "mp_elder") == "1"
		}
	} else if cookies != "" {
		f.elder = kept(cookies, "mp_elder") == "1"
	}
	if f.lang == "" {
		f.lang = i18n.Match(r.Header.Get("Accept-Language"), kept(cookies, "mp_lang"))
	}
	return f
}

// chosen repeats what the address says about the face, for the next address.
func chosen(r *http.Request) string {
	if r.URL.RawQuery == "" {
		return ""
	}
	repeated, values := url.Values{}, r.URL.Query()
	for _, name := range []string{"elder", "lang"} {
		if v := values.Get(name); v == "1" || v == "0" || v == "en" || v == "zh" || v == i18n.Chinese {
			repeated.Set(name, v)
		}
	}
	if len(repeated) == 0 {
		return ""
	}
	return "?" + repeated.Encode()
}

func cookieHeader(r *http.Request) string {
	lines := r.Header["Cookie"]
	if len(lines) == 1 {
		return lines[0]
	}
	return strings.Join(lines, "; ")
}

// cookie finds a value without building every other cookie of the request.
func cookie(header, name string) string {
	for header != "" {
		var pair string
		pair, header, _ = strings.Cut(header, ";")
		if key, value, ok := strings.Cut(strings.TrimSpace(pair), "="); ok && key == name {
			return strings.Trim(value, `"`)
		}
	}
	return ""
}

// kept is a choice that a cookie keeps, under https or without.
func kept(header, name string) string {
	if value := cookie(header, web.HostOnly(name, true)); value != "" {
		return value
	}
	return cookie(header, name)
}

// other gives the query of the same page in another language or size.
func (f face) other(lang string, elder bool) string {
	size := "0"
	if elder {
		size = "1"
	}
	return "?elder=" + size + "&lang=" + lang
}

func secure(baseURL string) bool { return strings.HasPrefix(baseURL, "https://") }

func noStore(c echo.Context) { c.Response().Header()["Cache-Control"] = []string{"no-store"} }
