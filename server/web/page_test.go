package web_test

import (
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"minping/server/web"
	"minping/server/web/webtest"
)

func TestPagesFitTheirTypes(t *testing.T) {
	t.Parallel()
	w := build(t, web.Config{})
	webtest.CheckPages(t, w.site, map[string]any{"error": web.ErrorPage{}, "sample": samplePage{}, "open": samplePage{}})
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	w := build(t, web.Config{})
	for name, text := range map[string]string{
		"no layout":      `{{define "content"}}{{end}}`,
		"another layout": `{{/* layout: fancy */}}`,
		"broken":         "{{/* layout: bare */}}{{if}}",
	} {
		if err := w.site.Parse(fstest.MapFS{"q/x.html": {Data: []byte(text)}}, "q"); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if err := w.site.Parse(fstest.MapFS{"q/sample.html": {Data: []byte("{{/* layout: bare */}}")}}, "q"); err == nil {
		t.Error("a second page of one name was accepted")
	}
	if err := w.site.Parse(fstest.MapFS{}, "q"); err == nil {
		t.Error("an empty directory was accepted")
	}
}

func TestNumbersAndDays(t *testing.T) {
	t.Parallel()
	zh, en := web.Page{Lang: "zh-CN"}, web.Page{Lang: "en"}
	late := time.Date(2026, 3, 14, 16, 30, 0, 0, time.UTC) // half past midnight in Shanghai
	score := 86.4
	for _, tt := range []struct{ got, want string }{
		{zh.Num(1234567), "1,234,567"}, {zh.Num(-1234), "-1,234"}, {zh.Num(999), "999"}, {zh.Num(int64(0)), "0"},
		{zh.Num(86.40), "86.4"}, {zh.Num(86.456), "86.46"}, {zh.Num(1000.0), "1,000"}, {zh.Num(&score), "86.4"}, {zh.Num((*float64)(nil)), "—"},
		{zh.Fix(86.4, 2), "86.40"}, {zh.Percent(0.935), "93.5%"}, {zh.Percent(1), "100.0%"},
		{zh.Date(late), "2026年3月15日"}, {en.Date(late), "15 Mar 2026"},
		{zh.Time(late), "2026年3月15日 00:30"}, {en.Time(&late), "15 Mar 2026, 00:30"},
		{zh.Date(time.Time{}), "—"}, {zh.Date((*time.Time)(nil)), "—"}, {zh.Date(nil), "—"},
	} {
		if tt.got != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
}

// slow is a log's reader that counts its writes.
type slow struct {
	mu     sync.Mutex
	text   strings.Builder
	writes int
}

func (s *slow) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writes++
	return s.text.Write(p)
}

func TestLogWriterLosesNothing(t *testing.T) {
	t.Parallel()
	to := &slow{}
	l := web.NewLogWriter(to)
	line := strings.Repeat("x", 99) + "\n"
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 5000 {
				_, _ = l.Write([]byte(line))
			}
		})
	}
	wg.Wait()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if got := to.text.Len(); got != 8*5000*100 {
		t.Errorf("%d bytes", got)
	}
	if to.writes > 4000 {
		t.Errorf("%d writes for 40000 lines", to.writes)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("disk full") }

var _ io.Writer = failing{}

func TestLogWriterReportsALogItCouldNotWrite(t *testing.T) {
	t.Parallel()
	l := web.NewLogWriter(failing{})
	_, _ = l.Write([]byte("x"))
	if l.Flush() == nil {
		t.Error("no error")
	}
	_ = l.Close()
}
