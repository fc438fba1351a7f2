package main

import (
	"net/http"
	"strings"
	"testing"

	"minping/accounts"
)

// mayBeKept are the answers that a browser or a proxy may keep: files, pictures of
// codes, and what the board says to everybody. Figures may be kept by who asked.
var mayBeKept = map[string]string{
	"/static/*": "no-cache", "/r/:code/qr.png": "public", "/r/:code/qr.svg": "public",
	"/api/v1/indices": "private", "/api/v1/indices/trend": "private",
	"/track/qr.svg":   "public",            // the address of a page, the same for everybody
	"/complaints/new": "private, no-cache", // so that what was typed is still there when one goes back
	"/board":          "public, max-age=5", "/board/methodology": "public, max-age=5",
	"/replies": "public, max-age=5", "/replies/:number": "public, max-age=5", "/answers": "public, max-age=5", "/answers/:id": "public, max-age=5",
	"/board/office/:code": "public, max-age=5", "/board/hall/:code": "public, max-age=5", "/board/window/:code": "public, max-age=5",
}

// TestWhatMayBeCached asks every page as somebody who sees much, and as nobody.
func TestWhatMayBeCached(t *testing.T) {
	t.Parallel()
	g := openGuarded(t)
	for _, s := range []subject{{}, {accounts.SystemAdmin, "city"}} {
		b := g.enter(s)
		for _, r := range g.echo.Routes() {
			how, listed := asks[r.Method+" "+r.Path]
			if r.Method != http.MethodGet || !listed && strings.ContainsAny(r.Path, ":*") || how.skip != "" {
				continue
			}
			if how.at == "" {
				how.at = r.Path
			}
			answer := b.Get(g.halves["here"].fill(how.at))
			kept := answer.Header.Get("Cache-Control")
			want, may := mayBeKept[r.Path]
			switch {
			case may && strings.HasPrefix(kept, want):
			case kept == "no-store", !may && answer.Header.Get("Set-Cookie") == "" && openToAll(r.Path):
			default:
				t.Errorf("%s as %s (%d): Cache-Control %q", r.Path, s, answer.Status, kept)
			}
			if strings.HasPrefix(kept, "public") && answer.Header.Get("Set-Cookie") != "" {
				t.Errorf("%s may be kept with the cookie of whoever came first", r.Path)
			}
		}
	}
}

// openToAll are addresses without anything of a person.
func openToAll(path string) bool {
	switch path {
	case "/", "/r", "/complaints", "/complaints/to/:where", "/privacy", "/healthz", "/readyz", "/metrics", "/api/v1/openapi.json":
		return true
	}
	return false
}
