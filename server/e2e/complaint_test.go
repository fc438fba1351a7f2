package e2e

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestComplaint walks from "where do I write" to a case taken back, as a citizen
// on an old phone without a script.
func TestComplaint(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	in := newInstance(t)
	in.importCity()
	in.publish()
	in.start()
	plain := phone()
	plain.noScript = true
	t.Run("without script", func(t *testing.T) { in.complain(t, browser, plain) })
	t.Run("with script", func(t *testing.T) { in.complain(t, browser, phone()) })
	t.Run("pages", func(t *testing.T) { in.complaintPages(t, browser) })
}

func (in *instance) complain(t *testing.T, browser context.Context, v visitor) {
	b := in.open(t, browser, v)
	check := func(what string) {
		if !v.noScript { // axe waits by timers, which are off with the scripts
			b.accessible(what)
		}
	}
	b.visit("/")
	b.follow(b.link("投诉、举报、咨询、建议"))
	b.shot("complaint-start")
	check("where to write")
	b.follow(".co-ways a")
	if n := ask[int](b, `document.querySelectorAll("input:checked").length - document.querySelectorAll("[name=unit]:checked").length`); n != 0 {
		t.Error("something is chosen beforehand")
	}
	b.shot("complaint-new")
	b.click(`label:has(input[value="complaint"])`)
	b.run("write", chromedp.SendKeys(chromedp.CSS("#body"), "窗口上班时间没有人，等了一上午 <b>&amp; 😀"))
	b.run("look for a window", chromedp.SendKeys(chromedp.CSS("#q"), "窗口"))
	b.follow(b.link("查找"))
	if got := ask[string](b, `document.querySelector("#body").value + document.querySelectorAll("[name=unit]").length`); !strings.HasPrefix(got, "窗口上班时间没有人，等了一上午 <b>&amp; 😀") || strings.HasSuffix(got, "😀0") {
		t.Errorf("after looking for a window: %q", got)
	}
	b.shot("complaint-found")
	check("the form with windows")
	if ask[int](b, `document.querySelectorAll("[name=identity]").length`) > 0 {
		b.click(`label:has(input[name=identity][value="none"])`)
	}
	b.follow(b.link("提交"))
	if b.path() != "/complaints/done" || b.status() != 200 {
		t.Fatalf("after sending: %d at %s\n%s", b.status(), b.path(), b.text("main"))
	}
	b.shot("complaint-done")
	check("receipt and PIN")
	receipt, pin := b.text(".co-ticket div:first-child dd"), b.text(".co-ticket div:last-child dd")
	if len(pin) != 6 || receipt == "" {
		t.Fatalf("receipt %q, PIN %q", receipt, pin)
	}
	b.visit("/complaints/done")
	if strings.Contains(b.text("main"), pin) {
		t.Error("the PIN is shown twice")
	}
	b.visit("/track")
	b.shot("track-ask")
	check("the form for receipt and PIN")
	b.run("type the receipt", chromedp.SendKeys(chromedp.CSS("#receipt"), receipt))
	b.run("type the PIN", chromedp.SendKeys(chromedp.CSS("#pin"), pin))
	b.follow(b.link("查询"))
	if b.path() != "/track" || !strings.Contains(b.text("h1"), "已收到") {
		t.Fatalf("%d at %s\n%s", b.status(), b.path(), b.text("main"))
	}
	for _, address := range b.requested() {
		if strings.Contains(address, pin) || strings.Contains(address, receipt) {
			t.Errorf("receipt or PIN in an address: %s", address)
		}
	}
	b.shot("track")
	check("a case")
	b.run("add", chromedp.SendKeys(chromedp.CSS("#add-body"), "又去了一次，还是没有人"))
	b.follow(b.link("补充"))
	if !strings.Contains(b.text("main"), "又去了一次，还是没有人") {
		t.Error("what was added is not shown")
	}
	b.shot("track-added")
	b.click("details.co-withdraw summary")
	b.follow(b.link("确定撤回"))
	if !strings.Contains(b.text("h1"), "您已撤回") {
		t.Errorf("after taking it back:\n%s", b.text("main"))
	}
	b.shot("track-withdrawn")
	b.follow(b.link("结束"))
	if !strings.Contains(b.text("main"), "查询密码") || strings.Contains(b.text("main"), "又去了一次") {
		t.Error("the browser did not forget the case")
	}
}

func (in *instance) complaintPages(t *testing.T, browser context.Context) {
	paths := []string{"/complaints", "/complaints/to/hotline", "/complaints/to/emergency", "/complaints/new?code=" + deskCodes()[0], "/complaints/new?kind=report", "/track", "/complaints/done"}
	wide := in.open(t, browser, visitor{width: 1440, height: 900, language: "zh-CN"})
	b := in.open(t, browser, phone())
	english := in.open(t, browser, visitor{width: 360, height: 740, language: "en"})
	for _, path := range paths {
		name := strings.NewReplacer("/", "-", "?", "-", "=", "-").Replace(path)
		b.visit(path)
		b.fits(320)
		wide.visit(path)
		wide.shot("wide" + name)
		english.visit(path + map[bool]string{true: "&elder=1", false: "?elder=1"}[strings.Contains(path, "?")])
		english.fits(320)
		english.shot("english" + name)
		if small := ask[string](b, `[...document.querySelectorAll("main button, main .button, main .co-pick, main .co-ways a, main select, main input:not([type=radio]):not([type=hidden]), main summary")]
			.filter((e) => e.checkVisibility() && !e.closest(".co-trap") && e.getBoundingClientRect().height < 44).map((e) => e.outerHTML.slice(0, 80)).join("\n")`); small != "" {
			t.Errorf("%s has targets below 44 px:\n%s", path, small)
		}
	}
	b.visit("/complaints/new?kind=report")
	b.accessible("the form of a report")
	b.visit("/complaints/to/hotline")
	b.accessible("where else to go")
}
