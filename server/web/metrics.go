package web

import (
	"maps"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

type series struct {
	route, method, class string
}

type instruments struct {
	requests prometheus.Counter
	seconds  prometheus.Observer
}

// metrics counts requests. Finding a series by its labels costs more than
// counting, so found series are kept in a map that is copied when it grows:
// readers never wait and never allocate.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	grow     sync.Mutex
	known    atomic.Pointer[map[series]instruments]
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "minping_http_requests_total", Help: "Requests by route pattern, method and status class.",
		}, []string{"route", "method", "class"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "minping_http_seconds", Help: "Seconds to answer, by route pattern.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5},
		}, []string{"route"}),
	}
	m.registry.MustRegister(m.requests, m.seconds, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.known.Store(&map[series]instruments{})
	return m
}

func (m *metrics) count(route, method string, status int, took time.Duration) {
	key := series{route, methodName(method), statusClass(status)}
	in, ok := (*m.known.Load())[key]
	if !ok {
		in = m.learn(key)
	}
	in.requests.Inc()
	in.seconds.Observe(took.Seconds())
}

func (m *metrics) learn(key series) instruments {
	m.grow.Lock()
	defer m.grow.Unlock()
	in := instruments{
		requests: m.requests.WithLabelValues(key.route, key.method, key.class),
		seconds:  m.seconds.WithLabelValues(key.route),
	}
	grown := maps.Clone(*m.known.Load())
	grown[key] = in
	m.known.Store(&grown)
	return in
}

func statusClass(status int) string {
	switch status / 100 {
	case 1:
		return "1xx"
	case 2:
		return "2xx"
	case 3:
		return "3xx"
	case 4:
		return "4xx"
	}
	return "5xx"
}

// Metrics answers the figures in Prometheus' text format.
func (s *Site) Metrics() http.Handler {
	return promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{})
}

// Registry takes further instruments, e.g. of the intake's queue.
func (s *Site) Registry() prometheus.Registerer { return s.metrics.registry }
