package console_test

import (
	"context"
	"encoding/base32"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v4"
	"github.com/pquerna/otp/totp"

	"minping/accounts"
	"minping/internal/actor"
	"minping/internal/i18n"
	"minping/internal/pgtest"
	"minping/server/console"
	"minping/server/web"
	"minping/server/web/webtest"
)

// gate is the console over a real database with a clock that tests move.
type gate struct {
	t       *testing.T
	echo    *echo.Echo
	db      *sqlx.DB
	service *accounts.Service
	account accounts.Account
	mu      sync.Mutex
	ahead   time.Duration
}

func (g *gate) now() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return time.Now().Add(g.ahead)
}

func (g *gate) pass(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ahead += d
}

func newGate(t *testing.T, cfg accounts.Config) *gate {
	t.Helper()
	g := &gate{t: t, echo: echo.New()}
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	texts.OnMissing(func(lang, key string) { t.Errorf("no text for %s in %s", key, lang) })
	cfg.DB, cfg.Now, cfg.BaseURL = pgtest.New(t), g.now, "http://localhost"
	g.db = cfg.DB
	if cfg.Seal, err = accounts.NewSealer(make([]byte, 32)); err != nil {
		t.Fatal(err)
	}
	if g.service, err = accounts.New(cfg); err != nil {
		t.Fatal(err)
	}
	g.account, err = g.service.Create(t.Context(), actor.System("test"), accounts.NewAccount{
		Username: "wangmin", DisplayName: "王敏", Password: doorPassword, Roles: []accounts.RoleAt{{Role: accounts.Reviewer}}})
	if err != nil {
		t.Fatal(err)
	}
	site, err := web.NewSite(web.Config{BaseURL: "http://localhost", Texts: texts, DB: cfg.DB, Now: g.now,
		Who: g.service.Who, Alive: g.service.Alive, Demo: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(site.Close)
	h, err := console.New(console.Config{Site: site, Accounts: g.service})
	if err != nil {
		t.Fatal(err)
	}
	site.Use(g.echo)
	h.Routes(g.echo)
	return g
}

var shownSecret = regexp.MustCompile(`enrol-secret"><code translate="no">([A-Z2-7 ]+)<`)

// enrolled signs a browser in and sets its second factor up; secret and codes come back.
func (g *gate) enrolled(b *webtest.Browser) (secret string, codes []string) {
	g.t.Helper()
	enter(b, "wangmin", doorPassword, "")
	page := b.Get("/console/signin/enrol")
	m := shownSecret.FindStringSubmatch(page.Body)
	if m == nil {
		g.t.Fatalf("no secret: %d\n%s", page.Status, page.Body)
	}
	secret = strings.ReplaceAll(m[1], " ", "")
	done := b.Post("/console/signin/enrol", url.Values{"csrf": {page.Token()}, "code": {g.code(secret)}})
	for _, m := range regexp.MustCompile(`<li><code translate="no">([0-9a-z-]+)<`).FindAllStringSubmatch(done.Body, -1) {
		codes = append(codes, m[1])
	}
	if done.Status != 200 || len(codes) != 10 {
		g.t.Fatalf("enrol: %d\n%s", done.Status, done.Body)
	}
	return secret, codes
}

// code is a fresh one: the clock moves to the next step first.
func (g *gate) code(secret string) string {
	g.t.Helper()
	g.pass(30 * time.Second)
	if _, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret); err != nil {
		g.t.Fatal(err)
	}
	code, err := totp.GenerateCode(secret, g.now())
	if err != nil {
		g.t.Fatal(err)
	}
	return code
}

func (g *gate) browser() *webtest.Browser { return webtest.NewBrowser(g.t, g.echo) }

func wantLocation(t *testing.T, a webtest.Answer, want string) {
	t.Helper()
	if a.Status != 303 || a.Header.Get("Location") != want {
		t.Fatalf("%d to %q, want 303 to %q\n%.2000s", a.Status, a.Header.Get("Location"), want, a.Body)
	}
}

// A session before a gate reaches the gate and the way out, nothing else of the
// whole route table.
func TestBeforeAGateNothingElseIsReachable(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]func(t *testing.T) (*gate, *webtest.Browser, string){
		"enrol": func(t *testing.T) (*gate, *webtest.Browser, string) {
			g := newGate(t, accounts.Config{SecondFactor: true})
			return g, g.browser(), "/console/signin/enrol"
		},
		"code": func(t *testing.T) (*gate, *webtest.Browser, string) {
			g := newGate(t, accounts.Config{SecondFactor: true})
			g.enrolled(g.browser())
			return g, g.browser(), "/console/signin/code"
		},
		"password": func(t *testing.T) (*gate, *webtest.Browser, string) {
			g := newGate(t, accounts.Config{})
			g.pass(91 * 24 * time.Hour)
			return g, g.browser(), "/console/signin/password"
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, b, stands := before(t)
			wantLocation(t, enter(b, "wangmin", doorPassword, "/console/account"), stands)
			token := b.Get(stands).Token()
			tried := 0
			for _, r := range g.echo.Routes() {
				path := strings.NewReplacer(":id", "1", ":code", "x", ":upload", "x", ":table", "x").Replace(r.Path)
				if !strings.HasPrefix(path, "/console") || path == "/console/signin" || path == stands || strings.HasPrefix(path, stands+"/") || path == "/console/signout" {
					continue
				}
				tried++
				switch r.Method {
				case "GET":
					a := b.Get(path)
					if a.Status != 303 || !strings.HasPrefix(a.Header.Get("Location"), "/console/signin") {
						t.Errorf("GET %s: %d to %q", path, a.Status, a.Header.Get("Location"))
					}
				case "POST":
					if a := b.Post(path, url.Values{"csrf": {token}}); a.Status != 401 {
						t.Errorf("POST %s: %d", path, a.Status)
					}
				}
			}
			if tried < 40 {
				t.Errorf("only %d routes were tried", tried)
			}
			wantLocation(t, b.Get("/console/signin"), stands)
			wantLocation(t, b.Post("/console/signout", url.Values{"csrf": {token}}), "/console/signin")
			if a := b.Get(stands); a.Status != 303 {
				t.Errorf("after leaving: %d", a.Status)
			}
		})
	}
}

