package web_test

import (
	"net/url"
	"strings"
	"testing"

	"minping/server/web"
	"minping/server/web/webtest"
)

func (w *world) signIn(t *testing.T) {
	t.Helper()
	if a := w.browser.Submit("/console/signin", "/console/signin", url.Values{}); a.Status != 303 || a.Header.Get("Location") != "/console/desk" {
		t.Fatalf("sign in: %d %v", a.Status, a.Header)
	}
}

func TestSessionFromSignInToSignOut(t *testing.T) {
	t.Parallel()
	w := build(t, web.Config{Demo: true})
	if a := w.browser.Get("/console/desk?x=1"); a.Status != 303 || a.Header.Get("Location") != "/console/signin?next=%2Fconsole%2Fdesk%3Fx%3D1" {
		t.Fatalf("nobody: %d %v", a.Status, a.Header)
	}
	if cookie := w.browser.Get("/console/signin").Header.Get("Set-Cookie"); !strings.HasPrefix(cookie, "minping_visit=") {
		t.Errorf("before signing in: cookie %q", cookie)
	}
	w.signIn(t)
	if names := cookieNames(w.browser); names != "minping_session" {
		t.Errorf("after signing in: cookies %s", names)
	}
	desk := w.browser.Get("/console/desk")
	if desk.Status != 200 || !strings.Contains(desk.Body, "王敏") || desk.Header.Get("Cache-Control") != "no-store" || !strings.Contains(desk.Body, "demo-banner") {
		t.Errorf("desk: %d %v", desk.Status, desk.Header)
	}
	if a := w.browser.Get("/console/audit"); a.Status != 403 {
		t.Errorf("without the permission: %d", a.Status)
	}
	if a := w.browser.Get("/console/surveys"); a.Status != 200 {
		t.Errorf("with one of two permissions: %d", a.Status)
	}
	if a := w.browser.Post("/console/signout", url.Values{"csrf": {desk.Token()}}); a.Status != 303 {
		t.Errorf("sign out: %d", a.Status)
	}
	if a := w.browser.Get("/console/desk"); a.Status != 303 {
		t.Errorf("after signing out: %d", a.Status)
	}
}

func TestSecureCookie(t *testing.T) {
	t.Parallel()
	w := build(t, web.Config{BaseURL: "https://minping.example/"})
	answer := w.browser.Get("/console/signin")
	door := answer.Header.Get("Set-Cookie")
	mark, _, _ := strings.Cut(door, ";")
	in := w.browser.Post("/console/signin", url.Values{"csrf": {answer.Token()}}, "Cookie", mark)
	if in.Status != 303 {
		t.Fatalf("sign in: %d", in.Status)
	}
	for name, cookie := range map[string]string{"__Host-minping_visit=": door, "__Host-minping_session=": find(in.Header["Set-Cookie"], "__Host-minping_session=")} {
		for _, want := range []string{name, "; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"} {
			if !strings.Contains(cookie, want) {
				t.Errorf("%s: no %q in %q", name, want, cookie)
			}
		}
		if strings.Contains(cookie, "Domain") || strings.Contains(cookie, "Max-Age") || strings.Contains(cookie, "Expires") {
			t.Errorf("%s is neither host-only nor gone with the browser: %q", name, cookie)
		}
	}
}

func find(all []string, prefix string) string {
	for _, one := range all {
		if strings.HasPrefix(one, prefix) {
			return one
		}
	}
	return ""
}

func cookieNames(b *webtest.Browser) string {
	var names []string
	for _, c := range b.Cookies() {
		names = append(names, c.Name)
	}
	return strings.Join(names, " ")
}

func TestFormToken(t *testing.T) {
	t.Parallel()
	w := build(t, web.Config{})
	w.signIn(t)
	token := w.browser.Get("/console/desk").Token()
	for name, form := range map[string]url.Values{
		"none": {}, "empty": {"csrf": {""}}, "wrong": {"csrf": {token + "x"}}, "in the address": nil,
	} {
		path := "/console/desk"
		if form == nil {
			path += "?csrf=" + token
		}
		if a := w.browser.Post(path, form); a.Status != 403 || !strings.Contains(a.Body, "页面打开太久") {
			t.Errorf("%s: %d", name, a.Status)
		}
	}
	if a := w.browser.Post("/console/desk", url.Values{"csrf": {token}}); a.Status != 303 {
		t.Errorf("right: %d", a.Status)
	}
	if a := w.browser.Post("/console/desk", nil, "X-CSRF-Token", token); a.Status != 303 {
		t.Errorf("right in the header: %d", a.Status)
	}
	stranger := webtest.NewBrowser(t, w.echo)
	if a := stranger.Post("/console/desk", url.Values{"csrf": {token}}); a.Status != 401 || !strings.Contains(a.Body, "登录") {
		t.Errorf("nobody's post: %d", a.Status)
	}
	if a := stranger.Post("/console/signin", url.Values{}); a.Status != 403 {
		t.Errorf("sign-in without a token: %d", a.Status)
	}
}

func TestStaleSignInPageIsShownAnew(t *testing.T) {
	t.Parallel()
	w := build(t, web.Config{})
	a := w.browser.Post("/console/signin", url.Values{"csrf": {"from-yesterday"}})
	if a.Status != 303 || a.Header.Get("Location") != "/console/signin?note=stale" {
		t.Fatalf("%d %v", a.Status, a.Header)
	}
	if b := w.browser.Get("/console/signin?note=stale").Body; !strings.Contains(b, "登录页打开太久") {
		t.Error("the page does not say why it came back")
	}
}

func TestChangedPasswordEndsOtherSessions(t *testing.T) {
	t.Parallel()
	w := build(t, web.Config{})
	w.signIn(t)
	w.stamp = "s2"
	if a := w.browser.Get("/console/desk"); a.Status != 303 {
		t.Errorf("an old session lives on: %d", a.Status)
	}
}

func TestFlashIsShownOnce(t *testing.T) {
	t.Parallel()
	w := build(t, web.Config{})
	w.signIn(t)
	w.browser.Submit("/console/desk", "/console/desk", url.Values{})
	const message = "第 1 / 2 页，共 30 条"
	if b := w.browser.Get("/console/desk").Body; !strings.Contains(b, message) || !strings.Contains(b, "notice ok") {
		t.Error("not shown")
	}
	if b := w.browser.Get("/console/desk").Body; strings.Contains(b, message) {
		t.Error("shown twice")
	}
}
