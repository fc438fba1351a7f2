package web

import (
	"strings"

	"github.com/labstack/echo/v4"

	"minping/internal/actor"
	"minping/internal/fault"
)

// ActorOf is who makes this request; the zero Actor when nobody is signed in.
func ActorOf(c echo.Context) actor.Actor {
	a, _ := signedIn(c)
	return a
}

// Need guards a route: somebody must be signed in (or carry a key) and hold one
// of the permissions somewhere. Where exactly is the service's question.
func Need(p actor.Permission, or ...actor.Permission) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			a, ok := signedIn(c)
			if !ok {
				return fault.New(fault.Unauthorized, "fault.session.ended")
			}
			if a.Anywhere(p) || Holds(a, or...) {
				return next(c)
			}
			c.Set(ctxWanting, p)
			return fault.New(fault.Forbidden, "fault.forbidden")
		}
	}
}

// ctxWanting holds the permission that a guard found wanting.
const ctxWanting = "web.wanting"

// Refusal is somebody signed in, or with a key, who was told that he may not.
type Refusal struct {
	By         actor.Actor
	Source     string // what the audit calls it
	Route      string // method and pattern
	Permission actor.Permission
	Reason     string // key of the message
}

// tellRefusal tells of a refusal by a guard, a form's token or a service.
func (s *Site) tellRefusal(c echo.Context, f *fault.Fault) {
	by, known := signedIn(c)
	if !known || s.cfg.Refused == nil || f == nil || f.Kind != fault.Forbidden {
		return
	}
	wanting, _ := c.Get(ctxWanting).(actor.Permission)
	s.cfg.Refused(Refusal{By: by, Source: s.AuditSource(c), Route: methodName(c.Request().Method) + " " + routeOf(c),
		Permission: wanting, Reason: f.Key})
}

// AuditSource is from where a request comes, as the audit keeps it: by which door,
// and the keyed pseudonym of the address.
func (s *Site) AuditSource(c echo.Context) string {
	door := "web"
	if within(c.Request().URL.Path, "/api") {
		door = "api"
	}
	return door + " " + s.Source(c)
}

// Holds tells whether the actor holds one of the permissions somewhere.
func Holds(a actor.Actor, any ...actor.Permission) bool {
	for _, p := range any {
		if a.Anywhere(p) {
			return true
		}
	}
	return false
}

// NeedAccount guards a route that everybody signed in may use.
func NeedAccount(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if _, ok := signedIn(c); !ok {
			return fault.New(fault.Unauthorized, "fault.session.ended")
		}
		return next(c)
	}
}

// Bearer is the middleware of /api: it finds the actor of the API key in the
// Authorization header. Without a header the request goes on without an actor;
// a wrong key is refused, and one that asks too often.
func (s *Site) Bearer(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		header := c.Request().Header.Get(echo.HeaderAuthorization)
		if header == "" {
			return next(c)
		}
		scheme, key, _ := strings.Cut(header, " ")
		key = strings.TrimSpace(key)
		if !strings.EqualFold(scheme, "Bearer") || key == "" || s.cfg.Key == nil {
			return fault.New(fault.Unauthorized, "fault.key.wrong")
		}
		a, err := s.cfg.Key(c.Request().Context(), key)
		if err != nil {
			return err
		}
		if err := s.keys.admit(c, a.Name); err != nil {
			return err
		}
		c.Set(ctxActor, a)
		return next(c)
	}
}
