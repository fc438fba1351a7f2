package console_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"minping/accounts"
	"minping/internal/actor"
	"minping/internal/i18n"
	"minping/internal/pgtest"
	"minping/server/console"
	"minping/server/web"
	"minping/server/web/webtest"
)

const doorPassword = "Qingdao-2026-ok"

// door is the console with one account behind it, over a real database.
func door(t *testing.T) *webtest.Browser {
	t.Helper()
	db := pgtest.New(t)
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	service, err := accounts.New(accounts.Config{DB: db})
	if err != nil {
		t.Fatal(err)
	}
	_, err = service.Create(t.Context(), actor.System("test"), accounts.NewAccount{
		Username: "wangmin", DisplayName: "王敏", Password: doorPassword, Roles: []accounts.RoleAt{{Role: accounts.Reviewer}}})
	if err != nil {
		t.Fatal(err)
	}
	site, err := web.NewSite(web.Config{BaseURL: "http://localhost", Texts: texts, DB: db, Who: service.Who, Demo: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(site.Close)
	h, err := console.New(console.Config{Site: site, Accounts: service})
	if err != nil {
		t.Fatal(err)
	}
	e := echo.New()
	site.Use(e)
	h.Routes(e)
	return webtest.NewBrowser(t, e)
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
		return b.Submit("/console/account", "/console/account",
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
	if a := b.Get("/console/account"); a.Status != 200 || !strings.Contains(a.Body, "密码已修改") {
		t.Errorf("the session that changed the password has ended: %d", a.Status)
	}
}
