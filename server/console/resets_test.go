package console_test

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"minping/accounts"
	"minping/internal/actor"
	"minping/server/web/webtest"
)

var shownHalf = regexp.MustCompile(`slip-code" translate="no">([A-Z0-9-]+)<`)

// half reads the code that a page shows this once.
func half(t *testing.T, a webtest.Answer) string {
	t.Helper()
	m := shownHalf.FindStringSubmatch(a.Body)
	if a.Status != 200 || m == nil {
		t.Fatalf("no half of a code: %d\n%.2000s", a.Status, a.Body)
	}
	return m[1]
}

// as makes an administrator and signs a browser in, second factor and all.
func (g *gate) as(username string, role accounts.Role) *webtest.Browser {
	g.t.Helper()
	a, err := g.service.Create(g.t.Context(), actor.System("test"), accounts.NewAccount{Username: username, DisplayName: "管理员" + username,
		Password: doorPassword, Roles: []accounts.RoleAt{{Role: role}}})
	if err != nil {
		g.t.Fatal(err)
	}
	_ = a
	b := g.browser()
	enter(b, username, doorPassword, "")
	page := b.Get("/console/signin/enrol")
	m := shownSecret.FindStringSubmatch(page.Body)
	if m == nil {
		g.t.Fatalf("no secret: %d", page.Status)
	}
	b.Post("/console/signin/enrol", url.Values{"csrf": {page.Token()}, "code": {g.code(strings.ReplaceAll(m[1], " ", ""))}})
	return b
}

// A forgotten password and a lost telephone, from the first call to the console.
func TestResetsThroughThePages(t *testing.T) {
	t.Parallel()
	g := newGate(t, accounts.Config{SecondFactor: true})
	own := g.browser()
	g.enrolled(own)
	officer, auditor := g.as("anquan", accounts.SecurityAdmin), g.as("shenji", accounts.AuditAdmin)
	base := "/console/accounts/" + idOf(g.account.ID)

	if a := officer.Submit(base+"/password", base+"/password", url.Values{"reason": {"短"}}); a.Status != 422 || !strings.Contains(a.Body, ">短</textarea>") {
		t.Fatalf("a reason too short: %d", a.Status)
	}
	first := half(t, officer.Submit(base+"/password", base+"/password", url.Values{"reason": {"忘记密码，已当面核对工作证"}}))
	if a := officer.Submit(base+"/password", base+"/password", url.Values{"reason": {"忘记密码，已当面核对工作证"}}); a.Status != 409 {
		t.Errorf("asked twice: %d", a.Status)
	}
	if a := own.Get("/console/security"); !strings.Contains(a.Body, "有人申请重置您的密码") {
		t.Error("the holder, signed in, is not told")
	}
	list := auditor.Get("/console/resets")
	at := regexp.MustCompile(`/console/resets/\d+`).FindString(list.Body)
	if at == "" || strings.Contains(list.Body, first) {
		t.Fatalf("the auditor's list: %d", list.Status)
	}
	if a := officer.Submit(at, at, url.Values{"act": {"confirm"}}); a.Status != 303 || !strings.Contains(officer.Get(at).Body, "申请人不能自己确认") {
		t.Errorf("the asker confirms: %d", a.Status)
	}
	if a := auditor.Submit(at, at, url.Values{"act": {"refuse"}, "reason": {"短"}}); a.Status != 422 {
		t.Errorf("refused without a reason: %d", a.Status)
	}
	if a := auditor.Submit(at, at, url.Values{"act": {"king"}}); a.Status != 422 {
		t.Errorf("an act of nobody: %d", a.Status)
	}
	second := half(t, auditor.Submit(at, at, url.Values{"act": {"confirm"}}))
	if a := auditor.Submit(at, at, url.Values{"act": {"confirm"}}); a.Status != 409 || strings.Contains(a.Body, second) {
		t.Errorf("confirmed twice: %d", a.Status)
	}

	b := g.browser()
	use := func(form url.Values) webtest.Answer {
		return b.Submit("/console/signin/reset", "/console/signin/reset", form)
	}
	const next = "Laoshan-2031-ok"
	wrong := use(url.Values{"first": {first}, "second": {first}, "password": {next}, "repeat": {next}})
	if wrong.Status != 422 || !strings.Contains(wrong.Body, `value="`+first+`"`) || strings.Contains(wrong.Body, next) {
		t.Errorf("a wrong half: %d, what was typed is lost, or the password shown", wrong.Status)
	}
	if a := use(url.Values{"first": {first}, "second": {second}, "password": {next}, "repeat": {"other"}}); a.Status != 422 {
		t.Errorf("another repeat: %d", a.Status)
	}
	wantLocation(t, use(url.Values{"first": {strings.ToLower(first)}, "second": {second}, "password": {next}, "repeat": {next}}), "/console/signin/code")
	if a := own.Get("/console/security"); a.Status == 200 {
		t.Error("a session of before goes on")
	}

	// The second factor is still asked. It is lost too.
	fact := half(t, officer.Submit(base+"/factor", base+"/factor", url.Values{"reason": {"手机丢失，已当面核对工作证"}}))
	at = regexp.MustCompile(`/console/resets/\d+`).FindString(auditor.Get("/console/resets").Body)
	fact2 := half(t, auditor.Submit(at, at, url.Values{"act": {"confirm"}}))
	form := url.Values{"first": {fact}, "second": {"ABCDE-FGHJK"}}
	if a := b.Submit("/console/signin/code", "/console/signin/code/reset", form); a.Status != 422 || !strings.Contains(a.Body, "重置码不正确") {
		t.Errorf("a wrong half at the gate: %d", a.Status)
	}
	form = url.Values{"first": {fact}, "second": {fact2}}
	wantLocation(t, b.Submit("/console/signin/code", "/console/signin/code/reset", form), "/console/signin/enrol")
}

