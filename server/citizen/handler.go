package citizen

import (
	"fmt"
	"html/template"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"minping/internal/i18n"
	"minping/server/web"
	"minping/surveys"
)

// Config is what the pages stand on.
type Config struct {
	Site    *web.Site
	Surveys *surveys.Service
	Now     func() time.Time
}

// Handler serves the pages.
type Handler struct {
	site    *web.Site
	surveys *surveys.Service
	now     func() time.Time
	texts   *i18n.Catalog
	pages   *template.Template
	form    style // of the rating form on a phone
	full    style // of everything else
	secure  bool
	sheets  sheets
}

// New reads the templates and the style sheet.
func New(c Config) (*Handler, error) {
	pages, err := template.ParseFS(files, "pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("citizen pages: %w", err)
	}
	form, full, err := styles()
	if err != nil {
		return nil, err
	}
	h := &Handler{site: c.Site, surveys: c.Surveys, now: c.Now, texts: c.Site.Texts(), pages: pages,
		form: form, full: full, secure: secure(c.Site.BaseURL())}
	return h, nil
}

// Routes registers every page without an account that asks for a rating.
func (h *Handler) Routes(e *echo.Echo) {
	for _, r := range []struct {
		method, path string
		handle       echo.HandlerFunc
	}{
		{http.MethodGet, "/", h.home},
		{http.MethodGet, "/r", h.enter},
		{http.MethodGet, "/r/:code", h.rate},
		{http.MethodHead, "/r/:code", h.rate},
		{http.MethodPost, "/r/:code", h.submit},
		{http.MethodGet, "/r/:code/done/:receipt", h.done},
		{http.MethodGet, "/r/:code/qr.png", h.qrPNG},
		{http.MethodGet, "/r/:code/qr.svg", h.qrSVG},
		{http.MethodGet, "/k/:code", h.kiosk},
		{http.MethodHead, "/k/:code", h.kiosk},
		{http.MethodPost, "/k/:code", h.submitKiosk},
		{http.MethodGet, "/k/:code/done/:receipt", h.doneKiosk},
	} {
		e.Add(r.method, r.path, r.handle)
	}
}
