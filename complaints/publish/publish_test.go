package publish

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"minping/complaints"
	"minping/internal/actor"
	"minping/internal/fault"
)

func TestPublishing(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	ctx := t.Context()
	id, _ := o.closed(t)

	d, err := o.s.Draft(ctx, o.second, id)
	ok(t, err)
	if d.Undecided() == 0 || d.MayCheck || !d.MayEdit || d.Seq != 0 {
		t.Fatalf("a fresh draft: %d undecided, %+v", d.Undecided(), d)
	}
	groups := map[string]Group{}
	for _, g := range d.Groups() {
		groups[g.Text] = g
	}
	if groups["王小明"].Times < 2 || groups["13812345678"].Times < 1 { // in the title, the question and the answer
		t.Errorf("groups: %+v", groups)
	}

	// Nothing goes on while something is undecided.
	wants(t, o.s.SaveDraft(ctx, o.second, Drafting{Case: id, Submit: true}), fault.Invalid, "publish.undecided")
	wants(t, o.s.SaveDraft(ctx, o.second, Drafting{Case: id, Also: []string{"没有这个词"}}), fault.Invalid, "publish.nowhere")
	ok(t, o.s.SaveDraft(ctx, o.second, Drafting{Case: id, All: Hide, Decide: map[string]Decision{groups["85912345"].Key: Keep}, Also: []string{" 落户 "}}))
	wants(t, o.s.SaveDraft(ctx, o.handler, Drafting{Case: id, Seq: 0}), fault.Conflict, "publish.changed_meanwhile")
	ok(t, o.s.SaveDraft(ctx, o.second, Drafting{Case: id, Seq: 1, Submit: true}))

	// The second look is another person's, and not the handler's.
	_, err = o.s.Publish(ctx, o.second, id, 2)
	wants(t, err, fault.Forbidden, "fault.forbidden")
	_, err = o.s.Publish(ctx, o.chief, id, 1)
	wants(t, err, fault.Conflict, "publish.changed_meanwhile")
	ok(t, o.s.SendBack(ctx, o.chief, id, 2, "联系人的姓也要隐去"))
	ok(t, o.s.SaveDraft(ctx, o.chief, Drafting{Case: id, Seq: 3, Submit: true}))
	_, err = o.s.Publish(ctx, o.chief, id, 4)
	wants(t, err, fault.Forbidden, "publish.another_person")
	number, err := o.s.Publish(ctx, o.leader, id, 4)
	ok(t, err)

	r, err := o.s.Reply(ctx, number)
	ok(t, err)
	for _, secret := range []string{"王小明", "13812345678", "刘芳", "陈红", "落户"} {
		if strings.Contains(r.Title+r.Question+r.Answer, secret) {
			t.Errorf("%s stands in %q %q", secret, r.Question, r.Answer)
		}
	}
	if !strings.Contains(r.Answer, "85912345") || !strings.Contains(r.Question, "〔姓名〕") || !strings.Contains(r.Question, "〔已隐去〕") {
		t.Errorf("published %q %q", r.Question, r.Answer)
	}
	if o.audited(t, "reply.submit") != 2 || o.audited(t, "reply.publish") != 1 || o.audited(t, "reply.send_back") != 1 {
		t.Error("the audit chain does not tell what was done")
	}
	_, err = o.s.Publish(ctx, o.leader, id, 4)
	wants(t, err, fault.Conflict, "")
	wants(t, o.s.SaveDraft(ctx, o.second, Drafting{Case: id, All: Hide}), fault.Conflict, "publish.already")
}

func TestHandlerDoesNotPublish(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	id, _, seq := o.submitted(t)
	o.handler.Grants[0].Permissions[PermPublish] = true
	_, err := o.s.Publish(t.Context(), o.handler, id, seq)
	wants(t, err, fault.Forbidden, "publish.another_person")
	if d, err := o.s.Draft(t.Context(), o.handler, id); err != nil || d.MayCheck {
		t.Errorf("offered to whoever handled it: %v", err)
	}
}

