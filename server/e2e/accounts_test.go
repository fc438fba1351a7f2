package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestAccounts: the security administrator invites somebody, who activates the
// account; then gives them another role and off-boards them. From the list of
// accounts on everything is done with the keyboard alone.
func TestAccounts(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	in := newInstance(t)
	in.importCity()
	s := in.start()
	if r := in.runWith(staffPassword+"\n", "account", "create", "secadmin", "--role", "secadmin"); r.code != 0 {
		t.Fatalf("account: %q %q", r.out, r.err)
	}
	admin := in.open(t, browser, desk())
	admin.signIn("secadmin")
	code := in.inviteByKeyboard(t, admin)
	in.activate(t, browser, code)
	admin.accountByKeyboard(t)
	if said := s.log.String(); strings.Contains(said, code) || strings.Contains(said, "王芳") {
		t.Errorf("the log tells an invitation or a name:\n%s", said)
	}
	if code, took := s.stop(); code != 0 || took > 10*time.Second {
		t.Errorf("exit %d after %s", code, took)
	}
}

// inviteByKeyboard gives the code that the slip shows.
func (in *instance) inviteByKeyboard(t *testing.T, b *tab) (code string) {
	t.Helper()
	b.visit("/console/accounts")
	b.accessible("the list of accounts")
	b.shot("accounts")
	b.press(b.link("邀请开户"))
	b.accessible("the invitation's form")
	b.typeInto("#display_name", "王芳")
	b.typeInto("#username", "wangfang")
	b.down("#role", 6)
	b.tick("#unit input[type=radio]") // the city comes first
	b.shot("invite")
	b.press(b.link("下一步：看看会怎样"))
	b.says("王芳将能看到：全市的", "长期有效")
	b.accessible("the invitation in words")
	b.shot("invite-look")
	b.press(b.link("开户并生成邀请码"))
	b.says("邀请码只显示这一次", "wangfang")
	b.accessible("the slip")
	b.shot("slip")
	return strings.TrimSpace(b.text(".slip-code"))
}

// activate is the invited person at their own browser.
func (in *instance) activate(t *testing.T, browser context.Context, code string) {
	t.Helper()
	b := in.open(t, browser, phone())
	b.visit("/console/signin/invitation#" + code)
	eventually(t, 10*time.Second, "the code is taken over and leaves the address", func() bool {
		return ask[bool](b, fmt.Sprintf(`location.hash === "" && document.querySelector("#code").value === %q`, code))
	})
	for _, address := range b.requested() {
		if strings.Contains(address, code) && !strings.Contains(address, "#") {
			t.Errorf("the code travels in %s", address)
		}
	}
	b.accessible("activating an account")
	b.fits(360)
	b.shot("activate")
	b.typeInto("#password", staffPassword)
	b.typeInto("#repeat", staffPassword)
	b.press(b.link("激活并登录"))
	b.secondFactor("wangfang")
	b.visit("/console/account")
	b.says("王芳", "机关工委")
}

// tick walks to a box or the first of some radio buttons and ticks it with Space.
func (b *tab) tick(selector string) {
	b.t.Helper()
	b.walkTo(selector)
	b.run("tick "+selector, chromedp.KeyEvent(" "))
}

func (b *tab) accountByKeyboard(t *testing.T) {
	t.Helper()
	b.press(b.link("已交给本人，完成"))
	b.says("王芳", "正常", "生效中")
	b.accessible("a person's page")
	b.shot("person")
	b.press(b.link("授予角色"))
	b.accessible("the role editor")
	b.down("#role", 10)
	b.tick("#unit input[type=radio]") // the city comes first
	b.press(b.link("下一步：看看会怎样"))
	b.says("与现在相比", "届时已有的角色", "机关工委（全市）")
	b.accessible("the role in words")
	b.shot("preview")
	b.press(b.link("确认授予"))
	b.says("角色已授予", "数据质量管理员")
	b.press(b.link("办理离岗"))
	b.says("离岗不能撤回", "结束在线登录：0 个")
	b.accessible("off-boarding")
	b.shot("offboard")
	b.press(b.link("确认离岗"))
	b.says("王芳 已离岗", "已结束角色：机关工委（全市）")
	b.shot("offboarded")
	for name, path := range map[string]string{"permissions": "/console/accounts/permissions", "keys": "/console/keys", "import": "/console/accounts/import", "list": "/console/accounts"} {
		b.resize(1280, 900)
		b.visit(path)
		b.accessible(path)
		b.shot(name)
		b.fits(360)
		b.shot(name + "-phone")
	}
}

// press walks to a link or button with the Tab key and presses Enter.
func (b *tab) press(selector string) {
	b.t.Helper()
	b.walkTo(selector)
	b.mu.Lock()
	b.document = 0
	b.mu.Unlock()
	_ = ask[int](b, `document.documentElement.dataset.old = "yes"; 0`)
	b.run("press "+selector, chromedp.KeyEvent(kb.Enter))
	eventually(b.t, 20*time.Second, "the page behind "+selector+" is loaded", func() bool {
		ctx, cancel := context.WithTimeout(b.ctx, 10*time.Second)
		defer cancel()
		loaded, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.readyState === "complete" && !document.documentElement.dataset.old`))
		return err == nil && loaded
	})
}

func (b *tab) walkTo(selector string) {
	b.t.Helper()
	const most = 150
	for range most {
		if ask[bool](b, fmt.Sprintf(`document.activeElement === document.querySelector(%s)`, quoted(selector))) {
			return
		}
		b.run("tab", chromedp.KeyEvent(kb.Tab))
	}
	b.t.Fatalf("%d times Tab do not reach %s on %s", most, selector, b.path())
}

func (b *tab) typeInto(selector, text string) {
	b.t.Helper()
	b.walkTo(selector)
	b.run("type", chromedp.KeyEvent(text))
}

// down chooses the nth option of a list.
func (b *tab) down(selector string, n int) {
	b.t.Helper()
	b.walkTo(selector)
	for range n {
		b.run("down", chromedp.KeyEvent(kb.ArrowDown))
	}
}

// shot keeps a picture where MINPING_E2E_SHOTS names a directory.
func (b *tab) shot(name string) {
	b.t.Helper()
	dir := os.Getenv("MINPING_E2E_SHOTS")
	if dir == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o644)
	}
	if err != nil {
		b.t.Error(err)
	}
}
