package citizen_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/complaints/filestest"
	"minping/complaints/publish"
	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/i18n"
	"minping/internal/pgtest"
	"minping/offices"
	"minping/privacy"
	"minping/server/citizen"
	"minping/server/web"
	"minping/server/web/webtest"
	"minping/surveys"
)

// voice is a city of two offices with the citizens' pages for complaints.
type voice struct {
	t            *testing.T
	db           *sqlx.DB
	desk         *complaints.Service
	public       *publish.Service
	e            *echo.Echo
	tax, art     offices.Unit
	window, hall offices.Unit
	division     offices.Unit
	mu           sync.Mutex
	clock        time.Time
	files        bool // takes photos and documents, into folder
	folder       string
	log          *slog.Logger
}

func (v *voice) now() time.Time { v.mu.Lock(); defer v.mu.Unlock(); return v.clock }

func (v *voice) pass(d time.Duration) { v.mu.Lock(); defer v.mu.Unlock(); v.clock = v.clock.Add(d) }

// vaulted stands for the vault: submission → contact. Pages know neither it nor the database.
var vaulted sync.Map

func putContact[Querier any](_ context.Context, _ Querier, submission string, c privacy.Contact) (uuid.UUID, error) {
	vaulted.Store(submission, c)
	return uuid.New(), nil
}

func newVoice(t *testing.T, contacts bool) *voice {
	t.Helper()
	return (&voice{t: t}).opens(contacts)
}

func (v *voice) opens(contacts bool) *voice {
	t := v.t
	t.Helper()
	v.db, v.clock = pgtest.New(t), boardNow()
	texts, err := i18n.Load()
	v.must(err)
	texts.OnMissing(func(lang, key string) { t.Errorf("no text for %s in %s", key, lang) })
	site, err := web.NewSite(web.Config{BaseURL: "http://pj.example.gov.cn", Texts: texts, Now: v.now, Log: v.log, AccessLog: v.log})
	v.must(err)
	t.Cleanup(site.Close)
	directory := offices.New(offices.Config{DB: v.db, Now: v.now})
	unit := func(in offices.UnitInput) offices.Unit {
		u, err := directory.Save(t.Context(), actor.System("test"), in)
		v.must(err)
		return u
	}
	v.tax = unit(offices.UnitInput{Kind: offices.Office, Code: "tax", Name: "市税务局", NameEn: "Tax Bureau"})
	v.art = unit(offices.UnitInput{Kind: offices.Office, Code: "art", Name: "市文旅局"})
	v.division = unit(offices.UnitInput{Kind: offices.Division, Code: "tax-1", Name: "纳税服务处", OfficeID: v.tax.ID})
	v.hall = unit(offices.UnitInput{Kind: offices.Hall, Code: "hall", Name: "市民中心"})
	v.window = unit(offices.UnitInput{Kind: offices.Window, Code: "w1", Name: "申报 <b>", Number: "A1", OfficeID: v.tax.ID, DivisionID: v.division.ID, HallID: v.hall.ID})
	_, err = v.db.Exec(`INSERT INTO publications (version_id, title, channel, starts_at) SELECT min(id), '窗口评价', 'desk', '2026-01-01' FROM survey_versions;
		INSERT INTO publication_units SELECT p.id, u.id FROM publications p, units u WHERE u.code = 'w1';
		INSERT INTO codes (code, unit_id, channel) SELECT 'win00001', id, 'desk' FROM units WHERE code = 'w1';
		SELECT ensure_rating_partitions('2026-09-01', '2027-02-01')`)
	v.must(err)
	sv, err := surveys.New(t.Context(), surveys.Config{DB: v.db, Log: slog.New(slog.DiscardHandler), Now: v.now, Calendar: workday.Builtin(), DeviceKey: make([]byte, 32)})
	v.must(err)
	t.Cleanup(func() { _ = sv.Stop(context.Background()) })
	with := complaints.Config{DB: v.db, Now: v.now, PINKey: make([]byte, 32)}
	if v.files {
		with.Files, with.Vault, v.folder = filestest.New(t, v.db, v.now)
	}
	if contacts {
		with.PutContact = putContact
	}
	v.desk, err = complaints.New(with)
	v.must(err)
	limits, err := web.NewLimiter(web.LimitConfig{Now: v.now})
	v.must(err)
	v.public = publish.New(publish.Config{DB: v.db, Now: v.now, Desk: v.desk})
	h, err := citizen.NewComplaints(citizen.ComplaintsConfig{Site: site, Desk: v.desk, Offices: directory, Surveys: sv, Public: v.public, Now: v.now, Limits: limits,
		ChallengeKey: make([]byte, 32), DeviceKey: make([]byte, 32), TicketKey: make([]byte, 32)})
	v.must(err)
	v.e = echo.New()
	site.Use(v.e)
	h.Routes(v.e.Group(""))
	replies, err := citizen.NewReplies(citizen.RepliesConfig{Site: site, Public: v.public, Now: v.now})
	v.must(err)
	replies.Routes(v.e.Group(""))
	return v
}

