package sso

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"minping/internal/fault"
)

// begin asks a provider for its addresses, which is the first thing a sign-in does.
func begin(t *testing.T, issuer string) error {
	t.Helper()
	p := New(Config{Issuer: issuer, ClientID: "minping", ClientSecret: "s", RedirectURL: "http://127.0.0.1/back"})
	_, err := p.Begin(t.Context(), Flow{State: "s", Nonce: "n", Verifier: strings.Repeat("v", 43)})
	return err
}

// A provider that leads elsewhere, never ends or sends without end is away: nothing
// of ours goes after it, and nobody waits for long.
func TestProviderIsKeptWithinBounds(t *testing.T) {
	t.Parallel()
	reached := make(chan string, 1)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { reached <- r.URL.Path }))
	t.Cleanup(elsewhere.Close)
	for name, answer := range map[string]http.HandlerFunc{
		"a redirect": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) },
		"an endless document": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = fmt.Fprint(w, `{"issuer":"`)
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 64<<10)); err != nil {
					return
				}
			}
		},
		"endless heads": func(w http.ResponseWriter, _ *http.Request) {
			for i := range 100 {
				w.Header().Set(fmt.Sprintf("X-%d", i), strings.Repeat("x", 2000))
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(answer)
			t.Cleanup(server.Close)
			from := time.Now()
			if err := begin(t, server.URL); fault.KindOf(err) != fault.Busy {
				t.Errorf("%v", err)
			}
			if took := time.Since(from); took > patience+5*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
	t.Cleanup(func() {
		select {
		case path := <-reached:
			t.Errorf("a redirect was followed to %s", path)
		default:
		}
	})
}
