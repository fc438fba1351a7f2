package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"minping/server/web"
	"minping/server/web/webtest"
)

// mark gives the visit's cookie as a request carries it.
func mark(t *testing.T, b *webtest.Browser) string {
	t.Helper()
	for _, c := range b.Cookies() {
		if c.Name == "minping_visit" {
			return c.Value
		}
	}
	t.Fatal("no visit")
	return ""
}

func TestAVisitOutlastsTabsAndReloads(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	w := build(t, web.Config{Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
	first := w.browser.Get("/console/signin")
	if second := w.browser.Get("/console/signin"); second.Token() != first.Token() || second.Header.Get("Set-Cookie") != "" {
		t.Error("a second tab makes the first one's form worthless")
	}
	ahead.Store(int64(5 * time.Hour))
	if later := w.browser.Get("/console/signin"); later.Token() == first.Token() {
		t.Error("the mark is never renewed")
	}
	ahead.Store(int64(14 * time.Hour))
	last := w.browser.Post("/console/signin", url.Values{"csrf": {first.Token()}})
	if last.Status != 303 || last.Header.Get("Location") != "/console/signin?note=stale" {
		t.Errorf("a form of yesterday: %d to %q", last.Status, last.Header.Get("Location"))
	}
}

func TestAnotherBrowsersTokenIsRefused(t *testing.T) {
	t.Parallel()
	w := build(t, web.Config{})
	w.browser.Get("/console/signin")
	theirs := webtest.NewBrowser(t, w.echo).Get("/console/signin").Token()
	if a := w.browser.Post("/console/signin", url.Values{"csrf": {theirs}}); a.Header.Get("Location") != "/console/signin?note=stale" {
		t.Errorf("another browser's token: %d to %q", a.Status, a.Header.Get("Location"))
	}
	right := mark(t, w.browser)
	other := "_"
	if right[20:21] == other {
		other = "-"
	}
	for name, cookie := range map[string]string{
		"no signature": strings.Split(right, ".")[0], "signature of nothing": strings.Split(right, ".")[0] + ".",
		"one letter": right[:20] + other + right[21:], "empty": "", "dots": "...", "another site's": "session=1",
	} {
		a := webtest.NewBrowser(t, w.echo).Post("/console/signin", url.Values{"csrf": {w.browser.Get("/console/signin").Token()}}, "Cookie", "minping_visit="+cookie)
		if a.Header.Get("Location") == "/console/desk" || a.Status >= 500 {
			t.Errorf("%s: %d to %q", name, a.Status, a.Header.Get("Location"))
		}
	}
}

func TestANoteIsOneOfOurs(t *testing.T) {
	t.Parallel()
	w := build(t, web.Config{})
	for _, note := range []string{"", "x", "<b>", "fault.signin.stale"} {
		if a := w.browser.Get(web.DoorNote(url.QueryEscape(note))); a.Status != 200 || strings.Contains(a.Body, "notice") {
			t.Errorf("%q: %d", note, a.Status)
		}
	}
}

// seals runs Seal and Unseal within requests of browsers.
func seals(t *testing.T, w *world) (seal func(b *webtest.Browser, purpose string) string, unseal func(b *webtest.Browser, purpose, text string) string) {
	t.Helper()
	w.echo.GET("/console/seal", func(c echo.Context) error {
		text, err := w.site.Seal(c, c.QueryParam("purpose"), "kept", time.Minute)
		if err != nil {
			return err
		}
		return c.String(http.StatusOK, text)
	}, w.site.Session)
	w.echo.GET("/console/unseal", func(c echo.Context) error {
		var out string
		if err := w.site.Unseal(c, c.QueryParam("purpose"), c.QueryParam("text"), &out); err != nil {
			return c.String(http.StatusOK, "no")
		}
		return c.String(http.StatusOK, out)
	}, w.site.Session)
	seal = func(b *webtest.Browser, purpose string) string { return b.Get("/console/seal?purpose=" + purpose).Body }
	return seal, func(b *webtest.Browser, purpose, text string) string {
		return b.Get("/console/unseal?purpose=" + purpose + "&text=" + url.QueryEscape(text)).Body
	}
}

func TestSealedTextsComeBackFromTheirBrowserOnly(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	w := build(t, web.Config{Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
	seal, unseal := seals(t, w)
	here, there := w.browser, webtest.NewBrowser(t, w.echo)
	there.Get("/console/signin")
	text := seal(here, "one")
	if got := unseal(here, "one", text); got != "kept" {
		t.Fatalf("its own browser: %q", got)
	}
	for name, got := range map[string]string{
		"another browser": unseal(there, "one", text), "another purpose": unseal(here, "two", text),
		"cut": unseal(here, "one", text[:len(text)-2]), "nothing": unseal(here, "one", ""), "letters": unseal(here, "one", "!!"),
	} {
		if got != "no" {
			t.Errorf("%s: %q", name, got)
		}
	}
	ahead.Store(int64(61 * time.Second))
	if got := unseal(here, "one", text); got != "no" {
		t.Errorf("a minute later: %q", got)
	}
	ahead.Store(0)
	w.signIn(t)
	if got := unseal(here, "one", text); got != "no" {
		t.Errorf("after signing in: %q", got)
	}
}

// FuzzCookies: whatever a browser sends as cookies and key, the answer is a page of
// ours and never an error of the server.
func FuzzCookies(f *testing.F) {
	for _, seed := range []string{"", "x", "a.b", strings.Repeat("A", 43) + "." + strings.Repeat("B", 43), "\x00", "…", "AAAA.AAAA.AAAA",
		"'; DROP TABLE sessions; --", strings.Repeat("z", 5000)} {
		f.Add(seed, seed, seed)
	}
	var w *world
	f.Fuzz(func(t *testing.T, visit, session, bearer string) {
		if w == nil {
			w = build(t, web.Config{})
		}
		for _, path := range []string{"/console/signin", "/console/desk", "/api/index"} {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody)
			r.Header["Cookie"] = []string{"minping_visit=" + visit + "; minping_session=" + session}
			r.Header["Authorization"] = []string{"Bearer " + bearer}
			answer := httptest.NewRecorder()
			w.echo.ServeHTTP(answer, r)
			if answer.Code >= 500 || answer.Code == 200 && path != "/console/signin" && bearer != "right" {
				t.Errorf("%s: %d", path, answer.Code)
			}
		}
	})
}
