package console

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/accounts"
	"minping/complaints"
	"minping/internal/actor"
	"minping/privacy"
	"minping/server/web/webtest"
)

// vaulted stands for the vault: pages know neither it nor the database.
var vaulted sync.Map

func putContact[Querier any](_ context.Context, _ Querier, _ string, c privacy.Contact) (uuid.UUID, error) {
	id := uuid.New()
	vaulted.Store(id, c)
	return id, nil
}

func masked[Querier any](_ context.Context, _ Querier, ids []uuid.UUID) (map[uuid.UUID]privacy.Masked, error) {
	all := map[uuid.UUID]privacy.Masked{}
	for _, id := range ids {
		if c, ok := vaulted.Load(id); ok {
			all[id] = c.(privacy.Contact).Mask()
		}
	}
	return all, nil
}

func reveal[Request any](context.Context, actor.Actor, Request) (privacy.Contact, error) {
	return complaints.ContactOf("欧阳静", "13905320077"), nil
}

// firstTwo are told of everything; what they may not read the desk keeps from them.
func firstTwo[Querier any](context.Context, Querier, complaints.Addressee) ([]int64, error) {
	return []int64{1, 2}, nil
}

// withContacts gives the desk contacts, a gateway, and somebody to remind.
func (c *city) withContacts() (sent *[]complaints.LinkMessage) {
	c.t.Helper()
	sent = new([]complaints.LinkMessage)
	with := complaints.Config{DB: c.db, Now: c.now, PINKey: make([]byte, 32)}
	with.PutContact, with.Contacts.Masked, with.Contacts.Reveal = putContact, masked, reveal
	with.Contacts.SendLink = func(_ context.Context, _ *sqlx.Tx, l complaints.LinkMessage) error {
		*sent = append(*sent, l)
		return nil
	}
	with.Recipients = firstTwo
	desk, err := complaints.New(with)
	if err != nil {
		c.t.Fatal(err)
	}
	c.app.desk = desk
	return sent
}

// answered is a named complaint that the office has replied to.
func (c *city) answered(handler *webtest.Browser) complaints.ID {
	c.t.Helper()
	filed, err := c.app.desk.File(c.t.Context(), actor.Actor{}, complaints.Filing{Submission: uuid.New(), Channel: complaints.ByWeb, Kind: complaints.Complaint,
		Unit: c.windows[0].ID, Body: "材料跑了三趟", Identity: complaints.Named, Contact: complaints.ContactOf("欧阳静", "13905320077")})
	if err != nil {
		c.t.Fatal(err)
	}
	if _, err := c.app.desk.Dispatch(c.t.Context(), system, filed.ID, complaints.Dispatching{Office: c.office.ID}); err != nil {
		c.t.Fatal(err)
	}
	mustDo(c.t, handler, filed.ID, "acknowledge", url.Values{})
	mustDo(c.t, handler, filed.ID, "reply", url.Values{"body": {"已经一次性告知。"}})
	return filed.ID
}

func TestACallerFindsScriptNumberAndLink(t *testing.T) {
	c := newCity(t)
	sent := c.withContacts()
	handler, caller, reviewer := c.person(accounts.Handler, c.office), c.person(accounts.Callback, everywhere), c.person(accounts.Reviewer, everywhere)
	id := c.answered(handler)
	at := "/console/callbacks/" + fmtInt(id)
	has(t, caller.Get("/console/callbacks"), "材料跑了三趟", "还没有联系过", "留有联系方式")
	page := caller.Get(caseHref(id))
	has(t, page, "请问您最近是不是向政务服务反映过问题", "第一，市税务局有没有就这件事联系过您", "查看完整号码", "改发短信链接", `target="_blank"`)
	hasNot(t, page, "13905320077", "05320077")
	for _, other := range []*webtest.Browser{handler, reviewer} {
		hasNot(t, other.Get(caseHref(id)), "欧阳", "查看完整号码")
		if a := other.Get(at + "/contact"); a.Status != http.StatusForbidden {
			t.Errorf("the number for another role: %d", a.Status)
		}
	}
	a := caller.Submit(at+"/contact", at+"/contact", url.Values{"reason": {"打 13905320077"}})
	if a.Status != http.StatusUnprocessableEntity {
		t.Errorf("a reason that tells the number: %d", a.Status)
	}
	has(t, a, `id="reason-error"`, "打 13905320077")
	a = caller.Submit(at+"/contact", at+"/contact", url.Values{"reason": {"电话回访核实办理结果"}})
	if a.Status != http.StatusOK || a.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %q", a.Status, a.Header.Get("Cache-Control"))
	}
	has(t, a, "13905320077", "欧阳静", `http-equiv="refresh" content="180;url=`+at+`/contact"`)
	hasNot(t, caller.Get(at+"/contact"), "13905320077")

	if a := caller.Submit(at+"/contact", at+"/link", url.Values{}); a.Status != http.StatusSeeOther || len(*sent) != 1 {
		t.Errorf("a link: %d, %d sent", a.Status, len(*sent))
	}
	has(t, caller.Get(caseHref(id)), "短信已提交发送", "还没有回答")
	if a := caller.Submit(at+"/contact", at+"/link", url.Values{}); a.Status != http.StatusSeeOther || len(*sent) != 1 {
		t.Errorf("a second link: %d, %d sent", a.Status, len(*sent))
	}
	has(t, caller.Get(caseHref(id)), "不能重复发送")
	if a := caller.Get("/console/callbacks/99999/contact"); a.Status != http.StatusNotFound {
		t.Errorf("no such case: %d", a.Status)
	}
}

