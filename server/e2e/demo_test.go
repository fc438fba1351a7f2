package e2e

import (
	"context"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestDemoInterrupted: a demonstration that was killed while it filled the
// database starts over by itself.
func TestDemoInterrupted(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.fillsRatings(in.launch("demo")).kill()
	again := in.fillsRatings(in.launch("demo"))
	if said := again.out.String(); !strings.Contains(said, "starting over") {
		t.Errorf("after an interrupted filling:\n%s", said)
	}
}

// fillsRatings waits until directory, publications and accounts are there and ratings come.
func (in *instance) fillsRatings(s *server) *server {
	in.t.Helper()
	eventually(in.t, 2*time.Minute, "the demonstration fills in ratings", func() bool {
		select {
		case <-s.done:
			in.t.Fatalf("demo ended: %s\n%s%s", s.cmd.ProcessState, s.out.String(), s.log.String())
		default:
		}
		return strings.Contains(s.out.String(), "two years of ratings")
	})
	return s
}

// TestDemo: the demonstration city is served, and its full-sized pages hold what
// the small ones of the other tests do. Filling it keeps a core busy for up to a
// minute, so it runs in CI and where MINPING_E2E_DEMO asks for it.
func TestDemo(t *testing.T) {
	if os.Getenv("CI") == "" && os.Getenv("MINPING_E2E_DEMO") == "" {
		t.Skip("set MINPING_E2E_DEMO=1 to test the whole demonstration city")
	}
	t.Parallel()
	in := newInstance(t)
	in.env = []string{"MINPING_DEMO_PASSWORD=" + staffPassword, "MINPING_DEMO_API_KEY=" + strings.Repeat("k", 32)}
	first := in.launch("demo")
	in.waitReady(first, 6*time.Minute)
	eventually(t, 10*time.Second, "the accounts are announced", func() bool { return strings.Contains(first.out.String(), "auditadmin") })
	if said := first.out.String(); !strings.Contains(said, in.url("")) {
		t.Errorf("the address is not announced:\n%s", said)
	}
	if status := in.apiStatus(strings.Repeat("k", 32)); status != 200 {
		t.Errorf("the committee's key: %d", status)
	}
	if r := in.run("verify"); r.code != 0 || !regexp.MustCompile(`^\d{6} ratings, .*: 0 differences$`).MatchString(r.last()) {
		t.Errorf("verify: exit %d, %q\n%s", r.code, r.last(), r.err)
	}
	browser := chromium(t)
	t.Run("citizen", func(t *testing.T) { in.demoCitizen(t, browser) })
	t.Run("staff", func(t *testing.T) { in.demoStaff(t, browser) })
	if code, took := first.stop(); code != 0 || took > 10*time.Second {
		t.Errorf("exit %d after %s", code, took)
	}
	again := in.launch("demo")
	in.waitReady(again, 30*time.Second)
	eventually(t, 10*time.Second, "the address is announced", func() bool { return strings.Contains(again.out.String(), "as filled before") })
}

func (in *instance) demoCitizen(t *testing.T, browser context.Context) {
	b := in.open(t, browser, phone())
	b.visit("/r/demo0001")
	b.says("演示数据")
	b.fits(320)
	b.accessible("the demonstration's rating page")
	b.visit("/")
	b.follow(b.link("评价结果公示"))
	b.says("演示数据", "有效评价")
	b.fits(320)
	b.accessible("the demonstration's board")
	b.follow(`#offices tbody a`)
	b.says("有效评价")
	b.fits(320)
	b.accessible("the board's page of an office")
	b.follow(`#windows tbody a`)
	b.fits(320)
	b.accessible("the board's page of a window")
}

func (in *instance) demoStaff(t *testing.T, browser context.Context) {
	b := in.open(t, browser, desk())
	b.visit("/console/signin")
	b.click(b.link("演示账号"))
	for _, name := range ask[[]string](b, `[...document.querySelectorAll(".demo-accounts code")].map((e) => e.textContent)`) {
		t.Run(name, func(t *testing.T) { // as the page says, every one of these can sign in
			b := in.open(t, browser, desk())
			b.signIn(name)
			b.says("演示数据")
		})
	}
	t.Run("the committee's pages", func(t *testing.T) {
		b := in.open(t, browser, desk())
		b.signIn("committee")
		b.accessible("the city's dashboard")
		b.follow(b.link("查看每条评价"))
		b.accessible("the list of ratings")
		b.signOut()
	})
}
