package console

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"minping/accounts"
	"minping/complaints"
	"minping/server/web/webtest"
)

var seqField = regexp.MustCompile(`name="seq" value="(\d+)"`)

// send posts one of the forms of a draft, a reply or an answer, as the page printed it.
func send(b *webtest.Browser, at, act string, form url.Values) webtest.Answer {
	page := b.Get(at)
	if m := seqField.FindStringSubmatch(page.Body); m != nil && form.Get("seq") == "" {
		form.Set("seq", m[1])
	}
	form.Set("act", act)
	return b.Submit("/console/desk", at, form)
}

// answered is a closed consultation of the office.
func (c *city) replied(handler, desk *webtest.Browser, body string) complaints.ID {
	c.t.Helper()
	id := c.complaint(c.windows[0], body)
	mustDo(c.t, desk, id, "triage", url.Values{"kind": {"consultation"}, "urgency": {"ordinary"}})
	mustDo(c.t, desk, id, "dispatch", url.Values{"office": {fmtInt(c.office.ID)}})
	mustDo(c.t, handler, id, "acknowledge", url.Values{})
	mustDo(c.t, handler, id, "reply", url.Values{"body": {"王小明您好：请带身份证，电话85912345。"}})
	return id
}

func TestPublishingOnItsPages(t *testing.T) {
	c := newCity(t)
	handler, desk, caller := c.person(accounts.Handler, c.office), c.person(accounts.Handler, everywhere), c.person(accounts.Callback, everywhere)
	second, leader := c.person(accounts.Handler, c.office), c.person(accounts.OfficeLeader, c.office)
	stranger := c.person(accounts.OfficeLeader, c.other)
	id := c.replied(handler, desk, "我叫王小明，电话13812345678，请问落户要带什么材料？<script>alert(1)</script>")
	mustDo(t, caller, id, "callback", url.Values{"way": {"phone"}, "contacted": {"yes"}, "solved": {"yes"}, "satisfied": {"5"}})
	at := "/console/replies/case/" + fmtInt(id)

	has(t, second.Get(caseHref(id)), `href="`+at+`"`)
	has(t, second.Get("/console/replies?tab=new"), `href="`+at+`"`, "可公开")
	if a := stranger.Get(at); a.Status != http.StatusNotFound {
		t.Errorf("another office: %d", a.Status)
	}
	page := second.Get(at)
	has(t, page, "逐项决定", "13812345678", "〔电话〕", "王小明", "处没有决定")
	if webtestHas(page.Body, "<script>alert") {
		t.Error("words of a citizen became markup")
	}

	// Nothing goes on while something is undecided, and nothing typed is lost.
	a := send(second, at, "submit", url.Values{"also": {"落户\n"}})
	if a.Status != http.StatusUnprocessableEntity {
		t.Errorf("undecided: %d", a.Status)
	}
	has(t, a, "没有决定隐去还是保留", ">\n落户")
	a = send(second, at, "save", url.Values{"also": {"没有这个词"}})
	if a.Status != http.StatusUnprocessableEntity {
		t.Errorf("nowhere: %d", a.Status)
	}
	has(t, a, "原文里没有“没有这个词”")
	if a = send(second, at, "hideall", url.Values{"also": {"落户"}}); a.Status != http.StatusSeeOther {
		t.Fatalf("hide all: %d %s", a.Status, excerpt(a.Body))
	}
	if a = send(second, at, "save", url.Values{"seq": {"0"}}); a.Status != http.StatusConflict {
		t.Errorf("an old page: %d", a.Status)
	}
	has(t, second.Get(at), "手工标记", "〔已隐去〕")
	if a = send(second, at, "submit", url.Values{}); a.Status != http.StatusSeeOther {
		t.Fatalf("submit: %d %s", a.Status, excerpt(a.Body))
	}
	has(t, second.Get(at), "需要由另一位有权限的同事处理")
	has(t, leader.Get("/console/replies"), `href="`+at+`"`)
	if a = send(leader, at, "back", url.Values{"reason": {""}}); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("sent back without a reason: %d", a.Status)
	}
	a = send(leader, at, "publish", url.Values{})
	if a.Status != http.StatusSeeOther {
		t.Fatalf("publish: %d %s", a.Status, excerpt(a.Body))
	}
	reply := a.Header.Get("Location")
	page = leader.Get(reply)
	has(t, page, "已公开", "〔姓名〕")
	hasNot(t, page, "王小明", "13812345678", "落户")
	if a = send(second, reply, "withdraw", url.Values{"reason": {"x"}}); a.Status != http.StatusForbidden {
		t.Errorf("withdrawn by a handler: %d", a.Status)
	}
	if a = send(leader, reply, "withdraw", url.Values{"reason": {"有人认得出来"}}); a.Status != http.StatusSeeOther {
		t.Errorf("withdraw: %d", a.Status)
	}
	has(t, leader.Get(reply), "已撤下", "有人认得出来")
	has(t, leader.Get("/console/replies?tab=withdrawn"), `href="`+reply+`"`)
}

func webtestHas(body, part string) bool {
	return regexp.MustCompile(regexp.QuoteMeta(part)).MatchString(body)
}

func TestAnswersOnTheirPages(t *testing.T) {
	c := newCity(t)
	handler, desk := c.person(accounts.Handler, c.office), c.person(accounts.Handler, everywhere)
	leader := c.person(accounts.OfficeLeader, c.office)
	id := c.complaint(c.windows[0], "请问户口迁移要带哪些材料？")
	mustDo(t, desk, id, "triage", url.Values{"kind": {"consultation"}, "urgency": {"ordinary"}})
	mustDo(t, desk, id, "dispatch", url.Values{"office": {fmtInt(c.office.ID)}})
	mustDo(t, handler, id, "acknowledge", url.Values{})

	form := url.Values{"office": {fmtInt(c.office.ID)}, "question": {"户口迁移要带哪些材料？"}, "answer": {"请找王小明主任"}}
	a := send(handler, "/console/answers/new", "write", form)
	if a.Status != http.StatusUnprocessableEntity {
		t.Errorf("a name: %d", a.Status)
	}
	has(t, a, "像是个人信息", "请找王小明主任", "已核对")
	form.Set("answer", "身份证、户口簿。")
	a = send(handler, "/console/answers/new", "write", form)
	if a.Status != http.StatusSeeOther {
		t.Fatalf("write: %d %s", a.Status, excerpt(a.Body))
	}
	at := a.Header.Get("Location")
	has(t, handler.Get(at), "有待审定的修改", "需要由另一位有权限的同事处理")
	a = send(leader, at, "release", url.Values{"until": {"2020-01-01"}})
	if a.Status != http.StatusUnprocessableEntity {
		t.Errorf("a day that is past: %d", a.Status)
	}
	has(t, a, "复核日期要在明天以后")
	if a = send(leader, at, "release", url.Values{"until": {"2027-06-30"}}); a.Status != http.StatusSeeOther {
		t.Fatalf("release: %d %s", a.Status, excerpt(a.Body))
	}
	has(t, handler.Get("/console/answers?q=材料"), "户口迁移要带哪些材料？", "公开中")
	has(t, handler.Get(caseHref(id)), "常见问答里的相近答案", "户口迁移要带哪些材料？")
	if a = send(leader, at, "retire", url.Values{}); a.Status != http.StatusSeeOther {
		t.Errorf("retire: %d", a.Status)
	}
	hasNot(t, handler.Get("/console/answers"), "户口迁移要带哪些材料？")
}
