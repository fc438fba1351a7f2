package e2e

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/jmoiron/sqlx"
)

const staffPassword = "E2e-Mima-2026"

// TestStaff walks through the console, from the entrance by links and buttons only.
func TestStaff(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	in := newInstance(t)
	in.importCity()
	in.publish()
	s := in.start()
	in.seed(t)
	for _, role := range []string{"brand", "sysadmin"} {
		if r := in.runWith(staffPassword+"\n", "account", "create", role, "--role", role); r.code != 0 || r.last() != "account "+role+" ("+role+") made" {
			t.Fatalf("account %s: exit %d, %q %q", role, r.code, r.out, r.err)
		}
	}
	t.Run("brand team", func(t *testing.T) { in.brandTeam(t, browser) })
	t.Run("system administrator", func(t *testing.T) { in.administrator(t, browser) })
	t.Run("narrow", func(t *testing.T) { in.narrowConsole(t, browser) })
	if code, took := s.stop(); code != 0 || took > 10*time.Second {
		t.Errorf("exit %d after %s", code, took)
	}
	left, err := os.ReadDir(in.temp())
	if err != nil || len(left) > 0 {
		t.Errorf("uploads are left behind: %v %v", left, err)
	}
}

// signIn goes from the entrance to the console.
func (b *tab) signIn(username string) {
	b.t.Helper()
	b.visit("/")
	b.follow(b.link("工作人员登录"))
	b.fill("#username", username)
	b.fill("#password", staffPassword)
	b.follow(b.link("登录"))
	b.secondFactor(username)
	if !strings.HasPrefix(b.path(), "/console") || strings.Contains(b.path(), "signin") {
		b.t.Fatalf("after signing in at %s:\n%s", b.path(), b.text("body"))
	}
}

func (b *tab) signOut() {
	b.t.Helper()
	b.follow(b.link("退出登录"))
	if b.path() != "/console/signin" {
		b.t.Errorf("after signing out at %s", b.path())
	}
	b.visit("/console")
	if b.path() != "/console/signin" {
		b.t.Errorf("without a session %s opens", b.path())
	}
}

// security goes to the page of one's own sign-in.
func (b *tab) security() {
	b.t.Helper()
	b.follow(".who")
	b.follow(b.link("安全设置"))
	b.says("两步验证", "10 个")
	b.accessible("one's own security")
}

// fill types a value as a person does.
func (b *tab) fill(selector, value string) {
	b.t.Helper()
	b.click(selector)
	_ = ask[int](b, `document.querySelector(`+quoted(selector)+`).select(), 0`) // typing replaces what was there
	b.run("type into "+selector, chromedp.SendKeys(chromedp.CSS(selector), value))
}

// choose picks an option by its text.
func (b *tab) choose(selector, text string) {
	b.t.Helper()
	if found := ask[bool](b, `(() => {
		const s = document.querySelector(`+quoted(selector)+`);
		const o = [...s.options].find((o) => o.textContent.includes(`+quoted(text)+`));
		if (o) { s.value = o.value; s.dispatchEvent(new Event("change", {bubbles: true})); }
		return !!o;
	})()`); !found {
		b.t.Fatalf("%s does not offer %q", selector, text)
	}
}

func (b *tab) says(want ...string) {
	b.t.Helper()
	text := b.text("body")
	for _, w := range want {
		if !strings.Contains(text, w) {
			b.t.Errorf("%s does not say %q:\n%s", b.path(), w, text)
		}
	}
}

func (in *instance) brandTeam(t *testing.T, browser context.Context) {
	b := in.open(t, browser, desk())
	b.visit("/console/signin")
	b.accessible("sign-in")
	b.fill("#username", "brand")
	b.fill("#password", "Wrong-Mima-2026")
	b.follow(b.link("登录"))
	if b.status() != 422 || ask[string](b, `document.querySelector("#username").value`) != "brand" {
		t.Errorf("a wrong password: %d at %s", b.status(), b.path())
	}
	b.says("用户名或密码不正确")
	b.signIn("brand")
	b.says("满意度", "有效评价 40 份", "市税务局")
	b.accessible("the dashboard")
	b.security()

	b.follow(b.link("问卷发布"))
	b.says("窗口服务评价")
	b.follow(b.link("发布问卷"))
	b.accessible("the form that publishes")
	b.fill("#title", "网上评价（测试）")
	b.choose("#version", "窗口服务评价")
	b.click(`label:has(input[name=channels][value=web])`)
	b.follow(b.link("发布"))
	if b.status() != 422 || ask[string](b, `document.querySelector("#title").value`) != "网上评价（测试）" {
		t.Errorf("publishing to nowhere: %d at %s:\n%s", b.status(), b.path(), b.text("main"))
	}
	b.choose("#hall", "市民中心")
	b.follow(b.link("发布"))
	b.says("已发布 1 项", "网上评价（测试）")
	rows := ask[int](b, `document.querySelectorAll("main tbody tr").length`)
	if rows != 4 {
		t.Errorf("published to %d windows, want 4:\n%s", rows, b.text("main"))
	}
	b.accessible("a publication")
	in.posters(t, b)
	b.follow(`main tbody a[href^="/r/"]`)
	if b.status() != 200 || !strings.HasPrefix(b.path(), "/r/") {
		t.Errorf("a fresh code: %d at %s", b.status(), b.path())
	}
	b.visit("/console")
	b.signOut()
}

