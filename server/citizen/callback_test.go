package citizen_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/complaints"
	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/privacy"
	"minping/server/web/webtest"
)

// told keeps what would have gone to a telephone.
type told struct{ links []complaints.LinkMessage }

// withLinks gives the desk contacts that can be masked, erased and written to.
func (v *voice) withLinks() *told {
	v.t.Helper()
	var out told
	with := complaints.Config{DB: v.db, Now: v.now, PINKey: make([]byte, 32)}
	with.PutContact = putContact
	with.Contacts.Masked = masked
	with.Contacts.Erase = func(_ context.Context, _ *sqlx.Tx, e complaints.Erasure) error {
		vaulted.Store(e.Contact, true)
		return nil
	}
	with.Contacts.SendLink = func(_ context.Context, _ *sqlx.Tx, l complaints.LinkMessage) error {
		out.links = append(out.links, l)
		return nil
	}
	desk, err := complaints.New(with)
	v.must(err)
	*v.desk = *desk // the pages hold the same service
	return &out
}

// masked stands for the vault, as putContact does.
func masked[Querier any](_ context.Context, _ Querier, ids []uuid.UUID) (map[uuid.UUID]privacy.Masked, error) {
	all := map[uuid.UUID]privacy.Masked{}
	for _, id := range ids {
		_, erased := vaulted.Load(id)
		all[id] = privacy.Masked{Name: "欧**", Phone: "139****0077", Erased: erased}
	}
	return all, nil
}

// person makes an account that the desk's tables can point to.
func (v *voice) person(name string, office int64, permissions ...actor.Permission) actor.Actor {
	v.t.Helper()
	a := actor.Actor{Name: name, Grants: []actor.Grant{{Office: office, Permissions: map[actor.Permission]bool{}}}}
	for _, p := range permissions {
		a.Grants[0].Permissions[p] = true
	}
	v.must(v.db.Get(&a.Account, `INSERT INTO accounts (username, display_name, password_hash) VALUES ($1, $1, 'x') RETURNING id`, name))
	return a
}

func (v *voice) step(c complaints.Case, err error) complaints.Case {
	v.t.Helper()
	v.must(err)
	return c
}

func TestALinkAsksThreeQuestionsOnce(t *testing.T) {
	t.Parallel()
	v := newVoice(t, true)
	out := v.withLinks()
	handler := v.person("handler", v.tax.ID, "case:read", "case:handle", "case:reply")
	caller := v.person("caller", 0, "case:read", "case:callback")
	b := webtest.NewBrowser(t, v.e)
	receipt, pin := v.send(b, url.Values{"unit": {"win00001"}, "identity": {"contactable"}, "reach": {"13905320077"}, "body": {"窗口让我跑了三趟"}})
	ctx := t.Context()
	var id int64
	v.must(v.db.Get(&id, `SELECT id FROM cases WHERE replace(receipt, '-', '') = replace($1, '-', '')`, receipt))
	v.step(v.desk.Dispatch(ctx, actor.System("test"), id, complaints.Dispatching{Office: v.tax.ID}))
	v.step(v.desk.Acknowledge(ctx, handler, id, 0))
	v.step(v.desk.Reply(ctx, handler, id, complaints.Replying{Body: "已改"}))
	v.must(v.desk.SendLink(ctx, caller, id))
	at := "/c/" + out.links[0].Token
	page := b.Get(at)
	if page.Status != http.StatusOK || page.Header.Get("Cache-Control") != "no-store" || page.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("%d %v", page.Status, page.Header)
	}
	for _, want := range []string{"办理单位联系过您吗", "问题解决了吗", "您对办理满意吗", "市税务局", "记不清了"} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("no %q", want)
		}
	}
	for _, unwanted := range []string{"三趟", "139", receipt, " checked"} {
		if strings.Contains(page.Body, unwanted) {
			t.Errorf("%q on the page", unwanted)
		}
	}
	a := b.Post(at, url.Values{"solved": {"no"}, "remark": {"还要再跑"}})
	if a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, `id="responded-error"`) || !strings.Contains(a.Body, `id="satisfied-error"`) ||
		!strings.Contains(a.Body, "还要再跑") || !strings.Contains(a.Body, `value="no" checked`) {
		t.Errorf("two questions left open: %d %s", a.Status, a.Body)
	}
	full := url.Values{"responded": {"no"}, "solved": {"no"}, "satisfied": {"1"}, "remark": {"还要再跑\x00😀"}}
	if a := b.Post(at, full); a.Status != http.StatusSeeOther || a.Header.Get("Location") != at+"?done=1" {
		t.Fatalf("%d %s", a.Status, a.Header.Get("Location"))
	}
	if a := b.Get(at + "?done=1"); a.Status != http.StatusOK || !strings.Contains(a.Body, "谢谢您") {
		t.Errorf("%d", a.Status)
	}
	if a := b.Get(at); a.Status != http.StatusOK || !strings.Contains(a.Body, "您已经回答过了") || strings.Contains(a.Body, "<form method=\"post\" action=\"/c/") {
		t.Errorf("%d", a.Status)
	}
	if a := b.Post(at, full); a.Status != http.StatusConflict || !strings.Contains(a.Body, "您已经回答过了") {
		t.Errorf("answered twice: %d", a.Status)
	}
	var state string
	var level int
	v.must(v.db.QueryRow(`SELECT state, level FROM cases WHERE id = $1`, id).Scan(&state, &level))
	if state != "redo" || level != 1 {
		t.Errorf("%s at level %d", state, level)
	}
	for path, want := range map[string]int{"/c/" + strings.Repeat("A", 22): 404, "/c/x": 404, "/c/" + strings.Repeat("%00", 22): 400} {
		if a := b.Get(path); a.Status != want {
			t.Errorf("%s: %d", path, a.Status)
		}
		if a := b.Post(path, full); a.Status != want {
			t.Errorf("POST %s: %d", path, a.Status)
		}
	}
	// Over: the next reply's link, answered on the page first; and one whose time is over.
	v.step(v.desk.Acknowledge(ctx, handler, id, 0))
	v.step(v.desk.Reply(ctx, handler, id, complaints.Replying{Body: "又改了"}))
	v.must(v.desk.SendLink(ctx, caller, id))
	second := "/c/" + out.links[1].Token
	v.pass(complaints.LinkLasts + time.Minute)
	if a := b.Get(second); a.Status != http.StatusGone || !strings.Contains(a.Body, "已经过期") {
		t.Errorf("%d", a.Status)
	}
	if a := b.Post(second, full); a.Status != http.StatusGone || !strings.Contains(a.Body, "已经过期") {
		t.Errorf("%d", a.Status)
	}
	b.Post("/track", url.Values{"receipt": {receipt}, "pin": {pin}})
	if a := b.Post("/track/rate", url.Values{"responded": {"yes"}, "solved": {"yes"}, "satisfied": {"5"}}); a.Status != http.StatusSeeOther {
		t.Errorf("%d", a.Status)
	}
	if n := v.count(`SELECT count(*)::int FROM case_callbacks WHERE way = 'page' AND responded AND solved AND satisfied = 5`); n != 1 {
		t.Errorf("%d answers on the page", n)
	}
	if a := b.Get(second); !strings.Contains(a.Body, "不用再回答") {
		t.Errorf("%d", a.Status)
	}
}

