package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"minping/static"
)

// edge is the whole chain in one step, because the citizen's page is counted in
// microseconds: request id and headers, body limit, where a form comes from, the
// route with its panics caught, the error page, then log and figures.
func (s *Site) edge(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		res := c.Response()
		id := s.ids.next()
		s.headers.write(res.Header(), id)
		s.limit(c)
		s.tellOfProxy(c.Request())
		err := s.sameOrigin(c)
		if err == nil {
			err = s.serve(next, c)
		}
		if err != nil {
			c.Error(err)
		}
		took := time.Since(start)
		route := routeOf(c)
		s.metrics.count(route, c.Request().Method, res.Status, took)
		s.access(c, route, id, took)
		return nil
	}
}

// serve runs the route for addresses that mean something.
func (s *Site) serve(next echo.HandlerFunc, c echo.Context) error {
	r := c.Request()
	if strings.Contains(r.URL.RawQuery, "%00") || strings.Contains(r.URL.Path, "\x00") || !utf8.ValidString(r.URL.Path) {
		return echo.ErrBadRequest // no text of ours has NUL, and the database refuses it
	}
	return s.protected(next, c)
}

// protected runs the route and turns a panic into an error with its stack.
func (s *Site) protected(next echo.HandlerFunc, c echo.Context) (err error) {
	defer func() {
		switch r := recover(); r {
		case nil:
		case http.ErrAbortHandler:
			panic(r)
		default:
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return next(c)
}

// routeOf is the pattern of the route, never the address: addresses carry codes
// and receipts.
func routeOf(c echo.Context) string {
	if p := c.Path(); p != "" {
		return p
	}
	return "/*"
}

func (s *Site) access(c echo.Context, route, id string, took time.Duration) {
	log := s.cfg.AccessLog
	if log == nil {
		return
	}
	res := c.Response()
	log.LogAttrs(context.Background(), slog.LevelInfo, "request",
		slog.String("method", methodName(c.Request().Method)),
		slog.String("route", route),
		slog.Int("status", res.Status),
		slog.Float64("ms", float64(took.Microseconds())/1000),
		slog.Int64("bytes", res.Size),
		slog.String("id", id))
}

// methodName keeps made-up methods out of logs and labels.
func methodName(m string) string {
	switch m {
	case http.MethodGet, http.MethodPost, http.MethodHead, http.MethodPut,
		http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "OTHER"
}

// The largest body of an ordinary form.
const formLimit = 64 << 10

// LimitBody lets the route with this pattern take bodies of up to n bytes
// instead of an ordinary form's 64 KB. Call it where the route is registered.
func (s *Site) LimitBody(pattern string, n int64) { s.bodies[pattern] = n }

func (s *Site) limit(c echo.Context) {
	r := c.Request()
	if r.ContentLength == 0 || r.Body == nil || r.Body == http.NoBody {
		return
	}
	if n, ok := s.attach[c.Path()]; ok && isMultipart(r) {
		r.Body = newPatient(c, http.MaxBytesReader(c.Response(), r.Body, n))
		return
	}
	n, ok := s.bodies[c.Path()]
	if !ok {
		n = formLimit
	}
	r.Body = http.MaxBytesReader(c.Response(), r.Body, n)
}

// tooLarge finds the size of the limit that a body broke.
func tooLarge(err error) (int64, bool) {
	var e *http.MaxBytesError
	if errors.As(err, &e) {
		return e.Limit, true
	}
	return 0, false
}

func staticHandler() http.Handler { return static.Handler() }
