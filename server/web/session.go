package web

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/alexedwards/scs/postgresstore"
	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"

	"minping/internal/actor"
	"minping/internal/fault"
)

// What a session holds.
const (
	keyAccount = "account"
	keyStamp   = "stamp"
	keyGate    = "gate" // what stands before the console still; "" nothing
	keyID      = "id"   // the session's name in the account's list
	keyMethod  = "method"
	keyStarted = "started" // Unix seconds, of the gates or of the session
	keyNext    = "next"    // where to go after the gates
	keyCSRF    = "csrf"
	keyFlash   = "flash"
)

// What a request holds.
const (
	ctxSession = "web.session"
	ctxActor   = "web.actor"
	ctxPending = "web.pending"
	ctxGlance  = "web.glance"
)

type sessions struct {
	*scs.SessionManager
	store *postgresstore.PostgresStore
}

// limitSessions fills in how long a session lasts and the key of pseudonyms.
func (c *Config) limitSessions() {
	if c.Idle <= 0 {
		c.Idle = 15 * time.Minute
	}
	if c.Absolute <= 0 {
		c.Absolute = 8 * time.Hour // a working day
	}
	if len(c.SourceKey) == 0 {
		c.SourceKey = []byte(newToken())
	}
	if len(c.DoorKey) == 0 {
		c.DoorKey = []byte(newToken())
	}
}

func newSessions(cfg Config, secure bool) *sessions {
	m, db := scs.New(), cfg.DB
	m.Lifetime, m.IdleTimeout = cfg.Absolute, cfg.Idle
	m.HashTokenInStore = true // who reads the database, or a copy of it, cannot take a session over
	m.Cookie.Name = "minping_session"
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Persist = false
	m.Cookie.Secure = secure
	if secure {
		m.Cookie.Name = "__Host-minping_session"
	}
	s := &sessions{SessionManager: m}
	if db != nil {
		s.store = postgresstore.NewWithCleanupInterval(db.DB, 10*time.Minute)
		m.Store = s.store
	}
	return s
}

func (s *sessions) close() {
	if s.store != nil {
		s.store.StopCleanup()
	}
}

// token gives the session's form token, making one at first need.
func (s *sessions) token(c echo.Context) string {
	ctx := c.Request().Context()
	if t := s.GetString(ctx, keyCSRF); t != "" {
		return t
	}
	t := newToken()
	s.Put(ctx, keyCSRF, t)
	return t
}

func newToken() string { return plain64.EncodeToString(randomBytes(24)) }

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails since Go 1.24
	return b
}

// Session is the middleware of /console: it loads the session, finds the actor,
// checks the form token of writing requests and saves the session before the
// answer's head goes out.
func (s *Site) Session(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx, err := s.load(c)
		if err != nil {
			return err
		}
		c.SetRequest(c.Request().WithContext(ctx))
		// The server removes the temporary files of uploads from its own request, not from this copy.
		defer func() {
			if f := c.Request().MultipartForm; f != nil {
				_ = f.RemoveAll()
			}
		}()
		c.Set(ctxSession, true)
		c.Response().Before(func() {
			s.save(ctx, c)
			c.Response().Header().Set("Cache-Control", "no-store")
		})
		if err := s.identify(ctx, c); err != nil {
			return err
		}
		if err := s.checkToken(c); errors.Is(err, errStale) {
			if slices.Contains(ownDoors, c.Path()) {
				return c.Redirect(http.StatusSeeOther, c.Path())
			}
			return c.Redirect(http.StatusSeeOther, DoorNote("stale"))
		} else if err != nil {
			return err
		}
		return next(c)
	}
}

func (s *Site) load(c echo.Context) (context.Context, error) {
	token := ""
	if cookie, err := c.Request().Cookie(s.sessions.Cookie.Name); err == nil {
		token = cookie.Value
	}
	return s.sessions.Load(c.Request().Context(), token)
}

