package api

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// body is an answer's content.
type body struct {
	kind string
	data []byte
}

// freshFor is short: a rating counts at once, and a list asked for twice in a
// moment need not be counted twice.
const freshFor = "private, max-age=10"

// send answers with an entity tag, or with 304 where the caller has the content
// already. Two keys may see different rows, hence Vary.
func send(c echo.Context, b body) error {
	sum := sha256.Sum256(b.data)
	tag := `"` + hex.EncodeToString(sum[:16]) + `"`
	head := c.Response().Header()
	head.Set("ETag", tag)
	head.Set(echo.HeaderCacheControl, freshFor)
	head.Add(echo.HeaderVary, echo.HeaderAuthorization)
	if matches(c.Request().Header.Get("If-None-Match"), tag) {
		head.Del(echo.HeaderContentDisposition)
		return c.NoContent(http.StatusNotModified)
	}
	return c.Blob(http.StatusOK, b.kind, b.data)
}

// matches compares as RFC 9110 §13.1.2 says: any of a list, weak or not.
func matches(header, tag string) bool {
	for _, t := range strings.Split(header, ",") {
		if t = strings.TrimSpace(t); t == "*" || strings.TrimPrefix(t, "W/") == tag {
			return true
		}
	}
	return false
}
