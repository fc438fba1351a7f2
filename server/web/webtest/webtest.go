// Package webtest helps audiences test their pages: type checks of templates and
// a client that behaves as a browser does (cookies, form tokens).
package webtest

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/jba/templatecheck"

	"minping/server/web"
)

// CheckPages type-checks pages against the type of the data they are rendered
// with: page name → a value of that type.
func CheckPages(t *testing.T, s *web.Site, data map[string]any) {
	t.Helper()
	for name, value := range data {
		tmpl := s.Template(name)
		if tmpl == nil {
			t.Errorf("page %s: not parsed", name)
			continue
		}
		if err := templatecheck.CheckHTML(tmpl, value); err != nil {
			t.Errorf("page %s: %v", name, err)
		}
	}
}

// Browser talks to a handler, keeps cookies and does not follow redirects.
type Browser struct {
	t      testing.TB
	server *httptest.Server
	client *http.Client
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// NewBrowser starts a server for h; the test's end stops it.
func NewBrowser(t testing.TB, h http.Handler) *Browser {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &Browser{t: t, server: server, client: client}
}

// Get fetches a page; headers are name, value pairs.
func (b *Browser) Get(path string, headers ...string) Answer {
	b.t.Helper()
	return b.do(http.MethodGet, path, nil, headers)
}

// Post sends a form as it stands.
func (b *Browser) Post(path string, form url.Values, headers ...string) Answer {
	b.t.Helper()
	headers = append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)
	return b.do(http.MethodPost, path, strings.NewReader(form.Encode()), headers)
}

// Send sends any body; headers are name, value pairs.
func (b *Browser) Send(method, path string, body io.Reader, headers ...string) Answer {
	b.t.Helper()
	return b.do(method, path, body, headers)
}

// Submit fetches the page with the form, takes its token and sends the form to path.
func (b *Browser) Submit(page, path string, form url.Values) Answer {
	b.t.Helper()
	form.Set("csrf", b.Get(page).Token())
	return b.Post(path, form)
}

// Cookies are those that the browser would send.
func (b *Browser) Cookies() []*http.Cookie {
	u, err := url.Parse(b.server.URL)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.client.Jar.Cookies(u)
}

func (b *Browser) do(method, path string, body io.Reader, headers []string) Answer {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.server.URL+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return Answer{Status: res.StatusCode, Header: res.Header, Body: string(text)}
}

var token = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

// Token is the form token of a page, or "".
func (a Answer) Token() string {
	if m := token.FindStringSubmatch(a.Body); m != nil {
		return m[1]
	}
	return ""
}
