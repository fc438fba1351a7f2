package web_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"minping/internal/i18n"
	"minping/server/web"
)

// TestOddRequestsAreRefused sends what no browser sends, as it goes over the wire.
func TestOddRequestsAreRefused(t *testing.T) {
	t.Parallel()
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	site, err := web.NewSite(web.Config{Texts: texts, BaseURL: "https://minping.example"})
	if err != nil {
		t.Fatal(err)
	}
	e := echo.New()
	site.Use(e)
	e.GET("/page", func(c echo.Context) error { return c.String(http.StatusOK, "page") })
	e.POST("/form", func(c echo.Context) error { return c.NoContent(http.StatusNoContent) })
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := web.NewServer(e)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	const host = "Host: minping.example\r\nConnection: close\r\n"
	for name, tt := range map[string]struct {
		request string
		want    []int
	}{
		"two lengths":               {"POST /form HTTP/1.1\r\n" + host + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", []int{400}},
		"a length that is none":     {"POST /form HTTP/1.1\r\n" + host + "Content-Length: +5\r\n\r\nabcde", []int{400}},
		"a strange encoding":        {"POST /form HTTP/1.1\r\n" + host + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", []int{501}},
		"two encodings":             {"POST /form HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n", []int{400, 501}},
		"no host":                   {"GET /page HTTP/1.1\r\nConnection: close\r\n\r\n", []int{400}},
		"two hosts":                 {"GET /page HTTP/1.1\r\n" + host + "Host: evil.example\r\n\r\n", []int{400}},
		"a header with a line end":  {"GET /page HTTP/1.1\r\n" + host + "X: a\rb\r\n\r\n", []int{400}},
		"a header with a space":     {"GET /page HTTP/1.1\r\n" + host + "X : a\r\n\r\n", []int{400}},
		"a folded header":           {"GET /page HTTP/1.1\r\n" + host + "X: a\r\n b\r\n\r\n", []int{200, 400}},
		"TRACE":                     {"TRACE /page HTTP/1.1\r\n" + host + "Cookie: secret=1\r\n\r\n", []int{404, 405}},
		"CONNECT":                   {"CONNECT evil.example:443 HTTP/1.1\r\n" + host + "\r\n", []int{404, 405}},
		"a method that is none":     {"GETT /page HTTP/1.1\r\n" + host + "\r\n", []int{404, 405}},
		"a method within a form":    {"POST /page HTTP/1.1\r\n" + host + "X-HTTP-Method-Override: GET\r\nContent-Length: 0\r\n\r\n", []int{404, 405}},
		"NUL in the path":           {"GET /page%00 HTTP/1.1\r\n" + host + "\r\n", []int{400}},
		"a path that climbs":        {"GET /static/../../etc/passwd HTTP/1.1\r\n" + host + "\r\n", []int{404}},
		"a path that climbs hidden": {"GET /static/..%2f..%2fetc%2fpasswd HTTP/1.1\r\n" + host + "\r\n", []int{404}},
		"half a character":          {"GET /page%C3 HTTP/1.1\r\n" + host + "\r\n", []int{400}},
		"an old protocol":           {"GET /page\r\n\r\n", []int{400}},
		"a promise never kept":      {"GET /page HTTP/1.1\r\n" + host + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n", []int{200}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, body := wire(t, listener.Addr().String(), tt.request)
			for _, want := range tt.want {
				if status == want {
					if strings.Contains(body, "secret=1") || strings.Contains(body, "root:") {
						t.Errorf("told: %s", body)
					}
					return
				}
			}
			t.Errorf("%d, want %v", status, tt.want)
		})
	}
}

func wire(t *testing.T, address, request string) (int, string) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, _ := io.ReadAll(answer.Body) // a refusal may end in the middle
	return answer.StatusCode, string(body)
}

// TestScriptsKeepNothing: what a page shows of people is gone with the page.
func TestScriptsKeepNothing(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../static/js/*.js")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d scripts, %v", len(files), err)
	}
	keeps := regexp.MustCompile(`localStorage|sessionStorage|indexedDB|document\.cookie|caches\.|serviceWorker|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|postMessage`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := keeps.FindAll(text, -1); len(found) > 0 {
			t.Errorf("%s uses %q", file, found)
		}
	}
}
