package e2e

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
)

// TestCitizen walks through a citizen's pages in a real browser.
func TestCitizen(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	in := newInstance(t)
	in.importCity()
	in.publish()
	in.start()
	in.seed(t)
	t.Run("rate", func(t *testing.T) {
		in.rateByHand(t, browser, phone(), "等了四十分钟，材料清单没有写全")
	})
	t.Run("rate without script", func(t *testing.T) {
		plain := phone()
		plain.noScript = true
		in.rateByHand(t, browser, plain, "没有脚本也能评价 <b>&amp;")
	})
	t.Run("mend", func(t *testing.T) { in.mend(t, browser) })
	t.Run("English", func(t *testing.T) { in.english(t, browser) })
	t.Run("elder", func(t *testing.T) { in.elder(t, browser) })
	t.Run("narrow", func(t *testing.T) { in.narrow(t, browser) })
	t.Run("axe", func(t *testing.T) { in.citizenPagesAccessible(t, browser) })
}

// seed gives the first window enough ratings to be shown on the board.
func (in *instance) seed(t *testing.T) {
	t.Helper()
	r := in.rate(0, true)
	for i := range 40 {
		a := acknowledged{Code: deskCodes()[0], Level: 1 + i%5}
		if !r.deliver(uuid.New(), &a) {
			t.Fatal("not taken")
		}
	}
	r.end()
}

// boardPath is the first window's page for the month of today.
func boardPath() string {
	return "/board/window/w1?period=" + time.Now().In(time.FixedZone("CST", 8*3600)).Format("2006-01")
}

var baseCount = regexp.MustCompile(`有效评价\s*([\d,]+)\s*份`)

// boardCount reads n from the window's page of results.
func (b *tab) boardCount() int {
	b.t.Helper()
	b.visit(boardPath())
	m := baseCount.FindStringSubmatch(b.text("main"))
	if m == nil {
		b.t.Fatalf("no count on the board:\n%s", b.text("main"))
	}
	n, err := strconv.Atoi(strings.ReplaceAll(m[1], ",", ""))
	if err != nil {
		b.t.Fatal(err)
	}
	return n
}

// rateByHand is the whole way of one dissatisfied citizen.
func (in *instance) rateByHand(t *testing.T, browser context.Context, v visitor, comment string) {
	before := in.open(t, browser, v).boardCount()
	b := in.open(t, browser, v) // a fresh one: it has nothing of other pages still under way
	b.visit("/r/" + deskCodes()[0])
	if got := b.requested(); len(got) != 1 {
		t.Errorf("the rating page made %d requests: %v", len(got), got)
	}
	if n := ask[int](b, `document.querySelectorAll("input:checked").length + document.querySelector("textarea").value.length`); n != 0 {
		t.Error("something is chosen or filled in beforehand")
	}
	b.shownTags("")
	b.click("label[for=l2]")
	b.shownTags("2")
	b.click(`label:has(input[name=tags][value="209"])`)
	b.click("#comment")
	b.run("write", chromedp.SendKeys(chromedp.CSS("#comment"), comment))
	b.click(`label:has(input[name=stratum][value="public"])`)
	b.follow("button.go")
	if !strings.HasPrefix(b.path(), "/r/"+deskCodes()[0]+"/done/") || b.status() != 200 {
		t.Fatalf("after sending: %d at %s", b.status(), b.path())
	}
	receipt := strings.ToLower(strings.ReplaceAll(b.text("code"), "-", "")) // shown in groups, to be written down
	if text := b.text("body"); !strings.HasSuffix(b.path(), receipt) || receipt == "" || !strings.Contains(text, "谢谢您") || !strings.Contains(text, "税费申报窗口") {
		t.Errorf("receipt %q at %s:\n%s", receipt, b.path(), text)
	}
	eventually(t, 20*time.Second, fmt.Sprintf("the board counts %d", before+1), func() bool { return b.boardCount() == before+1 })
	in.withDB(func(db *sqlx.DB) {
		const q = `SELECT r.level, array_to_string(r.tags, ',') AS tags, r.comment, r.stratum, r.channel
			FROM ratings r JOIN submissions s USING (submission_id) WHERE s.receipt = $1`
		var row struct {
			Level                           int
			Tags, Comment, Stratum, Channel string
		}
		if err := db.Get(&row, q, receipt); err != nil {
			t.Fatal(err)
		}
		if row.Level != 2 || row.Tags != "209" || row.Comment != comment || row.Stratum != "public" || row.Channel != "desk" {
			t.Errorf("stored: %+v", row)
		}
	})
}

// shownTags checks that the reasons of exactly one level (or of none) can be seen.
func (b *tab) shownTags(level string) {
	b.t.Helper()
	got := ask[string](b, `[1, 2, 3, 4, 5].filter((l) => document.querySelector(".t" + l).getClientRects().length).join("")`)
	if got != level {
		b.t.Errorf("the reasons of level %q are shown, want %q", got, level)
	}
}

