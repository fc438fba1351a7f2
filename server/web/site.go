package web

import (
	"context"
	"crypto/cipher"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v4"

	"minping/internal/actor"
	"minping/internal/i18n"
)

// Config is what the edge needs from the outside.
type Config struct {
	BaseURL        string // public address, e.g. "https://minping.example.gov.cn"; https switches secure cookies and HSTS on
	Demo           bool   // marks every page as demonstration data
	Texts          *i18n.Catalog
	Log            *slog.Logger // errors; nil: discarded
	AccessLog      *slog.Logger // one line per request; nil: none
	TrustedProxies []netip.Prefix
	DB             *sqlx.DB // keeps sessions; nil: in memory (tests)
	Now            func() time.Time

	// Who gives the actor of a signed-in account and a stamp that changes when
	// its password does, so that old sessions end. Unauthorized or NotFound ends the session.
	Who func(ctx context.Context, account int64) (a actor.Actor, stamp string, err error)
	// Alive tells whether an account's session goes on; Unauthorized ends it. Nil:
	// only the limits below end a session.
	Alive func(ctx context.Context, account int64, session string) error
	// Glance is Alive for what refreshes by itself: it must not count as being seen.
	Glance func(ctx context.Context, account int64, session string) error
	// Idle and Absolute limit a session; 0: 15 minutes, 8 hours.
	Idle, Absolute time.Duration
	// SourceKey makes network addresses into pseudonyms; nil: a random one, which
	// differs on every node and after every start.
	SourceKey []byte
	// DoorKey signs what browsers keep before anybody has signed in; nil: a random
	// one, as above.
	DoorKey []byte

	// Refused is told of everybody known who asks for what he may not; nil: nobody is
	// told. It must not wait.
	Refused func(Refusal)

	// Key gives the actor of an API key.
	Key func(ctx context.Context, key string) (actor.Actor, error)
}

// Site is the shared edge. Make one, register it on an Echo with Use, give it to
// every audience, Close it when the server has stopped.
type Site struct {
	cfg      Config
	log      *slog.Logger
	shared   *template.Template
	pages    map[string]page
	nav      []NavGroup
	bell     func(context.Context, actor.Actor) Bell
	sessions *sessions
	metrics  *metrics
	headers  headers
	ids      *requestIDs
	bodies   map[string]int64
	attach   map[string]int64 // the same for forms with files
	keys     *keyLimiter
	origins  *http.CrossOriginProtection
	doorKey  keyed
	box      cipher.AEAD // of Seal

	proxyTold sync.Once
}

// NewSite prepares the edge and its shared templates.
func NewSite(cfg Config) (*Site, error) {
	if cfg.Texts == nil {
		return nil, fmt.Errorf("web: no texts")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	cfg.BaseURL = strings.TrimSuffix(cfg.BaseURL, "/")
	cfg.limitSessions()
	s := &Site{cfg: cfg, log: orDiscard(cfg.Log), pages: map[string]page{}, bodies: map[string]int64{}, attach: map[string]int64{}, keys: newKeyLimiter(cfg.Now)}
	ids, err := newRequestIDs()
	if err != nil {
		return nil, err
	}
	s.ids = ids
	s.headers = newHeaders(s.secure())
	s.metrics = newMetrics()
	if s.origins, err = originsOf(cfg.BaseURL); err != nil {
		return nil, err
	}
	s.doorKey = keyed(s.cfg.DoorKey)
	if s.box, err = newBox(s.doorKey); err != nil {
		return nil, err
	}
	s.sessions = newSessions(s.cfg, s.secure())
	if err := s.parseShared(); err != nil {
		return nil, err
	}
	return s, nil
}

// Use puts the edge in front of all routes of e: identifiers, headers, limits,
// recovery, log, metrics, error pages, and the addresses the shell itself needs
// (/static/, /lang, /elder).
func (s *Site) Use(e *echo.Echo) {
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = s.ErrorHandler
	e.IPExtractor = ipExtractor(s.cfg.TrustedProxies)
	e.Use(s.edge)
	e.RouteNotFound("/*", func(echo.Context) error { return echo.ErrNotFound })
	assets := echo.WrapHandler(staticHandler())
	e.GET("/static/*", assets)
	e.HEAD("/static/*", assets)
	e.GET("/lang", s.chooseLanguage)
	e.GET("/elder", s.chooseElder)
}

// Close stops what the edge runs in the background.
func (s *Site) Close() { s.sessions.close() }

// Texts gives the catalog, for what is written outside pages (files, exports).
func (s *Site) Texts() *i18n.Catalog { return s.cfg.Texts }

// BaseURL is the public address without a slash at its end.
func (s *Site) BaseURL() string { return s.cfg.BaseURL }

func (s *Site) secure() bool { return strings.HasPrefix(s.cfg.BaseURL, "https://") }

func orDiscard(l *slog.Logger) *slog.Logger {
	if l == nil {
		return slog.New(slog.DiscardHandler)
	}
	return l
}

// local tells whether a path leads to this site and nowhere else; what browsers
// read as another host ("//host", "/\host", control characters) does not.
func local(path string) bool {
	if len(path) == 0 || len(path) > 2000 || path[0] != '/' {
		return false
	}
	if len(path) > 1 && (path[1] == '/' || path[1] == '\\') {
		return false
	}
	return !strings.ContainsFunc(path, func(r rune) bool { return r < 0x20 || r == 0x7f || r == '\\' })
}

// LocalPath gives the path when it is local to this site, otherwise the fallback.
func LocalPath(path, fallback string) string {
	if local(path) {
		return path
	}
	return fallback
}

func setCookie(c echo.Context, name, value string, secure bool) {
	c.SetCookie(&http.Cookie{
		Name: HostOnly(name, secure), Value: value, Path: "/", MaxAge: 365 * 24 * 3600,
		HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
	})
}