func (v *voice) must(err error) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
}

func (v *voice) count(query string, args ...any) int {
	v.t.Helper()
	var n int
	v.must(v.db.Get(&n, query, args...))
	return n
}

func find(body, pattern string) string {
	if m := regexp.MustCompile(pattern).FindStringSubmatch(body); m != nil {
		return m[1]
	}
	return ""
}

func (v *voice) form(b *webtest.Browser, more url.Values) url.Values {
	v.t.Helper()
	page := b.Get("/complaints/new")
	form := url.Values{"submission_id": {find(page.Body, `name="submission_id" value="([^"]+)"`)}, "kind": {"complaint"}, "body": {"等了一上午没有人"}}
	for k, values := range more {
		form[k] = values
	}
	return form
}

// given reads receipt and PIN off the page after filing.
func (v *voice) given(b *webtest.Browser) (receipt, pin string) {
	v.t.Helper()
	page := b.Get("/complaints/done")
	return find(page.Body, `name="receipt" value="([^"]+)"`), find(page.Body, `name="pin" value="([^"]+)"`)
}

func (v *voice) send(b *webtest.Browser, more url.Values) (receipt, pin string) {
	v.t.Helper()
	a := b.Post("/complaints", v.form(b, more))
	if a.Status != http.StatusSeeOther || a.Header.Get("Location") != "/complaints/done" {
		v.t.Fatalf("%d to %q: %s", a.Status, a.Header.Get("Location"), a.Body)
	}
	return v.given(b)
}

