package console

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"minping/accounts"
	"minping/complaints"
	"minping/internal/actor"
	"minping/server/web/webtest"
)

// givesCases lets the desk know to whom a case may be given: whoever signed in so far.
func (c *city) givesCases() {
	c.t.Helper()
	desk, err := complaints.New(complaints.Config{DB: c.db, Now: c.now, PINKey: make([]byte, 32),
		Holders: func(_ context.Context, p actor.Permission, at actor.Place) ([]complaints.Person, error) {
			var list []complaints.Person
			for id, a := range c.actors {
				if a.Can(p, at) {
					list = append(list, complaints.Person{Account: id, Name: fmt.Sprintf("员%d", id)})
				}
			}
			return list, nil
		}})
	if err != nil {
		c.t.Fatal(err)
	}
	c.app.desk = desk
}

func TestSearchingLeavesNoWordsInAnAddress(t *testing.T) {
	c := newCity(t)
	desk := c.person(accounts.Handler, everywhere)
	c.complaint(c.windows[0], "潇楚南路的路灯坏了")
	c.complaint(c.windows[0], "窗口排队太久")
	a := desk.Submit("/console/desk", "/console/desk/find", url.Values{"q": {"路灯"}, "kind": {"complaint"}})
	to := a.Header.Get("Location")
	if a.Status != http.StatusSeeOther || strings.Contains(to, url.QueryEscape("路灯")) || !strings.Contains(to, "kind=complaint") {
		t.Fatalf("%d %s", a.Status, to)
	}
	page := desk.Get(to)
	has(t, page, "潇楚南路的路灯坏了", `value="路灯"`)
	hasNot(t, page, "窗口排队太久")
	has(t, desk.Get(desk.Submit("/console/desk", "/console/desk/find", url.Values{"q": {"火箭"}}).Header.Get("Location")), "没有符合条件的诉求")
	thin := desk.Get(desk.Submit("/console/desk", "/console/desk/find", url.Values{"q": {"的"}}).Header.Get("Location"))
	if thin.Status != http.StatusUnprocessableEntity {
		t.Errorf("a word that says nothing: %d", thin.Status)
	}
	has(t, thin, "请输入更具体的词", `value="的"`)
	long := desk.Submit("/console/desk", "/console/desk/find", url.Values{"q": {strings.Repeat("长", 101)}})
	if long.Status != http.StatusUnprocessableEntity {
		t.Errorf("too long: %d", long.Status)
	}
	has(t, long, strings.Repeat("长", 101))
	if a := desk.Submit("/console/desk", "/console/desk/find", url.Values{"q": {" "}}); a.Header.Get("Location") != "/console/desk" {
		t.Errorf("nothing typed leads to %s", a.Header.Get("Location"))
	}
	for _, forged := range []string{"x", strings.Repeat("A", 60), to[strings.Index(to, "find=")+5:] + "A"} {
		if a := desk.Get("/console/desk?find=" + forged); a.Status != http.StatusSeeOther {
			t.Errorf("a forged search: %d", a.Status)
		}
	}
}

func TestViewsAreKeptAndCounted(t *testing.T) {
	c := newCity(t)
	desk, other := c.person(accounts.Handler, everywhere), c.person(accounts.Handler, everywhere)
	id := c.complaint(c.windows[0], "窗口排队太久")
	c.complaint(c.windows[0], "路灯坏了")
	page := desk.Get("/console/desk")
	has(t, page, "待派单", "今日到期", "已超期", "待回访", `href="/console/desk?view=undispatched" aria-current="true"`)
	find := desk.Submit("/console/desk", "/console/desk/find", url.Values{"q": {"路灯"}}).Header.Get("Location")
	token := regexp.MustCompile(`find=([^&]+)`).FindStringSubmatch(find)[1]
	a := desk.Submit(find, "/console/desk/views", url.Values{"act": {"save"}, "name": {"路灯的事"}, "find": {token}})
	ref := a.Header.Get("Location")
	if a.Status != http.StatusSeeOther || !strings.HasPrefix(ref, "/console/desk?view=") {
		t.Fatalf("%d %s", a.Status, ref)
	}
	page = desk.Get(ref)
	has(t, page, "路灯的事", "视图已保存", "路灯坏了", `<span class="value">1</span>`)
	hasNot(t, page, "窗口排队太久")
	hasNot(t, other.Get("/console/desk"), "路灯的事")
	if a := other.Get(ref); a.Status != http.StatusSeeOther {
		t.Errorf("another's view: %d", a.Status)
	}
	if a := desk.Submit(find, "/console/desk/views", url.Values{"act": {"save"}, "name": {" "}, "find": {token}}); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("a view without a name: %d", a.Status)
	}
	number := strings.TrimPrefix(ref, "/console/desk?view=")
	desk.Submit(ref, "/console/desk/views", url.Values{"act": {"first"}, "ref": {number}})
	has(t, desk.Get("/console/desk"), "路灯坏了", "首先显示")
	desk.Submit(ref, "/console/desk/views", url.Values{"act": {"drop"}, "ref": {number}})
	hasNot(t, desk.Get("/console/desk"), "路灯的事")
	if a := desk.Submit("/console/desk", "/console/desk/views", url.Values{"act": {"drop"}, "ref": {"999"}}); a.Status != http.StatusNotFound {
		t.Errorf("a view that is not there: %d", a.Status)
	}
	mustDo(t, desk, id, "dispatch", url.Values{"office": {fmtInt(c.office.ID)}})
	has(t, desk.Get("/console/desk?view=new"), "窗口排队太久")
	has(t, desk.Get("/console/desk?view=over"), "没有符合条件的诉求")
}

