package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// TestPasskeys goes with Chromium's virtual authenticators through everything a
// passkey is for, and what is refused.
func TestPasskeys(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	in := newInstance(t)
	_, port, _ := strings.Cut(in.addr, ":")
	in.host = "localhost:" + port // no passkey is bound to a number
	in.env = append(in.env, "MINPING_BASE_URL=http://"+in.host)
	for _, name := range []string{"brand", "committee"} {
		if r := in.runWith(staffPassword+"\n", "account", "create", name, "--role", name); r.code != 0 {
			t.Fatalf("account %s: exit %d %s", name, r.code, r.err)
		}
	}
	in.start()
	b := in.open(t, browser, desk())
	key := b.authenticator()
	b.enterPassword("brand")
	if b.path() != "/console/signin/enrol" {
		t.Fatalf("without a second factor at %s", b.path())
	}
	b.accessible("the set-up with a passkey")
	b.snapshot("enrol")
	b.fill("#name", "办公电脑")
	b.follow(b.link("创建通行密钥"))
	if n := ask[int](b, `document.querySelectorAll(".recovery-codes code").length`); n != 10 {
		t.Fatalf("%d recovery codes at %s:\n%s", n, b.path(), b.text("body"))
	}
	b.follow(b.link("我已保存，继续"))
	b.visit("/console/security")
	b.accessible("the security page with a passkey")
	b.snapshot("security")
	if !strings.Contains(b.text("#passkeys ~ .key-list"), "办公电脑") {
		t.Errorf("the key is not listed:\n%s", b.text("body"))
	}
	t.Run("with the password", func(t *testing.T) { b.withPassword(t) })
	t.Run("alone", func(t *testing.T) { b.alone(t) })
	t.Run("not verified", func(t *testing.T) { b.notVerified(t, key) })
	t.Run("another account's", func(t *testing.T) { in.anothers(t, browser, b, key) })
	t.Run("counts back", func(t *testing.T) { b.countsBack(t, key) })
	t.Run("removed", func(t *testing.T) { b.removed(t) })
	t.Run("without script", func(t *testing.T) { in.withoutScript(t, browser) })
	t.Run("narrow", func(t *testing.T) { in.narrowDoor(t, browser) })
}

// authenticator plugs one in that verifies its holder and keeps keys itself.
func (b *tab) authenticator() (id webauthn.AuthenticatorID) {
	b.t.Helper()
	b.run("plug an authenticator in", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, webauthn.Enable, webauthn.EnableParams{}); err != nil {
			return err
		}
		made, err := cdp.Call(ctx, target, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{
			Options: &webauthn.VirtualAuthenticatorOptions{Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
				HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true}})
		if err == nil {
			id = made.AuthenticatorID
		}
		return err
	}))
	return id
}

func (b *tab) credential(id webauthn.AuthenticatorID) (c *webauthn.Credential) {
	b.t.Helper()
	b.run("read the authenticator", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		all, err := cdp.Call(ctx, target, webauthn.GetCredentials, webauthn.GetCredentialsParams{AuthenticatorID: id})
		if err == nil && len(all.Credentials) == 0 {
			return fmt.Errorf("no credential")
		}
		if err == nil {
			c = all.Credentials[0]
		}
		return err
	}))
	return c
}

// snapshot keeps a picture for people to look at, where MINPING_E2E_PICTURES says.
func (b *tab) snapshot(name string) {
	b.t.Helper()
	dir := os.Getenv("MINPING_E2E_PICTURES")
	if dir == "" {
		return
	}
	b.run("take a picture", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		shot, err := cdp.Call(ctx, target, page.CaptureScreenshot, page.CaptureScreenshotParams{CaptureBeyondViewport: new(true)})
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, name+".png"), shot.Data, 0o600)
	}))
}

func (b *tab) enterPassword(username string) {
	b.t.Helper()
	b.visit("/console/signin")
	b.fill("#username", username)
	b.fill("#password", staffPassword)
	b.follow(b.link("登录"))
}

func (b *tab) wantIn(t *testing.T, what string) {
	t.Helper()
	if p := b.path(); !strings.HasPrefix(p, "/console") || strings.HasPrefix(p, "/console/signin") {
		t.Fatalf("%s: at %s:\n%s", what, p, b.text("body"))
	}
}

