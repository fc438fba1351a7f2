package complaints

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
	"minping/internal/vault"
)

// reachable is a town with a real vault and a gateway that keeps what it is given.
type reachable struct {
	*town
	v    *vault.Vault
	mu   sync.Mutex
	sent []LinkMessage
	told map[string][]int64 // who holds an audience
	asks []Addressee
}

func newReachable(t *testing.T) *reachable {
	t.Helper()
	t.Parallel()
	o := newTown(t)
	keys, err := vault.ParseKeyring("2026a:0123456789abcdeffedcba9876543210")
	if err != nil {
		t.Fatal(err)
	}
	r := &reachable{town: o, told: map[string][]int64{}}
	if r.v, err = vault.Open(t.Context(), vault.Config{DB: o.db, Keys: keys, Now: o.now}); err != nil {
		t.Fatal(err)
	}
	o.s, err = New(Config{DB: o.db, Now: o.now, PINKey: []byte("0123456789abcdef"),
		PutContact: func(ctx context.Context, q pg.Querier, subject string, c vault.Contact) (uuid.UUID, error) {
			return r.v.Put(ctx, q, vault.Entry{Kind: "case_contact", Subject: subject, Contact: c})
		},
		Contacts: Contacts{Reveal: r.v.Reveal, Masked: r.v.Masked,
			Erase: func(ctx context.Context, tx *sqlx.Tx, e Erasure) error { return r.v.Erase(ctx, tx, e.Contact) },
			SendLink: func(_ context.Context, _ *sqlx.Tx, l LinkMessage) error {
				r.mu.Lock()
				defer r.mu.Unlock()
				r.sent = append(r.sent, l)
				return nil
			}},
		Recipients: func(_ context.Context, _ pg.Querier, to Addressee) ([]int64, error) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.asks = append(r.asks, to)
			if to.Account != 0 {
				return []int64{to.Account}, nil
			}
			return r.told[to.Audience], nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range []*actor.Actor{&o.callerA, &o.callerB} {
		a.Grants[0].Permissions[vault.OpenPermission] = true
	}
	return r
}

const leftPhone = "13905320077"

// answered is a case with a contact whose office has replied.
func (r *reachable) answered(t *testing.T) (ID, Ticket) {
	t.Helper()
	in := filing(r.window)
	in.Identity, in.Contact = Named, ContactOf("欧阳静", leftPhone)
	id, ticket := r.file(t, in)
	ok(t)(r.s.Dispatch(t.Context(), r.desk, id, Dispatching{Office: r.tax}))
	ok(t)(r.s.Acknowledge(t.Context(), r.handler, id, 0))
	ok(t)(r.s.Reply(t.Context(), r.handler, id, Replying{Body: "已经改正"}))
	return id, ticket
}

func yes(b bool) *bool { return &b }

func TestWhyNobodyWasHeard(t *testing.T) {
	r := newReachable(t)
	id, _ := r.answered(t)
	now := r.now()
	for name, in := range map[string]Outcome{
		"reached and missed": {Way: "phone", Contacted: true, Solved: true, Missed: NoAnswer},
		"no such miss":       {Way: "phone", Missed: "asleep"},
	} {
		_, err := r.s.Callback(t.Context(), r.callerA, id, in)
		wants(t, err, fault.Invalid, "fault.field.choice")
		if err == nil {
			t.Error(name)
		}
	}
	for _, at := range []time.Time{{}, now, now.Add(-time.Hour), now.Add(LaterMost + time.Minute), time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)} {
		if _, err := r.s.Callback(t.Context(), r.callerA, id, Outcome{Way: "phone", Missed: CallLater, Again: at}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("to be called at %s: %v", at, err)
		}
	}
	again := now.Add(3 * time.Hour)
	ok(t)(r.s.Callback(t.Context(), r.callerA, id, Outcome{Way: "phone", Missed: NoAnswer}))
	ok(t)(r.s.Callback(t.Context(), r.callerA, id, Outcome{Way: "phone", Missed: WrongNumber}))
	ok(t)(r.s.Callback(t.Context(), r.callerA, id, Outcome{Way: "phone", Missed: CallLater, Again: again}))
	_, err := r.s.Close(t.Context(), r.callerA, id, Why{})
	wants(t, err, fault.Conflict, "complaints.callback_first") // whoever asks to be called later was reached
	calls, err := r.s.Calls(t.Context(), r.callerA, nil, 0)
	if err != nil || len(calls) != 1 || calls[0].Tries != 3 || calls[0].Last != CallLater || calls[0].Again == nil || !calls[0].Again.Equal(again) || !calls[0].Reachable {
		t.Errorf("%+v, %v", calls, err)
	}
	ok(t)(r.s.Callback(t.Context(), r.callerA, id, Outcome{Way: "phone", Missed: NoAnswer}))
	if c := ok(t)(r.s.Close(t.Context(), r.callerA, id, Why{})); c.State != Closed || c.Solved != nil {
		t.Errorf("%+v", c)
	}
	_, err = r.s.Calls(t.Context(), r.handler, nil, 0)
	wants(t, err, fault.Forbidden, "")
	r.sound(t)
}

func TestTheOfficesWordAndTheCitizens(t *testing.T) {
	r := newReachable(t)
	id, ticket := r.answered(t)
	c := ok(t)(r.s.Callback(t.Context(), r.callerA, id, Outcome{Way: "phone", Contacted: true, Responded: yes(false), Solved: false, Satisfied: 2, Remark: "没人联系过我"}))
	if c.State != Redo || c.Level != 1 || c.Round != 2 || c.Responded == nil || *c.Responded {
		t.Errorf("%+v", c)
	}
	var row struct {
		Office    int64 `db:"office_id"`
		Handler   int64 `db:"handler_id"`
		Unit      int64 `db:"unit_id"`
		Hall      int64 `db:"hall_id"`
		Kind      Kind  `db:"kind"`
		Claimed   bool  `db:"claimed"`
		Responded *bool `db:"responded"`
	}
	if err := r.db.Get(&row, `SELECT office_id, handler_id, unit_id, hall_id, kind, claimed, responded FROM case_callbacks WHERE case_id = $1`, id); err != nil ||
		row.Office != r.tax || row.Handler != r.handler.Account || row.Unit != r.window || row.Hall != r.hall || row.Kind != Complaint || !row.Claimed || *row.Responded {
		t.Errorf("whose reply it was: %+v, %v", row, err)
	}
	ok(t)(r.s.Acknowledge(t.Context(), r.second, id, 0))
	ok(t)(r.s.Reply(t.Context(), r.second, id, Replying{Body: "这次真的改了"}))
	if c, err := selectCase(t.Context(), r.db, id); err != nil || c.Responded != nil {
		t.Errorf("a new reply is asked about anew: %v, %v", c.Responded, err)
	}
	if v, err := r.s.Rate(t.Context(), ticket, Outcome{Solved: true, Satisfied: 5, Responded: yes(true)}); err != nil || v.State != Closed {
		t.Errorf("%+v, %v", v, err)
	}
	r.sound(t)
}

func TestAContactOpensForItsCallerOnly(t *testing.T) {
	r := newReachable(t)
	id, ticket := r.answered(t)
	const why = "电话回访核实办理结果"
	for name, by := range map[string]actor.Actor{"handler": r.handler, "reviewer": r.reviewer, "committee": r.committee, "manager": r.manager} {
		if _, err := r.s.OpenContact(t.Context(), by, id, why); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := r.s.OpenContact(t.Context(), r.discipline, id, why)
	wants(t, err, fault.NotFound, "complaints.not_found")
	for _, bad := range []string{"", "回访", "打 13905320077 试试"} {
		if _, err := r.s.OpenContact(t.Context(), r.callerA, id, bad); fault.KindOf(err) != fault.Invalid {
			t.Errorf("reason %q: %v", bad, err)
		}
	}
	if n := r.count(t, `SELECT count(*) FROM vault_openings`); n != 0 {
		t.Errorf("%d openings after refusals", n)
	}
	st, err := r.s.Contact(t.Context(), r.callerA, id)
	if err != nil || !st.There || strings.Contains(st.Masked.Phone, "0532") || st.Masked.Phone == "" || !st.ByLink {
		t.Errorf("%+v, %v", st, err)
	}
	shown, err := r.s.OpenContact(t.Context(), r.callerA, id, why)
	if err != nil || shown.Phone.Reveal() != leftPhone || shown.Name.Reveal() != "欧阳静" {
		t.Errorf("%v", err)
	}
	if n := r.count(t, `SELECT count(*) FROM vault_openings WHERE account_id = $1 AND purpose = 'callback' AND reason = $2`, r.callerA.Account, why); n != 1 {
		t.Errorf("%d openings written down", n)
	}
	if part, err := selectPart(t.Context(), r.db, id, r.callerA.Account); err != nil || part != "caller" {
		t.Errorf("whoever opened it is %q, %v", part, err)
	}
	// Erased on request: nobody opens it, and the case goes on.
	copied, err := r.s.Copy(t.Context(), ticket)
	if err != nil || copied.Contact == nil || copied.Contact.Phone == leftPhone || copied.Body == "" {
		t.Errorf("%+v, %v", copied, err)
	}
	if _, err := r.s.Copy(t.Context(), Ticket{Receipt: ticket.Receipt, PIN: "000000"}); fault.KindOf(err) != fault.NotFound && ticket.PIN != "000000" {
		t.Errorf("a copy for a wrong PIN: %v", err)
	}
	r.clock = r.clock.Add(time.Hour)
	for range 2 {
		if err := r.s.EraseContact(t.Context(), ticket); err != nil {
			t.Error(err)
		}
	}
	if m, err := r.s.MyContact(t.Context(), ticket); err != nil || m != nil {
		t.Errorf("%v, %v", m, err)
	}
	_, err = r.s.OpenContact(t.Context(), r.callerA, id, why)
	wants(t, err, fault.NotFound, "complaints.no_contact")
	// Nobody can be called: once the citizen's own time is over the case may be closed.
	_, err = r.s.Close(t.Context(), r.callerA, id, Why{})
	wants(t, err, fault.Conflict, "complaints.callback_first")
	r.clock = r.clock.AddDate(0, 0, 7)
	if c := ok(t)(r.s.Close(t.Context(), r.callerA, id, Why{})); c.State != Closed || c.Solved != nil {
		t.Errorf("%+v", c)
	}
	r.sound(t)
}

func TestContactsEndWithTheirCases(t *testing.T) {
	r := newReachable(t)
	open, _ := r.answered(t)
	done, _ := r.answered(t)
	ok(t)(r.s.Callback(t.Context(), r.callerA, done, Outcome{Way: "phone", Contacted: true, Solved: true}))
	r.clock = r.clock.AddDate(0, 0, 200)
	before := r.clock.AddDate(0, 0, -180)
	if n, err := r.s.CountContacts(t.Context(), before); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	for want := 1; want >= 0; want-- {
		if n, err := r.s.EndContacts(t.Context(), before, 10); n != want || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	}
	if n := r.count(t, `SELECT count(*) FROM vault_records WHERE erased_at IS NULL`); n != 1 {
		t.Errorf("%d contacts are left", n)
	}
	if contact, err := contactOf(t.Context(), r.db, open); err != nil || !contact.Valid {
		t.Error("the contact of a case that waits is gone")
	}
}

func TestALinkIsSentOnceAndAnsweredOnce(t *testing.T) {
	r := newReachable(t)
	id, ticket := r.answered(t)
	var sent atomic.Int32
	var wg sync.WaitGroup
	for _, by := range []actor.Actor{r.callerA, r.callerB, r.callerA, r.callerB} {
		wg.Go(func() {
			switch err := r.s.SendLink(t.Context(), by, id); {
			case err == nil:
				sent.Add(1)
			case fault.KindOf(err) != fault.Conflict:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if sent.Load() != 1 || len(r.sent) != 1 {
		t.Fatalf("%d links sent, %d messages", sent.Load(), len(r.sent))
	}
	token := r.sent[0].Token
	if n := r.count(t, `SELECT count(*) FROM callback_links WHERE encode(digest, 'escape') LIKE '%' || $1 || '%'`, token); n != 0 || len(token) != 22 {
		t.Error("the link itself is kept")
	}
	if v, err := r.s.OpenLink(t.Context(), token); err != nil || v.State != LinkOpen || v.Office != r.tax || v.Kind != Complaint {
		t.Errorf("%+v, %v", v, err)
	}
	_, err := r.s.OpenLink(t.Context(), token[:21]+"x")
	wants(t, err, fault.NotFound, "complaints.not_found")
	var answers atomic.Int32
	for range 6 {
		wg.Go(func() {
			switch err := r.s.AnswerLink(t.Context(), token, Outcome{Solved: false, Satisfied: 1, Responded: yes(false)}); {
			case err == nil:
				answers.Add(1)
			case fault.KindOf(err) != fault.Conflict:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	c, err := selectCase(t.Context(), r.db, id)
	if answers.Load() != 1 || err != nil || c.State != Redo || c.Level != 1 {
		t.Errorf("%d answers, %s level %d, %v", answers.Load(), c.State, c.Level, err)
	}
	if v, err := r.s.OpenLink(t.Context(), token); err != nil || v.State != LinkUsed {
		t.Errorf("%+v, %v", v, err)
	}
	// The next reply has a link of its own; asked by telephone or on the page first, it is over.
	ok(t)(r.s.Acknowledge(t.Context(), r.handler, id, 0))
	ok(t)(r.s.Reply(t.Context(), r.handler, id, Replying{Body: "又改了一次"}))
	caller := r.callerA
	if part, _ := selectPart(t.Context(), r.db, id, caller.Account); part == "" {
		caller = r.callerB
	}
	if err := r.s.SendLink(t.Context(), caller, id); err != nil {
		t.Fatal(err)
	}
	if _, err := r.s.Rate(t.Context(), ticket, Outcome{Solved: true}); err != nil {
		t.Fatal(err)
	}
	if v, err := r.s.OpenLink(t.Context(), r.sent[1].Token); err != nil || v.State != LinkOver {
		t.Errorf("%+v, %v", v, err)
	}
	wants(t, r.s.AnswerLink(t.Context(), r.sent[1].Token, Outcome{Solved: true, Satisfied: 5}), fault.Conflict, "complaints.asked_before")
	r.sound(t)
}

func TestALinkExpires(t *testing.T) {
	r := newReachable(t)
	id, _ := r.answered(t)
	if err := r.s.SendLink(t.Context(), r.callerA, id); err != nil {
		t.Fatal(err)
	}
	r.clock = r.clock.Add(LinkLasts)
	wants(t, r.s.AnswerLink(t.Context(), r.sent[0].Token, Outcome{Solved: true, Satisfied: 5}), fault.Gone, "complaints.link_expired")
	if v, err := r.s.OpenLink(t.Context(), r.sent[0].Token); err != nil || v.State != LinkExpired {
		t.Errorf("%+v, %v", v, err)
	}
	wants(t, r.s.SendLink(t.Context(), r.handler, id), fault.Forbidden, "")
	anonymous, _ := r.replied(t)
	wants(t, r.s.SendLink(t.Context(), r.callerA, anonymous), fault.Conflict, "complaints.link_off")
}

// Rated and accused people have no part in their case, whatever roles they hold and
// whenever their account was tied to them; nor have the people of a kin office.
func TestWhomACaseIsAboutHasNoPart(t *testing.T) {
	r := newReachable(t)
	staff := func(no string) (id int64) {
		if err := r.db.Get(&id, `INSERT INTO staff (staff_no, name, office_id) VALUES ($1, $1, $2) RETURNING id`, no, r.tax); err != nil {
			t.Fatal(err)
		}
		return id
	}
	clerk := staff("clerk")
	if _, err := r.db.Exec(`INSERT INTO duties (staff_id, window_id, from_on, to_on) VALUES ($1, $2, '2026-10-01', '2026-11-02')`, clerk, r.window); err != nil {
		t.Fatal(err)
	}
	rating := RatingRef{ID: 1, Day: workday.Day{Year: 2026, Month: 11, Day: 2}, ReceivedAt: r.now(), Unit: r.window, Level: 1, Comment: "态度不好", Language: "zh-CN"}
	id, err := r.s.OpenFromRating(t.Context(), actor.System("ratings"), rating)
	if err != nil {
		t.Fatal(err)
	}
	tie := func(account, person int64) {
		if _, err := r.db.Exec(`UPDATE accounts SET staff_id = $2 WHERE id = $1`, account, person); err != nil {
			t.Fatal(err)
		}
	}
	tie(r.handler.Account, clerk) // after the rating
	_, err = r.s.Acknowledge(t.Context(), r.handler, id, 0)
	wants(t, err, fault.Forbidden, "complaints.concerned")
	_, err = r.s.Assign(t.Context(), r.chief, id, Assigning{Account: r.handler.Account})
	wants(t, err, fault.Forbidden, "complaints.concerned")
	if d, err := r.s.Get(t.Context(), r.handler, id); err != nil || slices.Contains(d.Actions, ActAcknowledge) || slices.Contains(d.Actions, ActReply) {
		t.Errorf("buttons of whom it is about: %v, %v", d.Actions, err)
	}
	ok(t)(r.s.Acknowledge(t.Context(), r.second, id, 0))
	ok(t)(r.s.Reply(t.Context(), r.second, id, Replying{Body: "已批评教育", Disposition: FixNow}))
	tie(r.handler.Account, staff("nobody"))
	tie(r.callerA.Account, clerk)
	_, err = r.s.Callback(t.Context(), r.callerA, id, Outcome{Way: "phone", Missed: NoAnswer})
	wants(t, err, fault.Forbidden, "complaints.concerned")
	if calls, err := r.s.Calls(t.Context(), r.callerA, nil, 0); err != nil || len(calls) != 0 {
		t.Errorf("the list of whom it is about: %v, %v", calls, err)
	}
	// A caller who also belongs to an office declared kin.
	kin := r.callerB
	kin.Grants = append(slices.Clone(kin.Grants), actor.Grant{Office: r.health, Permissions: map[actor.Permission]bool{PermRead: true}})
	if calls, err := r.s.Calls(t.Context(), kin, nil, 0); err != nil || len(calls) != 1 {
		t.Fatalf("%v, %v", calls, err)
	}
	if err := r.s.DeclareKin(t.Context(), r.discipline, r.tax, r.health, "长期合署办公"); err != nil {
		t.Fatal(err)
	}
	if pairs, err := r.s.Kin(t.Context(), r.discipline); err != nil || len(pairs) != 1 || pairs[0].Reason != "长期合署办公" {
		t.Errorf("%+v, %v", pairs, err)
	}
	if calls, err := r.s.Calls(t.Context(), kin, nil, 0); err != nil || len(calls) != 0 {
		t.Errorf("%v, %v", calls, err)
	}
	_, err = r.s.Callback(t.Context(), kin, id, Outcome{Way: "phone", Missed: NoAnswer})
	wants(t, err, fault.Forbidden, "complaints.not_outside")
	r.sound(t)
}

func TestTheAccusedsAccountIsBarred(t *testing.T) {
	r := newReachable(t)
	var person int64
	if err := r.db.Get(&person, `INSERT INTO staff (staff_no, name, office_id) VALUES ('x', 'x', $1) RETURNING id`, r.police); err != nil {
		t.Fatal(err)
	}
	if _, err := r.db.Exec(`UPDATE accounts SET staff_id = $2 WHERE id = $1`, r.discipline.Account, person); err != nil {
		t.Fatal(err)
	}
	in := filing(0)
	in.Kind, in.AccusedStaff = Report, person
	id, _ := r.file(t, in)
	_, err := r.s.Get(t.Context(), r.discipline, id)
	wants(t, err, fault.NotFound, "complaints.not_found")
	if list, err := r.s.Queue(t.Context(), r.discipline, Filter{}); err != nil || len(list) != 0 {
		t.Errorf("%v, %v", list, err)
	}
}

func TestNoticesReachEachPersonOnce(t *testing.T) {
	r := newReachable(t)
	r.told = map[string][]int64{"handler": {r.handler.Account, r.second.Account}, "chief": {r.chief.Account}, "supervisor": {r.committee.Account, r.chief.Account},
		"head": {r.chief.Account}, "desk": {r.desk.Account}, "discipline": {r.discipline.Account}}
	var ids []ID
	for range 5 {
		id, _ := r.file(t, filing(r.window))
		ok(t)(r.s.Dispatch(t.Context(), r.desk, id, Dispatching{Office: r.tax}))
		ids = append(ids, id)
	}
	ok(t)(r.s.Recuse(t.Context(), r.chief, ids[0], 0, Why{Reason: "亲属办理"}))
	sealed := filing(r.window)
	sealed.Kind = Report
	report, _ := r.file(t, sealed)
	r.at(t, "2026-11-04 10:00") // the day to sign is over: 100 %
	if _, err := r.s.Escalate(t.Context()); err != nil {
		t.Fatal(err)
	}
	// One that fails half-way delivers nothing, and nothing twice afterwards.
	good := r.s.cfg.Recipients
	r.s.cfg.Recipients = func(ctx context.Context, q pg.Querier, to Addressee) ([]int64, error) {
		if to.Audience == "discipline" {
			return nil, errors.New("the database goes away")
		}
		return good(ctx, q, to)
	}
	if _, err := r.s.DeliverNotices(t.Context()); err == nil || r.count(t, `SELECT count(*) FROM staff_notices`) != 0 {
		t.Errorf("half delivered: %v", err)
	}
	r.s.cfg.Recipients = good
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := r.s.DeliverNotices(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := r.count(t, `SELECT count(*) FROM case_notices WHERE sent_at IS NULL`); n != 0 {
		t.Errorf("%d notices wait", n)
	}
	list, err := r.s.Notices(t.Context(), r.chief, NoticeFilter{Unread: true})
	if err != nil || len(list) != 4 { // four cases, once although chief and supervisor; the fifth is barred
		t.Errorf("%d, %v", len(list), err)
	}
	for _, n := range list {
		if n.Case == ids[0] || n.Case == report || n.Sealed {
			t.Errorf("the chief is told of case %d", n.Case)
		}
	}
	if list, err := r.s.Notices(t.Context(), r.discipline, NoticeFilter{}); err != nil || len(list) != 1 || list[0].Case != report {
		t.Errorf("the discipline role: %+v, %v", list, err)
	}
	for _, a := range r.asks {
		if a.Audience != "discipline" && a.Office != r.tax {
			t.Errorf("asked for %+v", a)
		}
	}
	if n, err := r.s.Unread(t.Context(), r.chief); n != 4 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if err := r.s.ReadNotices(t.Context(), r.chief, list[1].ID, true); err != nil {
		t.Fatal(err)
	}
	if n, _ := r.s.Unread(t.Context(), r.chief); n != 1 {
		t.Errorf("%d unread", n)
	}
	if n, _ := r.s.Unread(t.Context(), r.committee); n != 5 {
		t.Errorf("somebody else's reading reads for the committee: %d", n)
	}
	// Sealed after it was told: the list forgets it with the case.
	ok(t)(r.s.Seal(t.Context(), r.desk, ids[1], Why{Reason: "实为举报"}))
	if list, err := r.s.Notices(t.Context(), r.committee, NoticeFilter{}); err != nil || slices.ContainsFunc(list, func(n StaffNotice) bool { return n.Case == ids[1] }) {
		t.Errorf("the list shows a sealed case, %v", err)
	}
	r.clock = r.clock.AddDate(1, 0, 0)
	if n, err := r.s.EndNotices(t.Context(), r.clock.AddDate(0, -6, 0), 1000); n == 0 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
}