func TestTwoStepsAndTheTokenIsRenewedAtEach(t *testing.T) {
	t.Parallel()
	g := newGate(t, accounts.Config{SecondFactor: true})
	secret, _ := g.enrolled(g.browser())
	b := g.browser()
	token := func() string {
		for _, c := range b.Cookies() {
			if c.Name == "minping_session" {
				return c.Value
			}
		}
		return ""
	}
	b.Get("/console/signin")
	if before := token(); before != "" {
		t.Errorf("a visitor already has a session %q", before)
	}
	wantLocation(t, enter(b, "wangmin", doorPassword, "/console/account"), "/console/signin/code")
	between := token()
	wrong := b.Submit("/console/signin/code", "/console/signin/code", url.Values{"code": {"000000"}})
	if wrong.Status != 422 || !strings.Contains(wrong.Body, "验证码不正确") {
		t.Fatalf("wrong code: %d", wrong.Status)
	}
	wantLocation(t, b.Submit("/console/signin/code", "/console/signin/code", url.Values{"code": {g.code(secret)}}), "/console/account")
	if between == "" || token() == "" || token() == between {
		t.Errorf("tokens %q, %q", between, token())
	}
	page := b.Get("/console/account")
	for _, want := range []string{"上次登录：", "有 1 次登录失败", "首次在此设备上登录"} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("no %q after signing in", want)
		}
	}
}

