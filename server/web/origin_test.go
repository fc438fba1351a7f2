package web_test

import (
	"net/url"
	"strings"
	"testing"

	"minping/server/web"
)

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	w := build(t, web.Config{BaseURL: "https://minping.example/"})
	form := url.Values{"name": {"a"}}
	for _, tt := range []struct {
		name    string
		headers []string
		status  int
	}{
		{"a program", nil, 200},
		{"own page", []string{"Sec-Fetch-Site", "same-origin", "Origin", "https://minping.example"}, 200},
		{"own page behind a proxy that changes Host", []string{"Origin", "https://minping.example"}, 200},
		{"typed address", []string{"Sec-Fetch-Site", "none"}, 200},
		{"another site", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, 403},
		{"a sister domain", []string{"Sec-Fetch-Site", "same-site", "Origin", "https://other.example"}, 403},
		{"another site in an old browser", []string{"Origin", "https://evil.example"}, 403},
		{"a sandboxed frame", []string{"Origin", "null"}, 403},
		{"our name without TLS", []string{"Origin", "http://minping.example"}, 403},
	} {
		a := w.browser.Post("/bind/1", form, append([]string{"Accept", "text/html"}, tt.headers...)...)
		if a.Status != tt.status || tt.status == 403 && !strings.Contains(a.Body, "不是从本平台的页面发出的") {
			t.Errorf("%s: %d, want %d", tt.name, a.Status, tt.status)
		}
	}
	if a := w.browser.Get("/open/abc", "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"); a.Status != 200 {
		t.Errorf("a link from elsewhere: %d", a.Status)
	}
	if got := w.browser.Get("/open/abc").Header.Get("X-Frame-Options"); got != "DENY" {
		t.Errorf("X-Frame-Options %q", got)
	}
}

func TestCookiesStayOnThisHost(t *testing.T) {
	t.Parallel()
	w := build(t, web.Config{BaseURL: "https://minping.example"})
	for _, path := range []string{"/lang?to=en", "/elder?on=1", "/console/signin"} {
		for _, cookie := range w.browser.Get(path).Header.Values("Set-Cookie") {
			if !strings.HasPrefix(cookie, "__Host-") || strings.Contains(cookie, "Domain=") || !strings.Contains(cookie, "Secure") || !strings.Contains(cookie, "HttpOnly") ||
				!strings.Contains(cookie, "SameSite=Lax") || !strings.Contains(cookie, "Path=/;") {
				t.Errorf("%s: %s", path, cookie)
			}
		}
	}
	for _, cookies := range []string{"__Host-mp_lang=en", "mp_lang=en"} {
		if got := w.browser.Get("/nowhere", "Accept", "text/html", "Cookie", cookies).Body; !strings.Contains(got, `<html lang="en"`) {
			t.Errorf("%s: the language chosen is not kept: %.200s", cookies, got)
		}
	}
}

func TestUnnamedProxyIsToldOnce(t *testing.T) {
	t.Parallel()
	w := build(t, web.Config{})
	for range 3 {
		w.browser.Get("/open/abc", "X-Forwarded-For", "203.0.113.9")
	}
	if log := w.log.String(); strings.Count(log, "MINPING_TRUSTED_PROXIES") != 1 || strings.Contains(log, "203.0.113.9") {
		t.Errorf("log:\n%s", log)
	}
}