func TestHolderStopsAReset(t *testing.T) {
	t.Parallel()
	g := newGate(t, accounts.Config{SecondFactor: true})
	own := g.browser()
	g.enrolled(own)
	officer, auditor := g.as("anquan", accounts.SecurityAdmin), g.as("shenji", accounts.AuditAdmin)
	base := "/console/accounts/" + idOf(g.account.ID)
	first := half(t, officer.Submit(base+"/password", base+"/password", url.Values{"reason": {"忘记密码，已当面核对工作证"}}))
	at := regexp.MustCompile(`/console/resets/\d+`).FindString(auditor.Get("/console/resets").Body)
	second := half(t, auditor.Submit(at, at, url.Values{"act": {"confirm"}}))
	stop := strings.Replace(at, "/console/", "/console/security/", 1)
	if a := auditor.Submit("/console/security", stop, url.Values{}); a.Status != 404 {
		t.Errorf("somebody else stops it: %d", a.Status)
	}
	wantLocation(t, own.Submit("/console/security", stop, url.Values{}), "/console/security")
	wantLocation(t, own.Submit("/console/security", stop, url.Values{}), "/console/security") // twice is said, not broken
	b := g.browser()
	if a := b.Submit("/console/signin/reset", "/console/signin/reset", url.Values{"first": {first}, "second": {second},
		"password": {"Laoshan-2031-ok"}, "repeat": {"Laoshan-2031-ok"}}); a.Status != 422 {
		t.Errorf("used after it was stopped: %d", a.Status)
	}
	if a := auditor.Get(at); !strings.Contains(a.Body, "本人已制止") {
		t.Error("the administrators are not told")
	}
}

// A stale or foreign form is shown anew, not a fault.
func TestResetDoorTakesItsOwnFormsOnly(t *testing.T) {
	t.Parallel()
	g := newGate(t, accounts.Config{SecondFactor: true})
	b := g.browser()
	if a := b.Post("/console/signin/reset", url.Values{}); a.Status != 403 {
		t.Errorf("without a token: %d", a.Status)
	}
	wantLocation(t, b.Post("/console/signin/reset", url.Values{"csrf": {"stale"}}), "/console/signin/reset")
	for _, typed := range []string{"\x00", "😀", strings.Repeat("x", 61), "\u202e"} {
		if a := b.Submit("/console/signin/reset", "/console/signin/reset", url.Values{"first": {typed}, "second": {typed},
			"password": {"Laoshan-2031-ok"}, "repeat": {"Laoshan-2031-ok"}}); a.Status != 422 && a.Status != 429 {
			t.Errorf("%q: %d", typed, a.Status)
		}
	}
}

func idOf(id int64) string { return strconv.FormatInt(id, 10) }
