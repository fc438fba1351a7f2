package e2e

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// values are what must leave no trace, by what they are. A secret may stand in no
// answer that refuses; words of a person may stand in the form that is given back
// to whoever typed them.
type values struct {
	list []traceless
}

type traceless struct {
	what, text string
	secret     bool
}

func (v *values) secret(what, text string) string {
	v.list = append(v.list, traceless{what, text, true})
	return text
}

func (v *values) personal(what, text string) string {
	v.list = append(v.list, traceless{what, text, false})
	return text
}

// forms are the ways in which a value may be written where nobody looks for it.
func (x traceless) forms() []string {
	out := []string{x.text, url.QueryEscape(x.text), url.PathEscape(x.text), fmt.Sprintf("%+q", x.text),
		base64.StdEncoding.EncodeToString([]byte(x.text)), base64.RawURLEncoding.EncodeToString([]byte(x.text))}
	out[3] = strings.Trim(out[3], `"`)
	if x.secret { // codes are printed in groups and read without them
		out = append(out, strings.ToLower(x.text), strings.NewReplacer(" ", "", "-", "").Replace(x.text))
	}
	return out
}

// in complains about every value that stands in a text.
func (v *values) in(t *testing.T, place, text string, but ...string) {
	t.Helper()
	for _, x := range v.list {
		if contains(but, x.what) {
			continue
		}
		for _, form := range x.forms() {
			if at := strings.Index(text, form); at >= 0 {
				t.Errorf("%s tells %s: …%s…", place, x.what, text[max(0, at-120):min(len(text), at+len(form)+60)])
				break
			}
		}
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// witness writes down what goes over the wire: every address asked for, with the
// Referer a browser would send and where answers lead, and every refusal.
type witness struct {
	next http.RoundTripper

	mu       sync.Mutex
	urls     []string
	refusals []refused
}

type refused struct {
	method, path string
	status       int
	body         string
}

func (w *witness) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := w.next.RoundTrip(r)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.urls = append(w.urls, r.URL.String(), r.Referer())
	if err != nil {
		return nil, err
	}
	w.urls = append(w.urls, answer.Header.Get("Location"))
	if answer.StatusCode < 400 {
		return answer, nil
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	_ = answer.Body.Close()
	answer.Body = io.NopCloser(strings.NewReader(string(body)))
	head := ""
	for name, list := range answer.Header {
		if name != "Set-Cookie" {
			head += name + ": " + strings.Join(list, ", ") + "\n"
		}
	}
	w.refusals = append(w.refusals, refused{r.Method, r.URL.Path, answer.StatusCode, head + string(body)})
	return answer, nil
}

// judge looks at all that was written down. Receipts, codes of tickets and links for
// answering are part of addresses by their nature: what hangs on a wall is one, too.
func (w *witness) judge(t *testing.T, v *values, statuses ...int) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	v.in(t, "an address", strings.Join(w.urls, "\n"), "the receipt", "the ticket", "the link")
	seen := map[int]bool{}
	for _, r := range w.refusals {
		seen[r.status] = true
		kept := &values{}
		for _, x := range v.list {
			if x.secret || !formAgain(r) {
				kept.list = append(kept.list, x)
			}
		}
		but := []string{"the ticket"}
		if r.path == "/console/signin/enrol" {
			but = append(but, "the authenticator's secret") // shown until a code proves that it has arrived
		}
		kept.in(t, fmt.Sprintf("%d of %s %s", r.status, r.method, r.path), r.body, but...)
	}
	for _, s := range statuses {
		if !seen[s] {
			t.Errorf("no %d was provoked", s)
		}
	}
}

// formAgain tells whether an answer is a form given back to whoever typed it.
func formAgain(r refused) bool {
	switch r.status {
	case http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusServiceUnavailable, http.StatusConflict:
		return r.method == http.MethodPost && strings.Contains(r.body, "<form")
	}
	return false
}
