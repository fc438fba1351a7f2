package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"minping/server/config"
	"minping/server/web"
)

// /metrics names nobody, and is nobody's business but this machine's.
func TestMetricsAnswerThisMachineOnly(t *testing.T) {
	t.Parallel()
	g := openGuarded(t)
	for _, c := range []struct {
		name, remote, header string
		want                 int
	}{
		{"this machine", "127.0.0.1:4711", "", http.StatusOK},
		{"this machine, IPv6", "[::1]:4711", "", http.StatusOK},
		{"mapped", "[::ffff:127.0.0.1]:4711", "", http.StatusOK},
		{"elsewhere", "192.0.2.7:4711", "", http.StatusNotFound},
		{"elsewhere, IPv6", "[2001:db8::7]:4711", "", http.StatusNotFound},
		{"through a proxy beside us", "127.0.0.1:4711", "X-Forwarded-For", http.StatusNotFound},
		{"through another", "127.0.0.1:4711", "Via", http.StatusNotFound},
		{"elsewhere, claiming to be here", "192.0.2.7:4711", "X-Real-Ip", http.StatusNotFound},
		{"nonsense", "", "", http.StatusNotFound},
	} {
		r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1/metrics", nil)
		if r.RemoteAddr = c.remote; c.header != "" {
			r.Header.Set(c.header, "127.0.0.1")
		}
		answer := httptest.NewRecorder()
		g.echo.ServeHTTP(answer, r)
		if answer.Code != c.want {
			t.Errorf("%s: %d, want %d", c.name, answer.Code, c.want)
		}
	}
}

// With an address of its own, /metrics answers there, and there alone, and there is
// nothing else there.
func TestMetricsOnTheirOwnAddress(t *testing.T) {
	t.Parallel()
	g := openGuarded(t)
	c := config.Config{Addr: "127.0.0.1:0", MetricsAddr: "127.0.0.1:0", BaseURL: "http://127.0.0.1"}
	e, closeEdge, err := g.pf.edge(c, slog.New(slog.DiscardHandler), true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = closeEdge() })
	front, err := openFront(t.Context(), c, e, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := front.open(t.Context(), web.NewServer(metricsOnly(g.pf.metrics)), c.MetricsAddr); err != nil {
		t.Fatal(err)
	}
	front.serve()
	t.Cleanup(func() { _ = front.shutdown(context.Background()) })
	site, own := "http://"+front.address(), "http://"+front.sockets[1].Addr().String()
	for address, want := range map[string]int{site + "/metrics": 404, own + "/metrics": 200, own + "/": 404, own + "/console/signin": 404, site + "/healthz": 200} {
		answer, err := http.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%s: %d, want %d", address, answer.StatusCode, want)
		}
	}
}
