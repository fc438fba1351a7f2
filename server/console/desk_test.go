package console

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"minping/accounts"
	"minping/complaints"
	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/offices"
	"minping/server/web/webtest"
)

// account makes the row that the desk's tables point to; as signs in with the same number.
func (c *city) person(role accounts.Role, at offices.Unit) *webtest.Browser {
	c.t.Helper()
	id := int64(len(c.actors) + 1)
	if _, err := c.db.Exec(`INSERT INTO accounts (id, username, display_name, password_hash) OVERRIDING SYSTEM VALUE VALUES ($1, $2, $2, 'x')`, id, fmt.Sprintf("%s%d", role, id)); err != nil {
		c.t.Fatal(err)
	}
	return c.as(role, at)
}

func (c *city) complaint(unit offices.Unit, body string) complaints.ID {
	c.t.Helper()
	filed, err := c.app.desk.File(c.t.Context(), actor.Actor{}, complaints.Filing{Submission: uuid.New(), Channel: complaints.ByWeb, Kind: complaints.Complaint, Unit: unit.ID, Body: body})
	if err != nil {
		c.t.Fatal(err)
	}
	return filed.ID
}

var seenField = regexp.MustCompile(`name="seen" value="(\d+)"`)

// do sends one of the forms of a case as the page printed it.
func do(b *webtest.Browser, id complaints.ID, act string, form url.Values) webtest.Answer {
	at := caseHref(id)
	page := b.Get(at)
	if form.Get("seen") == "" {
		if m := seenField.FindStringSubmatch(page.Body); m != nil {
			form.Set("seen", m[1])
		}
	}
	form.Set("act", act)
	return b.Submit("/console/desk", at, form)
}

func mustDo(t *testing.T, b *webtest.Browser, id complaints.ID, act string, form url.Values) {
	t.Helper()
	if a := do(b, id, act, form); a.Status != http.StatusSeeOther {
		t.Fatalf("%s: %d\n%s", act, a.Status, excerpt(a.Body))
	}
}

func has(t *testing.T, a webtest.Answer, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(html.UnescapeString(a.Body), w) {
			t.Errorf("no %q on the page (%d)", w, a.Status)
		}
	}
}

func hasNot(t *testing.T, a webtest.Answer, unwanted ...string) {
	t.Helper()
	for _, w := range unwanted {
		if strings.Contains(html.UnescapeString(a.Body), w) {
			t.Errorf("%q on the page", w)
		}
	}
}

func TestACaseFromTheQueueToItsClosing(t *testing.T) {
	c := newCity(t)
	handler, desk, caller := c.person(accounts.Handler, c.office), c.person(accounts.Handler, everywhere), c.person(accounts.Callback, everywhere)
	id := c.complaint(c.windows[0], "窗口中午没有人 <b>x</b>")
	has(t, desk.Get("/console/desk"), "还剩 1 个工作日", "窗口中午没有人 <b>x</b>", "无人承办", "A1 税费申报窗口", fmt.Sprintf("#%d", id))
	hasNot(t, handler.Get(caseHref(id)), `value="acknowledge"`, `value="callback"`)

	mustDo(t, desk, id, "triage", url.Values{"kind": {"complaint"}, "urgency": {"ordinary"}})
	mustDo(t, desk, id, "dispatch", url.Values{"office": {fmtInt(c.office.ID)}})
	has(t, handler.Get("/console/desk?state=new"), "待签收", "窗口中午没有人")
	mustDo(t, handler, id, "acknowledge", url.Values{})
	mustDo(t, handler, id, "note", url.Values{"body": {"当事人当天请假"}})
	page := handler.Get(caseHref(id))
	has(t, page, "内部备注 · 群众看不到", "当事人当天请假", "公开：群众会看到这里写的内容", `<div class="words private">`)
	hasNot(t, handler.Get(caseHref(id)+"/print"), "当事人当天请假")
	// An answer without words keeps what else was chosen, by its field.
	a := do(handler, id, "reply", url.Values{"body": {" "}})
	if a.Status != http.StatusUnprocessableEntity {
		t.Errorf("an empty reply: %d", a.Status)
	}
	has(t, a, `id="reply-body-error"`)
	mustDo(t, handler, id, "reply", url.Values{"body": {"已安排中午值班。"}})
	has(t, handler.Get(caseHref(id)), "公开答复 · 群众可见", "已安排中午值班。")

	has(t, caller.Get("/console/callbacks"), "窗口中午没有人")
	if a := handler.Get("/console/callbacks"); a.Status != http.StatusForbidden {
		t.Errorf("a handler's list of callbacks: %d", a.Status)
	}
	has(t, caller.Get(caseHref(id)), "您好，我是市民评办回访员", "问题解决了吗")
	if a := do(caller, id, "callback", url.Values{"way": {"phone"}, "contacted": {"yes"}, "remark": {"电话里说的"}}); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("reached, and not asked: %d", a.Status)
	} else {
		has(t, a, "电话里说的", `value="yes" checked`)
	}
	mustDo(t, caller, id, "callback", url.Values{"way": {"phone"}, "contacted": {"yes"}, "solved": {"yes"}, "satisfied": {"4"}, "remark": {"满意"}})
	has(t, caller.Get(caseHref(id)), "已办结", "回访：已解决。满意")
	hasNot(t, caller.Get("/console/desk"), "窗口中午没有人")
	has(t, caller.Get("/console/desk?state=over"), "窗口中午没有人")
}

