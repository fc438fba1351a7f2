package web

import (
	"crypto/cipher"
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"
	"github.com/labstack/echo/v4"
)

// A visit is a browser at the door, before anybody has signed in: a signed mark in
// a cookie, and nothing on the server. The form token is worked from the mark with
// a key, so it can be checked without having been stored.
const (
	visitCookie = "minping_visit"
	visitRandom = 24
	visitFresh  = 4 * time.Hour // then a page gives a new mark; the old one is taken as long again
)

const ctxVisit = "web.visit"

type keyed []byte

func (k keyed) mac(purpose, text string) []byte {
	m := hmac.New(sm3.New, k)
	m.Write([]byte(purpose + "\x00" + text))
	return m.Sum(nil)
}

var plain64 = base64.RawURLEncoding

func (s *Site) visitName() string {
	if s.secure() {
		return "__Host-" + visitCookie
	}
	return visitCookie
}

// visit is the mark that the browser brought, "" where it is none of ours or old.
func (s *Site) visit(c echo.Context) (mark string, age time.Duration) {
	if mark, ok := c.Get(ctxVisit).(string); ok {
		return mark, 0 // given in this very answer, or taken away
	}
	cookie, err := c.Cookie(s.visitName())
	if err != nil {
		return "", 0
	}
	mark, sum, ok := strings.Cut(cookie.Value, ".")
	got, err := plain64.DecodeString(sum)
	if !ok || err != nil || !hmac.Equal(got, s.doorKey.mac("visit", mark)) {
		return "", 0
	}
	raw, err := plain64.DecodeString(mark)
	if err != nil || len(raw) != 8+visitRandom {
		return "", 0
	}
	age = s.cfg.Now().Sub(time.Unix(int64(binary.BigEndian.Uint64(raw)), 0))
	if age < -time.Minute || age >= 2*visitFresh {
		return "", 0
	}
	return mark, age
}

// openVisit gives the browser's mark, making one at first need.
func (s *Site) openVisit(c echo.Context) string {
	if mark, age := s.visit(c); mark != "" && age < visitFresh {
		return mark
	}
	raw := append(binary.BigEndian.AppendUint64(nil, uint64(s.cfg.Now().Unix())), randomBytes(visitRandom)...)
	mark := plain64.EncodeToString(raw)
	s.setVisit(c, mark, mark+"."+plain64.EncodeToString(s.doorKey.mac("visit", mark)), 0)
	return mark
}

// endVisit takes the mark away, so that what was planted or seen before somebody
// signed in is worth nothing after.
func (s *Site) endVisit(c echo.Context) {
	if _, err := c.Cookie(s.visitName()); err == nil {
		s.setVisit(c, "", "", -1)
	}
}

func (s *Site) setVisit(c echo.Context, mark, value string, age int) {
	c.Set(ctxVisit, mark)
	c.SetCookie(&http.Cookie{Name: s.visitName(), Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: s.secure(), SameSite: http.SameSiteLaxMode})
}

// formToken is the token that a form of this browser must bring: its session's, or
// before there is a session its visit's. "" where it has neither.
func (s *Site) formToken(c echo.Context) string {
	ctx := c.Request().Context()
	if s.sessions.GetInt64(ctx, keyAccount) != 0 {
		return s.sessions.GetString(ctx, keyCSRF)
	}
	if mark, _ := s.visit(c); mark != "" {
		return plain64.EncodeToString(s.doorKey.mac("form", mark))
	}
	return ""
}

// token is the form token of the page that is shown.
func (s *Site) token(c echo.Context) string {
	ctx := c.Request().Context()
	if s.sessions.GetInt64(ctx, keyAccount) != 0 {
		return s.sessions.token(c)
	}
	s.openVisit(c)
	return s.formToken(c)
}

// sealed is what Seal hides.
type sealed struct {
	Until int64
	Value json.RawMessage
}

// Seal makes a text of a value that only this browser can bring back, for this
// purpose and so long: it is encrypted and bound to the form token. Nothing is
// stored, so a text may come back more than once.
func (s *Site) Seal(c echo.Context, purpose string, value any, lasts time.Duration) (string, error) {
	raw, err := json.Marshal(value)
	if err != nil {
		return "", fmt.Errorf("seal %s: %w", purpose, err)
	}
	plain, err := json.Marshal(sealed{s.cfg.Now().Add(lasts).Unix(), raw})
	if err != nil {
		return "", fmt.Errorf("seal %s: %w", purpose, err)
	}
	nonce := randomBytes(s.box.NonceSize())
	return plain64.EncodeToString(s.box.Seal(nonce, nonce, plain, []byte(purpose+"\x00"+s.token(c)))), nil
}

var errUnsealed = errors.New("not sealed for this browser, or too old")

// Unseal reads what Seal made.
func (s *Site) Unseal(c echo.Context, purpose, text string, value any) error {
	raw, err := plain64.DecodeString(text)
	token := s.formToken(c)
	if err != nil || token == "" || len(raw) < s.box.NonceSize() {
		return errUnsealed
	}
	plain, err := s.box.Open(nil, raw[:s.box.NonceSize()], raw[s.box.NonceSize():], []byte(purpose+"\x00"+token))
	if err != nil {
		return errUnsealed
	}
	var in sealed
	if err := json.Unmarshal(plain, &in); err != nil {
		return errUnsealed
	}
	if s.cfg.Now().Unix() >= in.Until {
		return errUnsealed
	}
	return json.Unmarshal(in.Value, value)
}

// Derived is a secret that belongs to this browser, a purpose and a text: the same
// whenever it is asked for, and never sent anywhere.
func (s *Site) Derived(c echo.Context, purpose, text string) string {
	return plain64.EncodeToString(s.doorKey.mac("derived/"+purpose, s.token(c)+"\x00"+text))
}

// newBox seals with SM4-GCM under a key made from the door's.
func newBox(key keyed) (cipher.AEAD, error) {
	block, err := sm4.NewCipher(key.mac("box", "")[:sm4.BlockSize])
	if err != nil {
		return nil, fmt.Errorf("web: sealing key: %w", err)
	}
	return cipher.NewGCM(block)
}
