package main

import (
	"bufio"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestLineReadsAnswers(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, text string
		status     int
		bad        bool
	}{
		{"page", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 …", 200, false},
		{"redirect", "HTTP/1.1 303 See Other\r\nLocation: /r/x\r\ncontent-length:0\r\n\r\n", 303, false},
		{"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 0, true},
		{"not HTTP", "SSH-2.0-OpenSSH_9.2\r\n", 0, true},
		{"bad length", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", 0, true},
	} {
		l := &line{read: bufio.NewReader(strings.NewReader(tc.text))}
		status, err := l.answer()
		if status != tc.status || tc.bad != errors.Is(err, errAnswer) {
			t.Errorf("%s: %d, %v", tc.name, status, err)
		}
	}
	l := &line{read: bufio.NewReader(strings.NewReader("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"))}
	if _, err := l.answer(); err == nil {
		t.Error("an answer cut short passes")
	}
}

func TestRequestsAreWhatAServerReads(t *testing.T) {
	t.Parallel()
	var seen []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		device, err := r.Cookie("mp_device")
		if err != nil || len(device.Value) != 22 {
			t.Errorf("device %v, %v", device, err)
		}
		seen = append(seen, r.Method+r.URL.Path+r.FormValue("submission_id")+device.Value)
		if len(r.FormValue("submission_id")) != 36 || r.FormValue("level") == "" || r.FormValue("tags") == "" {
			t.Errorf("form %v", r.Form)
		}
		w.WriteHeader(http.StatusSeeOther)
	}))
	defer server.Close()
	some := &devices{values: []string{strings.Repeat("x", 22), strings.Repeat("y", 22)}}
	p := newPoster(&line{target: server.Listener.Addr().String()}, script{shapes(server.Listener.Addr().String(), []string{"abcdefgh9"}), some}, 7)
	defer p.close()
	for range 50 {
		if err := p.do(); err != nil {
			t.Fatal(err)
		}
	}
	for i, s := range seen[1:] {
		if s == seen[i] || !strings.HasPrefix(s, "POST/r/abcdefgh9") {
			t.Errorf("%q after %q", s, seen[i])
		}
	}
}
