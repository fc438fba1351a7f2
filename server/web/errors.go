package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"minping/internal/fault"
)

// failure is an error as the outside sees it.
type failure struct {
	status int
	fault  *fault.Fault // nil: only the status speaks
}

func failureOf(err error) failure {
	if f, ok := fault.As(err); ok {
		return failure{statusOf(f.Kind), f}
	}
	if n, ok := tooLarge(err); ok {
		return failure{http.StatusRequestEntityTooLarge, fault.New(fault.TooLarge, "fault.body.large").With("KB", n>>10)}
	}
	var he *echo.HTTPError
	if errors.As(err, &he) && he.Code >= 400 && he.Code < 500 {
		return failure{he.Code, nil}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return failure{http.StatusServiceUnavailable, nil}
	}
	return failure{http.StatusInternalServerError, nil}
}

func statusOf(k fault.Kind) int {
	switch k {
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.Unauthorized:
		return http.StatusUnauthorized
	case fault.Gone:
		return http.StatusGone
	case fault.Busy:
		return http.StatusServiceUnavailable
	case fault.TooMany:
		return http.StatusTooManyRequests
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusInternalServerError
}

// Report logs an error that a page answers for itself.
func (s *Site) Report(c echo.Context, err error) {
	s.log.LogAttrs(context.Background(), slog.LevelError, "request failed",
		slog.String("id", RequestID(c)), slog.String("route", routeOf(c)), slog.Any("error", err))
}

// ErrorHandler answers an error: a page that says what to do, or
// application/problem+json for the API. What is not a fault is logged once and
// shown only as a number to quote.
func (s *Site) ErrorHandler(err error, c echo.Context) {
	f := failureOf(err)
	if f.status >= 500 && f.fault == nil && c.Request().Context().Err() == nil {
		s.Report(c, err)
	}
	s.tellRefusal(c, f.fault)
	if c.Response().Committed {
		return
	}
	if f.fault != nil && f.fault.RetryAfter > 0 {
		seconds := int((f.fault.RetryAfter + time.Second - 1) / time.Second)
		c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(seconds))
	}
	if err := s.answer(f, c); err != nil {
		s.log.Error("error page failed", "id", RequestID(c), "error", err)
		if !c.Response().Committed {
			_ = c.String(f.status, strconv.Itoa(f.status)+" "+http.StatusText(f.status))
		}
	}
}

func (s *Site) answer(f failure, c echo.Context) error {
	switch {
	case c.Request().Method == http.MethodHead:
		return c.NoContent(f.status)
	case wantsJSON(c):
		return s.problem(f, c)
	case f.status == http.StatusUnauthorized && c.Request().Method == http.MethodGet && inConsole(c):
		return c.Redirect(http.StatusSeeOther, "/console/signin?next="+url.QueryEscape(c.Request().URL.RequestURI()))
	}
	return s.errorPage(f, c)
}

func inConsole(c echo.Context) bool { return within(c.Request().URL.Path, "/console") }

func wantsJSON(c echo.Context) bool {
	r := c.Request()
	if within(r.URL.Path, "/api") {
		return true
	}
	accept := r.Header.Get("Accept")
	return !strings.Contains(accept, "text/html") &&
		(strings.Contains(accept, "application/json") || strings.Contains(accept, "application/problem+json"))
}
