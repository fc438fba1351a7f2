package web_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"minping/server/web"
)

// pipes is a listener whose connections never leave memory, so that the test's
// clock is the server's.
type pipes struct {
	conns chan net.Conn
	done  context.Context
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done.Done():
		return nil, net.ErrClosed
	}
}
func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

// TestSlowSendersAreCutOff runs the server as it is configured for every listener.
func TestSlowSendersAreCutOff(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		begin string
		drip  string
		every time.Duration
		most  time.Duration
	}{
		"headers drop by drop": {"POST /r/win00001 HTTP/1.1\r\nHost: minping.example\r\n", "X-A: b\r\n", 2 * time.Second, 12 * time.Second},
		"body drop by drop":    {"POST /r/win00001 HTTP/1.1\r\nHost: minping.example\r\nContent-Length: 60000\r\n\r\n", "l", 2 * time.Second, 62 * time.Second},
		"says nothing":         {"", "", 2 * time.Second, 12 * time.Second},
		"silent after one":     {"GET / HTTP/1.1\r\nHost: minping.example\r\n\r\n", "", 2 * time.Second, 122 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				if took := drip(t, tt.begin, tt.drip, tt.every); took > tt.most || took < tt.most-4*time.Second {
					t.Errorf("cut off after %v, want about %v", took, tt.most)
				}
			})
		})
	}
}

// drip sends a request slowly and tells when the server hangs up.
func drip(t *testing.T, begin, drop string, every time.Duration) time.Duration {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	listener := pipes{make(chan net.Conn), ctx}
	server := web.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	near, far := net.Pipe()
	listener.conns <- far
	start, closed := time.Now(), make(chan struct{})
	go func() {
		defer close(closed)
		_, _ = io.Copy(io.Discard, bufio.NewReader(near))
	}()
	go func() {
		_, err := io.WriteString(near, begin)
		for err == nil {
			select {
			case <-time.After(every):
			case <-closed:
				return
			}
			_, err = io.WriteString(near, drop)
		}
	}()
	select {
	case <-closed:
	case <-time.After(time.Hour):
		t.Error("never cut off")
	}
	took := time.Since(start)
	_ = near.Close()
	cancel()
	if err := errors.Join(server.Close(), <-served); err != nil && !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
	return took
}

func TestHeadersAreBounded(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := web.NewServer(http.NotFoundHandler())
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+listener.Addr().String(), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Cookie", strings.Repeat("x", 64<<10))
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return // hung up while we were still sending
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("64 KB of headers: %d", res.StatusCode)
	}
}
