package web

import (
	"bytes"
	"fmt"

	"github.com/labstack/echo/v4"
)

// Glance is Session for pages that refresh by themselves: who looks is known, and
// neither the session nor anything in it is kept or lengthened. Only for GET.
func (s *Site) Glance(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx, err := s.load(c)
		if err != nil {
			return err
		}
		c.SetRequest(c.Request().WithContext(ctx))
		c.Set(ctxSession, true)
		c.Set(ctxGlance, true)
		c.Response().Header().Set("Cache-Control", "no-store")
		if err := s.identify(ctx, c); err != nil {
			return err
		}
		return next(c)
	}
}

// EntryOf is whose session this is.
func (s *Site) EntryOf(c echo.Context) Entry { return s.entry(c.Request().Context()) }

// RenderPart gives one named part of a page, for what is sent into pages that are open.
func (s *Site) RenderPart(name, part string, data any) ([]byte, error) {
	t := s.Template(name)
	if t == nil || t.Lookup(part) == nil {
		return nil, fmt.Errorf("page %s has no part %s", name, part)
	}
	var out bytes.Buffer
	if err := t.Lookup(part).Execute(&out, data); err != nil {
		return nil, fmt.Errorf("part %s of page %s: %w", part, name, err)
	}
	return out.Bytes(), nil
}