// Two people have the same case open: the second is told what happened and keeps the words.
func TestSomebodyElseWasFirst(t *testing.T) {
	c := newCity(t)
	first, second := c.person(accounts.Handler, c.office), c.person(accounts.Handler, c.office)
	desk := c.person(accounts.Handler, everywhere)
	id := c.complaint(c.windows[0], "排队太久")
	mustDo(t, desk, id, "dispatch", url.Values{"office": {fmtInt(c.office.ID)}})
	mustDo(t, first, id, "acknowledge", url.Values{})
	seen := seenField.FindStringSubmatch(second.Get(caseHref(id)).Body)[1]
	mustDo(t, first, id, "start", url.Values{})
	a := do(second, id, "reply", url.Values{"seen": {seen}, "body": {"我写了很久的答复"}})
	if a.Status != http.StatusConflict {
		t.Fatalf("%d", a.Status)
	}
	has(t, a, "已由他人处理", "我写了很久的答复", "在您填写期间，又有新的办理情况", "开始办理")
	mustDo(t, first, id, "reply", url.Values{"body": {"先到的答复"}})
	a = do(second, id, "reply", url.Values{"seen": {seen}, "body": {"我写了很久的答复"}})
	if a.Status != http.StatusConflict {
		t.Fatalf("%d", a.Status)
	}
	has(t, a, "您刚才填写的内容", "我写了很久的答复", "先到的答复")
	if a := do(second, id, "nonsense", url.Values{}); a.Status != http.StatusNotFound {
		t.Errorf("an unknown action: %d", a.Status)
	}
}

func TestTheDeskShowsWhatIsInScopeAndLate(t *testing.T) {
	c := newCity(t)
	own, division, elsewhere := c.person(accounts.Handler, c.office), c.person(accounts.DivisionChief, c.div), c.person(accounts.Handler, c.other)
	desk, discipline := c.person(accounts.Handler, everywhere), c.person(accounts.Discipline, everywhere)
	id := c.complaint(c.windows[0], "窗口上班迟到")
	for by, want := range map[*webtest.Browser]int{own: 200, division: 200, elsewhere: 404, discipline: 404} {
		if a := by.Get(caseHref(id)); a.Status != want {
			t.Errorf("status %d, want %d", a.Status, want)
		}
		if a := by.Get("/console/desk"); strings.Contains(a.Body, "窗口上班迟到") != (want == 200) {
			t.Error("the list and the page of a case differ")
		}
	}
	if a := do(elsewhere, id, "urge", url.Values{"reason": {"x"}}); a.Status != http.StatusNotFound {
		t.Errorf("an act on an unseen case: %d", a.Status)
	}
	c.later = 5 * time.Hour // the same Friday, in working hours
	has(t, desk.Get("/console/desk"), "还剩 1 个工作日")
	c.later = 4 * 24 * time.Hour
	has(t, desk.Get("/console/desk?due=overdue"), "窗口上班迟到", "已超期")
	hasNot(t, desk.Get("/console/desk?due=today"), "窗口上班迟到")
	hasNot(t, desk.Get("/console/desk?kind=praise"), "窗口上班迟到")
	hasNot(t, desk.Get("/console/desk?whose=mine"), "窗口上班迟到")
	for _, bad := range []string{"?kind=x", "?state=x", "?after=x", "?after=99999999999999999.1", "?office=-1"} {
		if a := desk.Get("/console/desk" + bad); a.Status != http.StatusOK && a.Status != http.StatusSeeOther {
			t.Errorf("%s: %d", bad, a.Status)
		}
	}
	for i := range deskRows {
		c.complaint(c.windows[0], fmt.Sprintf("又一件 %d", i))
	}
	page := desk.Get("/console/desk")
	next := regexp.MustCompile(`rel="next" href="([^"]+)"`).FindStringSubmatch(page.Body)
	if next == nil {
		t.Fatal("no next page")
	}
	last := fmt.Sprintf("又一件 %d", deskRows-1)
	hasNot(t, page, last)
	has(t, desk.Get(html.UnescapeString(next[1])), last)
}

