package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"minping/server/web"
)

func TestSourceIsAPseudonym(t *testing.T) {
	t.Parallel()
	source := func(w *world, addr string) string {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
		r.RemoteAddr = addr
		return w.site.Source(w.echo.NewContext(r, httptest.NewRecorder()))
	}
	w := build(t, web.Config{SourceKey: []byte("one key of this installation")})
	same := [][2]string{{"192.0.2.7:1", "192.0.2.7:2"}, {"192.0.2.7:1", "[::ffff:192.0.2.7]:1"}, {"[2001:db8::1]:1", "[2001:db8::2:3]:1"}}
	for _, s := range same {
		if source(w, s[0]) != source(w, s[1]) {
			t.Errorf("%v are two sources", s)
		}
	}
	if source(w, "192.0.2.7:1") == source(w, "192.0.2.8:1") || source(w, "[2001:db8::1]:1") == source(w, "[2001:db8:0:1::1]:1") {
		t.Error("two networks are one source")
	}
	other := build(t, web.Config{SourceKey: []byte("another")})
	if source(w, "192.0.2.7:1") == source(other, "192.0.2.7:1") {
		t.Error("the pseudonym does not depend on the key")
	}
}

// However often a session is used or its password changed, it ends with the day;
// before a gate it has no rights and ends sooner.
func TestSessionsAndGatesEnd(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	w := build(t, web.Config{Now: now, Absolute: 2 * time.Hour})
	w.echo.GET("/console/restamp", func(c echo.Context) error {
		if err := w.site.Restamp(c, "s1"); err != nil {
			return err
		}
		return c.NoContent(http.StatusNoContent)
	}, w.site.Session)
	w.echo.GET("/console/gate", func(c echo.Context) error {
		if err := w.site.Enter(c, web.Entry{Account: 7, Stamp: "s1", Gate: "code"}); err != nil {
			return err
		}
		return c.NoContent(http.StatusNoContent)
	}, w.site.Session)
	w.echo.GET("/console/signin/code", func(c echo.Context) error { return c.NoContent(http.StatusNoContent) }, w.site.Session, web.NeedGate("code"))
	w.signIn(t)
	before := w.browser.Cookies()[0].Value
	ahead.Store(int64(time.Hour))
	if a := w.browser.Get("/console/restamp"); a.Status != 204 || w.browser.Cookies()[0].Value == before {
		t.Errorf("restamp: %d", a.Status)
	}
	if a := w.browser.Get("/console/desk"); a.Status != 200 {
		t.Errorf("after an hour: %d", a.Status)
	}
	if a := w.browser.Get("/console/signin/code"); a.Status != 303 {
		t.Errorf("a gate that is passed opens again: %d", a.Status)
	}
	ahead.Store(int64(2 * time.Hour))
	if a := w.browser.Get("/console/desk"); a.Status != 303 {
		t.Errorf("after two hours: %d", a.Status)
	}
	w.browser.Get("/console/gate")
	if a := w.browser.Get("/console/desk"); a.Status != 303 {
		t.Errorf("before a gate the desk opens: %d", a.Status)
	}
	if a := w.browser.Get("/console/signin/code"); a.Status != 204 {
		t.Errorf("the gate itself: %d", a.Status)
	}
	ahead.Store(int64(2*time.Hour + 10*time.Minute))
	if a := w.browser.Post("/console/signin/code", url.Values{}); a.Status == 204 {
		t.Errorf("the gate ten minutes later: %d", a.Status)
	}
	if a := w.browser.Get("/console/signin/code"); a.Status != 303 {
		t.Errorf("the gate ten minutes later: %d", a.Status)
	}
}
