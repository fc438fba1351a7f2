package web

import (
	"net/http"
	"strings"
)

// RedirectToTLS sends whoever comes without TLS to the same path of the public
// address. It never believes the Host header: that would lead wherever a link says.
func RedirectToTLS(baseURL string) http.Handler {
	base := strings.TrimSuffix(baseURL, "/")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.RequestURI()
		if !strings.HasPrefix(path, "/") { // "OPTIONS *"
			path = "/"
		}
		w.Header().Set("Location", base+path)
		w.Header().Set("Connection", "close")
		status := http.StatusPermanentRedirect
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			status = http.StatusMovedPermanently // old browsers do not know 308
		}
		w.WriteHeader(status)
	})
}
