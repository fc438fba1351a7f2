package web

import (
	"context"
	"crypto/hmac"
	"encoding/hex"
	"net/http"
	"net/netip"
	"time"

	"github.com/emmansun/gmsm/sm3"
	"github.com/labstack/echo/v4"

	"minping/internal/fault"
)

// gateTime is how long the steps after the password may take.
const gateTime = 10 * time.Minute

// Entry is whose session this is and how far it has come. Before a gate it has no
// rights; Session names it in the account's list once it has.
type Entry struct {
	Account int64
	Stamp   string
	Gate    string // "" : the console is open
	Session string
	Method  string // how its holder came: "password", "passkey", …
}

// SignIn makes the session the account's, with all its rights.
func (s *Site) SignIn(c echo.Context, account int64, stamp string) error {
	return s.Enter(c, Entry{Account: account, Stamp: stamp})
}

// Enter takes the session one step on. Its token is renewed at every step, so
// that a token planted or seen before cannot be used after.
func (s *Site) Enter(c echo.Context, e Entry) error {
	ctx := c.Request().Context()
	s.endVisit(c)
	s.sessions.Put(ctx, keyStarted, s.cfg.Now().Unix())
	return s.put(ctx, e)
}

// Restamp gives the session its account's new stamp, after a change that ended
// all others. It lasts no longer for that.
func (s *Site) Restamp(c echo.Context, stamp string) error {
	e := s.entry(c.Request().Context())
	e.Stamp = stamp
	return s.put(c.Request().Context(), e)
}

func (s *Site) put(ctx context.Context, e Entry) error {
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	s.sessions.Put(ctx, keyAccount, e.Account)
	s.sessions.Put(ctx, keyStamp, e.Stamp)
	s.sessions.Put(ctx, keyGate, e.Gate)
	s.sessions.Put(ctx, keyID, e.Session)
	s.sessions.Put(ctx, keyMethod, e.Method)
	s.sessions.Put(ctx, keyCSRF, newToken())
	return nil
}

func (s *Site) entry(ctx context.Context) Entry {
	get := func(key string) string { return s.sessions.GetString(ctx, key) }
	return Entry{Account: s.sessions.GetInt64(ctx, keyAccount), Stamp: get(keyStamp), Gate: get(keyGate), Session: get(keyID), Method: get(keyMethod)}
}

// Pending is the entry of a session that stands before a gate.
func Pending(c echo.Context) (Entry, bool) {
	e, ok := c.Get(ctxPending).(Entry)
	return e, ok
}

// SessionID names this session in its account's list; "" before a gate.
func (s *Site) SessionID(c echo.Context) string { return s.entry(c.Request().Context()).Session }

// Method is how the holder of this session came.
func (s *Site) Method(c echo.Context) string { return s.entry(c.Request().Context()).Method }

// Remember keeps where to go after the gates; Remembered takes it out.
func (s *Site) Remember(c echo.Context, next string) {
	if local(next) {
		s.sessions.Put(c.Request().Context(), keyNext, next)
	}
}

// Remembered gives the address once.
func (s *Site) Remembered(c echo.Context) string {
	return s.sessions.PopString(c.Request().Context(), keyNext)
}

// NeedGate guards a step of signing in: only a session before that very gate
// takes it. Others are led to where they stand.
func NeedGate(gate string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if e, ok := Pending(c); ok && e.Gate == gate {
				return next(c)
			}
			if c.Request().Method == http.MethodGet {
				return c.Redirect(http.StatusSeeOther, signInPath)
			}
			return fault.New(fault.Unauthorized, "fault.session.ended")
		}
	}
}

// Source is a pseudonym of the network address of this request: the same for the
// same address, and none that can be turned back without the key. Of IPv6 the
// network counts, as a household or an office changes the rest at will.
func (s *Site) Source(c echo.Context) string {
	text := c.RealIP()
	if addr, err := netip.ParseAddr(text); err == nil {
		addr = addr.Unmap().WithZone("")
		text = addr.String()
		if p, err := addr.Prefix(64); err == nil && addr.Is6() {
			text = p.String()
		}
	}
	mac := hmac.New(sm3.New, s.cfg.SourceKey)
	mac.Write([]byte("source/" + text))
	return hex.EncodeToString(mac.Sum(nil)[:8])
}

const deviceCookie = "mp_desk" // raters have one of their own

// DeviceMark is the mark that this browser has brought; "" where it has none.
func (s *Site) DeviceMark(c echo.Context) string {
	if cookie, err := c.Cookie(HostOnly(deviceCookie, s.secure())); err == nil && len(cookie.Value) == 32 {
		return cookie.Value
	}
	return ""
}

// Device is the mark by which this browser is known to have signed in before;
// it is made at first need and says nothing about anybody.
func (s *Site) Device(c echo.Context) string {
	name, mark := HostOnly(deviceCookie, s.secure()), s.DeviceMark(c)
	if mark == "" {
		mark = newToken()
	}
	c.SetCookie(&http.Cookie{Name: name, Value: mark, Path: "/", MaxAge: 365 * 24 * 3600,
		HttpOnly: true, Secure: s.secure(), SameSite: http.SameSiteStrictMode})
	return mark
}