func TestComplaintIsFiledAndFollowed(t *testing.T) {
	t.Parallel()
	v := newVoice(t, false)
	b := webtest.NewBrowser(t, v.e)
	receipt, pin := v.send(b, url.Values{"office": {fmt.Sprint(v.tax.ID)}})
	if len(pin) != 6 || receipt == "" {
		t.Fatalf("receipt %q, PIN %q", receipt, pin)
	}
	if again := b.Get("/complaints/done"); strings.Contains(again.Body, pin) || strings.Contains(again.Body, receipt) || again.Header.Get("Cache-Control") != "no-store" {
		t.Error("receipt and PIN are shown twice, or kept")
	}
	if n := v.count(`SELECT count(*) FROM cases WHERE kind = 'complaint' AND channel = 'web' AND identity = 'none' AND unit_id = $1`, v.tax.ID); n != 1 {
		t.Errorf("%d cases", n)
	}
	opened := b.Post("/track", url.Values{"receipt": {strings.ToUpper(receipt)}, "pin": {pin[:3] + " " + pin[3:]}})
	cookie := opened.Header.Get("Set-Cookie")
	if opened.Status != http.StatusSeeOther || opened.Header.Get("Location") != "/track" || strings.Contains(cookie, pin) ||
		!strings.Contains(cookie, "Max-Age=1800; HttpOnly; SameSite=Strict") || strings.Contains(cookie, "Domain") {
		t.Fatalf("%d %q %q", opened.Status, opened.Header.Get("Location"), cookie)
	}
	page := b.Get("/track")
	for _, want := range []string{"已收到", "等了一上午没有人", "市税务局", "补充情况", "撤回"} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("no %q on the page", want)
		}
	}
	if a := b.Post("/track/add", url.Values{"body": {"又去了一次 😀\u202e\x00"}}); a.Header.Get("Location") != "/track?done=add" {
		t.Errorf("add: %d %q", a.Status, a.Header.Get("Location"))
	}
	if page = b.Get("/track?done=add"); !strings.Contains(page.Body, "又去了一次 😀") || !strings.Contains(page.Body, "已经补充") {
		t.Error("what was added is not shown")
	}
	long := strings.Repeat("长", 2001)
	if a := b.Post("/track/add", url.Values{"body": {long}}); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, long) || !strings.Contains(a.Body, `id="body-error"`) {
		t.Errorf("too long: %d", a.Status)
	}
	if a := b.Post("/track/answer", url.Values{"body": {"没人问我"}}); a.Status != http.StatusConflict {
		t.Errorf("answer to no question: %d", a.Status)
	}
	if a := b.Post("/track/withdraw", url.Values{"reason": {""}}); a.Header.Get("Location") != "/track?done=withdraw" {
		t.Errorf("withdraw: %d", a.Status)
	}
	if page = b.Get("/track"); !strings.Contains(page.Body, "您已撤回") || strings.Contains(page.Body, `action="/track/add"`) {
		t.Error("a withdrawn case is shown as live")
	}
	kept := b.Post("/track/add", url.Values{"body": {"撤回以后的话"}})
	if kept.Status != http.StatusConflict {
		t.Errorf("adding to a withdrawn case: %d", kept.Status)
	}
	b.Post("/track/end", nil)
	if page = b.Get("/track"); strings.Contains(page.Body, "等了一上午") || !strings.Contains(page.Body, `name="pin"`) {
		t.Error("the browser did not forget the case")
	}
}

func TestTwoTapsStoreOneAndTellThePIN(t *testing.T) {
	t.Parallel()
	v := newVoice(t, false)
	b := webtest.NewBrowser(t, v.e)
	form := v.form(b, nil)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if a := b.Post("/complaints", form); a.Status != http.StatusSeeOther {
				t.Errorf("status %d", a.Status)
			}
		})
	}
	all.Wait()
	receipt, pin := v.given(b)
	if n := v.count(`SELECT count(*) FROM cases`); n != 1 || pin == "" {
		t.Errorf("%d cases, PIN %q", n, pin)
	}
	if a := b.Post("/track", url.Values{"receipt": {receipt}, "pin": {pin}}); a.Status != http.StatusSeeOther {
		t.Errorf("the PIN of the last answer does not open: %d", a.Status)
	}
}