func TestWhatIsNeverPublished(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	ctx := t.Context()
	report, err := o.desk.File(ctx, actor.Actor{}, complaints.Filing{Submission: uuid.New(), Channel: complaints.ByWeb, Kind: complaints.Report, Body: "有人收钱"})
	ok(t, err)
	_, err = o.s.Draft(ctx, o.chief, report.ID)
	wants(t, err, fault.NotFound, "")
	_, err = o.s.Draft(ctx, o.discipline, report.ID)
	wants(t, err, fault.Forbidden, "")
	open, err := o.desk.File(ctx, actor.Actor{}, complaints.Filing{Submission: uuid.New(), Channel: complaints.ByWeb, Kind: complaints.Consultation, Body: question})
	ok(t, err)
	_, err = o.s.Draft(ctx, o.dispatcher, open.ID)
	wants(t, err, fault.Conflict, "publish.not_closed")
	id, _ := o.closed(t)
	_, err = o.s.Draft(ctx, o.other, id)
	wants(t, err, fault.NotFound, "")
	_, err = o.s.FromCase(ctx, o.other, id)
	wants(t, err, fault.NotFound, "")
	if list, err := o.s.Works(ctx, o.other, ""); err != nil || len(list) > 0 {
		t.Errorf("the other office is offered %v, %v", list, err)
	}
	if list, err := o.s.Works(ctx, o.second, ""); err != nil || len(list) != 1 {
		t.Errorf("the office is offered %v, %v", list, err)
	}
	_, err = o.s.Works(ctx, o.discipline, "")
	wants(t, err, fault.Forbidden, "")
}

// What was published is its own: nothing done to the case changes it, but sealing and
// blacking out take it away in their own transaction.
func TestPublishedStaysAsItIs(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	ctx := t.Context()
	id, _, number := o.published(t)
	for _, q := range []string{`UPDATE published_replies SET answer = 'x'`, `UPDATE published_replies SET office_id = office_id + 0, published_at = now()`,
		`DELETE FROM published_replies`, `UPDATE qa_versions SET answer = 'x'`} {
		if _, err := o.db.ExecContext(ctx, q); err == nil && !strings.Contains(q, "qa_versions") {
			t.Errorf("%s: done", q)
		}
	}
	_, err := o.db.ExecContext(ctx, `UPDATE cases SET body = '■■■' WHERE id = $1`, id)
	ok(t, err)
	_, err = o.s.Reply(ctx, number)
	wants(t, err, fault.Gone, "publish.gone")
	p, r, err := o.s.Published(ctx, o.chief, number)
	if err != nil || p.State != Withdrawn || p.WithdrawnWhy != "blackout" || r.Question+r.Answer != "" {
		t.Errorf("after the blackout: %+v %+v %v", p, r, err)
	}

	id, _, number = o.published(t)
	_, err = o.db.ExecContext(ctx, `UPDATE cases SET sealed = true WHERE id = $1`, id)
	ok(t, err)
	_, err = o.s.Reply(ctx, number)
	wants(t, err, fault.Gone, "publish.gone")
	_, _, err = o.s.Published(ctx, o.chief, number)
	wants(t, err, fault.NotFound, "")
	if list, err := o.s.Find(ctx, Search{}); err != nil || len(list) > 0 {
		t.Errorf("found %v, %v", list, err)
	}
}

func TestWithdrawAndObject(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	ctx := t.Context()
	_, ticket, number := o.published(t)
	wants(t, o.s.Object(ctx, complaints.Ticket{Receipt: ticket.Receipt, PIN: "000000"}, "不同意"), fault.NotFound, "")
	wants(t, o.s.Object(ctx, ticket, "  "), fault.Invalid, "fault.field.required")
	ok(t, o.s.Object(ctx, ticket, "看得出是我"))
	_, err := o.s.Reply(ctx, number)
	wants(t, err, fault.Gone, "publish.gone")
	wants(t, o.s.Object(ctx, ticket, "再说一次"), fault.Conflict, "publish.objected_already")
	wants(t, o.s.Decide(ctx, o.chief, Deciding{Number: number, Answer: "x"}), fault.Forbidden, "publish.another_person")
	wants(t, o.s.Decide(ctx, o.other, Deciding{Number: number, Answer: "x"}), fault.NotFound, "")
	wants(t, o.s.Decide(ctx, o.second, Deciding{Number: number, Answer: "x"}), fault.Forbidden, "")
	ok(t, o.s.Decide(ctx, o.leader, Deciding{Number: number, Answer: "已核对，没有可以认出您的内容"}))
	if _, err := o.s.Reply(ctx, number); err != nil {
		t.Errorf("rejected, and still off the page: %v", err)
	}
	seen, err := o.desk.Track(ctx, ticket)
	ok(t, err)
	if p, there, err := o.s.OfTracked(ctx, seen); err != nil || !there || p.Told == "" || p.Number != number {
		t.Errorf("the citizen is told %+v, %v, %v", p, there, err)
	}
	wants(t, o.s.Object(ctx, ticket, "再说一次"), fault.Conflict, "publish.objected_already")

	wants(t, o.s.Withdraw(ctx, o.second, number, "x"), fault.Forbidden, "")
	ok(t, o.s.Withdraw(ctx, o.privacy, number, "含个人信息"))
	wants(t, o.s.Withdraw(ctx, o.chief, number, "x"), fault.Conflict, "publish.withdrawn_already")
	_, err = o.s.Reply(ctx, number)
	wants(t, err, fault.Gone, "publish.gone")
	for action, want := range map[string]int{"reply.object": 1, "reply.decide": 1, "reply.withdraw": 1} {
		if got := o.audited(t, action); got != want {
			t.Errorf("%s: %d entries", action, got)
		}
	}
}

