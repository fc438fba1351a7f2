package web_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/labstack/echo/v4"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/i18n"
	"minping/server/web"
	"minping/server/web/webtest"
)

// lines is a log that tests read.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

type world struct {
	site    *web.Site
	echo    *echo.Echo
	browser *webtest.Browser
	log     *lines
	access  *lines
	stamp   string // of account 7's password
}

type samplePage struct {
	web.Page
	Name string
}

type sampleRequest struct {
	ID    int64     `param:"id" validate:"required"`
	Page  int       `query:"page" validate:"gte=0,lte=100"`
	Name  string    `form:"name" validate:"required,max=4"`
	Tags  []int     `form:"tags" validate:"max=2"`
	Kind  string    `form:"kind" validate:"omitempty,oneof=a b"`
	From  time.Time `form:"from"`
	Score *float64  `form:"score"`
	Raw   string    `form:"raw" bind:"raw"`
}

// build makes a site with a few routes of every sort behind it.
func build(t *testing.T, cfg web.Config) *world {
	t.Helper()
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	texts.OnMissing(func(lang, key string) { t.Errorf("no text for %s in %s", key, lang) })
	w := &world{log: &lines{}, access: &lines{}, stamp: "s1"}
	cfg.Texts = texts
	cfg.Log = slog.New(slog.NewTextHandler(w.log, nil))
	cfg.AccessLog = slog.New(slog.NewTextHandler(w.access, nil))
	cfg.Who = func(_ context.Context, account int64) (actor.Actor, string, error) {
		if account != 7 {
			return actor.Actor{}, "", fault.New(fault.NotFound, "accounts.unknown")
		}
		may := map[actor.Permission]bool{"survey:read": true}
		return actor.Actor{Account: 7, Name: "王敏", Grants: []actor.Grant{{Permissions: may}}}, w.stamp, nil
	}
	cfg.Key = func(_ context.Context, key string) (actor.Actor, error) {
		if key != "right" {
			return actor.Actor{}, fault.New(fault.Unauthorized, "fault.key.wrong")
		}
		return actor.Actor{Name: "api", Grants: []actor.Grant{{Permissions: map[actor.Permission]bool{"index:read": true}}}}, nil
	}
	if w.site, err = web.NewSite(cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.site.Close)
	pages := fstest.MapFS{
		"p/_part.html":  {Data: []byte(`{{define "part"}}[{{.}}]{{end}}`)},
		"p/sample.html": {Data: []byte("{{/* layout: console */}}\n" + `{{define "content"}}<form><input name="csrf" value="{{.CSRF}}"></form>{{template "part" .Name}}{{template "field-error" (.Err "name")}}<i {{.Invalid "name"}}></i>{{end}}`)},
		"p/open.html":   {Data: []byte("{{/* layout: public */}}\n" + `{{define "content"}}{{.Name}}{{end}}`)},
		"p/broken.html": {Data: []byte("{{/* layout: bare */}}\n" + `{{define "content"}}half{{.Nothing}}{{end}}`)},
	}
	if err := w.site.Parse(pages, "p"); err != nil {
		t.Fatal(err)
	}
	w.routes()
	w.browser = webtest.NewBrowser(t, w.echo)
	return w
}

func (w *world) routes() {
	e := echo.New()
	w.echo = e
	w.site.Use(e)
	page := func(name string) echo.HandlerFunc {
		return func(c echo.Context) error {
			return w.site.Render(c, 200, name, samplePage{Page: w.site.Page(c, "web.signin"), Name: "<b>"})
		}
	}
	fail := func(err error) echo.HandlerFunc { return func(echo.Context) error { return err } }
	e.GET("/open/:code", page("open"))
	e.GET("/broken", page("broken"))
	e.GET("/panic", func(echo.Context) error { panic("boom secret") })
	e.GET("/internal", fail(errors.New("pq: secret detail")))
	e.GET("/gone", fail(fault.New(fault.Gone, "fault.code.revoked")))
	e.GET("/busy", func(echo.Context) error {
		f := fault.New(fault.Busy, "fault.busy")
		f.RetryAfter = 1500 * time.Millisecond
		return f
	})
	e.POST("/bind/:id", w.bind)
	w.site.LimitBody("/large/:id", 1<<20)
	e.POST("/large/:id", w.bind)
	api := e.Group("/api", w.site.Bearer)
	api.GET("/index", func(c echo.Context) error { return c.String(200, web.ActorOf(c).Name) }, web.Need("index:read"))
	api.GET("/audit", page("open"), web.Need("audit:read"))
	g := e.Group("/console", w.site.Session)
	g.GET("/signin", page("sample"))
	g.POST("/signin", func(c echo.Context) error {
		if err := w.site.SignIn(c, 7, "s1"); err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, "/console/desk")
	})
	g.POST("/signout", func(c echo.Context) error {
		if err := w.site.SignOut(c); err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, "/console/signin")
	})
	g.GET("/desk", page("sample"), web.NeedAccount)
	g.POST("/desk", func(c echo.Context) error {
		w.site.Flash(c, "ok", "web.pager.at", "Number", 1, "Pages", 2, "Total", 30)
		return c.Redirect(http.StatusSeeOther, "/console/desk")
	}, web.NeedAccount)
	g.GET("/audit", page("sample"), web.Need("audit:read"))
	g.GET("/surveys", page("sample"), web.Need("audit:read", "survey:read"))
}

func (w *world) bind(c echo.Context) error {
	var r sampleRequest
	if err := web.Bind(c, &r); err != nil {
		return err
	}
	return c.JSON(200, r)
}
