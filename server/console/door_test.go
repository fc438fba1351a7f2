package console_test

import (
	"net/url"
	"strings"
	"testing"

	"minping/accounts"
	"minping/server/console"
)

// Whoever only looks at the door, or fails at it, leaves no session behind.
func TestStrangersStoreNothing(t *testing.T) {
	t.Parallel()
	g := newGate(t, accounts.Config{SecondFactor: true})
	rows := func() (n int) {
		t.Helper()
		if err := g.db.Get(&n, `SELECT count(*) FROM sessions`); err != nil {
			t.Fatal(err)
		}
		return n
	}
	b := g.browser()
	for range 3 {
		b.Get("/console/signin")
		b.Get("/console/signin?note=stale")
		b.Get("/console/account")
		b.Submit("/console/signin", "/console/signin/sso", url.Values{})
		b.Get("/console/signin/sso/callback?code=x&state=y")
	}
	enter(b, "nobody", "Wrong-guess-1", "")
	b.Post("/console/signin", url.Values{"csrf": {"x"}})
	b.Submit("/console/signin", "/console/signin/passkey", url.Values{"response": {"{}"}, "ceremony": {"x"}})
	if n := rows(); n != 0 {
		t.Errorf("%d sessions are stored of nobody", n)
	}
	enter(b, "wangmin", doorPassword, "")
	if n := rows(); n != 1 {
		t.Errorf("%d sessions of one person", n)
	}
}

func TestPasskeyAnswersOfNobody(t *testing.T) {
	t.Parallel()
	g := newGate(t, accounts.Config{SecondFactor: true})
	for _, response := range []string{"", "{}", "null", "[]", `{"id":"AA","rawId":"AA","type":"public-key","response":{}}`, "\x00", strings.Repeat("[", 10000), strings.Repeat("x", 20001)} {
		b := g.browser()
		page := b.Get("/console/signin")
		a := b.Post("/console/signin/passkey", url.Values{"csrf": {page.Token()}, "response": {response}, "ceremony": {"x"}, "next": {"//evil"}})
		if a.Status != 422 || !strings.Contains(a.Body, "data-passkey") {
			t.Errorf("%.20q: %d", response, a.Status)
		}
	}
	if a := g.browser().Post("/console/signin/passkey", url.Values{}); a.Status != 403 {
		t.Errorf("without a token: %d", a.Status)
	}
}

// FuzzNext: wherever a sign-in is asked to lead, it leads into the console.
func FuzzNext(f *testing.F) {
	for _, seed := range []string{"", "/console/account", "//evil.example", `/\evil.example`, `\\evil`, "javascript:alert(1)", "/console/\x00", "/console/..//evil",
		"/console/%2e%2e/%2e%2e/evil", "https://evil.example/console/", "/console/\t//evil", "/console//evil.example", "/console/signin/code", "/%63onsole/x", "/console/x?next=//evil"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, next string) {
		to := console.NextPath(next)
		u, err := url.Parse(to)
		if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(to, "/console") || strings.ContainsAny(to, "\\\x00\r\n\t") {
			t.Fatalf("%q leads to %q", next, to)
		}
		if clean := u.JoinPath().Path; !strings.HasPrefix(clean, "/console") || strings.HasPrefix(clean, "/console/signin") {
			t.Fatalf("%q leads to %q, which is %q", next, to, clean)
		}
	})
}