func (s *Site) save(ctx context.Context, c echo.Context) {
	switch s.sessions.Status(ctx) {
	case scs.Modified:
		token, expiry, err := s.sessions.Commit(ctx)
		if err != nil {
			s.log.LogAttrs(ctx, slog.LevelError, "session not saved",
				slog.String("id", RequestID(c)), slog.Any("error", err))
			return
		}
		s.sessions.WriteSessionCookie(ctx, c.Response(), token, expiry)
	case scs.Destroyed:
		s.sessions.WriteSessionCookie(ctx, c.Response(), "", time.Time{})
	}
}

// identify finds who is signed in. The account is asked at every request, so a
// withdrawn role or a changed password works at once.
func (s *Site) identify(ctx context.Context, c echo.Context) error {
	account := s.sessions.GetInt64(ctx, keyAccount)
	if account == 0 || s.cfg.Who == nil {
		return nil
	}
	a, stamp, err := s.cfg.Who(ctx, account)
	kind := fault.KindOf(err)
	gone := err != nil && (kind == fault.Unauthorized || kind == fault.NotFound)
	if gone || (err == nil && stamp != s.sessions.GetString(ctx, keyStamp)) {
		return s.sessions.Destroy(ctx)
	}
	if err != nil {
		return err
	}
	return s.admit(ctx, c, a)
}

// admit lets a session in that is not over: with the rights of its actor, or,
// before a gate, with none.
func (s *Site) admit(ctx context.Context, c echo.Context, a actor.Actor) error {
	e := s.entry(ctx)
	age, limit := s.cfg.Now().Sub(time.Unix(s.sessions.GetInt64(ctx, keyStarted), 0)), s.cfg.Absolute
	if e.Gate != "" {
		limit = gateTime
	}
	if age >= limit {
		return s.sessions.Destroy(ctx)
	}
	if e.Gate != "" {
		c.Set(ctxPending, e)
		return nil
	}
	alive := s.cfg.Alive
	if c.Get(ctxGlance) != nil && s.cfg.Glance != nil {
		alive = s.cfg.Glance
	}
	if alive != nil {
		if err := alive(ctx, e.Account, e.Session); fault.KindOf(err) == fault.Unauthorized {
			return s.sessions.Destroy(ctx)
		} else if err != nil {
			return err
		}
	}
	c.Set(ctxActor, a)
	return nil
}

// checkToken refuses a writing request without the session's form token.
func (s *Site) checkToken(c echo.Context) error {
	r := c.Request()
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return nil
	}
	want := s.formToken(c)
	_, in := signedIn(c)
	_, between := Pending(c)
	atDoor := slices.Contains(doorPaths, c.Path())
	switch {
	case in, between, atDoor:
	case within(c.Path(), signInPath):
		return errStale
	default:
		return fault.New(fault.Unauthorized, "fault.session.ended")
	}
	got := r.Header.Get("X-CSRF-Token")
	if got == "" {
		if err := unreadable(parseForm(r)); err != nil {
			return err
		}
		got = r.PostFormValue("csrf")
	}
	if want == "" || subtle.ConstantTimeCompare([]byte(got), []byte(want)) != 1 {
		if got != "" && atDoor && (!in || !slices.Contains(ownDoors, c.Path())) {
			return errStale
		}
		return fault.New(fault.Forbidden, "fault.csrf")
	}
	return nil
}

// errStale: the sign-in page stood open so long that its session has ended, as
// happens every morning; the page is simply shown anew.
var errStale = errors.New("stale sign-in page")

func parseForm(r *http.Request) error {
	if err := r.ParseMultipartForm(1 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return err
	}
	return nil
}

const (
	signInPath     = "/console/signin"
	invitationPath = signInPath + "/invitation"
	resetPath      = signInPath + "/reset"
)

// ownDoors are pages with a form of their own at their own address; they open also
// for whoever is signed in, and say so.
var ownDoors = []string{invitationPath, resetPath}

// doorPaths take forms from whoever has no session yet.
var doorPaths = []string{signInPath, signInPath + "/passkey", signInPath + "/sso", invitationPath, resetPath}

// SignOut ends the session.
func (s *Site) SignOut(c echo.Context) error { return s.sessions.Destroy(c.Request().Context()) }

func hasSession(c echo.Context) bool { return c.Get(ctxSession) != nil }

func signedIn(c echo.Context) (actor.Actor, bool) {
	a, ok := c.Get(ctxActor).(actor.Actor)
	return a, ok
}
