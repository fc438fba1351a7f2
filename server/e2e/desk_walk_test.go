package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/jmoiron/sqlx"
)

// deskPeople are the accounts of the walks: name and role.
var deskPeople = [][]string{
	{"dispatcher", "handler"}, {"handler", "handler"}, {"chief", "office_leader"}, {"callback", "callback"}, {"reviewer", "reviewer"}, {"committee", "committee"},
}

// TestDeskWalks goes with a complaint through every hand, in browsers only, and with
// an appeal against a bad rating to a reviewer outside.
func TestDeskWalks(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	in := newInstance(t)
	in.importCity()
	in.publish()
	in.withDB(func(db *sqlx.DB) { // a demonstration's accounts need no second factor
		if _, err := db.Exec(`INSERT INTO instance_facts (key, value) VALUES ('demo', 'complete')`); err != nil {
			t.Fatal(err)
		}
	})
	in.start()
	for _, p := range deskPeople {
		if r := in.runWith(staffPassword+"\n", "account", "create", p[0], "--role", p[1]); r.code != 0 {
			t.Fatalf("account %s: %s%s", p[0], r.out, r.err)
		}
	}
	in.withDB(func(db *sqlx.DB) { // the command gives roles over the city; two of them belong to an office
		const narrow = `UPDATE account_roles SET unit_id = (SELECT id FROM units WHERE kind = 'office' AND code = 'tax')
			WHERE account_id IN (SELECT id FROM accounts WHERE username IN ('handler', 'chief'))`
		if _, err := db.Exec(narrow); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("a complaint", func(t *testing.T) { in.walkComplaint(t, browser) })
	t.Run("an appeal", func(t *testing.T) { in.walkAppeal(t, browser) })
	in.verify()
}

// staff opens a browser and signs in.
func (in *instance) staff(t *testing.T, browser context.Context, username string) *tab {
	t.Helper()
	b := in.open(t, browser, desk())
	b.signIn(username)
	return b
}

// deed fills one of the forms of a case, as name=value, and sends it.
func (b *tab) deed(address, act string, values ...string) {
	b.t.Helper()
	b.visit(address)
	form := fmt.Sprintf(`details:has(input[name=act][value=%s])`, act)
	if ask[int](b, `document.querySelectorAll(`+quoted(form)+`).length`) == 0 {
		b.t.Fatalf("%s is not offered at %s:\n%s", act, address, b.text("main"))
	}
	if ask[bool](b, `!document.querySelector(`+quoted(form)+`).open`) {
		b.click(form + " summary")
	}
	for _, v := range values {
		name, value, _ := strings.Cut(v, "=")
		field := fmt.Sprintf(`%s [name=%s]`, form, name)
		switch kind := ask[string](b, `document.querySelector(`+quoted(field)+`).type`); kind {
		case "radio":
			b.click(fmt.Sprintf(`%s [name=%s][value=%s]`, form, name, value))
		case "select-one":
			b.choose(field, value)
		default:
			b.fill(field, value)
		}
	}
	b.follow(form + " .actions button[type=submit]")
	if b.status() != 200 {
		b.t.Fatalf("%s: %d at %s\n%s", act, b.status(), b.path(), b.text("main"))
	}
}

// writes files a complaint about the first window, without an account or a name.
func (b *tab) writes(words string) (receipt, pin string) {
	b.t.Helper()
	b.visit("/complaints/new?code=" + deskCodes()[0])
	b.click(`label:has(input[value="complaint"])`)
	b.run("write", chromedp.SendKeys(chromedp.CSS("#body"), words))
	if ask[int](b, `document.querySelectorAll("[name=identity]").length`) > 0 {
		b.click(`label:has(input[name=identity][value="none"])`)
	}
	b.follow(b.link("提交"))
	return b.text(".co-ticket div:first-child dd"), b.text(".co-ticket div:last-child dd")
}

func (b *tab) tracks(receipt, pin string) {
	b.t.Helper()
	b.visit("/track")
	b.run("type the receipt", chromedp.SendKeys(chromedp.CSS("#receipt"), receipt))
	b.run("type the PIN", chromedp.SendKeys(chromedp.CSS("#pin"), pin))
	b.follow(b.link("查询"))
}

// numberOf finds the address of the case with these words.
func (b *tab) numberOf(words string) (address string) {
	b.t.Helper()
	b.visit("/console/desk")
	address = ask[string](b, `([...document.querySelectorAll(".desk-table th a")].find((a) => a.textContent.includes(`+quoted(words)+`)) || {getAttribute: () => ""}).getAttribute("href")`)
	if address == "" {
		b.t.Fatalf("the queue has no %q:\n%s", words, b.text("main"))
	}
	return address
}

func (in *instance) walkComplaint(t *testing.T, browser context.Context) {
	const words = "税费窗口中午没有人值班"
	plain := phone()
	plain.noScript = true
	citizen := in.open(t, browser, plain)
	receipt, pin := citizen.writes(words)
	dispatcher, handler := in.staff(t, browser, "dispatcher"), in.staff(t, browser, "handler")
	at := dispatcher.numberOf(words)
	dispatcher.deed(at, "triage", "kind=投诉", "urgency=一般")
	dispatcher.deed(at, "dispatch", "office=市税务局")
	handler.deed(at, "acknowledge")
	handler.deed(at, "start")
	handler.deed(at, "note", "body=当班人员已谈话，群众看不到这句")
	handler.deed(at, "ask", "body=请问是哪一天中午？")
	citizen.tracks(receipt, pin)
	citizen.says("请问是哪一天中午？")
	citizen.run("answer", chromedp.SendKeys(chromedp.CSS("#answer-body"), "上周五中午十二点半"))
	citizen.follow(citizen.link("回答"))
	handler.visit(at)
	handler.says("上周五中午十二点半")
	handler.deed(at, "reply", "body=已安排午间轮值，欢迎监督。")
	citizen.visit("/track")
	citizen.says("已安排午间轮值")
	if strings.Contains(citizen.text("body"), "当班人员已谈话") {
		t.Error("the citizen reads a private note")
	}

	caller := in.staff(t, browser, "callback")
	caller.deed(at, "callback", "contacted=yes", "solved=no", "satisfied=非常不满意", "remark=说还是没人")
	caller.visit(at)
	caller.says("重办")
	committee := in.staff(t, browser, "committee")
	committee.deed(at, "supervise", "level=挂牌", "reason=重办件，请主要负责同志过问")
	committee.visit("/console/wall")
	committee.says("督办单", "挂牌督办")
	committee.accessible("the dispatch monitor")
	handler.deed(at, "acknowledge")
	handler.deed(at, "start")
	handler.deed(at, "reply", "body=午间窗口已增派两人，并公示值班表。")
	caller.deed(at, "callback", "contacted=yes", "solved=yes", "satisfied=基本满意")
	caller.visit(at)
	caller.says("已办结")
	citizen.visit("/track")
	citizen.says("午间窗口已增派两人")
	committee.visit("/console/ledger")
	committee.says("工单台账")
	committee.accessible("the ledger")
}

func (in *instance) walkAppeal(t *testing.T, browser context.Context) {
	rater := in.open(t, browser, phone())
	rater.visit("/r/" + deskCodes()[0])
	rater.click("label[for=l1]")
	rater.follow("button.go")
	var before map[string]int
	in.withDB(func(db *sqlx.DB) { before = standings(t, db) })
	chief := in.staff(t, browser, "chief")
	at := ""
	eventually(t, 60*time.Second, "the rating has its case", func() bool {
		chief.visit("/console/desk?kind=bad_rating")
		at = ask[string](chief, `(document.querySelector(".desk-table th a") || {getAttribute: () => ""}).getAttribute("href")`)
		return at != ""
	})
	chief.deed(at, "acknowledge")
	chief.deed(at, "appeal", "reason=当日该窗口未开放，疑为扫错二维码")
	reviewer := in.staff(t, browser, "reviewer")
	reviewer.visit("/console/reviews")
	reviewer.says("#" + at[strings.LastIndex(at, "/")+1:])
	reviewer.deed(at, "review", "ruling=exclude", "code=误评", "reason=叫号记录证明评价有误")
	chief.visit(at)
	chief.says("评价经复核排除")
	in.withDB(func(db *sqlx.DB) {
		eventually(t, 90*time.Second, "the rating is out of the figures and still there", func() bool {
			now := standings(t, db)
			return now["quarantined"] == before["quarantined"]+1 && now["clear"]+now["suspect"] == before["clear"]+before["suspect"]-1
		})
	})
	committee := in.staff(t, browser, "committee")
	committee.visit("/console/ratings")
	committee.says("已隔离")
}

// standings counts the ratings of the city by what they count as.
func standings(t *testing.T, db *sqlx.DB) map[string]int {
	t.Helper()
	var rows []struct {
		Standing string `db:"standing"`
		N        int    `db:"n"`
	}
	if err := db.Select(&rows, `SELECT standing, count(*)::int AS n FROM ratings GROUP BY standing`); err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for _, r := range rows {
		found[r.Standing] = r.N
	}
	return found
}