// posters: from the publication to its posters, on paper, and back.
func (in *instance) posters(t *testing.T, b *tab) {
	t.Helper()
	from := b.path()
	b.follow(b.link("打印海报"))
	if n := ask[int](b, `[...document.querySelectorAll(".poster")].filter((p) => p.querySelector(".poster-symbol svg") && p.querySelector(".poster-code").textContent.trim()).length`); n != 4 {
		t.Errorf("%d posters with symbol and code, want 4:\n%s", n, b.text("body"))
	}
	b.says("税费申报窗口", "市税务局")
	b.accessible("posters")
	for _, size := range []struct {
		link  string
		pages int
	}{{"A4 台卡，每页一张", 4}, {"A6 卡片，每页四张", 1}} {
		b.follow(b.link(size.link))
		if pages := b.printed(); pages != size.pages {
			t.Errorf("%s: %d pages on paper, want %d", size.link, pages, size.pages)
		}
	}
	b.follow(b.link("返回"))
	if b.path() != from {
		t.Errorf("back leads to %s, not to %s", b.path(), from)
	}
}

// printed counts the pages of the page on paper.
func (b *tab) printed() int {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 30*time.Second)
	defer cancel()
	paper, err := chromedp.Run(ctx, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize()))
	if err != nil {
		b.t.Fatalf("print %s: %v", b.path(), err)
	}
	return bytes.Count(paper, []byte("/Type /Page\n"))
}

func (in *instance) administrator(t *testing.T, browser context.Context) {
	b := in.open(t, browser, desk())
	b.signIn("sysadmin")
	b.follow(b.link("导入名录"))
	b.accessible("the import page")
	const heading = "窗口编码,窗口名称,窗口号,机关编码,大厅编码\n"
	b.upload(in.writeFile("新窗口.csv", heading+"w5,综合窗口,C1,tax,H01\n"))
	b.says("检查通过，将写入 1 行", "新窗口.csv")
	b.accessible("the import report")
	if in.windowExists(t, "w5") {
		t.Error("the check wrote something already")
	}
	b.follow(b.link("换一个文件"))
	b.upload(in.writeFile("错窗口.csv", heading+"w6,错的窗口,C2,nobody,H01\nw7,对的窗口,C3,tax,H01\n"))
	b.says("发现 1 处问题", "nobody")
	if n := ask[int](b, `[...document.querySelectorAll("button")].filter((b) => b.textContent.trim() === "确认导入").length`); n != 0 {
		t.Error("a faulty file can be confirmed")
	}
	b.accessible("the import report with faults")
	b.follow(b.link("换一个文件"))
	b.upload(in.writeFile("新窗口.csv", heading+"w5,综合窗口,C1,tax,H01\n"))
	b.follow(b.link("确认导入"))
	b.says("导入完成，写入 1 行")
	if !in.windowExists(t, "w5") || in.windowExists(t, "w7") {
		t.Error("not exactly what was confirmed is written")
	}
	b.follow(b.link("机构名录"))
	b.says("市税务局")
	b.accessible("the directory")
	b.signOut()
}

func (b *tab) upload(path string) {
	b.t.Helper()
	b.run("choose a file", chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{path}))
	b.follow(b.link("上传并检查"))
}

func (in *instance) windowExists(t *testing.T, code string) bool {
	t.Helper()
	var found bool
	in.withDB(func(db *sqlx.DB) {
		if err := db.Get(&found, `SELECT EXISTS (SELECT 1 FROM units WHERE kind = 'window' AND code = $1)`, code); err != nil {
			t.Fatal(err)
		}
	})
	return found
}

// narrowConsole: a chief looks at the figures on a phone.
func (in *instance) narrowConsole(t *testing.T, browser context.Context) {
	b := in.open(t, browser, phone())
	b.signIn("brand")
	b.fits(360)
	b.accessible("the dashboard on a phone")
	b.security()
	b.fits(360)
}
