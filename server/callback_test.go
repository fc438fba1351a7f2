package main

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"minping/accounts"
	"minping/complaints"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/jobs"
	"minping/notify"
	"minping/server/web/webtest"
)

// TestACallbackWithVaultGatewayAndPrivacy walks the real wiring: a contact filed by a
// citizen, a link through a gateway, the answer on the page behind it, the number opened
// by its caller, erased on request and by time, and reminders by role.
func TestACallbackWithVaultGatewayAndPrivacy(t *testing.T) {
	t.Parallel()
	g := openGuarded(t)
	ctx, h := t.Context(), g.halves["here"]
	var messages []string
	var mu sync.Mutex
	gateway := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var m struct{ Phone, Text string }
		_ = json.NewDecoder(r.Body).Decode(&m)
		mu.Lock()
		defer mu.Unlock()
		messages = append(messages, m.Phone+" "+m.Text)
	}))
	defer gateway.Close()
	queue, err := jobs.NewQueue(g.pf.db.DB)
	if err != nil {
		t.Fatal(err)
	}
	g.pf.notify = notify.New(notify.Config{DB: g.pf.db.DB, Vault: g.pf.vault, Queue: queue, Log: slog.New(slog.DiscardHandler), Now: time.Now,
		Gateway: notify.Gateway{URL: gateway.URL, Secret: []byte("s"), Digest: "sm3"}})
	person := func(name string, role accounts.Role, unit int64) actor.Actor {
		t.Helper()
		a, err := g.pf.accounts.Create(ctx, actor.System("test"), accounts.NewAccount{Username: name, DisplayName: name, Password: guardedPassword,
			Roles: []accounts.RoleAt{{Role: role, Unit: unit}}})
		if err != nil {
			t.Fatal(err)
		}
		by, err := g.pf.accounts.ActorOf(ctx, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		return by
	}
	office := h.id("office")
	handler, caller, leader := person("handler", accounts.Handler, office), person("caller", accounts.Callback, 0), person("leader", accounts.OfficeLeader, office)
	committee := person("committee", accounts.Committee, 0)
	do := func(c complaints.Case, err error) complaints.Case {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	filed, err := g.pf.desk.File(ctx, actor.Actor{}, complaints.Filing{Submission: uuid.New(), Channel: complaints.ByWeb, Kind: complaints.Complaint, Unit: h.id("window"),
		Body: "跑了三趟", Identity: complaints.Named, Contact: complaints.ContactOf("欧阳静", "13905320077"), Language: "zh-CN"})
	if err != nil {
		t.Fatal(err)
	}
	answer := func() {
		do(g.pf.desk.Acknowledge(ctx, handler, filed.ID, 0))
		do(g.pf.desk.Reply(ctx, handler, filed.ID, complaints.Replying{Body: "已改"}))
	}
	do(g.pf.desk.Dispatch(ctx, actor.System("test"), filed.ID, complaints.Dispatching{Office: office}))
	answer()
	if err := g.pf.desk.SendLink(ctx, caller, filed.ID); err != nil {
		t.Fatal(err)
	}
	var id string
	if err := g.pf.db.DB.Get(&id, `SELECT id::text FROM notify_messages WHERE template = 'callback'`); err != nil {
		t.Fatal(err)
	}
	err = g.pf.notify.Task().Do(ctx, id)
	mu.Lock()
	defer mu.Unlock()
	if err != nil || len(messages) != 1 || !strings.HasPrefix(messages[0], "13905320077 【民评】") {
		t.Fatalf("%v, %v", messages, err)
	}
	link := regexp.MustCompile(`http://127\.0\.0\.1(/c/[A-Za-z0-9_-]{22}) `).FindStringSubmatch(messages[0])
	if link == nil {
		t.Fatalf("no link in %q", messages[0])
	}
	b := webtest.NewBrowser(t, g.echo)
	if a := b.Post(link[1], map[string][]string{"responded": {"yes"}, "solved": {"no"}, "satisfied": {"2"}}); a.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	answer()
	shown, err := g.pf.desk.OpenContact(ctx, caller, filed.ID, "电话回访核实办理结果")
	if err != nil || shown.Phone.Reveal() != "13905320077" {
		t.Fatal(err)
	}
	if list, err := g.pf.privacy.OpeningsPerMonth(ctx, actor.System("test")); err != nil || len(list) != 1 || list[0].Openings != 1 {
		t.Errorf("openings by people: %+v, %v", list, err)
	}
	if n := g.count(`SELECT count(*) FROM audit_entries WHERE action IN ('case.invite', 'vault.open') AND detail::text NOT LIKE '%1390532%'`); n != 4 { // invited, opened by the program to address and to send the message, opened by the caller
		t.Errorf("%d entries of the chain", n)
	}
	if _, err := g.pf.desk.OpenContact(ctx, handler, filed.ID, "电话回访核实办理结果"); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("the handler opens it: %v", err)
	}
	ticket := complaints.Ticket{Receipt: filed.Receipt, PIN: filed.PIN}
	if c, err := g.pf.desk.Copy(ctx, ticket); err != nil || c.Contact == nil || c.Contact.Phone != "139****0077" || len(c.Answers) != 1 {
		t.Errorf("%+v, %v", c, err)
	}
	if err := g.pf.desk.EraseContact(ctx, ticket); err != nil {
		t.Fatal(err)
	}
	if n := g.count(`SELECT count(*) FROM privacy_requests WHERE kind IN ('export', 'erase') AND way = 'receipt' AND outcome = 'done'`); n != 2 {
		t.Errorf("%d rows in the register", n)
	}
	if n := g.count(`SELECT count(*) FROM vault_records WHERE kind = 'case_contact' AND erased_at IS NULL`); n != 0 {
		t.Errorf("%d contacts are left", n)
	}
	keepers := g.pf.keepers()
	for _, kind := range []string{"case_contact", "notice"} {
		if n, err := keepers[kind].Count(ctx, time.Now().AddDate(0, 0, 1)); err != nil || n != 0 {
			t.Errorf("%s: %d, %v", kind, n, err)
		}
	}

	// Whom reminders reach.
	for audience, want := range map[string][]int64{"handler": {handler.Account}, "chief": {leader.Account}, "head": {leader.Account},
		"supervisor": {committee.Account, leader.Account}, "desk": {handler.Account}, "caller": {caller.Account}, "reviewer": nil, "discipline": nil} {
		got, err := g.pf.recipients(ctx, g.pf.db.DB, complaints.Addressee{Audience: audience, Office: office, Division: h.id("division")})
		got = slices.DeleteFunc(got, func(id int64) bool { return id < handler.Account }) // people of the city that was found
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v, %v", audience, got, want, err)
		}
	}
	if got, err := g.pf.recipients(ctx, g.pf.db.DB, complaints.Addressee{Audience: "head", Office: g.halves["there"].id("office")}); err != nil || !slices.Equal(got, []int64{committee.Account}) {
		t.Errorf("an office without a leader: %v, %v", got, err)
	}
}

func (g *guarded) count(query string) (n int) {
	g.t.Helper()
	if err := g.pf.db.DB.Get(&n, query); err != nil {
		g.t.Fatal(err)
	}
	return n
}
