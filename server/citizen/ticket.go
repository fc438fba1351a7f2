package citizen

import (
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/emmansun/gmsm/sm4"
	"github.com/labstack/echo/v4"

	"minping/complaints"
)

// The cookies that carry receipt and PIN. Both are sealed, so that who looks into
// the browser's store reads neither, and end by themselves.
const (
	trackCookie = "mp_track" // access to one case
	filedCookie = "mp_filed" // what the page after filing shows, once
	trackLasts  = 30 * time.Minute
	filedLasts  = 10 * time.Minute
)

// pass is what such a cookie holds.
type pass struct {
	Receipt string          `json:"r"`
	PIN     string          `json:"p,omitempty"`
	Rating  int64           `json:"a,omitempty"` // the case of a bad rating, found by the rating's receipt
	Kiosk   string          `json:"k,omitempty"`
	Kind    complaints.Kind `json:"i,omitempty"`
	Due     time.Time       `json:"d,omitzero"`
	Until   int64           `json:"u"`
}

func (p pass) ticket() complaints.Ticket {
	if p.Rating != 0 {
		return complaints.RatingTicket(p.Rating)
	}
	return complaints.Ticket{Receipt: p.Receipt, PIN: p.PIN}
}

// tickets seals and opens them.
type tickets struct {
	aead cipher.AEAD
	now  func() time.Time
}

func newTickets(key []byte, now func() time.Time) (*tickets, error) {
	if len(key) < sm4.BlockSize {
		return nil, fmt.Errorf("ticket cookies: the key has %d bytes, wanted %d", len(key), sm4.BlockSize)
	}
	block, err := sm4.NewCipher(key[:sm4.BlockSize])
	if err != nil {
		return nil, fmt.Errorf("ticket cookies: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("ticket cookies: %w", err)
	}
	return &tickets{aead, now}, nil
}

// seal: name stands for the purpose, so that no cookie passes for the other.
func (t *tickets) seal(name string, p pass, lasts time.Duration) (string, error) {
	p.Until = t.now().Add(lasts).Unix()
	text, err := json.Marshal(p)
	if err != nil {
		return "", fmt.Errorf("seal ticket: %w", err)
	}
	nonce := make([]byte, t.aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", fmt.Errorf("seal ticket: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(t.aead.Seal(nonce, nonce, text, []byte(name))), nil
}

// open gives what a cookie of ours holds while it lasts; anything else is none.
func (t *tickets) open(name, value string) (pass, bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(value)
	if err != nil || len(b) < t.aead.NonceSize() {
		return pass{}, false
	}
	text, err := t.aead.Open(nil, b[:t.aead.NonceSize()], b[t.aead.NonceSize():], []byte(name))
	if err != nil {
		return pass{}, false
	}
	var p pass
	if json.Unmarshal(text, &p) != nil || t.now().Unix() >= p.Until {
		return pass{}, false
	}
	return p, true
}

// of gives what the request carries.
func (t *tickets) of(r *http.Request, name string) (pass, bool) {
	value := cookie(cookieHeader(r), name)
	if value == "" {
		return pass{}, false
	}
	return t.open(name, value)
}

// paths: neither cookie is sent where it is not needed.
var ticketPaths = map[string]string{trackCookie: "/track", filedCookie: "/complaints/done"}

func (h *Complaints) giveTicket(c echo.Context, name string, p pass, lasts time.Duration) error {
	value, err := h.tickets.seal(name, p, lasts)
	if err != nil {
		return err
	}
	h.setTicket(c, name, value, int(lasts/time.Second))
	return nil
}

func (h *Complaints) takeTicket(c echo.Context, name string) { h.setTicket(c, name, "", -1) }

func (h *Complaints) setTicket(c echo.Context, name, value string, seconds int) {
	c.SetCookie(&http.Cookie{Name: name, Value: value, Path: ticketPaths[name], MaxAge: seconds, HttpOnly: true, Secure: h.secure, SameSite: http.SameSiteStrictMode}) //nolint:gosec // Secure wherever the site is
}
