package api

import (
	_ "embed"
	"net/http"

	"github.com/labstack/echo/v4"

	"minping/indices"
	"minping/server/web"
	"minping/surveys"
)

//go:embed openapi.json
var openAPI []byte

// Config is what the interface stands on.
type Config struct {
	Site    *web.Site // its Key gives the actor of an API key
	Indices *indices.Service
	Surveys *surveys.Service
}

// Handler serves the interface.
type Handler struct {
	site    *web.Site
	indices *indices.Service
	surveys *surveys.Service
}

// New makes the interface.
func New(c Config) *Handler { return &Handler{site: c.Site, indices: c.Indices, surveys: c.Surveys} }

type route struct {
	method, path string
	handle       echo.HandlerFunc
}

func (h *Handler) routes() []route {
	return []route{
		{http.MethodGet, "/api/v1/indices", h.index},
		{http.MethodGet, "/api/v1/indices/trend", h.trend},
		{http.MethodPost, "/api/v1/served", h.served},
		{http.MethodGet, "/api/v1/rates", h.rates},
		{http.MethodGet, "/api/v1/standings", h.standings},
		{http.MethodGet, "/api/v1/five", h.five},
		{http.MethodGet, "/api/v1/social", h.social},
		{http.MethodGet, "/api/v1/openapi.json", h.describe},
	}
}

// Routes registers the interface; g is the group of all routes, without a prefix.
func (h *Handler) Routes(g *echo.Group) {
	h.site.LimitBody("/api/v1/served", servedBody)
	for _, r := range h.routes() {
		g.Add(r.method, r.path, r.handle, h.site.Bearer)
	}
}

func (h *Handler) describe(c echo.Context) error {
	return send(c, body{kind: echo.MIMEApplicationJSON, data: openAPI})
}
