package citizen

import (
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"minping/server/web"
)

func TestRatingIsStoredOnceAndThanked(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	form := url.Values{"submission_id": {k.get(t, "/r/win00001").value("submission_id")}, "level": {"2"}, "tags": {"207", "214"},
		"stratum": {"public"}, "comment": {"等了一上午"}, "q.3": {"2"}, "website": {""}, "other": {"x"}}
	first := k.post(t, "/r/win00001?elder=1&lang=en", form)
	again := k.post(t, "/r/win00001?elder=1&lang=en", form)
	where := first.Header.Get("Location")
	if first.StatusCode != http.StatusSeeOther || where == "" || again.Header.Get("Location") != where {
		t.Fatalf("%d %q, then %q", first.StatusCode, where, again.Header.Get("Location"))
	}
	if !strings.HasPrefix(where, "/r/win00001/done/") || !strings.HasSuffix(where, "?elder=1&lang=en") {
		t.Errorf("Location = %q", where)
	}
	var stored int
	if err := k.db.Get(&stored, `SELECT count(*) FROM ratings WHERE level = 2 AND tags = '{207,214}' AND comment = '等了一上午' AND stratum = 'public' AND elder AND language = 'en'`); err != nil || stored != 1 {
		t.Errorf("stored %d, %v", stored, err)
	}
	thanks := k.get(t, strings.TrimSuffix(where, "?elder=1&lang=en"))
	wellFormed(t, thanks)
	for _, want := range []string{"评价已收到", "不满意", "社会保险登记", "2026年11月23日", "核实整改"} {
		if !strings.Contains(text(thanks.doc), want) {
			t.Errorf("%q is not on the thanks page", want)
		}
	}
	checkPolicy(t, thanks)
}

func TestRefusedFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	id := uuid.Must(uuid.NewV7())
	comment := "</textarea><script>alert(1)</script> " + strings.Repeat("等", 600)
	p := k.post(t, "/r/win00001", url.Values{"submission_id": {id.String()}, "level": {"9"}, "tags": {"214", "999"}, "stratum": {"grassroots"}, "comment": {comment}})
	if p.StatusCode != http.StatusUnprocessableEntity {
		t.Fatalf("status %d", p.StatusCode)
	}
	wellFormed(t, p)
	if got := text(p.all("textarea")[0]); got != comment {
		t.Errorf("comment came back as %.60q", got)
	}
	if p.value("submission_id") != id.String() || len(p.all("script")) > 0 {
		t.Error("the submission id changed, or a script came in")
	}
	for _, want := range []string{"tags=214", "stratum=grassroots"} {
		if !slices.Contains(p.checked(), want) {
			t.Errorf("%s was lost: %v", want, p.checked())
		}
	}
	for _, want := range []string{"e-level", "e-tags", "e-comment"} {
		if !strings.Contains(p.body, `id="`+want+`"`) || !strings.Contains(p.body, `aria-describedby="`+want+`"`) {
			t.Errorf("no message %s by its field", want)
		}
	}
	if !strings.HasPrefix(text(p.all("title")[0]), "请检查：") || !strings.Contains(text(p.doc), "您填写的内容都在") {
		t.Error("neither title nor notice says what happened")
	}
}

func TestLevelIsKeptWhenAnotherFieldIsWrong(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	p := k.post(t, "/r/win00001", url.Values{"level": {"1"}, "tags": {"115"}, "comment": {strings.Repeat("差", 501)}, "q.3": {"4"}})
	if p.StatusCode != http.StatusUnprocessableEntity || !slices.Contains(p.checked(), "level=1") || !slices.Contains(p.checked(), "tags=115") {
		t.Errorf("%d %v", p.StatusCode, p.checked())
	}
	if _, err := uuid.Parse(p.value("submission_id")); err != nil {
		t.Error("a form without id came back without one")
	}
	p = k.post(t, "/r/win00001", url.Values{"level": {"1"}, "comment": {"好"}})
	if !strings.Contains(text(p.doc), "页面已失效") {
		t.Error("a missing id is not explained")
	}
}

