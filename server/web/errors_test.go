package web_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"minping/server/web"
)

func ipOf(c echo.Context) error { return c.String(200, c.RealIP()) }

func TestErrorPagesInBothLanguages(t *testing.T) {
	t.Parallel()
	w := build(t, web.Config{})
	for _, tt := range []struct {
		path   string
		status int
		zh, en string
	}{
		{"/nowhere", 404, "没有找到这个页面", "This page was not found"},
		{"/gone", 410, "这个评价码已经撤下。", "This code has been withdrawn."},
		{"/busy", 503, "系统繁忙", "Busy"},
		{"/internal", 500, "系统出错了", "Something went wrong"},
		{"/panic", 500, "这是我们的问题", "The fault is ours"},
		{"/broken", 500, "系统出错了", "Something went wrong"},
	} {
		for lang, want := range map[string]string{"zh-CN": tt.zh, "en": tt.en} {
			a := w.browser.Get(tt.path, "Accept-Language", lang, "Accept", "text/html")
			if a.Status != tt.status || !strings.Contains(a.Body, want) || !strings.Contains(a.Body, `lang="`+lang+`"`) {
				t.Errorf("%s %s: %d, want %d with %q", tt.path, lang, a.Status, tt.status, want)
			}
			if strings.Contains(a.Body, "secret") || strings.Contains(a.Body, "half") {
				t.Errorf("%s shows what it must not:\n%s", tt.path, a.Body)
			}
		}
	}
	if got := w.browser.Get("/busy").Header.Get("Retry-After"); got != "2" {
		t.Errorf("Retry-After %q", got)
	}
}

func TestInternalErrorsAreLoggedOnceWithTheirNumber(t *testing.T) {
	t.Parallel()
	w := build(t, web.Config{})
	a := w.browser.Get("/internal")
	id := a.Header.Get("X-Request-Id")
	if !strings.Contains(a.Body, id) {
		t.Error("the page does not show the number to quote")
	}
	if log := w.log.String(); strings.Count(log, "secret detail") != 1 || !strings.Contains(log, id) {
		t.Errorf("log:\n%s", log)
	}
	w.browser.Get("/nowhere")
	w.browser.Get("/gone")
	if n := strings.Count(w.log.String(), "\n"); n != 1 {
		t.Errorf("%d lines: refusals are logged as errors", n)
	}
}

func TestProblemJSON(t *testing.T) {
	t.Parallel()
	w := build(t, web.Config{})
	for _, tt := range []struct {
		path, accept, auth string
		status             int
		code               string
	}{
		{"/api/nowhere", "", "", 404, ""},
		{"/api/index", "", "", 401, "fault.session.ended"},
		{"/api/index", "text/html", "Bearer wrong", 401, "fault.key.wrong"},
		{"/api/index", "", "Basic right", 401, "fault.key.wrong"},
		{"/api/audit", "", "Bearer right", 403, "fault.forbidden"},
		{"/gone", "application/json", "", 410, "fault.code.revoked"},
		{"/internal", "application/problem+json", "", 500, ""},
	} {
		a := w.browser.Get(tt.path, "Accept", tt.accept, "Authorization", tt.auth, "Accept-Language", "en")
		var body struct {
			Type, Title, Detail, Code string
			Status                    int
			RequestID                 string `json:"request_id"`
		}
		if err := json.Unmarshal([]byte(a.Body), &body); err != nil || a.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %v, %s: %s", tt.path, err, a.Header.Get("Content-Type"), a.Body)
			continue
		}
		if a.Status != tt.status || body.Status != tt.status || body.Code != tt.code || body.Title == "" || body.Detail == "" || body.RequestID == "" {
			t.Errorf("%s: %d %+v", tt.path, a.Status, body)
		}
	}
	if a := w.browser.Get("/api/index", "Authorization", "bearer right"); a.Status != 200 || a.Body != "api" {
		t.Errorf("a right key: %d %s", a.Status, a.Body)
	}
}
