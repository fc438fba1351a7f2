package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"minping/accounts"
	"minping/complaints"
	"minping/internal/actor"
	"minping/server/web/webtest"
)

// readUp runs the job that reads cases for what is alike.
func (c *city) readUp() {
	c.t.Helper()
	if _, err := c.app.desk.TakeIn(c.t.Context()); err != nil {
		c.t.Fatal(err)
	}
}

func TestTemplateFromTheListIntoAReply(t *testing.T) {
	c := newCity(t)
	leader, handler, desk := c.person(accounts.OfficeLeader, c.office), c.person(accounts.Handler, c.office), c.person(accounts.Handler, everywhere)
	if a := handler.Get("/console/templates/new"); a.Status != http.StatusForbidden {
		t.Errorf("a handler's new template: %d", a.Status)
	}
	wrong := url.Values{"office": {fmtInt(c.office.ID)}, "title": {"午休 <b>"}, "body": {"您好，{姓名}。"}}
	a := leader.Submit("/console/templates/new", "/console/templates/new", wrong)
	if a.Status != http.StatusUnprocessableEntity {
		t.Errorf("an unknown fill-in: %d", a.Status)
	}
	has(t, a, "没有“姓名”这个占位", "您好，{姓名}。", `value="午休 <b>"`)
	wrong.Set("body", "您好，{单位}已核实编号{诉求编号}的诉求。电话：{联系电话}")
	if a = leader.Submit("/console/templates/new", "/console/templates/new", wrong); a.Status != http.StatusSeeOther {
		t.Fatalf("saved: %d\n%s", a.Status, excerpt(a.Body))
	}
	has(t, handler.Get("/console/templates"), "午休 <b>", "0")

	id := c.complaint(c.windows[0], "窗口中午没有人")
	mustDo(t, desk, id, "dispatch", url.Values{"office": {fmtInt(c.office.ID)}})
	mustDo(t, handler, id, "acknowledge", url.Values{})
	page := handler.Get(caseHref(id))
	has(t, page, "使用答复模板", "午休 <b>", `data-insert="reply-body"`)
	// Without scripts the button brings the page back with both texts, and nothing happened.
	a = do(handler, id, "reply", url.Values{"body": {"张先生："}, "insert": {"t1"}})
	if a.Status != http.StatusOK {
		t.Fatalf("insert: %d", a.Status)
	}
	has(t, a, "张先生：\n您好，"+c.office.Name+"已核实编号1的诉求。电话：{联系电话}", `name="template" value="1"`)
	a = do(handler, id, "reply", url.Values{"body": {"电话：{联系电话}"}, "template": {"1"}})
	if a.Status != http.StatusUnprocessableEntity {
		t.Errorf("an open fill-in: %d", a.Status)
	}
	has(t, a, "占位“联系电话”还没有填写", "电话：{联系电话}")
	mustDo(t, handler, id, "reply", url.Values{"body": {"已核实。"}, "template": {"1"}})
	has(t, leader.Get("/console/templates/1"), "第 1 版")
	if n := uses(t, c); n != 1 {
		t.Errorf("%d uses", n)
	}
	if a = do(handler, id, "reply", url.Values{"body": {"我的话"}, "insert": {"t99"}}); a.Status != http.StatusConflict {
		t.Errorf("a template that is gone: %d", a.Status)
	}
	has(t, a, "我的话")
	for _, junk := range []string{"x", "q1", "tx", "t-1"} {
		if a = do(handler, id, "note", url.Values{"body": {"x"}, "insert": {junk}}); a.Status >= 500 {
			t.Errorf("insert %q: %d", junk, a.Status)
		}
	}
}