func TestTheGateShutsAfterTenMinutes(t *testing.T) {
	t.Parallel()
	g := newGate(t, accounts.Config{SecondFactor: true})
	secret, _ := g.enrolled(g.browser())
	b := g.browser()
	enter(b, "wangmin", doorPassword, "")
	page := b.Get("/console/signin/code")
	g.pass(11 * time.Minute)
	a := b.Post("/console/signin/code", url.Values{"csrf": {page.Token()}, "code": {g.code(secret)}})
	wantLocation(t, a, "/console/signin?note=stale")
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	t.Parallel()
	g := newGate(t, accounts.Config{})
	here, there, third := g.browser(), g.browser(), g.browser()
	for _, b := range []*webtest.Browser{here, there, third} {
		wantLocation(t, enter(b, "wangmin", doorPassword, ""), "/console")
	}
	page := here.Get("/console/security")
	ids := regexp.MustCompile(`name="session" value="([^"]+)"`).FindAllStringSubmatch(page.Body, -1)
	if page.Status != 200 || len(ids) != 2 || !strings.Contains(page.Body, "本次登录") {
		t.Fatalf("%d, %d others", page.Status, len(ids))
	}
	wantLocation(t, here.Submit("/console/security", "/console/security/sessions", url.Values{"session": {ids[0][1]}}), "/console/security")
	if a, b := there.Get("/console/account").Status, third.Get("/console/account").Status; a+b != 200+303 {
		t.Errorf("one of two was ended: %d, %d", a, b)
	}
	wantLocation(t, here.Submit("/console/security", "/console/security/sessions", url.Values{}), "/console/security")
	if a, b := there.Get("/console/account").Status, third.Get("/console/account").Status; a != 303 || b != 303 {
		t.Errorf("after ending all others: %d, %d", a, b)
	}
	if a := here.Get("/console/security"); a.Status != 200 {
		t.Errorf("this session: %d", a.Status)
	}
}

// Whatever changes what an account may do ends its sessions with the next request.
func TestChangesEndSessions(t *testing.T) {
	t.Parallel()
	root := actor.System("test")
	for name, change := range map[string]func(context.Context, *gate) error{
		"disabled": func(ctx context.Context, g *gate) error { return g.service.Disable(ctx, root, g.account.ID) },
		"role given": func(ctx context.Context, g *gate) error {
			return g.service.Grant(ctx, root, g.account.ID, accounts.RoleAt{Role: accounts.Quality})
		},
		"role taken": func(ctx context.Context, g *gate) error {
			return g.service.Withdraw(ctx, root, g.account.ID, accounts.RoleAt{Role: accounts.Reviewer})
		},
		"disabled once": func(ctx context.Context, g *gate) error {
			if err := g.service.Disable(ctx, root, g.account.ID); err != nil {
				return err
			}
			return g.service.Enable(ctx, root, g.account.ID)
		},
		"password reset": func(ctx context.Context, g *gate) error {
			return g.service.ResetPassword(ctx, root, g.account.ID, "Laoshan-2031-ok")
		},
		"idle": func(_ context.Context, g *gate) error { g.pass(16 * time.Minute); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGate(t, accounts.Config{})
			b := g.browser()
			enter(b, "wangmin", doorPassword, "")
			if a := b.Get("/console/account"); a.Status != 200 {
				t.Fatalf("before: %d", a.Status)
			}
			if err := change(t.Context(), g); err != nil {
				t.Fatal(err)
			}
			if a := b.Get("/console/account"); a.Status != 303 {
				t.Errorf("after: %d", a.Status)
			}
		})
	}
}

func TestAWorkingDayIsTheLongestSession(t *testing.T) {
	t.Parallel()
	g := newGate(t, accounts.Config{})
	b := g.browser()
	enter(b, "wangmin", doorPassword, "")
	for range 47 { // ten minutes apart: never idle
		g.pass(10 * time.Minute)
		if a := b.Get("/console/account"); a.Status != 200 {
			t.Fatalf("ended early: %d", a.Status)
		}
	}
	g.pass(11 * time.Minute)
	if a := b.Get("/console/account"); a.Status != 303 {
		t.Errorf("after eight hours: %d", a.Status)
	}
}

func TestExpiredPasswordIsChangedFirst(t *testing.T) {
	t.Parallel()
	g := newGate(t, accounts.Config{})
	g.pass(91 * 24 * time.Hour)
	b := g.browser()
	wantLocation(t, enter(b, "wangmin", doorPassword, "/console/account"), "/console/signin/password")
	form := url.Values{"current": {doorPassword}, "password": {doorPassword}, "repeat": {doorPassword}}
	if a := b.Submit("/console/signin/password", "/console/signin/password", form); a.Status != 422 {
		t.Errorf("the same password again: %d", a.Status)
	}
	form.Set("password", "Laoshan-2031-ok")
	form.Set("repeat", "Laoshan-2031-ok")
	wantLocation(t, b.Submit("/console/signin/password", "/console/signin/password", form), "/console/account")
	if a := b.Get("/console/account"); a.Status != 200 {
		t.Errorf("after the change: %d", a.Status)
	}
}

