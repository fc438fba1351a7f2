package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestReadingWithoutEndIsHeldBack: everybody may read the public figures, a whole
// hall at once, but no single network without end.
func TestReadingWithoutEndIsHeldBack(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"/api/v1/openapi.json", "/board/methodology"} {
		e := openGuarded(t).echo
		answered := 0
		for answered < 3000 {
			r, w := httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody), httptest.NewRecorder()
			r.RemoteAddr = "203.0.113.7:4711"
			e.ServeHTTP(w, r)
			if w.Code == http.StatusTooManyRequests {
				if w.Header().Get("Retry-After") == "" {
					t.Errorf("%s does not say when to come again", address)
				}
				break
			}
			if answered++; w.Code != http.StatusOK {
				t.Fatalf("%s: %d", address, w.Code)
			}
		}
		if answered < 1000 || answered == 3000 {
			t.Errorf("%s answered %d times at once", address, answered)
		}
	}
}
