package main

import (
	"context"
	"net/http"
	"net/netip"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"

	"minping/server/config"
	"minping/server/web"
)

// vitals are the addresses that machines watch: /healthz says that the process
// lives, /readyz that it can take ratings, /metrics how it does. The last answers
// callers on this machine only, or on an address of its own.
func (p *platform) vitals(e *echo.Echo, site *web.Site, c config.Config) {
	batches := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "minping_intake_batch_ratings",
		Help: "ratings stored per transaction", Buckets: []float64{1, 2, 4, 8, 16, 32, 64, 128, 256}})
	seconds := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "minping_intake_batch_seconds",
		Help: "time to store a batch, with its commit", Buckets: prometheus.ExponentialBuckets(0.001, 2, 12)})
	waiting := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "minping_intake_waiting",
		Help: "ratings in the queue"}, func() float64 { return float64(p.surveys.Intake().Waiting()) })
	site.Registry().MustRegister(batches, seconds, waiting)
	p.surveys.Intake().Observe(func(batch int, took time.Duration) {
		batches.Observe(float64(batch))
		seconds.Observe(took.Seconds())
	})
	watched := []string{http.MethodGet, http.MethodHead}
	e.Match(watched, "/healthz", func(c echo.Context) error { return c.String(http.StatusOK, "ok\n") })
	e.Match(watched, "/readyz", func(c echo.Context) error {
		ctx, cancel := context.WithTimeout(c.Request().Context(), 2*time.Second)
		defer cancel()
		answer := make(chan error, 1) // the driver may wait longer than its context for a server that hangs
		go func() { answer <- p.db.PingContext(ctx) }()
		select {
		case err := <-answer:
			if err == nil {
				return c.String(http.StatusOK, "ready\n")
			}
		case <-ctx.Done():
		}
		return c.String(http.StatusServiceUnavailable, "the database does not answer\n")
	})
	p.metrics = site.Metrics()
	e.GET("/metrics", func(ec echo.Context) error {
		if c.MetricsAddr != "" || !fromHere(ec.Request()) {
			return echo.ErrNotFound
		}
		p.metrics.ServeHTTP(ec.Response(), ec.Request())
		return nil
	})
}

// fromHere tells whether a request comes from this machine and nobody has handed it
// on: a proxy beside the program is on this machine too, and names whom it serves.
func fromHere(r *http.Request) bool {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !at.Addr().Unmap().IsLoopback() {
		return false
	}
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via"} {
		if len(r.Header.Values(name)) > 0 {
			return false
		}
	}
	return true
}

// metricsOnly serves nothing but /metrics.
func metricsOnly(metrics http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics)
	return mux
}