func TestRefusedComplaintKeepsEverything(t *testing.T) {
	t.Parallel()
	v := newVoice(t, true)
	family := "👨‍👩‍👧‍👦"
	for name, c := range map[string]struct {
		more   url.Values
		status int
		want   []string
	}{
		"nothing":        {url.Values{"kind": {""}, "body": {" \u200b"}}, 422, []string{`id="kind-error"`, `id="body-error"`, `id="identity-error"`}},
		"a word too far": {url.Values{"body": {strings.Repeat("长", 2001)}, "identity": {"none"}}, 422, []string{strings.Repeat("长", 2001), `id="body-error"`}},
		"families":       {url.Values{"body": {strings.Repeat(family, 1001)}, "identity": {"none"}}, 303, nil},
		"no number":      {url.Values{"identity": {"contactable"}, "reach": {"找我"}}, 422, []string{`id="reach-error"`, `value="找我"`, "等了一上午"}},
		"no name":        {url.Values{"identity": {"named"}, "reach": {"13800001234"}}, 422, []string{`id="name-error"`, `value="13800001234"`}},
		"long name":      {url.Values{"identity": {"named"}, "name": {strings.Repeat("名", 2000)}, "reach": {"13800001234"}}, 422, []string{`id="name-error"`, strings.Repeat("名", 2000)}},
		"bad rating":     {url.Values{"kind": {"bad_rating"}, "identity": {"none"}}, 422, []string{`id="kind-error"`}},
		"division":       {url.Values{"unit": {fmt.Sprint(v.division.ID)}, "identity": {"none"}}, 422, []string{`id="unit-error"`}},
		"another office": {url.Values{"unit": {fmt.Sprint(v.window.ID)}, "office": {fmt.Sprint(v.art.ID)}, "identity": {"none"}}, 422, []string{`id="unit-error"`}},
		"no such place":  {url.Values{"office": {"9223372036854775807"}, "identity": {"none"}}, 422, []string{`id="unit-error"`}},
		"script":         {url.Values{"body": {"</textarea><script>alert(1)</script>"}, "identity": {""}}, 422, []string{"&lt;/textarea&gt;&lt;script&gt;"}},
		"year 9999":      {url.Values{"body": {"9999年12月31日 \x00\u202e"}, "identity": {"none"}}, 303, nil},
		"expired":        {url.Values{"submission_id": {"x"}, "identity": {"none"}}, 422, []string{"再按一次", "等了一上午"}},
	} {
		b := webtest.NewBrowser(t, v.e) // each has its own budget
		a := b.Post("/complaints", v.form(b, c.more))
		if a.Status != c.status {
			t.Errorf("%s: status %d", name, a.Status)
		}
		for _, want := range c.want {
			if !strings.Contains(a.Body, want) {
				t.Errorf("%s: no %.60q", name, want)
			}
		}
	}
	if n := v.count(`SELECT count(*) FROM cases`); n != 2 {
		t.Errorf("%d cases", n)
	}
}

func TestContactGoesToTheVaultOnly(t *testing.T) {
	t.Parallel()
	v := newVoice(t, true)
	b := webtest.NewBrowser(t, v.e)
	first, second := uuid.NewString(), uuid.NewString()
	v.send(b, url.Values{"submission_id": {first}, "identity": {"named"}, "name": {"张三\u202e"}, "reach": {"13800001234"}})
	if c, ok := vaulted.Load(first); !ok || c.(privacy.Contact).Phone.Reveal() != "13800001234" {
		t.Error("the contact did not get to the vault")
	}
	if n := v.count(`SELECT count(*) FROM cases WHERE identity = 'named' AND contact_id IS NOT NULL AND cases::text NOT LIKE '%13800001234%' AND cases::text NOT LIKE '%张三%'`); n != 1 {
		t.Error("the contact is in the case")
	}
	v.send(b, url.Values{"submission_id": {second}, "identity": {"none"}, "name": {"李四"}, "reach": {"13900001234"}})
	if _, ok := vaulted.Load(second); ok {
		t.Error("an anonymous sender's contact was stored")
	}
	closed := newVoice(t, false)
	b = webtest.NewBrowser(t, closed.e)
	if page := b.Get("/complaints/new"); strings.Contains(page.Body, `name="reach"`) {
		t.Error("a contact is asked for where there is no vault")
	}
	if a := b.Post("/complaints", closed.form(b, url.Values{"identity": {"named"}})); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "只能匿名") {
		t.Errorf("named without a vault: %d", a.Status)
	}
}