func TestACallThatReachesNobodyAndOneThatIsNotContent(t *testing.T) {
	c := newCity(t)
	c.withContacts()
	handler, caller, other := c.person(accounts.Handler, c.office), c.person(accounts.Callback, everywhere), c.person(accounts.Handler, c.office)
	id := c.answered(handler)
	form := url.Values{"contacted": {"no"}, "remark": {"没接"}}
	a := do(caller, id, "callback", form)
	if a.Status != http.StatusUnprocessableEntity {
		t.Errorf("not reached, and not why: %d", a.Status)
	}
	has(t, a, `id="callback-missed-error"`, "没接")
	for _, when := range []string{"", "9999-12-31T00:00", "2020-01-01T10:00", "下午"} {
		a := do(caller, id, "callback", url.Values{"contacted": {"no"}, "missed": {"later"}, "again": {when}})
		if a.Status != http.StatusUnprocessableEntity {
			t.Errorf("to be called %q: %d", when, a.Status)
		}
		has(t, a, `id="callback-again-error"`)
	}
	mustDo(t, caller, id, "callback", url.Values{"contacted": {"no"}, "missed": {"no_answer"}, "remark": {"没接"}})
	mustDo(t, caller, id, "callback", url.Values{"contacted": {"no"}, "missed": {"later"}, "again": {"2026-11-20T15:30"}})
	has(t, caller.Get("/console/callbacks"), "本轮已联系 2 次", "不方便，约时间再打", "约定")
	has(t, caller.Get(caseHref(id)), "本轮联系记录", "无人接听", "没接", "本轮已有 1 次没有联系上")
	mustDo(t, caller, id, "callback", url.Values{"contacted": {"yes"}, "responded": {"no"}, "solved": {"no"}, "satisfied": {"1"}})
	has(t, handler.Get(caseHref(id)), "第 2 轮", "督办") // one level higher
	mustDo(t, other, id, "acknowledge", url.Values{})
	if a := do(caller, id, "acknowledge", url.Values{}); a.Status == http.StatusSeeOther {
		t.Error("a caller handles the case")
	}
}

var regexpNewest = regexp.MustCompile(`name="id" value="(\d+)"><input type="hidden" name="upto"`)

func TestRemindersAreReadAndCounted(t *testing.T) {
	c := newCity(t)
	c.withContacts()
	chief, elsewhere := c.person(accounts.DivisionChief, c.div), c.person(accounts.Handler, c.other)
	id := c.complaint(c.windows[0], "窗口没有人")
	if _, err := c.app.desk.Dispatch(t.Context(), system, id, complaints.Dispatching{Office: c.office.ID}); err != nil {
		t.Fatal(err)
	}
	hasNot(t, chief.Get("/console/desk"), `class="bell-count"`)
	has(t, chief.Get("/console/notices"), "没有未读提醒")
	c.later = 5 * 24 * time.Hour
	if _, err := c.app.desk.Escalate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.app.desk.DeliverNotices(t.Context()); err != nil {
		t.Fatal(err)
	}
	has(t, chief.Get("/console/desk"), `class="bell-count"`, `aria-label="提醒，`)
	page := chief.Get("/console/notices")
	has(t, page, "窗口没有人", "签收时限", caseHref(id), "市税务局")
	if a := elsewhere.Get("/console/notices"); a.Status != http.StatusOK || strings.Contains(a.Body, "窗口没有人") {
		t.Errorf("another office reads it: %d", a.Status)
	}
	newest := regexpNewest.FindStringSubmatch(page.Body)
	if newest == nil {
		t.Fatal("no button")
	}
	if a := chief.Submit("/console/notices", "/console/notices", url.Values{"id": {newest[1]}, "upto": {"1"}}); a.Status != http.StatusSeeOther {
		t.Errorf("%d", a.Status)
	}
	has(t, chief.Get("/console/notices"), "没有未读提醒")
	has(t, chief.Get("/console/notices?show=all"), "窗口没有人")
	hasNot(t, chief.Get("/console/desk"), `class="bell-count"`)
	for _, bad := range []string{"?before=x", "?show=x", "?before=-1"} {
		if a := chief.Get("/console/notices" + bad); a.Status != http.StatusOK {
			t.Errorf("%s: %d", bad, a.Status)
		}
	}
}

