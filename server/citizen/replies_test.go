package citizen_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"minping/complaints"
	"minping/complaints/publish"
	"minping/internal/actor"
	"minping/server/web/webtest"

	"github.com/google/uuid"
)

// publishers are the accounts of two people of the tax office.
func (v *voice) publishers() (writer, checker actor.Actor) {
	v.t.Helper()
	var people [2]actor.Actor
	for i := range people {
		name := fmt.Sprintf("p%d", i)
		people[i] = actor.Actor{Name: name, Grants: []actor.Grant{{Office: v.tax.ID, Permissions: map[actor.Permission]bool{complaints.PermRead: true, complaints.PermReply: true, publish.PermPublish: true}}}}
		v.must(v.db.Get(&people[i].Account, `INSERT INTO accounts (username, display_name, password_hash) VALUES ($1, $1, 'x') ON CONFLICT DO NOTHING RETURNING id`, name))
	}
	return people[0], people[1]
}

// published files, answers and publishes a consultation.
func (v *voice) published(writer, checker actor.Actor, question string) (complaints.Ticket, int64) {
	v.t.Helper()
	ctx, by := v.t.Context(), actor.System("test")
	filed, err := v.desk.File(ctx, actor.Actor{}, complaints.Filing{Submission: uuid.New(), Channel: complaints.ByWeb, Kind: complaints.Consultation, Unit: v.window.ID, Body: question})
	v.must(err)
	_, err = v.desk.Dispatch(ctx, by, filed.ID, complaints.Dispatching{Office: v.tax.ID})
	v.must(err)
	_, err = v.desk.Acknowledge(ctx, by, filed.ID, 0)
	v.must(err)
	_, err = v.desk.Reply(ctx, by, filed.ID, complaints.Replying{Body: "请带身份证和户口簿。" + strings.Repeat("办理时间为工作日上午九点到下午五点。", 40)})
	v.must(err)
	_, err = v.desk.Close(ctx, by, filed.ID, complaints.Why{Reason: "x"})
	v.must(err)
	v.must(v.public.SaveDraft(ctx, writer, publish.Drafting{Case: filed.ID, All: publish.Hide, Submit: true}))
	number, err := v.public.Publish(ctx, checker, filed.ID, 1)
	v.must(err)
	return complaints.Ticket{Receipt: filed.Receipt, PIN: filed.PIN}, number
}

