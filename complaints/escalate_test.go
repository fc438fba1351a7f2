package complaints

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
)

var program = actor.System("test")

func TestEscalationReachesTheUnassignedAndWaitsForMorning(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	id, _ := o.file(t, filing(0)) // nobody's: due 3 November at close
	o.at(t, "2026-11-03 23:00")
	if n, err := o.s.Escalate(t.Context()); n != 1 || err != nil { // 50 and 80 % in one, the morning after 100 %
		t.Errorf("%d, %v", n, err)
	}
	if c := ok(t)(selectCase(t.Context(), o.db, id)); c.Level != 0 {
		t.Errorf("overdue at 17:00 and supervised at 23:00: %d", c.Level)
	}
	o.at(t, "2026-11-04 09:00")
	for range 3 {
		if _, err := o.s.Escalate(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if c := ok(t)(selectCase(t.Context(), o.db, id)); c.Level != 1 {
		t.Errorf("overdue and at level %d", c.Level)
	}
	var told []string
	n, err := o.s.TakeNotices(t.Context(), program, 100, func(_ context.Context, list []Notice) error {
		for _, x := range list {
			told = append(told, x.Audience)
		}
		return nil
	})
	slices.Sort(told)
	if err != nil || n != 3 || strings.Join(told, " ") != "desk desk supervisor" {
		t.Errorf("told %v, %v", told, err)
	}
	if n, err := o.s.TakeNotices(t.Context(), program, 100, nil); n != 0 || err != nil {
		t.Errorf("told twice: %d, %v", n, err)
	}
	o.sound(t)
}

func TestEscalationOnManyNodesTellsOnceAndPassesAnIllCaseBy(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	ill, _ := o.file(t, filing(0))
	for range 12 {
		o.file(t, filing(0))
	}
	if _, err := o.db.Exec(`ALTER TABLE case_events DISABLE TRIGGER case_events_kept; UPDATE case_events SET seq = 9 WHERE case_id = ` + "1"); err != nil {
		t.Fatal(err)
	}
	o.at(t, "2026-11-04 09:00")
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() { _, _ = o.s.Escalate(t.Context()) })
	}
	wg.Wait()
	if n := o.count(t, `SELECT count(*) FROM case_notices`); n != 24 {
		t.Errorf("%d notices of 12 overdue cases, case %d is ill", n, ill)
	}
}

