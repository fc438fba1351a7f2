package console_test

import (
	"net/url"
	"strings"
	"testing"

	"minping/accounts"
	"minping/server/web/webtest"
)

// TestSessionFixation: what somebody has planted in a browser, or seen there before
// its holder signed in, is worth nothing after: neither a made-up token, nor the
// stranger's own session, nor the token of the step before.
func TestSessionFixation(t *testing.T) {
	t.Parallel()
	g := newGate(t, accounts.Config{SecondFactor: true})
	secret, _ := g.enrolled(g.browser())
	session := func(b *webtest.Browser) string {
		for _, c := range b.Cookies() {
			if c.Name == "minping_session" {
				return c.Value
			}
		}
		return ""
	}
	opens := func(token string) bool {
		return g.browser().Get("/console/account", "Cookie", "minping_session="+token).Status == 200
	}
	const planted = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	b := g.browser()
	page := b.Get("/console/signin", "Cookie", "minping_session="+planted)
	mark, _, _ := strings.Cut(page.Header.Get("Set-Cookie"), ";")
	in := b.Post("/console/signin", url.Values{"csrf": {page.Token()}, "username": {"wangmin"}, "password": {doorPassword}},
		"Cookie", "minping_session="+planted+"; "+mark)
	if in.Status != 303 || strings.Contains(strings.Join(in.Header["Set-Cookie"], "\n"), planted) {
		t.Fatalf("signing in with a planted token: %d", in.Status)
	}
	if opens(planted) {
		t.Error("a planted token opens the console")
	}

	b = g.browser()
	wantLocation(t, enter(b, "wangmin", doorPassword, "/console/account"), "/console/signin/code")
	between := session(b)
	wantLocation(t, b.Submit("/console/signin/code", "/console/signin/code", url.Values{"code": {g.code(secret)}}), "/console/account")
	if opened := session(b); opened == between || !opens(opened) {
		t.Fatalf("signed in with %q after %q", opened, between)
	}
	if opens(between) {
		t.Error("the token of before the second factor opens the console")
	}
	if out := session(b); b.Submit("/console/account", "/console/signout", url.Values{}).Status != 303 || opens(out) {
		t.Error("a token goes on after signing out")
	}
}
