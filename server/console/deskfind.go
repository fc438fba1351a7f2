package console

import (
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/emmansun/gmsm/sm4"
	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/server/web"
)

// finder seals what somebody searches for into an address. People search for names
// and telephone numbers, which belong into no address, no history and no log; so the form
// is posted, and the address of the results holds what only this installation reads.
type finder struct{ aead cipher.AEAD }

// newFinder; without a key it makes one that ends with the program.
func newFinder(key []byte) (*finder, error) {
	if len(key) == 0 {
		key = make([]byte, sm4.BlockSize)
		if _, err := rand.Read(key); err != nil {
			return nil, fmt.Errorf("key of searches: %w", err)
		}
	}
	if len(key) < sm4.BlockSize {
		return nil, fmt.Errorf("the key of searches has %d bytes, wanted %d", len(key), sm4.BlockSize)
	}
	block, err := sm4.NewCipher(key[:sm4.BlockSize])
	if err != nil {
		return nil, fmt.Errorf("key of searches: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("key of searches: %w", err)
	}
	return &finder{aead}, nil
}

func (f *finder) seal(text string) string {
	nonce := make([]byte, f.aead.NonceSize())
	_, _ = rand.Read(nonce) // it does not fail: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(f.aead.Seal(nonce, nonce, []byte(text), nil))
}

func (f *finder) open(sealed string) (string, bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(sealed)
	if err != nil || len(b) < f.aead.NonceSize() {
		return "", false
	}
	text, err := f.aead.Open(nil, b[:f.aead.NonceSize()], b[f.aead.NonceSize():], nil)
	return string(text), err == nil
}

type findRequest struct {
	Filter deskRequest
	Query  string `form:"q"`
}

// findCases takes what is searched for and leads to the results.
func (h *Handler) findCases(c echo.Context) error {
	var req findRequest
	if err := web.Bind(c, &req); err != nil {
		req.Filter = deskRequest{}
	}
	req.Filter.View, req.Filter.Find, req.Filter.After = "", "", ""
	text := strings.TrimSpace(req.Query)
	if utf8.RuneCountInString(text) > complaints.MaxSearch {
		p := deskPage{Page: h.site.Page(c, "desk.title"), Query: text}
		p.Errors = map[string]string{"q": p.T("fault.field.max", "Max", complaints.MaxSearch)}
		return h.showQueue(c, req.Filter, p, http.StatusUnprocessableEntity)
	}
	if text != "" {
		req.Filter.Find = h.finder.seal(text)
	}
	return c.Redirect(http.StatusSeeOther, strings.TrimSuffix("/console/desk?"+req.Filter.values().Encode(), "?"))
}