func (b *tab) withPassword(t *testing.T) {
	b.signOut()
	b.enterPassword("brand")
	if b.path() != "/console/signin/code" || strings.Contains(b.text("body"), "6 位验证码") {
		t.Fatalf("asked at %s:\n%s", b.path(), b.text("body"))
	}
	b.accessible("the second factor by passkey")
	b.snapshot("code")
	b.follow(b.link("用通行密钥验证"))
	b.wantIn(t, "password and passkey")
}

// alone signs in with the key only, and then replays what was sent, once and many
// times at once: nothing of it is taken again.
func (b *tab) alone(t *testing.T) {
	b.signOut()
	b.visit("/console/signin")
	b.snapshot("signin")
	_ = ask[int](b, `(() => { const f = document.querySelector("form[data-passkey]");
		f.submit = () => { sessionStorage.sent = new URLSearchParams(new FormData(f)).toString(); document.title = "kept"; }; return 0; })()`)
	b.click(b.link("用通行密钥登录"))
	eventually(t, 20*time.Second, "the authenticator has answered", func() bool { return ask[string](b, `document.title`) == "kept" })
	taken := ask[int](b, `Promise.all(Array.from({length: 8}, () => fetch("/console/signin/passkey", {method: "POST", redirect: "manual",
		headers: {"Content-Type": "application/x-www-form-urlencoded"}, body: sessionStorage.sent}).then((a) => a.type === "opaqueredirect" ? 1 : 0))).then((all) => all.reduce((a, b) => a + b))`)
	b.visit("/console/security")
	b.wantIn(t, "passkey alone")
	if taken != 1 {
		t.Errorf("of eight at once %d were taken", taken)
	}
	if done := ask[int](b, `[...document.querySelectorAll("#recent ~ .scroll tbody tr")].filter((r) => r.textContent.includes("登录成功")).length`); done != 3 {
		t.Errorf("%d sign-ins are listed, want the set-up, the second factor and one of eight replays:\n%s", done, b.text("#recent ~ .scroll"))
	}
	b.signOut()
	status := ask[int](b, `fetch("/console/signin/passkey", {method: "POST", redirect: "manual",
		headers: {"Content-Type": "application/x-www-form-urlencoded"}, body: sessionStorage.sent}).then((a) => a.status)`)
	b.visit("/console/account")
	if b.path() != "/console/signin" {
		t.Errorf("a replay after signing out (%d) leads to %s", status, b.path())
	}
}

func (b *tab) verifies(key webauthn.AuthenticatorID, does bool) {
	b.t.Helper()
	b.run("change the authenticator", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: key, IsUserVerified: does})
		return err
	}))
}

// notVerified: a key that has not asked for finger or PIN is no sign-in of its own.
func (b *tab) notVerified(t *testing.T, key webauthn.AuthenticatorID) {
	b.verifies(key, false)
	defer b.verifies(key, true)
	b.visit("/console/signin")
	b.click(b.link("用通行密钥登录"))
	eventually(t, 20*time.Second, "the page says that it was not finished", func() bool { return strings.Contains(b.text("[data-passkey-note]"), "没有完成") })
	if b.path() != "/console/signin" {
		t.Errorf("at %s", b.path())
	}
}

// A credential without the members that Chromium's authenticator refuses to be told.
type plainCredential struct {
	CredentialID         []byte  `json:"credentialId"`
	IsResidentCredential bool    `json:"isResidentCredential"`
	RpID                 string  `json:"rpId"`
	PrivateKey           []byte  `json:"privateKey"`
	UserHandle           []byte  `json:"userHandle"`
	SignCount            float64 `json:"signCount"`
}

type plainCredentialParams struct {
	AuthenticatorID webauthn.AuthenticatorID `json:"authenticatorId"`
	Credential      plainCredential          `json:"credential"`
}

var addCredential = cdp.Command[plainCredentialParams, cdp.Empty]{Method: webauthn.CommandAddCredential}

