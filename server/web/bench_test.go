package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/labstack/echo/v4"

	"minping/internal/i18n"
	"minping/server/web"
)

// nowhere is an answer that is thrown away.
type nowhere struct{ h http.Header }

func (n nowhere) Header() http.Header         { return n.h }
func (n nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (n nowhere) WriteHeader(int)             {}

var sheet = make([]byte, 8<<10)

func hello(c echo.Context) error { return c.HTMLBlob(200, sheet) }

// BenchmarkBare and BenchmarkEdge show what the edge adds to one request.
func BenchmarkBare(b *testing.B) {
	e := echo.New()
	e.GET("/r/:code", hello)
	drive(b, e)
}

func BenchmarkEdge(b *testing.B) {
	texts, err := i18n.Load()
	if err != nil {
		b.Fatal(err)
	}
	access, writer := web.NewAccessLog(io.Discard)
	b.Cleanup(func() { _ = writer.Close() })
	site, err := web.NewSite(web.Config{Texts: texts, AccessLog: access})
	if err != nil {
		b.Fatal(err)
	}
	e := echo.New()
	site.Use(e)
	e.GET("/r/:code", hello)
	drive(b, e)
}

func drive(b *testing.B, h http.Handler) {
	b.ReportAllocs()
	r := httptest.NewRequest(http.MethodGet, "/r/demo0001", nil)
	for b.Loop() {
		h.ServeHTTP(nowhere{http.Header{}}, r)
	}
}