// Two who publish at once publish once; a citizen's objection and a withdrawal at once leave it off the page.
func TestAtOnce(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	ctx := t.Context()
	id, ticket, seq := o.submitted(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for _, by := range []actor.Actor{o.chief, o.leader, o.committee, o.chief} {
		wg.Go(func() {
			_, err := o.s.Publish(ctx, by, id, seq)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				done++
			} else if fault.KindOf(err) != fault.Conflict {
				t.Errorf("publish at once: %v", err)
			}
		})
	}
	wg.Wait()
	list, err := o.s.Find(ctx, Search{})
	ok(t, err)
	if done != 1 || len(list) != 1 {
		t.Fatalf("published %d times, %d on the page", done, len(list))
	}
	wg.Go(func() { _ = o.s.Object(ctx, ticket, "不同意") })
	wg.Go(func() { _ = o.s.Withdraw(ctx, o.chief, list[0].Number, "含个人信息") })
	wg.Wait()
	if _, err := o.s.Reply(ctx, list[0].Number); fault.KindOf(err) != fault.Gone {
		t.Errorf("still on the page: %v", err)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	ctx := t.Context()
	var numbers []int64
	for range 3 {
		_, _, n := o.published(t)
		numbers = append(numbers, n)
	}
	for _, c := range []struct {
		q    Search
		want int
	}{
		{Search{}, 3}, {Search{Query: "户口迁移"}, 3}, {Search{Query: "地铁"}, 0}, {Search{Query: "王小明"}, 0}, {Search{Query: "的"}, 0}, {Search{Query: "'); DROP TABLE x --\x00"}, 0},
		{Search{Office: "tax"}, 3}, {Search{Office: "health"}, 0}, {Search{Month: "2026-11"}, 3}, {Search{Month: "2026-10"}, 0}, {Search{Limit: 2}, 2},
		{Search{After: &PlaceIn{"2026-11-02", numbers[2]}}, 2}, {Search{Category: 7}, 0},
	} {
		list, err := o.s.Find(ctx, c.q)
		if err != nil || len(list) != c.want {
			t.Errorf("%+v: %d, %v", c.q, len(list), err)
		}
	}
	_, err := o.s.Find(ctx, Search{Month: "2026-13"})
	wants(t, err, fault.Invalid, "")
	_, err = o.s.Find(ctx, Search{Query: strings.Repeat("字", 101)})
	wants(t, err, fault.Invalid, "")
	offices, _, months, err := o.s.Choices(ctx)
	if err != nil || len(offices) != 1 || offices[0].N != 3 || len(months) != 1 {
		t.Errorf("choices %v %v %v", offices, months, err)
	}
	w, err := o.s.OfficeWork(ctx, o.tax, o.s.today().AddDays(-30), o.s.today())
	if err != nil || w.Received != 3 || w.Closed != 3 || w.Open != 0 || w.Days != nil {
		t.Errorf("work %+v %v", w, err)
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	ctx := t.Context()
	id, _ := o.closed(t)
	w, err := o.s.FromCase(ctx, o.second, id)
	ok(t, err)
	if strings.Contains(w.Question+w.Answer, "王小明") || w.Office != o.tax || w.Case != id {
		t.Errorf("drafted %+v", w)
	}
	_, err = o.s.WriteAnswer(ctx, o.second, Writing{Office: o.tax, Question: "户口迁移需要哪些材料？", Answer: "请找王小明主任，电话13812345678"})
	wants(t, err, fault.Invalid, "publish.personal")
	_, err = o.s.WriteAnswer(ctx, o.second, Writing{Office: o.tax})
	wants(t, err, fault.Invalid, "fault.field.required")
	_, err = o.s.WriteAnswer(ctx, o.other, Writing{Office: o.tax, Question: "问", Answer: "答"})
	wants(t, err, fault.Forbidden, "")
	entry, err := o.s.WriteAnswer(ctx, o.second, Writing{Office: o.tax, Case: id, Question: "户口迁移需要哪些材料？", Answer: "身份证、户口簿。咨询电话85912345。"})
	ok(t, err)
	if list, err := o.s.Suggest(ctx, "我想把户口迁到市里，要带什么材料", 0, 3); err != nil || len(list) > 0 {
		t.Errorf("not released, and suggested: %v %v", list, err)
	}
	wants(t, o.s.ReleaseAnswer(ctx, o.second, entry, 1, ""), fault.Forbidden, "")
	wants(t, o.s.ReleaseAnswer(ctx, o.other, entry, 1, ""), fault.NotFound, "")
	for _, day := range []string{"2026-11-02", "2020-01-01", "9999-12-31", "x"} {
		wants(t, o.s.ReleaseAnswer(ctx, o.chief, entry, 1, day), fault.Invalid, "publish.review_day")
	}
	ok(t, o.s.ReleaseAnswer(ctx, o.chief, entry, 1, "2027-01-31"))
	wants(t, o.s.ReleaseAnswer(ctx, o.chief, entry, 1, ""), fault.Conflict, "publish.changed_meanwhile")
	if list, err := o.s.Suggest(ctx, "我想把户口迁到市里，要带什么材料", o.tax, 3); err != nil || len(list) != 1 || list[0].ID != entry {
		t.Errorf("suggested %v %v", list, err)
	}
	if list, err := o.s.FindAnswers(ctx, Search{Query: "材料", Office: "tax"}); err != nil || len(list) != 1 {
		t.Errorf("found %v %v", list, err)
	}

	// A change waits for the second person, and what is shown stays.
	_, err = o.s.WriteAnswer(ctx, o.chief, Writing{ID: entry, Seq: 2, Office: o.tax, Question: "户口迁移需要哪些材料？", Answer: "只要身份证。"})
	ok(t, err)
	k, err := o.s.Answer(ctx, entry)
	if err != nil || !strings.Contains(k.Answer, "户口簿") {
		t.Errorf("shown %q %v", k.Answer, err)
	}
	wants(t, o.s.ReleaseAnswer(ctx, o.chief, entry, 3, ""), fault.Forbidden, "publish.another_person")
	if list, err := o.s.Entries(ctx, o.leader, EntryFilter{Waiting: true}); err != nil || len(list) != 1 || !list[0].Waits() {
		t.Errorf("waiting %v %v", list, err)
	}
	ok(t, o.s.ReleaseAnswer(ctx, o.leader, entry, 3, "2027-01-31"))

	// Its day comes: noted once, suggested no more.
	o.clock = o.clock.AddDate(0, 3, 0)
	if n, err := o.s.NoteStale(ctx); n != 1 || err != nil {
		t.Errorf("%d stale, %v", n, err)
	}
	if n, err := o.s.NoteStale(ctx); n != 0 || err != nil {
		t.Errorf("again %d stale, %v", n, err)
	}
	if list, err := o.s.Suggest(ctx, "户口迁移材料", 0, 3); err != nil || len(list) > 0 {
		t.Errorf("stale, and suggested: %v %v", list, err)
	}
	if list, err := o.s.Entries(ctx, o.second, EntryFilter{Stale: true}); err != nil || len(list) != 1 || !list[0].Stale {
		t.Errorf("stale %v %v", list, err)
	}
	ok(t, o.s.RetireAnswer(ctx, o.leader, entry, 4))
	_, err = o.s.Answer(ctx, entry)
	wants(t, err, fault.Gone, "publish.gone")
	if o.audited(t, "answer.stale") != 1 || o.audited(t, "answer.release") != 2 || o.audited(t, "answer.retire") != 1 {
		t.Error("the audit chain does not tell what was done")
	}
}
