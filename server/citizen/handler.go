package citizen

import (
	"fmt"
	"html/template"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"minping/internal/i18n"
	"minping/privacy"
	"minping/server/web"
	"minping/surveys"
)

// Config is what the pages stand on.
//
// The keys are secrets of their own purposes, the same on every node; without
// one it is drawn for this run. Limits nil means the ordinary ones.
type Config struct {
	Site         *web.Site
	Surveys      *surveys.Service
	Privacy      *privacy.Service // nil: no contacts are taken
	Now          func() time.Time
	Limits       *web.Limiter
	ChallengeKey []byte // signs challenges
	DeviceKey    []byte // makes device cookies that nobody can invent
}

// Handler serves the pages.
type Handler struct {
	site    *web.Site
	surveys *surveys.Service
	privacy *privacy.Service
	now     func() time.Time
	texts   *i18n.Catalog
	pages   *template.Template
	form    style // of the rating form on a phone
	full    style // of everything else
	secure  bool
	sheets  sheets

	limits     *web.Limiter
	challenges *web.Challenges
	devices    *devices
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
	h := &Handler{site: c.Site, surveys: c.Surveys, privacy: c.Privacy, now: c.Now, texts: c.Site.Texts(), pages: pages,
		form: form, full: full, secure: secure(c.Site.BaseURL()), limits: c.Limits}
	if err := h.guard(c); err != nil {
		return nil, err
	}
	return h, nil
}

// Routes registers every page without an account that asks for a rating.
func (h *Handler) Routes(e *echo.Echo) {
	calm := []echo.MiddlewareFunc{h.limits.Calm} // what asks the database or draws pictures
	for _, r := range []struct {
		method, path string
		handle       echo.HandlerFunc
		guard        []echo.MiddlewareFunc
	}{
		{http.MethodGet, "/", h.home, nil},
		{http.MethodGet, "/r", h.enter, nil},
		{http.MethodGet, "/r/:code", h.rate, nil},
		{http.MethodHead, "/r/:code", h.rate, nil},
		{http.MethodPost, "/r/:code", h.submit, nil},
		{http.MethodGet, "/r/:code/done/:receipt", h.done, calm},
		{http.MethodPost, "/r/:code/done/:receipt/contact", h.leaveContact, calm},
		{http.MethodPost, "/r/:code/done/:receipt/probe", h.answerProbe, calm},
		{http.MethodPost, "/r/:code/done/:receipt/contact/erase", h.eraseContact, calm},
		{http.MethodGet, "/r/:code/qr.png", h.qrPNG, calm},
		{http.MethodGet, "/r/:code/qr.svg", h.qrSVG, calm},
		{http.MethodGet, "/k/:code", h.kiosk, nil},
		{http.MethodHead, "/k/:code", h.kiosk, nil},
		{http.MethodPost, "/k/:code", h.submitKiosk, nil},
		{http.MethodGet, "/k/:code/done/:receipt", h.doneKiosk, calm},
	} {
		e.Add(r.method, r.path, r.handle, r.guard...)
	}
}
