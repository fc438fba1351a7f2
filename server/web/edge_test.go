package web_test

import (
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"minping/server/web"
	"minping/server/web/webtest"
)

func TestHeaders(t *testing.T) {
	t.Parallel()
	w := build(t, web.Config{BaseURL: "https://minping.example"})
	for _, path := range []string{"/open/abc", "/nowhere", "/panic", "/static/css/app.css", "/console/signin", "/api/index"} {
		h := w.browser.Get(path).Header
		for name, want := range map[string]string{
			"Content-Security-Policy":   "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
			"Referrer-Policy":           "same-origin",
			"X-Content-Type-Options":    "nosniff",
			"Strict-Transport-Security": "max-age=31536000; includeSubDomains",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s %q", path, name, got)
			}
		}
		if h.Get("X-Request-Id") == "" || h.Get("Permissions-Policy") == "" {
			t.Errorf("%s: %v", path, h)
		}
	}
	plain := build(t, web.Config{BaseURL: "http://127.0.0.1:8080"})
	if plain.browser.Get("/open/abc").Header.Get("Strict-Transport-Security") != "" {
		t.Error("HSTS without https")
	}
}

func TestStylePolicyNamesExactlyThisSheet(t *testing.T) {
	t.Parallel()
	a, b := web.StylePolicy("p{}"), web.StylePolicy("p{ }")
	if a == b || !strings.Contains(a, "style-src 'self' 'sha256-") || strings.Contains(a, "unsafe") {
		t.Errorf("%s\n%s", a, b)
	}
}

func TestCitizensHaveNoSession(t *testing.T) {
	t.Parallel()
	w := build(t, web.Config{})
	a := w.browser.Get("/open/abc")
	if a.Status != 200 || a.Header.Get("Set-Cookie") != "" || !strings.Contains(a.Body, "&lt;b&gt;") {
		t.Errorf("%d %v\n%s", a.Status, a.Header, a.Body)
	}
}

func TestAccessLogHoldsNoAddressesOfPeople(t *testing.T) {
	t.Parallel()
	w := build(t, web.Config{})
	w.browser.Get("/open/SECRETCODE?phone=13800000000")
	w.browser.Get("/nowhere/SECRETPATH")
	log := w.access.String()
	if !strings.Contains(log, "route=/open/:code status=200") || !strings.Contains(log, "status=404") {
		t.Errorf("log:\n%s", log)
	}
	for _, secret := range []string{"SECRET", "138", "127.0.0.1", "phone"} {
		if strings.Contains(log, secret) {
			t.Errorf("%q in the log:\n%s", secret, log)
		}
	}
}

func TestMetricsCountByPattern(t *testing.T) {
	t.Parallel()
	w := build(t, web.Config{})
	w.browser.Get("/open/one")
	w.browser.Get("/open/two")
	w.browser.Get("/nowhere/x")
	body := webtest.NewBrowser(t, w.site.Metrics()).Get("/metrics").Body
	for _, want := range []string{
		`minping_http_requests_total{class="2xx",method="GET",route="/open/:code"} 2`,
		`minping_http_seconds_count{route="/open/:code"} 2`,
		`minping_http_requests_total{class="4xx",method="GET",route="/*"} 1`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("missing %s", want)
		}
	}
	if strings.Contains(body, "/open/one") || strings.Contains(body, "nowhere") {
		t.Error("addresses among the labels")
	}
}

// What leads elsewhere is refused; the page to come back to is always ours.
func TestNoOpenRedirect(t *testing.T) {
	t.Parallel()
	w := build(t, web.Config{})
	for _, tt := range []struct{ back, want string }{
		{"/r/demo0001", "/r/demo0001"},
		{"/board?period=2026-Q3", "/board?period=2026-Q3"},
		{"", "/"},
		{"//evil.example", "/"},
		{"///evil.example", "/"},
		{`/\evil.example`, "/"},
		{`\/evil.example`, "/"},
		{"https://evil.example/", "/"},
		{"javascript:alert(1)", "/"},
		{"/\t/evil.example", "/"},
		{"/\n/evil.example", "/"},
		{"evil.example", "/"},
		{"/a\r\nSet-Cookie: x=1", "/"},
		{"@evil.example", "/"},
		{"/" + strings.Repeat("a", 3000), "/"},
	} {
		for _, path := range []string{"/lang?to=en", "/elder?on=1"} {
			a := w.browser.Get(path + "&back=" + url.QueryEscape(tt.back))
			if a.Status != 303 || a.Header.Get("Location") != tt.want {
				t.Errorf("%s back=%q: %d to %q, want %q", path, tt.back, a.Status, a.Header.Get("Location"), tt.want)
			}
		}
	}
}

func TestLanguageAndElderAreRemembered(t *testing.T) {
	t.Parallel()
	w := build(t, web.Config{})
	if b := w.browser.Get("/open/a").Body; !strings.Contains(b, `<html lang="zh-CN">`) {
		t.Error("Chinese is not the default")
	}
	if b := w.browser.Get("/open/a", "Accept-Language", "en-GB").Body; !strings.Contains(b, `<html lang="en">`) {
		t.Error("Accept-Language is not heard")
	}
	w.browser.Get("/lang?to=en&back=/")
	w.browser.Get("/elder?on=1&back=/")
	if b := w.browser.Get("/open/a", "Accept-Language", "zh").Body; !strings.Contains(b, `<html lang="en" class="elder">`) {
		t.Errorf("the choice is forgotten: %.200s", b)
	}
	w.browser.Get("/lang?to=fr&back=/")
	w.browser.Get("/elder?on=0&back=/")
	if b := w.browser.Get("/open/a", "Accept-Language", "en").Body; !strings.Contains(b, `<html lang="zh-CN">`) {
		t.Errorf("an unknown language is not Chinese: %.200s", b)
	}
}

func TestForwardedAddressIsBelievedFromNamedProxiesOnly(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		trusted []netip.Prefix
		want    string
	}{
		{nil, "127.0.0.1"},
		{[]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, "203.0.113.9"},
		{[]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, "127.0.0.1"},
	} {
		w := build(t, web.Config{TrustedProxies: tt.trusted})
		w.echo.GET("/ip", ipOf)
		if got := w.browser.Get("/ip", "X-Forwarded-For", "198.51.100.1, 203.0.113.9").Body; got != tt.want {
			t.Errorf("trusting %v: %s, want %s", tt.trusted, got, tt.want)
		}
	}
}
