package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// chromium starts a browser with a profile of its own, or skips the test where
// there is none; in CI there must be one.
func chromium(t *testing.T) context.Context {
	t.Helper()
	path := "/usr/bin/chromium"
	if _, err := os.Stat(path); err != nil {
		if path, err = exec.LookPath("chromium"); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatal("no chromium, which CI must have")
			}
			t.Skip("no chromium on this machine")
		}
	}
	profile, err := os.MkdirTemp("", "minping-e2e-chromium-")
	if err != nil {
		t.Fatal(err)
	}
	flags := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.UserDataDir(profile),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WSURLReadTimeout(time.Minute))
	for _, name := range []string{"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync"} {
		flags = append(flags, chromedp.Flag(name, true))
	}
	allocator, end := chromedp.NewExecAllocator(context.Background(), flags...)
	browser, closeBrowser := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		_ = chromedp.Cancel(browser) // waits for the browser's end
		closeBrowser()
		end()
		_ = os.RemoveAll(profile)
	})
	if err := chromedp.Do(browser); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	return browser
}

// visitor is what a tab is opened as.
type visitor struct {
	width, height int64
	language      string // Accept-Language
	noScript      bool
}

func phone() visitor { return visitor{width: 360, height: 740, language: "zh-CN,zh;q=0.9"} }
func desk() visitor  { return visitor{width: 1280, height: 900, language: "zh-CN,zh;q=0.9"} }

// tab is one tab with cookies of its own. Every step has a deadline.
type tab struct {
	t   *testing.T
	ctx context.Context
	in  *instance

	mu       sync.Mutex
	requests []string
	document int64 // status of the last document
}

// open makes a tab. What the page's scripts or its content policy complain of fails the test.
func (in *instance) open(t *testing.T, browser context.Context, v visitor) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx, in: in}
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatal(err)
	}
	b.run("open a tab", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err1 := cdp.Call(ctx, target, network.Enable, network.EnableParams{})
		_, err2 := cdp.Call(ctx, target, log.Enable, cdp.Empty{})
		_, err3 := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: v.noScript})
		_, err4 := cdp.Call(ctx, target, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": v.language}})
		return errors.Join(err1, err2, err3, err4)
	}))
	b.resize(v.width, v.height)
	return b
}

func (b *tab) hear(event any) {
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.mu.Lock()
		defer b.mu.Unlock()
		if strings.HasPrefix(e.Request.URL, "http") {
			b.requests = append(b.requests, e.Request.URL)
		}
	case *network.EventResponseReceived:
		b.mu.Lock()
		defer b.mu.Unlock()
		if e.Type == network.ResourceTypeDocument {
			b.document = e.Response.Status
		}
	case *runtime.EventExceptionThrown:
		b.t.Errorf("a script failed: %s", e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		// A 422 or 404 document is logged as an error too; the tests ask for it where they mean it.
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			b.t.Errorf("the browser complains: %s %s", e.Entry.Text, e.Entry.URL)
		}
	}
}

func (b *tab) run(what string, actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		at, _ := chromedp.Run(b.ctx, chromedp.Location())
		b.t.Fatalf("%s, at %s: %v", what, at, err)
	}
}

func (b *tab) resize(width, height int64) {
	b.t.Helper()
	b.run("resize", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width: width, Height: height, DeviceScaleFactor: 1, Mobile: width < 700})
		return err
	}))
}

// visit loads an address and forgets what was requested before.
func (b *tab) visit(path string) {
	b.t.Helper()
	b.mu.Lock()
	b.requests, b.document = nil, 0
	b.mu.Unlock()
	b.run("visit "+path, chromedp.Navigate(b.in.url(path)))
}

// ask evaluates an expression in the page; it works where the page's own scripts are off.
func ask[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 30*time.Second)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// click scrolls to an element, makes sure that nothing covers it, and clicks it.
func (b *tab) click(selector string) {
	b.t.Helper()
	b.run("find "+selector, chromedp.WaitVisible(chromedp.CSS(selector)))
	hit := ask[string](b, fmt.Sprintf(`(() => {
		const e = document.querySelector(%[1]s);
		e.scrollIntoView({block: "center", behavior: "instant"});
		const r = e.getClientRects()[0];
		const at = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2);
		return e === at || e.contains(at) || (at && at.contains(e)) ? "" : at ? at.outerHTML.slice(0, 200) : "nothing";
	})()`, quoted(selector)))
	if hit != "" {
		b.t.Errorf("%s is covered by %s", selector, hit)
	}
	b.run("click "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// follow clicks what leads to another page and waits until that is loaded.
func (b *tab) follow(selector string) {
	b.t.Helper()
	b.mu.Lock()
	b.document = 0
	b.mu.Unlock()
	_ = ask[int](b, `document.documentElement.dataset.old = "yes"; 0`)
	b.click(selector)
	eventually(b.t, 20*time.Second, "the page behind "+selector+" is loaded", func() bool {
		ctx, cancel := context.WithTimeout(b.ctx, 10*time.Second)
		defer cancel()
		loaded, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.readyState === "complete" && !document.documentElement.dataset.old`))
		return err == nil && loaded
	})
}

// link is the selector of the one visible link or button with a text.
func (b *tab) link(text string) string {
	b.t.Helper()
	found := ask[int](b, fmt.Sprintf(`(() => {
		const all = [...document.querySelectorAll("a, button, summary")].filter((e) => e.textContent.trim() === %s && e.getClientRects().length && e.checkVisibility());
		document.querySelectorAll("[data-e2e]").forEach((e) => delete e.dataset.e2e);
		all.slice(0, 1).forEach((e) => e.dataset.e2e = "yes");
		return all.length;
	})()`, quoted(text)))
	if found == 0 {
		b.t.Fatalf("no link or button %q on %s:\n%s", text, b.path(), b.text("body"))
	}
	return "[data-e2e]"
}

func (b *tab) path() string { b.t.Helper(); return ask[string](b, `location.pathname`) }
func (b *tab) text(where string) string {
	b.t.Helper()
	return ask[string](b, fmt.Sprintf(`(document.querySelector(%s) || {innerText: ""}).innerText`, quoted(where)))
}

func (b *tab) status() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.document
}

func (b *tab) requested() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.requests)
}

// fits checks that a narrow phone need not scroll sideways.
func (b *tab) fits(width int64) {
	b.t.Helper()
	b.resize(width, 740)
	if wide := ask[int64](b, `document.scrollingElement.scrollWidth`); wide > width {
		b.t.Errorf("%s is %d px wide on a screen of %d; beyond it: %s", b.path(), wide, width, ask[string](b, fmt.Sprintf(
			`[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > %d).slice(0, 5).map((e) => e.outerHTML.slice(0, 100)).join("\n")`, width)))
	}
}

func quoted(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string always marshals
	}
	return string(b)
}
