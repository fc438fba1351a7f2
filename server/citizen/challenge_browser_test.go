package citizen

import (
	"context"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// tab starts a browser with one tab, or skips the test where there is none; in
// CI there must be one. What the browser complains of fails the test.
func tab(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("no chromium, which CI must have")
		}
		t.Skip("no chromium on this machine")
	}
	flags := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WSURLReadTimeout(time.Minute))
	deadline, stop := context.WithTimeout(context.Background(), 90*time.Second)
	allocator, end := chromedp.NewExecAllocator(deadline, flags...)
	ctx, closeTab := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx)
		closeTab()
		end()
		stop()
	})
	err = chromedp.Listen(ctx, func(event any) {
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			t.Errorf("a script failed: %s", e.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
				t.Errorf("the browser complains: %s", e.Entry.Text)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return ctx
}

func evaluate[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// TestBrowserDoesTheWork: a refused form is sent by the page itself once the
// script has done the challenge, with everything that was typed.
func TestBrowserDoesTheWork(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	server := httptest.NewServer(k.e)
	t.Cleanup(server.Close)
	ctx := tab(t)
	for _, path := range []string{"/r/win00001", "/k/kiosk001"} {
		forget := chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
			_, err1 := cdp.Call(ctx, target, log.Enable, cdp.Empty{})
			_, err2 := cdp.Call(ctx, target, network.ClearBrowserCookies, cdp.Empty{})
			if err1 != nil {
				return err1
			}
			return err2
		})
		if err := chromedp.Do(ctx, chromedp.Navigate(server.URL+path), forget); err != nil {
			t.Fatal(err)
		}
		for range 60 {
			k.rate(t, path, "127.0.0.1", "")
		}
		before := k.stored(t)
		evaluate[int](t, ctx, `document.getElementById("l4").checked = true; document.getElementById("comment").value = "排队有序"; 0`)
		if err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS("button.go")), chromedp.WaitVisible(chromedp.CSS(".done"))); err != nil {
			at, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`location.pathname + " " + document.body.innerText`))
			t.Fatalf("%s: %v, at %s", path, err, at)
		}
		if at := evaluate[string](t, ctx, `location.pathname`); !strings.HasPrefix(at, path+"/done/") {
			t.Errorf("%s leads to %s", path, at)
		}
		var kept int
		if err := k.db.Get(&kept, `SELECT count(*) FROM ratings WHERE comment = '排队有序' AND level = 4`); err != nil || k.stored(t) != before+1 || kept == 0 {
			t.Errorf("%s: %d more stored, %d with the comment, %v", path, k.stored(t)-before, kept, err)
		}
	}
}
