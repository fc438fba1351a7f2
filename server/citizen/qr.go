package citizen

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"minping/surveys"
	"minping/surveys/qr"
)

// qrPNG answers GET /r/{code}/qr.png.
func (h *Handler) qrPNG(c echo.Context) error {
	return h.picture(c, "image/png", func(url string) ([]byte, error) { return qr.PNG(url, 0) })
}

// qrSVG answers GET /r/{code}/qr.svg.
func (h *Handler) qrSVG(c echo.Context) error { return h.picture(c, "image/svg+xml", qr.SVG) }

// picture draws the address of a code that is in use; nobody gets a picture of
// a code that leads nowhere.
func (h *Handler) picture(c echo.Context, kind string, draw func(url string) ([]byte, error)) error {
	e, err := h.surveys.Resolve(c.Request().Context(), c.Param("code"))
	if err != nil {
		return err
	}
	switch e.State {
	case surveys.StateOpen, surveys.StateNotYet, surveys.StateClosed:
	default:
		return echo.ErrNotFound
	}
	body, err := draw(h.site.BaseURL() + "/r/" + e.Code)
	if err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set("Cache-Control", "public, max-age=86400")
	if e.Ticket {
		header.Set("Cache-Control", "private, max-age=86400")
	}
	return c.Blob(http.StatusOK, kind, body)
}
