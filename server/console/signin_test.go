package console_test

import (
	"net/url"
	"strings"
	"testing"

	"minping/accounts"
	"minping/server/web/webtest"
)

const doorPassword = "Qingdao-2026-ok"

// door is the console with one account behind it, over a real database, without
// a second factor as in the demonstration.
func door(t *testing.T) *webtest.Browser {
	t.Helper()
	return webtest.NewBrowser(t, newGate(t, accounts.Config{}).echo)
}

func enter(b *webtest.Browser, username, password, next string) webtest.Answer {
	return b.Submit("/console/signin", "/console/signin",
		url.Values{"username": {username}, "password": {password}, "next": {next}})
}

func TestWrongPasswordKeepsTheName(t *testing.T) {
	t.Parallel()
	b := door(t)
	a := enter(b, "wangmin", "wrong", "/console/account")
	if a.Status != 422 || !strings.Contains(a.Body, `value="wangmin"`) || !strings.Contains(a.Body, "用户名或密码不正确") ||
		!strings.Contains(a.Body, `value="/console/account"`) || strings.Contains(a.Body, "wrong") {
		t.Errorf("%d\n%s", a.Status, a.Body)
	}
	unknown := enter(b, "nobody", "wrong", "")
	if unknown.Status != 422 || !strings.Contains(unknown.Body, "用户名或密码不正确") {
		t.Errorf("unknown name: %d", unknown.Status)
	}
	empty := enter(b, "", "", "")
	if empty.Status != 422 || strings.Count(empty.Body, "此项必填") != 2 || strings.Count(empty.Body, `aria-invalid="true"`) != 2 {
		t.Errorf("nothing typed: %d\n%s", empty.Status, empty.Body)
	}
}

func TestSignInLeadsToTheConsoleOnly(t *testing.T) {
	t.Parallel()
	b := door(t)
	for next, want := range map[string]string{
		"":                              "/console",
		"/console/account?tab=1":        "/console/account?tab=1",
		"/board":                        "/console",
		"//evil.example":                "/console",
		"/console/../../evil":           "/console",
		"/console/signin":               "/console",
		"/console/signin/enrol":         "/console",
		"https://evil.example/console/": "/console",
		`/console/\evil`:                "/console",
	} {
		if a := enter(b, "wangmin", doorPassword, next); a.Status != 303 || a.Header.Get("Location") != want {
			t.Errorf("next=%q: %d to %q, want %q", next, a.Status, a.Header.Get("Location"), want)
		}
		b.Submit("/console/account", "/console/signout", url.Values{})
	}
}

func TestOwnAccount(t *testing.T) {
	t.Parallel()
	b := door(t)
	if a := b.Get("/console/account"); a.Status != 303 {
		t.Fatalf("nobody: %d", a.Status)
	}
	enter(b, "wangmin", doorPassword, "")
	if a := b.Get("/console/account"); a.Status != 200 || !strings.Contains(a.Body, "复核员") || !strings.Contains(a.Body, "全市") {
		t.Fatalf("%d\n%s", a.Status, a.Body)
	}
	change := func(current, password, repeat string) webtest.Answer {
		return b.Submit("/console/security", "/console/security/password",
			url.Values{"current": {current}, "password": {password}, "repeat": {repeat}})
	}
	for _, tt := range []struct{ current, password, repeat, want string }{
		{"", "", "", "此项必填"},
		{doorPassword, "Laoshan-2027", "Laoshan-2028", "两次输入不一致"},
		{doorPassword, "short", "short", "至少 10 个字符"},
		{"wrong", "Laoshan-2027", "Laoshan-2027", "原密码不正确"},
	} {
		if a := change(tt.current, tt.password, tt.repeat); a.Status != 422 || !strings.Contains(a.Body, tt.want) {
			t.Errorf("%+v: %d", tt, a.Status)
		}
	}
	if a := change(doorPassword, "Laoshan-2027", "Laoshan-2027"); a.Status != 303 {
		t.Fatalf("change: %d", a.Status)
	}
	if a := b.Get("/console/security"); a.Status != 200 || !strings.Contains(a.Body, "密码已修改") {
		t.Errorf("the session that changed the password has ended: %d", a.Status)
	}
}