// mend: a form without a level comes back with the message by the field and the words kept.
func (in *instance) mend(t *testing.T, browser context.Context) {
	b := in.open(t, browser, phone())
	b.visit("/r/" + deskCodes()[1])
	const typed = "忘了选满意度，但是\n写了“两行”字 <i>"
	id := ask[string](b, `document.querySelector("[name=submission_id]").value`)
	b.run("write", chromedp.SetValue(chromedp.CSS("#comment"), typed))
	b.click(`label:has(input[name=stratum][value="society"])`)
	b.follow("button.go")
	if b.status() != 422 {
		t.Errorf("status %d", b.status())
	}
	if got := b.text("#level #e-level"); got != "请选择一项满意程度。" {
		t.Errorf("by the field: %q", got)
	}
	if got := ask[string](b, `document.querySelector("#level").getAttribute("aria-describedby") + " " + document.querySelector("#level").getAttribute("aria-invalid")`); got != "e-level true" {
		t.Errorf("the field is marked %q", got)
	}
	if got := ask[string](b, `document.querySelector("#comment").value`); got != typed {
		t.Errorf("the comment is now %q", got)
	}
	if got := ask[string](b, `document.querySelector("[name=stratum]:checked").value`); got != "society" {
		t.Errorf("the stratum is now %q", got)
	}
	if got := ask[string](b, `document.querySelector("[name=submission_id]").value`); got != id {
		t.Errorf("the submission id changed from %s to %s", id, got)
	}
	if title := ask[string](b, `document.title`); !strings.HasPrefix(title, "请检查：") {
		t.Errorf("title %q", title)
	}
	b.accessible("the rating page with a fault")
	b.click("label[for=l4]")
	b.follow("button.go")
	if !strings.Contains(b.path(), "/done/") {
		t.Errorf("after mending at %s", b.path())
	}
}

func (in *instance) english(t *testing.T, browser context.Context) {
	v := phone()
	v.language = "en-GB,en;q=0.9"
	b := in.open(t, browser, v)
	b.visit("/r/" + deskCodes()[0])
	text := b.text("body")
	if lang := ask[string](b, `document.documentElement.lang`); lang != "en" {
		t.Errorf("language %q", lang)
	}
	for _, want := range []string{"Tax filing", "Tax Bureau", "Dissatisfied"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing:\n%s", want, text)
		}
	}
	b.follow("nav a[lang=zh-CN]")
	if text := b.text("body"); !strings.Contains(text, "非常满意") || !strings.Contains(text, "税费申报窗口") {
		t.Errorf("the link to Chinese leads to\n%s", text)
	}
}

// elder: print of at least 18 px and targets of at least 60 (工信部 适老化通用设计规范 asks 18 pt and 60×60 of the main parts).
func (in *instance) elder(t *testing.T, browser context.Context) {
	b := in.open(t, browser, phone())
	b.visit("/r/" + deskCodes()[0])
	b.follow(b.link("长辈版"))
	b.click("label[for=l1]")
	const small = `[...document.querySelectorAll("body *")].filter((e) => e.getClientRects().length && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) &&
		parseFloat(getComputedStyle(e).fontSize) < 18 && !e.closest(".x")).map((e) => e.outerHTML.slice(0, 120) + " " + getComputedStyle(e).fontSize)`
	if found := ask[[]string](b, small); len(found) > 0 {
		t.Errorf("print under 18 px:\n%s", strings.Join(found, "\n"))
	}
	const low = `[...document.querySelectorAll("a, button, summary, textarea, label:has(input), .lv + label")].filter((e) => e.getClientRects().length && !e.closest(".x") &&
		(e.getBoundingClientRect().height < 60 || e.getBoundingClientRect().width < 60)).map((e) => e.outerHTML.slice(0, 120) + " " + e.getBoundingClientRect().width + "×" + e.getBoundingClientRect().height)`
	if found := ask[[]string](b, low); len(found) > 0 {
		t.Errorf("targets under 60 px:\n%s", strings.Join(found, "\n"))
	}
	b.fits(320)
	b.accessible("the large rating page")
	b.resize(360, 740)
	b.follow("button.go")
	if !strings.Contains(b.path(), "/done/") {
		t.Fatalf("after sending at %s", b.path())
	}
	if found := ask[[]string](b, small); len(found) > 0 {
		t.Errorf("thanks: print under 18 px:\n%s", strings.Join(found, "\n"))
	}
}

func (in *instance) narrow(t *testing.T, browser context.Context) {
	b := in.open(t, browser, phone())
	for _, path := range []string{"/", "/r/" + deskCodes()[0], "/r/" + deskCodes()[0] + "?lang=en", "/r/nonsense", "/board", boardPath(),
		"/board/methodology", "/console/signin"} {
		b.visit(path)
		b.fits(320)
	}
}

func (in *instance) citizenPagesAccessible(t *testing.T, browser context.Context) {
	b := in.open(t, browser, phone())
	b.visit("/r/" + deskCodes()[2])
	b.accessible("the rating page")
	b.click("label[for=l2]")
	b.accessible("the rating page with a level")
	b.follow("button.go")
	b.accessible("the thanks page")
	b.visit("/board")
	b.accessible("the board")
	b.visit(boardPath())
	b.accessible("the board's page of a window")
	b.visit("/console/signin")
	b.accessible("sign-in")
	wide := in.open(t, browser, desk())
	wide.visit(boardPath())
	wide.accessible("the board's page of a window, wide")
}
