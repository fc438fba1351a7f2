package citizen

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jba/templatecheck"
	"golang.org/x/net/html"

	"minping/internal/i18n"
)

// firstFlight is what ten segments of 1460 bytes carry less room for the
// record layer of TLS: 14 KB.
const firstFlight = 14 << 10

func faces() []face {
	var all []face
	for _, lang := range []string{i18n.Chinese, i18n.English} {
		all = append(all, face{lang: lang}, face{lang: lang, elder: true}, face{lang: lang, kiosk: true})
	}
	return all
}

func TestEveryRatingPageFitsTheFirstFlight(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	first := k.get(t, "/r/win00001")
	head, err := httputil.DumpResponse(first.Response, false)
	if err != nil {
		t.Fatal(err)
	}
	e, err := k.surveys.Resolve(t.Context(), "win00001")
	if err != nil {
		t.Fatal(err)
	}
	largest, kiosk := 0, 0
	for _, f := range faces() {
		for variant := range e.Version.Definition.Variants() {
			s, err := k.h.sheet(k.e.NewContext(httptest.NewRequest(http.MethodGet, "/", nil), nil), e.Version, uint32(variant), f)
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			s.write(&b, &filling{texts: k.h.texts, lang: f.lang, unit: e.Unit, id: strings.Repeat("0", 36)})
			if size := len(head) + len("Date: Mon, 23 Nov 2026 02:00:00 GMT\r\n") + b.Len(); f.kiosk {
				kiosk = max(kiosk, size)
			} else {
				largest = max(largest, size)
			}
			wellFormed(t, parsed(t, b.String()))
		}
	}
	if largest > firstFlight || kiosk > 2*firstFlight { // a kiosk stands on a wire
		t.Errorf("the largest page with its headers is %d bytes, limit %d; on a kiosk %d", largest, firstFlight, kiosk)
	}
	t.Logf("largest page %d bytes, of which headers %d; on a kiosk %d", largest, len(head), kiosk)
}

func TestRatingPageIsOneRequestWithNothingChosen(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	for _, path := range []string{"/r/win00001", "/r/win00001?elder=1", "/r/win00001?lang=en", "/r/WIN-00001", "/k/kiosk001"} {
		p := k.get(t, path)
		if p.StatusCode != http.StatusOK {
			t.Fatalf("%s: status %d", path, p.StatusCode)
		}
		if got := p.checked(); got != nil {
			t.Errorf("%s: chosen from the start: %v", path, got)
		}
		for _, name := range []string{"img", "iframe", "object", "font"} {
			if len(p.all(name)) > 0 {
				t.Errorf("%s: loads %s", path, name)
			}
		}
		if scripts := len(p.all("script")); !strings.HasPrefix(path, "/k/") && scripts > 0 {
			t.Errorf("%s: has a script", path)
		}
		for _, l := range p.all("link") {
			if href, _ := attr(l, "href"); href != "data:," {
				t.Errorf("%s: links %s", path, href)
			}
		}
		checkPolicy(t, p)
		if p.Header.Get("Cache-Control") != "no-store" || p.Header.Get("Content-Length") != fmt.Sprint(len(p.body)) {
			t.Errorf("%s: headers %v", path, p.Header)
		}
	}
}

// checkPolicy: nothing inline but the one style sheet whose digest the policy names.
func checkPolicy(t *testing.T, p page) {
	t.Helper()
	policy := p.Header.Get("Content-Security-Policy")
	if strings.Contains(policy, "unsafe") || !strings.Contains(policy, "default-src 'none'") {
		t.Errorf("policy %q", policy)
	}
	styles := p.all("style")
	if len(styles) != 1 {
		t.Fatalf("%d style elements", len(styles))
	}
	sum := sha256.Sum256([]byte(text(styles[0])))
	if want := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, want) {
		t.Errorf("the policy does not allow the page's own style: want %s in %q", want, policy)
	}
	for n := range p.doc.Descendants() {
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("inline %s on %s", a.Key, n.Data)
			}
		}
	}
}

