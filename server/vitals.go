package main

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"

	"minping/server/web"
)

// vitals are the addresses that machines watch: /healthz says that the process
// lives, /readyz that it can take ratings, /metrics how it does.
func (p *platform) vitals(e *echo.Echo, site *web.Site) {
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
	e.GET("/metrics", echo.WrapHandler(site.Metrics()))
}
