package static

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func get(t *testing.T, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w
}

func TestHashedNamesAreCachedForEver(t *testing.T) {
	t.Parallel()
	path := Path("css/app.css")
	if !regexp.MustCompile(`^/static/css/app\.[0-9a-f]{12}\.css$`).MatchString(path) {
		t.Fatalf("path %q", path)
	}
	w := get(t, path)
	if w.Code != 200 || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("%d, Cache-Control %q", w.Code, w.Header().Get("Cache-Control"))
	}
	if ct := w.Header().Get("Content-Type"); ct != "text/css; charset=utf-8" {
		t.Errorf("Content-Type %q", ct)
	}
	if again := get(t, path, "If-None-Match", w.Header().Get("Etag")); again.Code != http.StatusNotModified {
		t.Errorf("revalidation gave %d", again.Code)
	}
}

func TestPlainNamesRevalidate(t *testing.T) {
	t.Parallel()
	w := get(t, "/static/js/app.js", "Accept-Encoding", "gzip")
	if w.Code != 200 || w.Header().Get("Cache-Control") != "no-cache" || w.Header().Get("Content-Encoding") != "gzip" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

func TestNothingElseIsServed(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/static/", "/static/css", "/static/css/", "/static/../static.go", "/static/static.go", "/static/css/none.css"} {
		if w := get(t, path); w.Code != 404 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if Path("css/none.css") != "/static/css/none.css" {
		t.Error("an unknown name got a hash")
	}
}

// TestSheetStaysSmall keeps the page's weight in sight: citizens load it over bad networks.
func TestSheetStaysSmall(t *testing.T) {
	t.Parallel()
	sheet, err := files.ReadFile("css/app.css")
	if err != nil {
		t.Fatal(err)
	}
	if len(sheet) > 25<<10 {
		t.Errorf("css/app.css has %d bytes", len(sheet))
	}
}