// anothers: the right password of one account with the key of another is refused.
func (in *instance) anothers(t *testing.T, browser context.Context, owner *tab, key webauthn.AuthenticatorID) {
	b := in.open(t, browser, desk())
	own := b.authenticator()
	b.enterPassword("committee")
	b.fill("#name", "手机")
	b.follow(b.link("创建通行密钥"))
	b.follow(b.link("我已保存，继续"))
	b.signOut()
	stolen, mine := owner.credential(key), b.credential(own)
	b.enterPassword("committee")
	b.run("swap the keys", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, webauthn.RemoveCredential, webauthn.RemoveCredentialParams{AuthenticatorID: own, CredentialID: mine.CredentialID})
		if err == nil {
			_, err = cdp.Call(ctx, target, addCredential, plainCredentialParams{own, plainCredential{stolen.CredentialID,
				stolen.IsResidentCredential, stolen.RpID, stolen.PrivateKey, stolen.UserHandle, stolen.SignCount}})
		}
		return err
	}))
	// The browser would not even offer it; so the page's question is made to allow it.
	_ = ask[int](b, `(() => { const f = document.querySelector("form[data-passkey]"); const o = JSON.parse(f.dataset.options);
		delete o.allowCredentials; f.dataset.options = JSON.stringify(o); return 0; })()`)
	b.follow(b.link("用通行密钥验证"))
	if b.status() != 422 || b.path() != "/console/signin/code/passkey" || !strings.Contains(b.text("body"), "通行密钥未被接受") {
		t.Errorf("%d at %s:\n%s", b.status(), b.path(), b.text("body"))
	}
	b.visit("/console/account")
	if !strings.HasPrefix(b.path(), "/console/signin") {
		t.Errorf("it let in: %s", b.path())
	}
}

// countsBack: a copy of the key that was made earlier is refused.
func (b *tab) countsBack(t *testing.T, key webauthn.AuthenticatorID) {
	now := b.credential(key)
	set := func(count float64) {
		b.run("turn the counter", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
			_, err := cdp.Call(ctx, target, webauthn.SetCredentialProperties, webauthn.SetCredentialPropertiesParams{
				AuthenticatorID: key, CredentialID: now.CredentialID, SignCount: &count})
			return err
		}))
	}
	set(0)
	b.visit("/console/signin")
	b.follow(b.link("用通行密钥登录"))
	if b.status() != 422 || !strings.Contains(b.text("body"), "通行密钥未被接受") {
		t.Errorf("%d at %s:\n%s", b.status(), b.path(), b.text("body"))
	}
	set(now.SignCount + 50)
	for range 30 { // refusals before it may have earned this key a delay of some seconds
		b.visit("/console/signin")
		b.follow(b.link("用通行密钥登录"))
		if !strings.Contains(b.text("body"), "尝试过于频繁") {
			break
		}
		<-time.After(time.Second)
	}
	b.wantIn(t, "the key itself")
}

// removed: with the last second factor gone the gate stands there again, and the key
// that was removed opens nothing.
func (b *tab) removed(t *testing.T) {
	b.visit("/console/security")
	b.follow(`.key-list a[href*="/remove"]`)
	b.accessible("removing a passkey")
	b.snapshot("remove")
	if !strings.Contains(b.text("main"), "最后一种") {
		t.Errorf("no warning that it is the last:\n%s", b.text("main"))
	}
	b.fill("#current", staffPassword)
	b.follow(b.link("删除"))
	if b.path() != "/console/signin/enrol" {
		t.Fatalf("without a second factor at %s:\n%s", b.path(), b.text("body"))
	}
	b.visit("/console/account")
	if b.path() != "/console/signin/enrol" {
		t.Errorf("the console opens without a second factor: %s", b.path())
	}
	b.follow(b.link("取消并返回登录页"))
	b.follow(b.link("用通行密钥登录"))
	if b.status() != 422 || !strings.Contains(b.text("body"), "通行密钥未被接受") {
		t.Errorf("the removed key: %d at %s", b.status(), b.path())
	}
}

func (in *instance) withoutScript(t *testing.T, browser context.Context) {
	v := desk()
	v.noScript = true
	b := in.open(t, browser, v)
	b.visit("/console/signin")
	if !strings.Contains(b.text("body"), "未允许运行脚本") || strings.Contains(b.text("body"), "用通行密钥登录") {
		t.Errorf("without script:\n%s", b.text("body"))
	}
	elsewhere := in.open(t, browser, desk())
	elsewhere.run("visit by number", chromedp.Navigate("http://"+in.addr+"/console/signin"))
	if !strings.Contains(elsewhere.text("body"), "通行密钥只能在 http://"+"localhost") {
		t.Errorf("at another address:\n%s", elsewhere.text("body"))
	}
}

func (in *instance) narrowDoor(t *testing.T, browser context.Context) {
	b := in.open(t, browser, phone())
	b.visit("/console/signin")
	b.fits(360)
	b.snapshot("signin-narrow")
	b.enterPassword("brand")
	b.fits(360)
	b.snapshot("enrol-narrow")
}