func TestPublishedRepliesAreForEverybody(t *testing.T) {
	t.Parallel()
	v := newVoice(t, false)
	writer, checker := v.publishers()
	var ticket complaints.Ticket
	var number int64
	for i := range 17 {
		ticket, number = v.published(writer, checker, fmt.Sprintf("我叫王小明，电话13812345678，第%d次询问：户口迁移需要哪些材料，窗口中午有没有人值班，周末可不可以预约办理？%s <b>", i, strings.Repeat("问题很长。", 20)))
	}
	v.must(v.public.Reload(t.Context()))
	b := webtest.NewBrowser(t, v.e)
	list := b.Get("/replies")
	if list.Status != http.StatusOK || len(list.Body) > 14<<10 {
		t.Errorf("list: %d, %d bytes", list.Status, len(list.Body))
	}
	for _, secret := range []string{"王小明", "13812345678", "<b>"} {
		if strings.Contains(list.Body, secret) {
			t.Errorf("%s on the page", secret)
		}
	}
	next := find(list.Body, `rel="next" href="([^"]+)"`)
	if second := b.Get(strings.ReplaceAll(next, "&amp;", "&")); strings.Count(second.Body, `href="/replies/`) != 2 {
		t.Errorf("the second page %q has %d", next, strings.Count(second.Body, `href="/replies/`))
	}
	for at, want := range map[string]string{"/replies?q=材料&office=tax": "户口迁移", "/replies?office=art": "没有找到符合条件的答复", "/replies?q=地铁": "没有找到",
		"/replies?month=2026-11": "户口迁移", "/replies?q=%00": "", "/replies?after=x": "户口迁移"} {
		if a := b.Get(at); a.Status >= 500 || !strings.Contains(a.Body, want) {
			t.Errorf("%s: %d without %q", at, a.Status, want)
		}
	}
	if a := b.Get("/replies?month=2026-13"); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("no month: %d", a.Status)
	}
	at := fmt.Sprintf("/replies/%d", number)
	if a := b.Get(at); a.Status != http.StatusOK || !strings.Contains(a.Body, "〔姓名〕") || !strings.Contains(a.Body, "身份证和户口簿") || !strings.HasPrefix(a.Header.Get("Cache-Control"), "public") {
		t.Errorf("%s: %d", at, a.Status)
	}
	for _, wrong := range []string{"/replies/0", "/replies/x", "/replies/999999", "/replies/99999999999999999999", "/answers/5"} {
		if a := b.Get(wrong); a.Status != http.StatusNotFound {
			t.Errorf("%s: %d", wrong, a.Status)
		}
	}

	// The citizen sees it, objects, and it is off the page at once.
	mine := webtest.NewBrowser(t, v.e)
	mine.Post("/track", url.Values{"receipt": {ticket.Receipt}, "pin": {ticket.PIN}})
	if a := mine.Get("/track"); !strings.Contains(a.Body, at) || !strings.Contains(a.Body, "我不同意公开") {
		t.Error("the citizen is not told of the publication")
	}
	if a := mine.Post("/track/object", url.Values{"reason": {" "}}); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", a.Status)
	}
	if a := mine.Post("/track/object", url.Values{"reason": {"看得出是我"}}); a.Status != http.StatusSeeOther {
		t.Errorf("object: %d", a.Status)
	}
	v.must(v.public.Reload(t.Context()))
	if a := b.Get(at); a.Status != http.StatusGone {
		t.Errorf("after the objection: %d", a.Status)
	}
	if strings.Contains(b.Get("/replies").Body, `href="`+at+`"`) {
		t.Error("after the objection it is listed still")
	}
	if a := mine.Get("/track?done=object"); !strings.Contains(a.Body, "暂停公开") || strings.Contains(a.Body, "我不同意公开") {
		t.Error("the citizen is not told of the objection")
	}
	if a := mine.Post("/track/object", url.Values{"reason": {"再来"}}); a.Status != http.StatusConflict {
		t.Errorf("twice: %d", a.Status)
	}
}

func TestAnswersBeforeAConsultation(t *testing.T) {
	t.Parallel()
	v := newVoice(t, false)
	writer, checker := v.publishers()
	ctx := t.Context()
	id, err := v.public.WriteAnswer(ctx, writer, publish.Writing{Office: v.tax.ID, Question: "户口迁移要带哪些材料？", Answer: "身份证、户口簿。"})
	v.must(err)
	v.must(v.public.ReleaseAnswer(ctx, checker, id, 1, ""))
	b := webtest.NewBrowser(t, v.e)
	if a := b.Get("/complaints"); !strings.Contains(a.Body, `href="/complaints/ask"`) {
		t.Error("the first page does not lead there")
	}
	if a := b.Post("/complaints/ask", url.Values{"body": {""}}); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("nothing typed: %d", a.Status)
	}
	typed := "我要迁户口，需要带什么材料？<i>"
	a := b.Post("/complaints/ask", url.Values{"body": {typed}})
	if a.Status != http.StatusOK || !strings.Contains(a.Body, fmt.Sprintf(`href="/answers/%d"`, id)) || !strings.Contains(a.Body, "继续留言咨询") || strings.Contains(a.Body, "<i>") || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("suggestions: %d %s", a.Status, a.Header.Get("Cache-Control"))
	}
	if a = b.Post("/complaints/ask", url.Values{"body": {"路灯坏了"}}); !strings.Contains(a.Body, "没有找到现成的答案") {
		t.Error("an answer for everything")
	}
	// Going on loses nothing.
	a = b.Post("/complaints", url.Values{"do": {"go"}, "kind": {"consultation"}, "body": {typed}})
	if a.Status != http.StatusOK || !strings.Contains(a.Body, "我要迁户口，需要带什么材料？&lt;i&gt;") || !strings.Contains(a.Body, `value="consultation" checked`) {
		t.Errorf("the form: %d", a.Status)
	}
	if a = b.Get("/answers?q=材料"); !strings.Contains(a.Body, "户口迁移要带哪些材料？") {
		t.Error("not found by its words")
	}
	if a = b.Get(fmt.Sprintf("/answers/%d", id)); a.Status != http.StatusOK || !strings.Contains(a.Body, "身份证、户口簿。") {
		t.Errorf("the answer: %d", a.Status)
	}
}
