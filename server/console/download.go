package console

import (
	"bytes"
	"io"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"minping/server/web"
)

const (
	typeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	typeCSV  = "text/csv; charset=utf-8"
	typeZIP  = "application/zip"
)

// download sends a file made by write. It is made whole first, so that a failure
// gives an error page and not half a file.
func download(c echo.Context, name, contentType string, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	attach(c, name)
	return c.Blob(http.StatusOK, contentType, b.Bytes())
}

// attach names the file to save under (RFC 6266), in Chinese too.
func attach(c echo.Context, name string) {
	c.Response().Header().Set(echo.HeaderContentDisposition, "attachment; filename*=UTF-8''"+url.PathEscape(name))
}

// text is a text in the reader's language, outside a page.
func (h *Handler) text(c echo.Context, key string) string {
	return h.site.Texts().Text(web.Language(c), key)
}