func TestKinIsDeclaredByTheDisciplineRole(t *testing.T) {
	c := newCity(t)
	discipline, handler := c.person(accounts.Discipline, everywhere), c.person(accounts.Handler, everywhere)
	if a := handler.Get("/console/desk/kin"); a.Status != http.StatusForbidden {
		t.Errorf("%d", a.Status)
	}
	at := "/console/desk/kin"
	has(t, discipline.Get(at), "还没有登记回避关系")
	a := discipline.Submit(at, at, url.Values{"act": {"declare"}, "unit": {fmtInt(c.office.ID)}, "other": {fmtInt(c.office.ID)}, "reason": {"合署办公"}})
	if a.Status != http.StatusUnprocessableEntity {
		t.Errorf("an office with itself: %d", a.Status)
	}
	has(t, a, `id="office-error"`, "合署办公")
	form := url.Values{"act": {"declare"}, "unit": {fmtInt(c.office.ID)}, "other": {fmtInt(c.other.ID)}, "reason": {"长期合署办公"}}
	for range 2 { // tapped twice
		if a := discipline.Submit(at, at, form); a.Status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.Status, excerpt(a.Body))
		}
	}
	has(t, discipline.Get(at), "市税务局 — 市公安局", "长期合署办公")
	end := url.Values{"act": {"end"}, "unit": {fmtInt(c.office.ID)}, "other": {fmtInt(c.other.ID)}}
	if a := discipline.Submit(at, at, end); a.Status != http.StatusSeeOther {
		t.Errorf("%d", a.Status)
	}
	has(t, discipline.Get(at), "还没有登记回避关系")
	if a := discipline.Submit(at, at, end); a.Status == http.StatusSeeOther || a.Status >= 500 {
		t.Errorf("ended twice: %d", a.Status)
	}
}

func TestThePageOfRatesAndItsFiles(t *testing.T) {
	c := newCity(t)
	c.withContacts()
	leader, committee, caller := c.person(accounts.OfficeLeader, c.office), c.person(accounts.Committee, everywhere), c.person(accounts.Callback, everywhere)
	handler := c.person(accounts.Handler, c.office)
	for i := range 6 {
		id := c.answered(handler)
		solved := "yes"
		if i == 0 {
			solved = "no"
		}
		mustDo(t, caller, id, "callback", url.Values{"contacted": {"yes"}, "responded": {"yes"}, "solved": {solved}, "satisfied": {fmt.Sprint(5 - i%3)}})
	}
	page := committee.Get("/console/rates?period=2026-11")
	has(t, page, "市税务局", "83.3%", "5 / 6", "样本不足", "办结失实率", "承办人办结失实", "没有回访件数达到门槛的承办人", "sat-1/rates-1", "暂无")
	has(t, leader.Get("/console/rates?period=2026-11&level=division"), "纳税服务处", "5 / 6")
	if a := caller.Get("/console/rates?period=2026-11&level=division"); a.Status != http.StatusForbidden {
		t.Errorf("divisions for a caller: %d", a.Status)
	}
	hasNot(t, caller.Get("/console/rates?period=2026-11"), "办结失实率")
	for _, level := range []string{"city", "hall", "window"} {
		has(t, committee.Get("/console/rates?period=2026-Q4&level="+level+"&kind=complaint"), "5 / 6")
	}
	for bad, want := range map[string]int{"?period=x": 422, "?period=2026-11&level=x": 422, "?kind=x": 422, "?from=2026-11-30&to=2026-11-01&period=custom": 422} {
		if a := committee.Get("/console/rates" + bad); a.Status != want {
			t.Errorf("%s: %d", bad, a.Status)
		}
	}
	csv := committee.Get("/console/rates/export/csv?period=2026-11")
	if csv.Status != http.StatusOK || !strings.HasPrefix(csv.Body, "\ufeffunit,name,level,period,kind,response_n,") || !strings.Contains(csv.Body, "tax,市税务局,office,2026-11,,5,1.0000") {
		t.Errorf("%d %s", csv.Status, excerpt(csv.Body))
	}
	if a := committee.Get("/console/rates/export/xlsx?period=2026-11"); a.Status != http.StatusOK || !strings.HasPrefix(a.Body, "PK") {
		t.Errorf("%d", a.Status)
	}
	if a := committee.Get("/console/rates/export/pdf?period=2026-11"); a.Status != http.StatusNotFound {
		t.Errorf("%d", a.Status)
	}
}