func TestOnesOwnDataOfACase(t *testing.T) {
	t.Parallel()
	v := newVoice(t, true)
	v.withLinks()
	b := webtest.NewBrowser(t, v.e)
	receipt, pin := v.send(b, url.Values{"identity": {"contactable"}, "reach": {"13905320077"}, "body": {"我的事"}})
	for _, path := range []string{"/track/copy", "/track/forget"} {
		if a := webtest.NewBrowser(t, v.e).Post(path, url.Values{}); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, `name="pin"`) {
			t.Errorf("%s without receipt and PIN: %d", path, a.Status)
		}
	}
	b.Post("/track", url.Values{"receipt": {receipt}, "pin": {pin}})
	page := b.Get("/track")
	if !strings.Contains(page.Body, "139****0077") || !strings.Contains(page.Body, "删除我的联系方式") {
		t.Errorf("%s", page.Body)
	}
	a := b.Post("/track/copy", url.Values{})
	if a.Status != http.StatusOK || a.Header.Get("Cache-Control") != "no-store" || !strings.Contains(a.Body, `"body": "我的事"`) || !strings.Contains(a.Body, "139****0077") || strings.Contains(a.Body, "13905320077") {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	for range 2 {
		if a := b.Post("/track/forget", url.Values{}); a.Status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
	}
	page = b.Get("/track?done=forget")
	if strings.Contains(page.Body, "139****") || !strings.Contains(page.Body, "没有保存您的联系方式") || !strings.Contains(page.Body, "联系方式已经删除") {
		t.Errorf("%s", page.Body)
	}
	if n := v.count(`SELECT count(*)::int FROM cases WHERE contact_id IS NOT NULL`); n != 0 {
		t.Errorf("%d contacts are left", n)
	}
}

// A bad rating: answered, rated, rated once more 追评; the review that leaves the rating
// and the one that excludes it are both told.
func TestABadRatingIsFollowedToItsEnd(t *testing.T) {
	t.Parallel()
	v := newVoice(t, false)
	handler := v.person("handler", v.tax.ID, "case:read", "case:handle", "case:reply", "case:appeal")
	reviewer := v.person("reviewer", 0, "case:read", "case:review")
	ctx, system := t.Context(), actor.System("test")
	open := func(n int64) complaints.ID {
		id, err := v.desk.OpenFromRating(ctx, system, complaints.RatingRef{ID: n, Day: workday.Of(v.now()), ReceivedAt: v.now(), Unit: v.window.ID, Level: 1, Comment: "态度差", Language: "zh-CN"})
		v.must(err)
		v.step(v.desk.Acknowledge(ctx, handler, id, 0))
		return id
	}
	id := open(1)
	v.step(v.desk.Appeal(ctx, handler, id, complaints.Why{Reason: "点错了"}))
	v.step(v.desk.Review(ctx, reviewer, id, complaints.Ruling{Reason: "录音不支持"}))
	v.step(v.desk.Reply(ctx, handler, id, complaints.Replying{Body: "已批评教育", Disposition: complaints.FixNow}))
	ticket := complaints.RatingTicket(1)
	yes := true
	seen, err := v.desk.Rate(ctx, ticket, complaints.Outcome{Solved: true, Satisfied: 4, Responded: &yes})
	v.must(err)
	if seen.State != complaints.Closed || seen.Solved == nil || !*seen.Solved {
		t.Errorf("%+v", seen)
	}
	seen, err = v.desk.FollowUp(ctx, ticket, 5)
	v.must(err)
	if seen.FollowUp != 5 {
		t.Errorf("%+v", seen)
	}
	if _, err := v.desk.FollowUp(ctx, ticket, 1); err == nil {
		t.Error("rated once more twice")
	}
	other := open(2)
	v.step(v.desk.Appeal(ctx, handler, other, complaints.Why{Reason: "不是来我们窗口办事"}))
	c := v.step(v.desk.Review(ctx, reviewer, other, complaints.Ruling{Exclude: true, Code: complaints.NotAVisit, Reason: "监控证实"}))
	if c.State != complaints.Excluded || c.RatingLevel != 1 {
		t.Errorf("%+v", c)
	}
}