func TestRatingPageNamesThePlace(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	for path, want := range map[string][]string{
		"/r/win00001":         {"市人力资源和社会保障局 · 市政务服务中心", "A01 窗口 社会保险登记 & 变更", "人社“暖心”<窗口>", "提交评价", "English", "长辈版", "非常不满意"},
		"/r/win00001?lang=en": {"Human Resources and Social Security Bureau · City Service Centre", "Window A01 Social insurance registration", "Send rating", "Very dissatisfied"},
	} {
		all := text(k.get(t, path).doc)
		for _, w := range want {
			if !strings.Contains(all, w) {
				t.Errorf("%s: %q is not on the page", path, w)
			}
		}
	}
}

func TestFaceFollowsAddressThenCookieThenBrowser(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		query, cookies, accept string
		want                   face
	}{
		{"", "", "", face{lang: i18n.Chinese}},
		{"", "", "en-GB,en;q=0.9", face{lang: i18n.English}},
		{"", "mp_lang=zh-CN; mp_elder=1", "en", face{lang: i18n.Chinese, elder: true}},
		{"lang=en&elder=0", "mp_lang=zh-CN; mp_elder=1", "", face{lang: i18n.English}},
		{"elder=1", "", "en", face{lang: i18n.English, elder: true}},
		{"elder=%zz&lang=fr", "mp_elder=1", "", face{lang: i18n.Chinese, elder: true}},
	} {
		r, _ := http.NewRequest(http.MethodGet, "/r/x?"+c.query, nil)
		r.Header.Set("Cookie", c.cookies)
		r.Header.Set("Accept-Language", c.accept)
		if got := faceOf(r); got != c.want {
			t.Errorf("%+v: got %+v", c, got)
		}
	}
}

// wellFormed: ids are unique, every label has its control, every reference a target.
func wellFormed(t *testing.T, p page) {
	t.Helper()
	ids := map[string]bool{}
	for n := range p.doc.Descendants() {
		if id, ok := attr(n, "id"); ok {
			if ids[id] {
				t.Errorf("id %q stands twice", id)
			}
			ids[id] = true
		}
	}
	for n := range p.doc.Descendants() {
		if ref, ok := attr(n, "aria-describedby"); ok && !ids[ref] {
			t.Errorf("aria-describedby %q leads nowhere", ref)
		}
		if n.Data == "label" && n.Type == html.ElementNode {
			if target, ok := attr(n, "for"); !(ok && ids[target]) && !holdsControl(n) {
				t.Errorf("label %q has no control", text(n))
			}
		}
	}
	if strings.ContainsAny(p.body, slotBegin+slotBreak+slotEnd) || strings.Contains(p.body, "ZgotmplZ") || strings.Contains(p.body, "{office}") {
		t.Error("a slot was left open")
	}
	if langs := p.all("html"); len(langs) != 1 || len(p.all("h1")) != 1 || len(p.all("title")) < 1 {
		t.Error("html, title or h1 is missing")
	}
}

func holdsControl(label *html.Node) bool {
	for n := range label.Descendants() {
		if n.Data == "input" {
			return true
		}
	}
	return false
}

func parsed(t *testing.T, body string) page {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return page{nil, body, doc}
}

func TestTemplatesFitTheirPages(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	for name, data := range map[string]any{
		"rate.html": sheetView{}, "done.html": &donePage{}, "state.html": &statePage{}, "home.html": &homePage{},
	} {
		if err := templatecheck.CheckHTML(k.h.pages.Lookup(name), data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSubmissionIDTellsWhenTheFormWasPrinted(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	id, err := uuid.Parse(k.get(t, "/r/win00001").value("submission_id"))
	if err != nil || id.Version() != 7 || id.Variant() != uuid.RFC4122 {
		t.Fatalf("%v, %v", id, err)
	}
	sec, nsec := id.Time().UnixTime()
	if at := time.Unix(sec, nsec); !at.Equal(k.now) {
		t.Errorf("printed at %v, want %v", at, k.now)
	}
}
