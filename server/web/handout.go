package web

import (
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"
)

// Handout is a file of somebody that is given to somebody else.
type Handout struct {
	Type   string // of our own finding, never the sender's
	Name   string // neutral: what the browser saves it under
	Size   int64  // 0: not known
	Inline bool   // pictures of our own making; everything else is only saved
	Body   io.Reader
}

// HandOut sends a file so that a browser does nothing with it but show a picture or
// save a document: no scripts, no guessing of its type, no frames, and kept by nobody.
func HandOut(c echo.Context, f Handout) error {
	h := c.Response().Header()
	how := "attachment"
	if f.Inline {
		how = "inline"
	}
	h.Set(echo.HeaderContentDisposition, fmt.Sprintf("%s; filename=%q", how, f.Name))
	h.Set(policyHeader, "default-src 'none'; sandbox; frame-ancestors 'none'")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	h.Set(echo.HeaderContentType, f.Type)
	if f.Size > 0 {
		h.Set(echo.HeaderContentLength, strconv.FormatInt(f.Size, 10))
	}
	c.Response().WriteHeader(http.StatusOK)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	if _, err := io.Copy(c.Response(), f.Body); err != nil {
		return fmt.Errorf("hand out file: %w", err)
	}
	return nil
}