var pickField = regexp.MustCompile(`name="case" value="([^"]+)"`)

func picksOn(page webtest.Answer) []string {
	var list []string
	for _, m := range pickField.FindAllStringSubmatch(page.Body, -1) {
		list = append(list, m[1])
	}
	return list
}

func TestSeveralCasesEachByItself(t *testing.T) {
	c := newCity(t)
	desk := c.person(accounts.Handler, everywhere)
	first, second, third := c.complaint(c.windows[0], "第一件"), c.complaint(c.windows[0], "第二件"), c.complaint(c.windows[0], "第三件")
	list := desk.Get("/console/desk")
	picks := picksOn(list)
	if len(picks) != 3 {
		t.Fatalf("%d cases to pick", len(picks))
	}
	send := func(form url.Values) webtest.Answer {
		form["case"] = picks
		form.Set("back", "/console/desk?view=open")
		return desk.Submit("/console/desk", "/console/desk/bulk", form)
	}
	if a := desk.Submit("/console/desk", "/console/desk/bulk", url.Values{"act": {"dispatch"}, "back": {"//evil.example"}}); a.Header.Get("Location") != "/console/desk" {
		t.Errorf("nothing picked leads to %q", a.Header.Get("Location"))
	}
	has(t, desk.Get("/console/desk"), "请先勾选诉求")
	asked := send(url.Values{"act": {"dispatch"}})
	if asked.Status != http.StatusOK || len(picksOn(asked)) != 3 {
		t.Fatalf("%d, %v", asked.Status, picksOn(asked))
	}
	has(t, asked, "共选中 3 件", "第一件", "第二件", "第三件")
	missing := send(url.Values{"act": {"dispatch"}, "step": {"do"}, "reason": {"我写的理由"}})
	if missing.Status != http.StatusUnprocessableEntity || len(picksOn(missing)) != 3 {
		t.Errorf("no office: %d, %v", missing.Status, picksOn(missing))
	}
	has(t, missing, "我写的理由", `id="bulk-office-error"`)

	// Somebody else was first with one, and another is gone for this person.
	mustDo(t, desk, second, "dispatch", url.Values{"office": {fmtInt(c.other.ID)}})
	done := send(url.Values{"act": {"dispatch"}, "step": {"do"}, "office": {fmtInt(c.office.ID)}, "reason": {"请速办"}})
	if done.Status != http.StatusConflict {
		t.Fatalf("%d", done.Status)
	}
	has(t, done, "2 件已办理，1 件没有办理", "已由他人处理", "请速办")
	for id, office := range map[complaints.ID]int64{first: c.office.ID, second: c.other.ID, third: c.office.ID} {
		if d, err := c.app.desk.Get(t.Context(), system, id); err != nil || d.Office != office || d.State != complaints.Dispatched {
			t.Errorf("case %d: %+v, %v", id, d.Case, err)
		}
	}
	handler := c.person(accounts.Handler, c.office)
	picks = picksOn(handler.Get("/console/desk"))
	a := handler.Submit("/console/desk", "/console/desk/bulk", url.Values{"act": {"acknowledge"}, "step": {"do"}, "case": picks, "back": {"/console/desk?view=new"}})
	if a.Status != http.StatusSeeOther || a.Header.Get("Location") != "/console/desk?view=new" {
		t.Fatalf("%d %s", a.Status, a.Header.Get("Location"))
	}
	has(t, handler.Get("/console/desk?view=mine"), "已办理 2 件", "第一件", "第三件")
	if a := handler.Submit("/console/desk", "/console/desk/bulk", url.Values{"act": {"urge"}, "step": {"do"}, "case": {fmt.Sprintf("%d.1", second)}, "reason": {"x"}}); a.Status != http.StatusConflict {
		t.Errorf("an act on an unseen case: %d", a.Status)
	} else {
		hasNot(t, a, "第二件")
	}

	file := handler.Submit("/console/desk", "/console/desk/bulk", url.Values{"act": {"export"}, "case": append(picks, fmt.Sprintf("%d.1", second))})
	if file.Status != http.StatusOK || !strings.HasPrefix(file.Body, "\ufeff") || strings.Count(file.Body, "\r\n") != 3 || strings.Contains(file.Body, "第二件") {
		t.Errorf("export: %d %q", file.Status, file.Body)
	}
	var n int
	if err := c.db.Get(&n, `SELECT count(*)::int FROM audit_entries WHERE action = 'export.cases'`); err != nil || n != 1 {
		t.Errorf("%d exports in the audit, %v", n, err)
	}
	for _, bad := range []url.Values{{"act": {"nonsense"}, "case": picks}, {"act": {"dispatch"}, "case": {"x", "1", "1.x", "-1.1", "99999999999999999999.1"}}} {
		if a := handler.Submit("/console/desk", "/console/desk/bulk", bad); a.Status != http.StatusSeeOther {
			t.Errorf("%v: %d", bad, a.Status)
		}
	}
}