func TestFilingForSomebodyOnTheTelephone(t *testing.T) {
	c := newCity(t)
	caller := c.person(accounts.Callback, everywhere)
	form := url.Values{"submission_id": {uuid.NewString()}, "channel": {"phone"}, "kind": {"complaint"}, "urgency": {"ordinary"}, "identity": {"contactable"},
		"body": {"材料跑了三趟"}, "window": {"nowhere"}}
	a := caller.Submit("/console/desk/new", "/console/desk/new", form)
	if a.Status != http.StatusUnprocessableEntity {
		t.Fatalf("%d", a.Status)
	}
	has(t, a, "没有这个窗口编码", "材料跑了三趟")
	form.Set("window", "w-1")
	a = caller.Submit("/console/desk/new", "/console/desk/new", form)
	has(t, a, "请至少留下一种联系方式", `id="phone-error"`)
	form.Set("identity", "none")
	a = caller.Submit("/console/desk/new", "/console/desk/new", form)
	if a.Status != http.StatusOK || a.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %s", a.Status, excerpt(a.Body))
	}
	has(t, a, "回执码", "查询密码", "把回执码和查询密码念给群众")
	again := caller.Submit("/console/desk/new", "/console/desk/new", form)
	has(t, again, "没有重复登记")
	if n := strings.Count(again.Body, "receipt-slip"); n != 2 { // both again, for ten minutes (decision 38)
		t.Errorf("the repeat shows %d codes", n)
	}
	var n int
	if err := c.db.Get(&n, `SELECT count(*)::int FROM cases WHERE unit_id = $1`, c.windows[0].ID); err != nil || n != 1 {
		t.Errorf("%d cases, %v", n, err)
	}
}

func TestARatingIsAppealedAndReviewed(t *testing.T) {
	c := newCity(t)
	chief, reviewer := c.person(accounts.DivisionChief, c.div), c.person(accounts.Reviewer, everywhere)
	id, err := c.app.desk.OpenFromRating(t.Context(), system, complaints.RatingRef{ID: 7, Day: workday.Of(clock()), ReceivedAt: clock(), Unit: c.windows[0].ID, Level: 1, Comment: "点错了", Language: "zh-CN"})
	if err != nil {
		t.Fatal(err)
	}
	mustDo(t, chief, id, "acknowledge", url.Values{})
	has(t, chief.Get(caseHref(id)), "立行立改", "对差评申诉")
	if a := do(chief, id, "reply", url.Values{"body": {"已解释"}}); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("a reply to a rating without a disposition: %d", a.Status)
	} else {
		has(t, a, "请说明如何处理", "已解释")
	}
	mustDo(t, chief, id, "appeal", url.Values{"reason": {"群众点错了等级"}})
	has(t, reviewer.Get("/console/reviews"), "点错了")
	if a := do(reviewer, id, "review", url.Values{"ruling": {"exclude"}, "reason": {"录音证实"}}); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("excluded for no listed reason: %d", a.Status)
	} else {
		has(t, a, "录音证实")
	}
	mustDo(t, reviewer, id, "review", url.Values{"ruling": {"exclude"}, "code": {"mistaken"}, "reason": {"录音证实"}})
	has(t, reviewer.Get(caseHref(id)), "评价经复核排除", "误评")
}
