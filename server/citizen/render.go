package citizen

import (
	"bytes"
	"fmt"

	"github.com/labstack/echo/v4"
)

// render answers with one of the pages that are not kept ready.
func (h *Handler) render(c echo.Context, status int, name string, data any) error {
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	defer buffers.Put(b)
	if err := h.pages.ExecuteTemplate(b, name, data); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	head(c, b.Len(), h.full.policy)
	res := c.Response()
	res.WriteHeader(status)
	_, err := res.Write(b.Bytes())
	return err
}