func TestACaseIsGivenToSomebody(t *testing.T) {
	c := newCity(t)
	c.givesCases()
	chief, handler, elsewhere := c.person(accounts.OfficeLeader, c.office), c.person(accounts.Handler, c.office), c.person(accounts.Handler, c.other)
	id := c.complaint(c.windows[0], "窗口排队太久")
	desk := c.person(accounts.Handler, everywhere)
	mustDo(t, desk, id, "dispatch", url.Values{"office": {fmtInt(c.office.ID)}, "assist": {fmtInt(c.other.ID)}})
	has(t, elsewhere.Get(caseHref(id)), "窗口排队太久") // the assisting office reads it
	page := chief.Get(caseHref(id))
	has(t, page, "指定承办人", "员2")
	hasNot(t, page, "员3") // of the other office
	if a := do(chief, id, "give", url.Values{"account": {"3"}}); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("given to another office's: %d", a.Status)
	}
	if a := do(chief, id, "give", url.Values{"account": {""}}); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("given to nobody: %d", a.Status)
	}
	mustDo(t, chief, id, "give", url.Values{"account": {"2"}})
	has(t, handler.Get("/console/desk?view=mine"), "窗口排队太久")
}

func TestWhoElseHasItOpen(t *testing.T) {
	c := newCity(t)
	first, second, elsewhere := c.person(accounts.Handler, c.office), c.person(accounts.Handler, c.office), c.person(accounts.Handler, c.other)
	id := c.complaint(c.windows[0], "排队太久")
	hasNot(t, first.Get(caseHref(id)), "也打开了此件")
	has(t, second.Get(caseHref(id)), "handler1 也打开了此件")
	at := caseHref(id) + "/presence"
	sign := func(b *webtest.Browser, form url.Values) webtest.Answer { return b.Submit(caseHref(id), at, form) }
	has(t, sign(first, url.Values{"seen": {"1"}}), `"others":"handler2 也打开了此件`, `"changed":""`)
	if a := elsewhere.Submit("/console/desk", at, url.Values{"seen": {"1"}}); a.Status != http.StatusNotFound {
		t.Errorf("a sign from outside: %d", a.Status)
	}
	mustDo(t, second, id, "note", url.Values{"body": {"我来办"}})
	has(t, sign(first, url.Values{"seen": {"1"}}), "又有新的办理情况")
	if a := sign(second, url.Values{"leave": {"true"}}); a.Status != http.StatusNoContent {
		t.Errorf("%d", a.Status)
	}
	// Submit reads the page first, which opens it again for two minutes; then nobody signs any more.
	c.later = 3 * time.Minute
	hasNot(t, first.Get(caseHref(id)), "也打开了此件")
}

func TestACaseOnPaper(t *testing.T) {
	c := newCity(t)
	handler, caller := c.person(accounts.Handler, c.office), c.person(accounts.Callback, everywhere)
	id := c.complaint(c.windows[0], "排队太久")
	mustDo(t, handler, id, "note", url.Values{"body": {"内部说法"}})
	paper := handler.Get(caseHref(id) + "/print")
	has(t, paper, "群众诉求办理单", "排队太久", fmt.Sprintf("编号：%d", id), "连同内部备注")
	hasNot(t, paper, "内部说法", "内部件")
	notes := handler.Get(caseHref(id) + "/print?notes=yes")
	has(t, notes, "内部说法", "内部件", "不得对外提供")
	outside := caller.Get(caseHref(id) + "/print?notes=yes")
	hasNot(t, outside, "内部说法")
	if strings.Contains(html.UnescapeString(paper.Body), "style=") {
		t.Error("a style in the page, which the policy forbids")
	}
}