func uses(t *testing.T, c *city) int {
	t.Helper()
	var n int
	if err := c.db.Get(&n, `SELECT count(*) FROM reply_template_uses`); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestCategoryIsTakenWithOneTap(t *testing.T) {
	c := newCity(t)
	if _, err := c.app.desk.ImportCategories(t.Context(), actor.System("test"), [][3]string{{"城乡建设", "城市建设和市政管理", "公共汽车"}, {"政法", "户籍证件", "户籍管理"}}); err != nil {
		t.Fatal(err)
	}
	desk := c.person(accounts.Handler, everywhere)
	id := c.complaint(c.windows[0], "905路公交车等了四十分钟不来")
	c.readUp()
	page := desk.Get(caseHref(id))
	has(t, page, "推荐分类", "城乡建设 / 城市建设和市政管理 / 公共汽车", "依据：", "采用")
	category := strings.Split(strings.Split(page.Body, `name="category" value="`)[1], `"`)[0]
	mustDo(t, desk, id, "triage", url.Values{"category": {category}})
	hasNot(t, desk.Get(caseHref(id)), `name="category" value="`+category+`"`)
}

// topicOf makes three complaints about one thing and gives its page.
func topicOf(c *city, desk *webtest.Browser) (string, []complaints.ID) {
	c.t.Helper()
	var ids []complaints.ID
	for _, body := range []string{"滨河花园小区旁搅拌站夜里噪音扰民", "滨河花园小区旁的搅拌站夜里噪音太大", "投诉滨河花园小区搅拌站夜间噪音"} {
		ids = append(ids, c.complaint(c.windows[0], body))
	}
	c.complaint(c.windows[0], "叫号机坏了")
	c.readUp()
	list := desk.Get("/console/topics")
	has(c.t, list, "热点问题", "搅拌站", "热度 = Σ", "上升")
	at := strings.Split(strings.Split(list.Body, `<h2><a href="`)[1], `"`)[0]
	return at, ids
}

func TestTopicAndItsDoubles(t *testing.T) {
	c := newCity(t)
	desk, other := c.person(accounts.Handler, everywhere), c.person(accounts.Callback, everywhere)
	at, ids := topicOf(c, desk)
	page := desk.Get(at)
	has(t, page, "建议并单", "#"+fmtInt(ids[0]), "移出")
	pick := strings.Split(strings.Split(page.Body, `name="pick" value="`)[1], `"`)[0]

	for name, form := range map[string]url.Values{
		"nothing ticked": {"act": {"merge"}, "into": {fmtInt(ids[0])}, "reason": {"同一件事"}},
		"no reason":      {"act": {"merge"}, "into": {fmtInt(ids[0])}, "pick": {pick}},
		"no number":      {"act": {"merge"}, "into": {fmtInt(ids[0])}, "pick": {"x:y"}, "reason": {"同一件事"}},
	} {
		if a := desk.Submit(at, at, form); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, a.Status)
		}
	}
	if a := other.Submit(at, at, url.Values{"act": {"name"}, "name": {"x"}}); a.Status != http.StatusForbidden {
		t.Errorf("somebody who merges nothing: %d", a.Status)
	}
	stale := strings.Split(pick, ":")[0] + ":999"
	a := desk.Submit(at, at, url.Values{"act": {"merge"}, "into": {fmtInt(ids[0])}, "pick": {stale}, "reason": {"同一件事"}})
	if a.Status != http.StatusConflict {
		t.Errorf("a case that changed: %d", a.Status)
	}
	has(t, a, "未能并单", "同一件事")
	if a := desk.Submit(at, at, url.Values{"act": {"merge"}, "into": {fmtInt(ids[0])}, "pick": {pick}, "reason": {"同一件事"}}); a.Status != http.StatusSeeOther {
		t.Fatalf("merge: %d\n%s", a.Status, excerpt(a.Body))
	}
	has(t, desk.Get(at), "已并单 1 件")
	if a := desk.Submit(at, at, url.Values{"act": {"name"}, "name": {"搅拌站"}}); a.Status != http.StatusSeeOther {
		t.Errorf("name: %d", a.Status)
	}
	has(t, desk.Get(at), "<h1>搅拌站</h1>")
	if a := desk.Submit(at, at, url.Values{"act": {"take_out"}, "case": {fmtInt(ids[2])}}); a.Status != http.StatusSeeOther {
		t.Errorf("take out: %d", a.Status)
	}
	hasNot(t, desk.Get(at), "投诉滨河花园")
	if a := desk.Get("/console/topics/x"); a.Status != http.StatusNotFound {
		t.Errorf("no number: %d", a.Status)
	}
}
