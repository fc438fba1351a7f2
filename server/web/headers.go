package web

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"

	"github.com/labstack/echo/v4"
)

const policy = "default-src 'none'; script-src 'self'; style-src 'self'%s; img-src 'self' data:; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

const policyHeader = "Content-Security-Policy"

// headers are the values every answer carries, made once: the slices are shared
// and never written to (Set replaces them).
type headers struct {
	csp, referrer, nosniff, frame, permissions, opener, hsts []string
}

func newHeaders(secure bool) headers {
	h := headers{
		csp:         []string{fmt.Sprintf(policy, "")},
		referrer:    []string{"same-origin"},
		nosniff:     []string{"nosniff"},
		frame:       []string{"DENY"}, // for browsers older than frame-ancestors
		permissions: []string{"camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
		opener:      []string{"same-origin"},
	}
	if secure {
		h.hsts = []string{"max-age=31536000; includeSubDomains"}
	}
	return h
}

func (h headers) write(to http.Header, id string) {
	to[policyHeader] = h.csp
	to["Referrer-Policy"] = h.referrer
	to["X-Content-Type-Options"] = h.nosniff
	to["X-Frame-Options"] = h.frame
	to["Permissions-Policy"] = h.permissions
	to["Cross-Origin-Opener-Policy"] = h.opener
	if h.hsts != nil {
		to["Strict-Transport-Security"] = h.hsts
	}
	to[echo.HeaderXRequestID] = []string{id}
}

// StylePolicy is the content policy of a page that carries exactly this text
// in its one inline <style>; the handler sets it as Content-Security-Policy.
func StylePolicy(css string) string {
	sum := sha256.Sum256([]byte(css))
	return fmt.Sprintf(policy, " 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
}

// requestIDs are unique across restarts by their random beginning and within a
// run by counting.
type requestIDs struct {
	prefix string
	n      atomic.Uint64
}

func newRequestIDs() (*requestIDs, error) {
	var b [5]byte
	if _, err := rand.Read(b[:]); err != nil {
		return nil, fmt.Errorf("web: random bytes: %w", err)
	}
	return &requestIDs{prefix: hex.EncodeToString(b[:]) + "-"}, nil
}

func (r *requestIDs) next() string {
	buf := make([]byte, 0, 24)
	buf = append(buf, r.prefix...)
	return string(strconv.AppendUint(buf, r.n.Add(1), 36))
}

// RequestID is the id of this request, as the log and the error page show it.
func RequestID(c echo.Context) string {
	return c.Response().Header().Get(echo.HeaderXRequestID)
}
