package web

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"minping/internal/fault"
)

// Each key has a budget of its own; what is left of it stands in the head.
func TestKeysAreLimitedOneByOne(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	l := newKeyLimiter(func() time.Time { return now })
	ask := func(key string) (*httptest.ResponseRecorder, error) {
		rec := httptest.NewRecorder()
		c := echo.New().NewContext(httptest.NewRequestWithContext(t.Context(), "GET", "/api/v1/indices", nil), rec)
		return rec, l.admit(c, key)
	}
	rec, err := ask("api:one")
	if err != nil || rec.Header().Get("RateLimit-Policy") != `"key";q=200;w=20` || rec.Header().Get("RateLimit") != `"key";r=199;t=1` {
		t.Fatalf("%v, %v", err, rec.Header())
	}
	for range keyBurst - 1 {
		if _, err := ask("api:one"); err != nil {
			t.Fatal(err)
		}
	}
	rec, err = ask("api:one")
	f, ok := fault.As(err)
	if !ok || f.Kind != fault.TooMany || f.RetryAfter != time.Second || rec.Header().Get("RateLimit") != `"key";r=0;t=20` {
		t.Errorf("%v, %v", err, rec.Header())
	}
	if _, err := ask("api:two"); err != nil {
		t.Errorf("another key: %v", err)
	}
	now = now.Add(time.Second)
	for i := range 11 {
		if _, err := ask("api:one"); (err == nil) != (i < KeyPerMinute/60) {
			t.Errorf("request %d after a second: %v", i, err)
		}
	}
}
