package web

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"minping/internal/fault"
)

// originsOf knows from which pages a browser may send forms: this site's own,
// also where a proxy changes the Host header.
func originsOf(baseURL string) (*http.CrossOriginProtection, error) {
	p := http.NewCrossOriginProtection()
	u, err := url.Parse(baseURL)
	if err != nil || u.Host == "" {
		return p, nil //nolint:nilerr // without a public address the Host header alone counts
	}
	if err := p.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
		return nil, fmt.Errorf("web: base URL: %w", err)
	}
	return p, nil
}

// sameOrigin refuses a form that another site's page sends with a visitor's
// browser. The rating form has no token to show, so without this any page of the
// web could fill a window with the ratings of its visitors. Programs send neither
// Origin nor Sec-Fetch-Site and pass; the API has no cookies to misuse.
func (s *Site) sameOrigin(c echo.Context) error {
	r := c.Request()
	if r.Method == http.MethodGet || within(r.URL.Path, "/api") {
		return nil
	}
	if s.origins.Check(r) != nil {
		return fault.New(fault.Forbidden, "challenge.origin")
	}
	return nil
}
