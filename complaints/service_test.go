package complaints

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/vault"
)

func TestFilingIsStoredOnce(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	in := filing(o.window)
	in.Body = "  第一行\r\n第二行\x00\u202e😀 "
	first, err := o.s.File(t.Context(), actor.Actor{}, in)
	if err != nil || first.Repeat || len(first.PIN) != 6 || first.DueAt == nil {
		t.Fatalf("%+v, %v", first, err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			again, err := o.s.File(t.Context(), actor.Actor{}, in)
			if err != nil || !again.Repeat || again.Receipt != first.Receipt || again.PIN != first.PIN {
				t.Errorf("%+v, %v", again, err)
			}
		})
	}
	wg.Wait()
	o.mu.Lock()
	o.clock = o.clock.Add(pinAgain)
	o.mu.Unlock()
	if again, err := o.s.File(t.Context(), actor.Actor{}, in); err != nil || again.Receipt != first.Receipt || again.PIN != "" {
		t.Errorf("the PIN is told again after ten minutes: %+v, %v", again, err)
	}
	kiosk := filing(o.window)
	kiosk.Channel = ByKiosk
	for i := range 2 {
		if got, err := o.s.File(t.Context(), actor.Actor{}, kiosk); err != nil || (got.PIN != "") != (i == 0) {
			t.Errorf("kiosk, time %d: %+v, %v", i+1, got, err)
		}
	}
	d, err := o.s.Get(t.Context(), o.handler, first.ID)
	if err != nil || d.Body != "第一行\n第二行😀" || d.Title != "第一行" || d.Office != o.tax || d.Hall != o.hall || d.State != Received {
		t.Errorf("%+v, %v", d.Case, err)
	}
	if n := o.count(t, `SELECT count(*) FROM cases`); n != 2 {
		t.Errorf("%d cases", n)
	}
	o.sound(t)
}