func TestGuessesAreSlowedNotHeld(t *testing.T) {
	t.Parallel()
	g := newGate(t, accounts.Config{})
	b := g.browser()
	var a webtest.Answer
	for range 4 {
		a = enter(b, "nobody", "Wrong-guess-1", "")
	}
	if a.Status != 429 || a.Header.Get("Retry-After") != "1" || !strings.Contains(a.Body, "请 1 秒后再试") || !strings.Contains(a.Body, `value="nobody"`) {
		t.Errorf("%d, Retry-After %q", a.Status, a.Header.Get("Retry-After"))
	}
	wantLocation(t, enter(g.browser(), "wangmin", doorPassword, ""), "/console")
}

func TestRecoveryCodeAtTheDoor(t *testing.T) {
	t.Parallel()
	g := newGate(t, accounts.Config{SecondFactor: true})
	_, codes := g.enrolled(g.browser())
	b := g.browser()
	enter(b, "wangmin", doorPassword, "")
	wantLocation(t, b.Submit("/console/signin/code", "/console/signin/code", url.Values{"recovery": {strings.ToUpper(codes[3])}}), "/console")
	if page := b.Get("/console/security"); !strings.Contains(page.Body, "9 个") || !strings.Contains(page.Body, "该恢复码已作废") {
		t.Error("the page does not say that nine codes are left")
	}
	again := g.browser()
	enter(again, "wangmin", doorPassword, "")
	if a := again.Submit("/console/signin/code", "/console/signin/code", url.Values{"recovery": {codes[3]}}); a.Status != 422 {
		t.Errorf("the same recovery code again: %d", a.Status)
	}
}

func TestReplacingTheAuthenticator(t *testing.T) {
	t.Parallel()
	g := newGate(t, accounts.Config{SecondFactor: true})
	b, other := g.browser(), g.browser()
	secret, _ := g.enrolled(b)
	enter(other, "wangmin", doorPassword, "")
	wantLocation(t, other.Submit("/console/signin/code", "/console/signin/code", url.Values{"code": {g.code(secret)}}), "/console")
	page := b.Get("/console/security/factor")
	next := strings.ReplaceAll(shownSecret.FindStringSubmatch(page.Body)[1], " ", "")
	form := url.Values{"csrf": {page.Token()}, "code": {g.code(next)}, "current": {"Wrong-guess-1"}}
	if a := b.Post("/console/security/factor", form); a.Status != 422 || !strings.Contains(a.Body, "原密码不正确") {
		t.Fatalf("wrong password: %d", a.Status)
	}
	form.Set("current", doorPassword)
	if a := b.Post("/console/security/factor", form); a.Status != 200 || strings.Count(a.Body, "<li><code") != 10 {
		t.Fatalf("replace: %d", a.Status)
	}
	if a := b.Get("/console/security"); a.Status != 200 {
		t.Errorf("this session: %d", a.Status)
	}
	if a := other.Get("/console/security"); a.Status != 303 {
		t.Errorf("the other session: %d", a.Status)
	}
	renewed := b.Submit("/console/security/codes", "/console/security/codes", url.Values{"current": {doorPassword}})
	if renewed.Status != 200 || strings.Count(renewed.Body, "<li><code") != 10 {
		t.Errorf("new recovery codes: %d", renewed.Status)
	}
}

func TestSecurityPagesInBothLanguages(t *testing.T) {
	t.Parallel()
	g := newGate(t, accounts.Config{SecondFactor: true})
	b := g.browser()
	g.enrolled(b)
	for _, path := range []string{"/console/security", "/console/security/factor", "/console/security/codes", "/console/account"} {
		for _, lang := range []string{"zh-CN", "en"} {
			if a := b.Get(path, "Accept-Language", lang); a.Status != 200 || !strings.Contains(a.Body, `<html lang="`+lang) {
				t.Errorf("%s in %s: %d", path, lang, a.Status)
			}
		}
	}
}