func TestTooLargeAndBrokenForms(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	p := k.post(t, "/r/win00001", url.Values{"comment": {strings.Repeat("长", 30000)}})
	if p.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(text(p.doc), "内容太长") {
		t.Errorf("too large: %d", p.StatusCode)
	}
	r := formRequest("/r/win00001", "x")
	r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	if p = k.do(t, r); p.StatusCode != http.StatusBadRequest {
		t.Errorf("broken multipart: %d", p.StatusCode)
	}
	p = k.do(t, formRequest("/r/win00001", "submission_id="+uuid.NewString()+"&level=4&comment=%ff%00%E5%A5%BD&q.3=%"))
	if p.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("stray percent sign in an answer: %d", p.StatusCode)
	}
	p = k.do(t, formRequest("/r/win00001", "submission_id="+uuid.NewString()+"&level=4&comment=%ff%00%E5%A5%BD"))
	if p.StatusCode != http.StatusSeeOther {
		t.Errorf("bytes that are no text: %d", p.StatusCode)
	}
}

func TestMultipartIsRead(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	var b strings.Builder
	w := multipart.NewWriter(&b)
	for name, value := range map[string]string{"submission_id": uuid.NewString(), "level": "5", "comment": "很好"} {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/r/win00001", strings.NewReader(b.String()))
	r.Header.Set("Content-Type", w.FormDataContentType())
	if p := k.do(t, r); p.StatusCode != http.StatusSeeOther {
		t.Errorf("status %d: %s", p.StatusCode, text(p.doc))
	}
}

func TestBusyKeepsTheForm(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	if err := k.surveys.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	id := uuid.Must(uuid.NewV7()).String()
	p := k.post(t, "/r/win00001", url.Values{"submission_id": {id}, "level": {"4"}, "comment": {"排队有序"}})
	if p.StatusCode != http.StatusServiceUnavailable || p.Header.Get("Retry-After") == "" {
		t.Errorf("%d, Retry-After %q", p.StatusCode, p.Header.Get("Retry-After"))
	}
	if p.value("submission_id") != id || text(p.all("textarea")[0]) != "排队有序" || !slices.Contains(p.checked(), "level=4") {
		t.Error("the form was lost")
	}
}

func TestDeviceCookie(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	p := k.get(t, "/r/win00001")
	set := p.Header.Get("Set-Cookie")
	if !strings.HasPrefix(set, "__Host-mp_device=") || !strings.Contains(set, "HttpOnly; SameSite=Lax; Secure") {
		t.Fatalf("Set-Cookie = %q", set)
	}
	value, _, _ := strings.Cut(set, ";")
	r := httptest.NewRequest(http.MethodGet, "/r/win00001", nil)
	r.Header.Set("Cookie", "a=b; "+value)
	if got := k.do(t, r).Header.Get("Set-Cookie"); got != "" {
		t.Errorf("set again: %q", got)
	}
	if got := k.get(t, "/k/kiosk001").Header.Get("Set-Cookie"); got != "" {
		t.Errorf("a kiosk got a device: %q", got)
	}
	rate := formRequest("/r/win00001", "submission_id="+uuid.NewString()+"&level=5")
	rate.Header.Set("Cookie", value)
	kiosk := formRequest("/k/kiosk001", "submission_id="+uuid.NewString()+"&level=5")
	kiosk.Header.Set("Cookie", value)
	k.do(t, rate)
	where := k.do(t, kiosk).Header.Get("Location")
	var devices []bool
	if err := k.db.Select(&devices, `SELECT device IS NOT NULL FROM ratings ORDER BY channel`); err != nil || !slices.Equal(devices, []bool{true, false}) {
		t.Errorf("devices stored (desk, kiosk): %v, %v", devices, err)
	}
	done := k.get(t, where)
	if !strings.HasPrefix(where, "/k/kiosk001/done/") || !strings.Contains(done.body, `http-equiv="refresh" content="15;url=/k/kiosk001"`) {
		t.Errorf("the kiosk does not return by itself: %q", where)
	}
}

func FuzzForm(f *testing.F) {
	k := newCounter(f)
	k.h.limits, _ = web.NewLimiter(web.LimitConfig{Unlimited: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}})
	for _, seed := range []string{"", "level=5", "level=&tags=&tags=1&comment=%00%ff", "submission_id=zz&level=-1&q.=1&q.99999999999=1&q.3=1&q.3=2",
		"submission_id=019353b2-7c3e-7000-8000-000000000000&level=3&stratum=public&q.8=10&comment=%F0%9F%98%80", "&&==&%&+=+", "level=5;tags=1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		p := k.do(t, formRequest("/r/win00001", body))
		switch p.StatusCode {
		case http.StatusSeeOther, http.StatusUnprocessableEntity, http.StatusRequestEntityTooLarge:
		default:
			t.Errorf("status %d for %q", p.StatusCode, body)
		}
		if p.StatusCode == http.StatusUnprocessableEntity {
			wellFormed(t, p)
		}
	})
}