func TestFilingRefuses(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	for name, c := range map[string]struct {
		change func(*Filing)
		key    string
	}{
		"no words":       {func(f *Filing) { f.Body = " \u200b\x00 " }, "fault.field.required"},
		"too many words": {func(f *Filing) { f.Body = strings.Repeat("字", MaxBody+1) }, "fault.field.max"},
		"long name":      {func(f *Filing) { f.Title = strings.Repeat("名", 2000) }, "fault.field.max"},
		"no kind":        {func(f *Filing) { f.Kind = "x" }, "fault.field.choice"},
		"bad rating":     {func(f *Filing) { f.Kind = BadRating }, "fault.field.choice"},
		"no id":          {func(f *Filing) { f.Submission = uuid.Nil }, "fault.field.choice"},
		"no place":       {func(f *Filing) { f.Unit = 999999 }, "fault.field.choice"},
		"category":       {func(f *Filing) { f.Category = 12345 }, "fault.field.choice"},
		"channel":        {func(f *Filing) { f.Channel = ByImport }, "fault.field.choice"},
		"no contact":     {func(f *Filing) { f.Identity = Contactable }, "complaints.contact_missing"},
		"no name":        {func(f *Filing) { f.Identity, f.Contact = Named, vault.Contact{Phone: vault.Hide("13800138000")} }, "fault.field.required"},
	} {
		in := filing(o.window)
		c.change(&in)
		_, err := o.s.File(t.Context(), actor.Actor{}, in)
		wants(t, err, fault.Invalid, c.key)
		if err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	phone := filing(o.window)
	phone.Channel = ByPhone
	_, err := o.s.File(t.Context(), actor.Actor{}, phone)
	wants(t, err, fault.Forbidden, "")
	if got, err := o.s.File(t.Context(), o.manager, phone); err != nil || got.PIN == "" {
		t.Errorf("staff file for a caller: %+v, %v", got, err)
	}
	full := filing(0)
	full.Body, full.Identity, full.Contact = strings.Repeat("字", MaxBody), Contactable, vault.Contact{Phone: vault.Hide("13800138000")}
	if _, err := o.s.File(t.Context(), actor.Actor{}, full); err != nil || o.contact != 1 {
		t.Errorf("2,000 characters and a contact: %v, %d", err, o.contact)
	}
	if n := o.count(t, `SELECT count(*) FROM cases WHERE body LIKE '%13800%' OR title LIKE '%13800%'`); n != 0 {
		t.Error("a contact outside the vault")
	}
}

func TestAWalkFromFilingToClosing(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	id, ticket := o.file(t, filing(o.window))
	ok(t)(o.s.Triage(t.Context(), o.desk, id, Triaging{Urgency: Complex}))
	c := ok(t)(o.s.Dispatch(t.Context(), o.desk, id, Dispatching{Office: o.tax, Assist: []int64{o.health}, Reason: "税务窗口"}))
	if c.State != Dispatched || c.DueClock != ClockAcknowledge || !c.DueAt.Equal(china(t, "2026-11-03 17:00")) {
		t.Errorf("%+v", c)
	}
	o.at(t, "2026-11-03 09:00")
	ok(t)(o.s.Acknowledge(t.Context(), o.handler, id, c.Seq))
	ok(t)(o.s.Note(t.Context(), o.other, id, "协办单位内部意见"))
	ok(t)(o.s.Ask(t.Context(), o.handler, id, Words{Body: "请问是哪一天？"}))
	v, err := o.s.Answer(t.Context(), ticket, "上周五")
	if err != nil || v.State != InProgress || len(v.Messages) != 2 || v.Messages[0].Name != "" {
		t.Fatalf("%+v, %v", v, err)
	}
	ok(t)(o.s.Extend(t.Context(), o.handler, id, Extending{Days: 5, Reason: "需要调取录像"}))
	ok(t)(o.s.Reply(t.Context(), o.handler, id, Replying{Body: "已批评教育并增派人员。"}))
	o.at(t, "2026-11-04 10:00")
	_, err = o.s.Callback(t.Context(), o.handler, id, Outcome{Way: "phone", Contacted: true, Solved: true})
	wants(t, err, fault.Forbidden, "")
	ok(t)(o.s.Callback(t.Context(), o.callerA, id, Outcome{Way: "phone"}))
	c = ok(t)(o.s.Callback(t.Context(), o.callerA, id, Outcome{Way: "phone", Contacted: true, Solved: true, Satisfied: 4}))
	if c.State != Closed || c.Solved == nil || !*c.Solved || c.Satisfied != 4 || c.RepliedInTime == nil || !*c.RepliedInTime || c.DueAt != nil || c.WakeAt != nil {
		t.Errorf("%+v", c)
	}
	if v, err = o.s.Track(t.Context(), ticket); err != nil || v.State != Closed {
		t.Errorf("%+v, %v", v, err)
	}
	for _, m := range v.Messages {
		if m.Audience != Public || strings.Contains(m.Body, "内部") {
			t.Errorf("the citizen reads %q", m.Body)
		}
	}
	d, err := o.s.Get(t.Context(), o.callerA, id)
	if err != nil || len(d.Callbacks) != 2 || len(d.Units) != 2 {
		t.Errorf("%+v, %v", d.Units, err)
	}
	for _, m := range d.Messages {
		if m.Audience == Private {
			t.Error("a caller reads the offices' private notes")
		}
	}
	o.sound(t)
}

func TestHandlerCallerAndReviewerAreThreePeople(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	all := o.desk
	all.Grants = append(all.Grants, actor.Grant{Permissions: map[actor.Permission]bool{PermCallback: true, PermReview: true}})
	id, _ := o.file(t, filing(o.window))
	ok(t)(o.s.Dispatch(t.Context(), all, id, Dispatching{Office: o.tax}))
	ok(t)(o.s.Acknowledge(t.Context(), all, id, 0))
	ok(t)(o.s.Reply(t.Context(), all, id, Replying{Body: "答复"}))
	_, err := o.s.Callback(t.Context(), all, id, Outcome{Way: "phone", Contacted: true, Solved: true})
	wants(t, err, fault.Forbidden, "complaints.another_part")
	inside := o.callerB
	inside.Grants = append(inside.Grants, actor.Grant{Office: o.tax, Permissions: map[actor.Permission]bool{PermRead: true}})
	_, err = o.s.Callback(t.Context(), inside, id, Outcome{Way: "phone", Contacted: true, Solved: true})
	wants(t, err, fault.Forbidden, "complaints.not_outside")
	ok(t)(o.s.Callback(t.Context(), o.callerA, id, Outcome{Way: "phone", Contacted: true, Solved: false, Satisfied: 1}))
	caller := o.callerA
	caller.Grants = append(caller.Grants, o.desk.Grants[0])
	_, err = o.s.Acknowledge(t.Context(), caller, id, 0)
	wants(t, err, fault.Forbidden, "complaints.another_part")
	if _, err := o.db.Exec(`INSERT INTO case_parts (case_id, account_id, part, since) VALUES ($1, $2, 'handler', now())`, id, o.callerA.Account); err == nil {
		t.Error("the database lets one account play two parts")
	}
	c := ok(t)(o.s.Acknowledge(t.Context(), o.handler, id, 0))
	if c.Level != 1 || c.Round != 2 {
		t.Errorf("reopened at level %d, round %d", c.Level, c.Round)
	}
	o.sound(t)
}

func TestReportsAreSealed(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	if err := o.s.DeclareKin(t.Context(), o.discipline, o.tax, o.health, "两局主要负责人系夫妻"); err != nil {
		t.Fatal(err)
	}
	in := filing(o.window)
	in.Kind = Report
	id, ticket := o.file(t, in)
	for name, by := range map[string]actor.Actor{"desk": o.desk, "handler": o.handler, "chief": o.chief, "other": o.other, "caller": o.callerA,
		"reviewer": o.reviewer, "committee": o.committee, "manager": o.manager} {
		_, err := o.s.Get(t.Context(), by, id)
		wants(t, err, fault.NotFound, "complaints.not_found")
		_, err = o.s.Terminate(t.Context(), by, id, Why{Reason: "不存在的"})
		wants(t, err, fault.NotFound, "")
		if list, err := o.s.Queue(t.Context(), by, Filter{States: States()}); err != nil || len(list) > 0 {
			t.Errorf("%s sees %d sealed cases, %v", name, len(list), err)
		}
	}
	for _, office := range []int64{o.tax, o.health} {
		inside := o.discipline
		inside.Grants = append(inside.Grants, actor.Grant{Office: office, Permissions: map[actor.Permission]bool{PermRead: true}})
		_, err := o.s.Get(t.Context(), inside, id)
		wants(t, err, fault.NotFound, "")
	}
	ok(t)(o.s.Triage(t.Context(), o.discipline, id, Triaging{Urgency: Complex}))
	_, err := o.s.Dispatch(t.Context(), o.discipline, id, Dispatching{Office: o.tax})
	wants(t, err, fault.Conflict, "complaints.office_barred")
	c := ok(t)(o.s.Dispatch(t.Context(), o.discipline, id, Dispatching{}))
	if c.Office != 0 || c.Kind != Report {
		t.Errorf("%+v", c)
	}
	ok(t)(o.s.Acknowledge(t.Context(), o.discipline, id, 0))
	ok(t)(o.s.Reply(t.Context(), o.discipline, id, Replying{Body: "已经核查。"}))
	if v, err := o.s.Track(t.Context(), ticket); err != nil || v.Office != 0 || v.State != Replied {
		t.Errorf("%+v, %v", v, err)
	}
	// What turns out to be a report later disappears from everybody's queue.
	plain, _ := o.taken(t)
	ok(t)(o.s.Seal(t.Context(), o.handler, plain, Why{Reason: "反映工作人员收受财物"}))
	_, err = o.s.Get(t.Context(), o.handler, plain)
	wants(t, err, fault.NotFound, "")
	if list, err := o.s.Queue(t.Context(), o.discipline, Filter{}); err != nil || len(list) != 2 {
		t.Errorf("discipline sees %d, %v", len(list), err)
	}
	o.sound(t)
}

func TestConflictsOfInterestBarHandlers(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	// One person heads a division in both offices.
	for _, q := range []string{
		`INSERT INTO units (kind, code, name, office_id) SELECT 'division', 'D' || id, 'D', id FROM units WHERE code IN ('tax', 'police')`,
		`INSERT INTO staff (staff_no, name, office_id) SELECT 'S1', '某某', id FROM units WHERE code = 'tax'`,
		`INSERT INTO chief_tenures (division_id, staff_id, from_on) SELECT u.id, s.id, '2026-01-01' FROM units u, staff s WHERE u.kind = 'division'`,
	} {
		if _, err := o.db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	in := filing(o.tax)
	in.Kind = Report
	id, _ := o.file(t, in)
	var bars []string
	if err := o.db.Select(&bars, `SELECT u.code || ' ' || b.reason FROM case_bars b JOIN units u ON u.id = b.unit_id ORDER BY 1`); err != nil || strings.Join(bars, ", ") != "police same_chief, tax accused" {
		t.Errorf("barred: %v, %v (case %d)", bars, err, id)
	}
	ordinary, _ := o.taken(t)
	ok(t)(o.s.Recuse(t.Context(), o.second, ordinary, 0, Why{Reason: "与来电人是亲属"}))
	_, err := o.s.Get(t.Context(), o.second, ordinary)
	wants(t, err, fault.NotFound, "")
	_, err = o.s.Assign(t.Context(), o.chief, ordinary, Assigning{Account: o.second.Account})
	wants(t, err, fault.Conflict, "complaints.account_barred")
	ok(t)(o.s.Assign(t.Context(), o.chief, ordinary, Assigning{Account: o.chief.Account}))
}

func TestTwoHandlersAtOnce(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	id, _ := o.taken(t)
	d, err := o.s.Get(t.Context(), o.handler, id)
	if err != nil {
		t.Fatal(err)
	}
	answers := make([]error, 6)
	var wg sync.WaitGroup
	for i := range answers {
		by := []actor.Actor{o.handler, o.second}[i%2]
		wg.Go(func() {
			_, answers[i] = o.s.Reply(t.Context(), by, id, Replying{Seen: d.Seq, Body: "答复" + strings.Repeat("！", i+1)})
		})
	}
	wg.Wait()
	won := 0
	for _, err := range answers {
		if err == nil {
			won++
		} else {
			wants(t, err, fault.Conflict, "complaints.changed_meanwhile")
		}
	}
	if n := o.count(t, `SELECT count(*) FROM case_messages WHERE purpose = 'reply'`); won != 1 || n != 1 {
		t.Errorf("%d won, %d replies", won, n)
	}
	// What did not touch the state is no conflict.
	other, _ := o.taken(t)
	seen, err := o.s.Get(t.Context(), o.handler, other)
	if err != nil {
		t.Fatal(err)
	}
	ok(t)(o.s.Note(t.Context(), o.second, other, "记一笔"))
	ok(t)(o.s.Reply(t.Context(), o.handler, other, Replying{Seen: seen.Seq, Body: "答复"}))
	o.sound(t)
}

func TestTwoCallersAtOnce(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	id, ticket := o.replied(t)
	results := make([]error, 3)
	var wg sync.WaitGroup
	wg.Go(func() {
		_, results[0] = o.s.Callback(t.Context(), o.callerA, id, Outcome{Way: "phone", Contacted: true, Solved: true, Satisfied: 5})
	})
	wg.Go(func() {
		_, results[1] = o.s.Callback(t.Context(), o.callerB, id, Outcome{Way: "phone", Contacted: true, Solved: true, Satisfied: 4})
	})
	wg.Go(func() { _, results[2] = o.s.Rate(t.Context(), ticket, Outcome{Solved: true, Satisfied: 3}) })
	wg.Wait()
	won := 0
	for _, err := range results {
		if err == nil {
			won++
		} else {
			wants(t, err, fault.Conflict, "complaints.asked_before")
		}
	}
	if n := o.count(t, `SELECT count(*) FROM case_callbacks WHERE contacted`); won != 1 || n != 1 {
		t.Errorf("%d won, %d answers: %v", won, n, results)
	}
	o.sound(t)
}

func TestWithdrawnWhileReplied(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	id, ticket := o.taken(t)
	d, _ := o.s.Get(t.Context(), o.handler, id)
	var wg sync.WaitGroup
	var replied, withdrawn error
	wg.Go(func() { _, replied = o.s.Reply(t.Context(), o.handler, id, Replying{Seen: d.Seq, Body: "答复"}) })
	wg.Go(func() { _, withdrawn = o.s.Withdraw(t.Context(), ticket, "已经解决") })
	wg.Wait()
	if withdrawn != nil { // allowed before and after the reply
		t.Error(withdrawn)
	}
	if replied != nil {
		wants(t, replied, fault.Conflict, "complaints.changed_meanwhile")
	}
	v, err := o.s.Track(t.Context(), ticket)
	if err != nil || v.State != Withdrawn || v.DueAt != nil {
		t.Errorf("%+v, %v", v, err)
	}
	_, err = o.s.Callback(t.Context(), o.callerA, id, Outcome{Way: "phone", Contacted: true, Solved: true})
	wants(t, err, fault.Conflict, "complaints.state")
	o.sound(t)
}

func TestReturnTransferMergeSplit(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	id, _ := o.file(t, filing(o.window))
	ok(t)(o.s.Dispatch(t.Context(), o.handler, id, Dispatching{Office: o.tax}))
	_, err := o.s.Return(t.Context(), o.handler, id, Why{Reason: " "})
	wants(t, err, fault.Invalid, "fault.field.required")
	ok(t)(o.s.Return(t.Context(), o.handler, id, Why{Reason: "属于卫健部门职责"}))
	_, err = o.s.Dispatch(t.Context(), o.handler, id, Dispatching{Office: o.health})
	wants(t, err, fault.Forbidden, "")
	ok(t)(o.s.Dispatch(t.Context(), o.desk, id, Dispatching{Office: o.health}))
	_, err = o.s.Return(t.Context(), o.other, id, Why{Reason: "也不属于我们"})
	wants(t, err, fault.Conflict, "complaints.not_returnable")
	if _, err := o.s.Get(t.Context(), o.handler, id); err != nil {
		t.Errorf("whoever had it may still read it: %v", err)
	}
	_, err = o.s.Acknowledge(t.Context(), o.handler, id, 0)
	wants(t, err, fault.Forbidden, "")

	into, _ := o.taken(t)
	double, ticket := o.file(t, filing(o.window))
	_, err = o.s.Merge(t.Context(), o.desk, double, Merging{Into: double, Reason: "重复"})
	wants(t, err, fault.Invalid, "")
	ok(t)(o.s.Merge(t.Context(), o.handler, double, Merging{Into: into, Reason: "同一件事"}))
	_, err = o.s.Merge(t.Context(), o.handler, into, Merging{Into: id, Reason: "成链"})
	wants(t, err, fault.Forbidden, "") // it is another office's by now
	if v, err := o.s.Track(t.Context(), ticket); err != nil || v.MergedID != into {
		t.Errorf("%+v, %v", v, err)
	}
	c := ok(t)(o.s.Unmerge(t.Context(), o.handler, double, Why{Reason: "其实是两件事"}))
	if c.State != Received || c.DueAt == nil {
		t.Errorf("%+v", c)
	}
	split := Splitting{Submission: uuid.New(), Kind: Consultation, Body: "另外想问怎么办居住证"}
	part := ok(t)(o.s.Split(t.Context(), o.handler, into, split))
	again := ok(t)(o.s.Split(t.Context(), o.handler, into, split))
	if part.ID != again.ID || part.SplitFrom != into || part.Kind != Consultation {
		t.Errorf("%+v and %+v", part, again)
	}
	o.sound(t)
}

func TestBadRatingsAppealAndRuling(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	r := RatingRef{ID: 77, Day: workday.Of(o.clock), ReceivedAt: o.clock, Unit: o.window, Level: 1, Reasons: []string{"服务态度差效率低"}, Comment: "推来推去", Language: "zh-CN"}
	ids := make([]ID, 5)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			var err error
			if ids[i], err = o.s.OpenFromRating(t.Context(), actor.System("ratings"), r); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	id := ids[0]
	if n := o.count(t, `SELECT count(*) FROM cases WHERE kind = 'bad_rating' AND state = 'dispatched' AND rating_id = 77`); n != 1 || ids[4] != id {
		t.Fatalf("%d cases, %v", n, ids)
	}
	if _, err := o.s.OpenFromRating(t.Context(), o.desk, r); fault.KindOf(err) != fault.Forbidden {
		t.Error(err)
	}
	ok(t)(o.s.Acknowledge(t.Context(), o.chief, id, 0))
	_, err := o.s.Reply(t.Context(), o.chief, id, Replying{Body: "答复"})
	wants(t, err, fault.Invalid, "complaints.disposition_missing")
	_, err = o.s.Appeal(t.Context(), o.handler, id, Why{Reason: "点错了"})
	wants(t, err, fault.Forbidden, "")
	ok(t)(o.s.Appeal(t.Context(), o.chief, id, Why{Reason: "当日该窗口未开放"}))
	inside := o.reviewer
	inside.Grants = append(inside.Grants, actor.Grant{Office: o.tax, Permissions: map[actor.Permission]bool{PermRead: true}})
	_, err = o.s.Review(t.Context(), inside, id, Ruling{Exclude: true, Code: Mistaken, Reason: "核实"})
	wants(t, err, fault.Forbidden, "complaints.not_outside")
	_, err = o.s.Review(t.Context(), o.reviewer, id, Ruling{Exclude: true, Code: "because", Reason: "核实"})
	wants(t, err, fault.Invalid, "")
	c := ok(t)(o.s.Review(t.Context(), o.reviewer, id, Ruling{Exclude: true, Code: NotAVisit, Reason: "排队记录显示当日未叫号"}))
	if c.State != Excluded || c.RatingLevel != 1 {
		t.Errorf("%+v", c)
	}
	for range 2 {
		if err := o.s.HandRulings(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if len(o.ruled) != 1 || o.ruled[0].RatingID != 77 || o.ruled[0].Reason != NotAVisit {
		t.Errorf("ruled: %+v", o.ruled)
	}
	// The rater follows it by the rating's own receipt.
	r.ID = 78
	second, err := o.s.OpenFromRating(t.Context(), actor.System("ratings"), r)
	if err != nil {
		t.Fatal(err)
	}
	ok(t)(o.s.Acknowledge(t.Context(), o.handler, second, 0))
	c = ok(t)(o.s.Extend(t.Context(), o.handler, second, Extending{Days: 3, Reason: "需要更换设备"}))
	if c.Disposition != RectifyBy {
		t.Errorf("%+v", c)
	}
	ok(t)(o.s.Reply(t.Context(), o.handler, second, Replying{Body: "设备已更换", Disposition: FixNow}))
	if v, err := o.s.FollowUp(t.Context(), RatingTicket(78), 4); err != nil || v.FollowUp != 4 {
		t.Errorf("%+v, %v", v, err)
	}
	_, err = o.s.FollowUp(t.Context(), RatingTicket(78), 5)
	wants(t, err, fault.Conflict, "complaints.followed_up")
	o.sound(t)
}

func TestAWrongPINWaitsLongerEachTime(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	id, ticket := o.file(t, filing(o.window))
	wrong := Ticket{Receipt: ticket.Receipt, PIN: "000000"}
	if ticket.PIN == wrong.PIN {
		wrong.PIN = "000001"
	}
	errs := make([]error, 12)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { _, errs[i] = o.s.Track(t.Context(), wrong) })
	}
	wg.Wait()
	tried := 0
	for _, err := range errs {
		if fault.KindOf(err) == fault.NotFound {
			tried++
		} else {
			wants(t, err, fault.TooMany, "complaints.pin_wait")
		}
	}
	if tried != 3 {
		t.Errorf("%d of 12 parallel tries were judged", tried)
	}
	_, err := o.s.Track(t.Context(), ticket)
	var f *fault.Fault
	if !errors.As(err, &f) || f.Kind != fault.TooMany || f.RetryAfter.Seconds() != 30 {
		t.Errorf("right, but too early: %v", err)
	}
	o.at(t, "2026-11-02 10:01")
	spaced := Ticket{Receipt: " " + strings.ToUpper(ticket.Receipt), PIN: ticket.PIN[:3] + " " + ticket.PIN[3:]}
	if v, err := o.s.Track(t.Context(), spaced); err != nil || v.ID != id {
		t.Errorf("%+v, %v", v, err)
	}
	_, err = o.s.Track(t.Context(), Ticket{Receipt: "nosuchcode22", PIN: "123456"})
	wants(t, err, fault.NotFound, "complaints.ticket_wrong")
	if n := o.count(t, `SELECT count(*) FROM cases WHERE encode(pin_digest, 'escape') LIKE '%' || $1 || '%'`, ticket.PIN); n != 0 {
		t.Error("a PIN in plain")
	}
}