func TestPlaceOfAComplaint(t *testing.T) {
	t.Parallel()
	v := newVoice(t, false)
	b := webtest.NewBrowser(t, v.e)
	for _, at := range []string{"/complaints/new?code=win00001", "/complaints/new?window=w1"} {
		page := b.Get(at)
		if !strings.Contains(page.Body, fmt.Sprintf(`name="unit" value="%d" checked`, v.window.ID)) || !strings.Contains(page.Body, fmt.Sprintf(`value="%d" selected`, v.tax.ID)) {
			t.Errorf("%s: the place is not filled in", at)
		}
	}
	for _, at := range []string{"/complaints/new?code=nobody", "/complaints/new?window=%20", "/complaints/new?office=nobody", "/complaints/new?kind=x"} {
		if page := b.Get(at); page.Status != http.StatusOK {
			t.Errorf("%s: %d", at, page.Status)
		}
	}
	form := v.form(b, url.Values{"q": {"申报"}, "do": {"find"}, "body": {"找窗口时写的话"}})
	found := b.Post("/complaints", form)
	if found.Status != http.StatusOK || !strings.Contains(found.Body, fmt.Sprintf(`name="unit" value="%d"`, v.window.ID)) || !strings.Contains(found.Body, "找窗口时写的话") ||
		!strings.Contains(found.Body, form.Get("submission_id")) || v.count(`SELECT count(*) FROM cases`) != 0 {
		t.Errorf("%d: looking for a window lost something or filed it", found.Status)
	}
	v.send(b, url.Values{"code": {"win00001"}, "unit": {fmt.Sprint(v.window.ID)}, "office": {fmt.Sprint(v.tax.ID)}})
	if n := v.count(`SELECT count(*) FROM cases WHERE unit_id = $1 AND channel = 'code'`, v.window.ID); n != 1 {
		t.Error("the window is not in the case")
	}
	v.send(b, url.Values{"kind": {"report"}, "unit": {fmt.Sprint(v.window.ID)}})
	if n := v.count(`SELECT count(*) FROM cases WHERE sealed AND office_id IS NULL`); n != 1 {
		t.Error("a report is not sealed")
	}
}

func TestOddBodiesOfComplaints(t *testing.T) {
	t.Parallel()
	v := newVoice(t, false)
	b := webtest.NewBrowser(t, v.e)
	if a := b.Send(http.MethodPost, "/complaints", strings.NewReader(strings.Repeat("x", 10<<20)), "Content-Type", "application/x-www-form-urlencoded"); a.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("10 MB: %d", a.Status)
	}
	for kind, body := range map[string]string{"application/json": `{"body":"x"}`, "text/plain": "body=x", "": "body=x", "multipart/form-data": "x", "multipart/form-data; boundary=b": "--b\r\nx"} {
		if a := b.Send(http.MethodPost, "/complaints", strings.NewReader(body), "Content-Type", kind); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("%q: %d", kind, a.Status)
		}
	}
	for _, path := range []string{"/track", "/track/add", "/track/rate"} {
		if a := b.Send(http.MethodPost, path, strings.NewReader("%&=%ff&receipt=%00&pin=%"), "Content-Type", "application/x-www-form-urlencoded"); a.Status != http.StatusUnprocessableEntity && a.Status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.Status)
		}
	}
}

func TestWrongTicketsHaveOneAnswerAndWait(t *testing.T) {
	t.Parallel()
	v := newVoice(t, false)
	b := webtest.NewBrowser(t, v.e)
	receipt, pin := v.send(b, nil)
	wrong := "000000"
	if pin == wrong {
		wrong = "000001"
	}
	say := func(a webtest.Answer) string { return find(a.Body, `(?s)role="alert".*?<span>(.*?)</span>`) }
	first, other := b.Post("/track", url.Values{"receipt": {receipt}, "pin": {wrong}}), b.Post("/track", url.Values{"receipt": {"nosuchcode22"}, "pin": {wrong}})
	if first.Status != other.Status || say(first) == "" || say(first) != say(other) {
		t.Errorf("%d %q, %d %q", first.Status, say(first), other.Status, say(other))
	}
	for range 2 {
		b.Post("/track", url.Values{"receipt": {receipt}, "pin": {wrong}})
	}
	waits := b.Post("/track", url.Values{"receipt": {receipt}, "pin": {pin}})
	if waits.Status != http.StatusTooManyRequests || waits.Header.Get("Retry-After") != "30" {
		t.Errorf("after three wrong PINs: %d, Retry-After %q", waits.Status, waits.Header.Get("Retry-After"))
	}
	v.pass(31 * time.Second)
	if a := b.Post("/track", url.Values{"receipt": {receipt}, "pin": {pin}}); a.Status != http.StatusSeeOther {
		t.Errorf("after the wait: %d", a.Status)
	}
}

func TestAccessEndsAndNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	v := newVoice(t, false)
	b := webtest.NewBrowser(t, v.e)
	receipt, pin := v.send(b, nil)
	b.Post("/track", url.Values{"receipt": {receipt}, "pin": {pin}})
	v.pass(31 * time.Minute)
	a := b.Post("/track/add", url.Values{"body": {"写了很久的话"}})
	if a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, `name="body" value="写了很久的话"`) {
		t.Fatalf("%d: the words are lost", a.Status)
	}
	again := b.Post("/track", url.Values{"receipt": {receipt}, "pin": {pin}, "act": {"add"}, "body": {"写了很久的话"}})
	if again.Status != http.StatusOK || !strings.Contains(again.Body, "写了很久的话</textarea>") {
		t.Errorf("%d: the words are not back in their field", again.Status)
	}
}

func TestTrapAsksForAChallenge(t *testing.T) {
	t.Parallel()
	v := newVoice(t, false)
	b := webtest.NewBrowser(t, v.e)
	form := v.form(b, url.Values{"website": {"http://spam"}})
	a := b.Post("/complaints", form)
	token := find(a.Body, `name="challenge" value="([^"]+)"`)
	if a.Status != http.StatusTooManyRequests || token == "" || !strings.Contains(a.Body, "等了一上午没有人") || v.count(`SELECT count(*) FROM cases`) != 0 {
		t.Fatalf("%d, challenge %q", a.Status, token)
	}
	v.pass(21 * time.Second) // without a script one waits
	form.Set("challenge", token)
	form.Del("website")
	if a = b.Post("/complaints", form); a.Status != http.StatusSeeOther {
		t.Errorf("after the wait: %d", a.Status)
	}
}

func TestKioskForgets(t *testing.T) {
	t.Parallel()
	v := newVoice(t, true)
	b := webtest.NewBrowser(t, v.e)
	page := b.Get("/complaints/new?kiosk=win00001&lang=en&elder=1")
	if page.Header.Get("Cache-Control") != "no-store" || strings.Contains(page.Body, `name="reach"`) || !strings.Contains(page.Body, "Finish") || !strings.Contains(page.Body, `class="elder"`) {
		t.Error("a kiosk keeps the form, asks for a number, or cannot be left")
	}
	v.send(b, url.Values{"kiosk": {"win00001"}})
	if n := v.count(`SELECT count(*) FROM cases WHERE channel = 'kiosk' AND language = 'en'`); n != 1 {
		t.Error("not filed as a kiosk's")
	}
	if a := b.Post("/track/end", url.Values{"kiosk": {"win00001"}}); a.Header.Get("Location") != "/k/win00001" {
		t.Errorf("%d %q", a.Status, a.Header.Get("Location"))
	}
}

func TestNoWayEndsInTheWall(t *testing.T) {
	t.Parallel()
	v := newVoice(t, false)
	b := webtest.NewBrowser(t, v.e)
	start := b.Get("/complaints?code=win00001")
	links := regexp.MustCompile(`href="(/complaints/[^"]+)"`).FindAllStringSubmatch(start.Body, -1)
	if len(links) != 8 {
		t.Errorf("%d ways", len(links))
	}
	for _, l := range links {
		for _, lang := range []string{"zh-CN", "en"} {
			if page := b.Get(strings.ReplaceAll(l[1], "&amp;", "&"), "Accept-Language", lang); page.Status != http.StatusOK || !strings.Contains(page.Body, "/complaints") {
				t.Errorf("%s: %d", l[1], page.Status)
			}
		}
	}
	if page := b.Get("/complaints/to/nowhere"); page.Status != http.StatusNotFound {
		t.Errorf("nowhere: %d", page.Status)
	}
}