func TestTheEndOfWaitingResumes(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	id, _ := o.taken(t)
	ok(t)(o.s.Ask(t.Context(), o.handler, id, Words{Body: "请补充材料"}))
	o.at(t, "2026-11-09 17:00")
	if _, err := o.s.Escalate(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := ok(t)(selectCase(t.Context(), o.db, id))
	if c.State != InProgress || !c.DueAt.Equal(china(t, "2026-11-16 17:00")) {
		t.Errorf("%s, due %s", c.State, c.DueAt)
	}
	o.sound(t)
}

func TestAChangeOfLimitsReachesNoRunningClockAndAHolidayDoes(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	o.at(t, "2026-12-30 10:00")
	id, _ := o.taken(t)
	before := ok(t)(selectCase(t.Context(), o.db, id))
	if before.Unnoticed != 2027 || !before.DueAt.Equal(china(t, "2027-01-06 17:00")) {
		t.Errorf("due %s, assumed for %d", before.DueAt, before.Unnoticed)
	}
	off := workday.Builtin().With(map[workday.Day]bool{{Year: 2027, Month: 1, Day: 1}: false, {Year: 2027, Month: 1, Day: 4}: false, {Year: 2027, Month: 10, Day: 1}: false})
	noticed := workday.NewClock(off, workday.OfficeHours())
	later := o.service(t, func() *workday.Clock { return noticed })
	later.cfg.Limits = func(context.Context, LimitQuery) (workday.Limit, error) {
		return workday.Limit{N: 1, Unit: workday.WorkingDays}, nil
	}
	if report, err := later.Verify(t.Context()); err != nil || len(report.Differences) == 0 {
		t.Errorf("%+v, %v", report, err)
	}
	if n, err := later.Recompute(t.Context()); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	after := ok(t)(selectCase(t.Context(), o.db, id))
	if after.Unnoticed != 0 || !after.DueAt.Equal(china(t, "2027-01-08 17:00")) {
		t.Errorf("due %s, assumed for %d", after.DueAt, after.Unnoticed)
	}
}

func TestVerifyFindsWhatWasChangedByHand(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	id, _ := o.replied(t)
	if _, err := o.db.Exec(`UPDATE cases SET state = 'closed', due_at = NULL WHERE id = $1`, id); err != nil {
		t.Fatal(err)
	}
	report, err := o.s.Verify(t.Context())
	if err != nil || len(report.Differences) != 2 || report.Differences[0].Field != "State" {
		t.Errorf("%v, %v", report.Differences, err)
	}
	for _, q := range []string{`UPDATE case_events SET action = 'close'`, `DELETE FROM case_events`, `DELETE FROM case_messages`, `DELETE FROM case_parts`} {
		if _, err := o.db.Exec(q); err == nil {
			t.Errorf("the database did %s", q)
		}
	}
}

func TestTheQueueIsOrderedAndScoped(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	var ids []ID
	for _, u := range []Urgency{Ordinary, Urgent, Utilities, Complex} {
		in := filing(o.window)
		in.Urgency = u
		id, _ := o.file(t, in)
		ids = append(ids, id)
	}
	elsewhere, _ := o.file(t, filing(o.police))
	var got []ID
	f := Filter{Limit: 2}
	for {
		page, err := o.s.Queue(t.Context(), o.handler, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range page {
			got = append(got, c.ID)
		}
		if len(page) < 2 {
			break
		}
		last := page[len(page)-1]
		f.After = &Mark{DueAt: last.DueAt, ID: last.ID}
	}
	if want := []ID{ids[1], ids[2], ids[0], ids[3]}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	_, err := o.s.Get(t.Context(), o.handler, elsewhere)
	wants(t, err, fault.NotFound, "")
	if _, err := o.s.Get(t.Context(), o.manager, ids[0]); err != nil {
		t.Errorf("the hall's manager: %v", err)
	}
	_, err = o.s.Queue(t.Context(), actor.Actor{}, Filter{})
	wants(t, err, fault.Forbidden, "")
	counts, err := o.s.Counts(t.Context(), o.desk, Filter{})
	if err != nil || counts.Live != 5 || counts.Nobody != 5 || counts.ByState[Received] != 5 || counts.DueToday != 2 {
		t.Errorf("%+v, %v", counts, err)
	}
}

const messages = "留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间\r\n" +
	"2549,A00045581,物业管理有问题,2019/4/25 9:32:09,\"第一行\n\"\"引号\"\"，全角\",已经核实,2019/5/10 14:56:53\r\n" +
	"2759,A1,月日在前,4/8/19 08:37,内容,答复,2019/5/9 10:02:08\r\n" +
	"27610,A2,只有日期,2018/4/24 10:05:04,内容,答复,2018/4/24\r\n" +
	"27611,A3,没有答复,2018/4/24 10:05:04,内容,,\r\n" +
	"1,A4,时间不对,2019/13/1 9:00:00,内容,答复,2019/5/9\r\n" +
	"2,A5,没有内容,2019/1/1 9:00:00, ,答复,2019/5/9\r\n" +
	"3,A6,先答后问,2019/5/10 9:00:00,内容,答复,2019/5/9 10:00:00\r\n"

func TestImportsCasesOnce(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	for round := range 2 {
		file, err := ReadCases(strings.NewReader(messages))
		if err != nil {
			t.Fatal(err)
		}
		var rejects bytes.Buffer
		report, err := o.s.ImportCases(t.Context(), program, CaseImport{File: file, Unit: o.tax, Rejects: csv.NewWriter(&rejects)})
		want := ImportReport{Rows: 7, Stored: 4, Refused: 3}
		if round == 1 {
			want.Stored, want.Known = 0, 4
		}
		if err != nil || report != want || strings.Count(rejects.String(), "\n") != 4 {
			t.Errorf("%+v, %v\n%s", report, err, &rejects)
		}
	}
	if n := o.count(t, `SELECT count(*) FROM cases WHERE state = 'closed' AND solved IS NULL AND NOT contacted AND replied_at > received_at - interval '1 second'
		AND taken_in_time IS NULL AND due_at IS NULL AND office_id = $1`, o.tax); n != 3 {
		t.Errorf("%d answered", n)
	}
	if n := o.count(t, `SELECT count(*) FROM cases WHERE state = 'received' AND due_at IS NULL`); n != 1 {
		t.Errorf("%d waiting", n)
	}
	if n := o.count(t, `SELECT count(*) FROM cases WHERE received_at = '2019-04-25 01:32:09Z' AND body = E'第一行\n"引号"，全角'`); n != 1 {
		t.Error("not as it stands in the file")
	}
	if n := o.count(t, `SELECT count(*) FROM cases WHERE body LIKE '%A00045581%' OR title LIKE '%A00045581%'`); n != 0 {
		t.Error("who wrote it was read")
	}
	if _, err := ReadCases(strings.NewReader("a,b\n1,2\n")); !errors.Is(err, ErrCaseHeading) {
		t.Error(err)
	}
	_, err := o.s.ImportCases(t.Context(), o.desk, CaseImport{File: &CaseFile{}})
	wants(t, err, fault.Forbidden, "")
	o.sound(t)
}

func TestImportsCategoriesOnce(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	paths, err := ReadCategories(strings.NewReader("\ufeff一级分类,二级分类,三级分类\n城乡建设,安全生产,事故处理\n城乡建设,安全生产,其他\n城乡建设,其他,其他\n"))
	if err != nil {
		t.Fatal(err)
	}
	for round := range 2 {
		report, err := o.s.ImportCategories(t.Context(), program, paths)
		if err != nil || report.Made != 3*(1-round) || report.Known != 3*round {
			t.Errorf("%+v, %v", report, err)
		}
	}
	tree, err := o.s.Categories(t.Context())
	if err != nil || len(tree) != 6 || tree[0].Level != 1 || tree[5].Parent == 0 {
		t.Errorf("%+v, %v", tree, err)
	}
	in := filing(o.window)
	in.Category = tree[5].ID
	id, _ := o.file(t, in)
	if c := ok(t)(selectCase(t.Context(), o.db, id)); c.Category != tree[5].ID {
		t.Errorf("%+v", c)
	}
	for _, wrong := range []string{"a,b,c\n", "一级分类,二级分类,三级分类\n甲,,丙\n", "一级分类,二级分类,三级分类\n" + strings.Repeat("长", 101) + ",乙,丙\n"} {
		if got, err := ReadCategories(strings.NewReader(wrong)); err == nil {
			t.Errorf("%q read as %v", wrong, got)
		}
	}
	o.sound(t)
}

// TestAnyWalkOverTheDatabase does what comes to mind, by whoever may, and then
// asks whether rows and events still agree.
func TestAnyWalkOverTheDatabase(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	rapid.Check(t, func(r *rapid.T) {
		id, ticket := o.file(t, Filing{Submission: uuid.New(), Channel: ByWeb, Kind: Kinds()[rapid.IntRange(0, 5).Draw(r, "kind")], Unit: o.window, Body: "内容"})
		ctx := t.Context()
		deeds := []func() error{
			func() error { _, err := o.s.Triage(ctx, o.desk, id, Triaging{Urgency: Complex}); return err },
			func() error { _, err := o.s.Dispatch(ctx, o.desk, id, Dispatching{Office: o.tax}); return err },
			func() error { _, err := o.s.Acknowledge(ctx, o.handler, id, 0); return err },
			func() error { _, err := o.s.Start(ctx, o.second, id, 0); return err },
			func() error { _, err := o.s.Return(ctx, o.chief, id, Why{Reason: "不属"}); return err },
			func() error {
				_, err := o.s.Transfer(ctx, o.handler, id, Transferring{Office: o.health, Reason: "转"})
				return err
			},
			func() error { _, err := o.s.Acknowledge(ctx, o.other, id, 0); return err },
			func() error { _, err := o.s.Ask(ctx, o.handler, id, Words{Body: "问"}); return err },
			func() error { _, err := o.s.Answer(ctx, ticket, "答"); return err },
			func() error { _, err := o.s.Add(ctx, ticket, "补"); return err },
			func() error { _, err := o.s.Extend(ctx, o.handler, id, Extending{Days: 3, Reason: "延"}); return err },
			func() error { _, err := o.s.Reply(ctx, o.handler, id, Replying{Body: "复"}); return err },
			func() error { _, err := o.s.Callback(ctx, o.callerA, id, Outcome{Way: "phone"}); return err },
			func() error {
				_, err := o.s.Callback(ctx, o.callerB, id, Outcome{Way: "sms", Contacted: true, Solved: false})
				return err
			},
			func() error { _, err := o.s.Rate(ctx, ticket, Outcome{Solved: true, Satisfied: 2}); return err },
			func() error { _, err := o.s.Close(ctx, o.callerA, id, Why{}); return err },
			func() error {
				_, err := o.s.Supervise(ctx, o.committee, id, Supervising{Level: 2, Reason: "督"})
				return err
			},
			func() error { _, err := o.s.Seal(ctx, o.desk, id, Why{Reason: "涉及人员"}); return err },
			func() error { _, err := o.s.Withdraw(ctx, ticket, ""); return err },
			func() error { _, err := o.s.Escalate(ctx); return err },
			func() error { o.mu.Lock(); o.clock = o.clock.Add(7 * time.Hour); o.mu.Unlock(); return nil },
		}
		for range rapid.IntRange(5, 15).Draw(r, "steps") {
			i := rapid.IntRange(0, len(deeds)-1).Draw(r, "deed")
			if err := deeds[i](); err != nil && fault.KindOf(err) == fault.Internal {
				r.Fatalf("deed %d: %v", i, err)
			}
		}
	})
	o.sound(t)
}
