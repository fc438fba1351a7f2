package citizen

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// thanked rates at a window and gives the page of thanks' address.
func (k *counter) thanked(t testing.TB, query string) string {
	t.Helper()
	p := k.post(t, "/r/win00001"+query, url.Values{"submission_id": {k.get(t, "/r/win00001").value("submission_id")}, "level": {"5"}})
	if p.StatusCode != http.StatusSeeOther {
		t.Fatalf("status %d", p.StatusCode)
	}
	return p.Header.Get("Location")
}

func (k *counter) stranger(t testing.TB) {
	t.Helper()
	if _, err := k.db.Exec(`INSERT INTO units (kind, code, name, name_en, brand_name) VALUES ('office', 'ZZ', '市档案馆', 'City Archives', '兰台为民')`); err != nil {
		t.Fatal(err)
	}
	if err := k.surveys.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestProbeIsAskedAfterTheRating(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	k.stranger(t)
	where := k.thanked(t, "?elder=1")
	asked := k.get(t, where)
	wellFormed(t, asked)
	checkPolicy(t, asked)
	for _, want := range []string{"您听说过“市档案馆”或其品牌“兰台为民”吗？", "不回答", "选答"} {
		if !strings.Contains(text(asked.doc), want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	action := strings.Replace(where, "?", "/probe?", 1)
	a := k.post(t, action, url.Values{"heard": {"yes"}})
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != where+"#probe" {
		t.Fatalf("%d to %q", a.StatusCode, a.Header.Get("Location"))
	}
	if page := text(k.get(t, where).doc); !strings.Contains(page, "您对“市档案馆”的评价是") || !strings.Contains(page, "不了解") {
		t.Errorf("no second question: %s", page)
	}
	for _, esteem := range []string{"4", "1"} { // sent twice: the first stands
		if a := k.post(t, action, url.Values{"esteem": {esteem}}); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("status %d", a.StatusCode)
		}
	}
	if page := text(k.get(t, where).doc); !strings.Contains(page, "回答已记下") {
		t.Errorf("no thanks: %s", page)
	}
	var n int
	if err := k.db.Get(&n, `SELECT count(*) FROM probes WHERE heard = 'yes' AND esteem = 4 AND elder`); err != nil || n != 1 {
		t.Errorf("%d stored, %v", n, err)
	}
}

func TestProbeOptOutAndBadInput(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	k.stranger(t)
	where := k.thanked(t, "")
	for _, form := range []url.Values{{"heard": {"\x00"}}, {"heard": {"是"}}, {}, {"esteem": {"99"}}, {"esteem": {""}}} {
		if a := k.post(t, where+"/probe", form); a.StatusCode != http.StatusUnprocessableEntity && a.StatusCode != http.StatusNotFound {
			t.Errorf("%v: %d", form, a.StatusCode)
		}
	}
	page := k.get(t, where)
	a := k.post(t, where+"/probe", url.Values{"esteem": {"3"}})
	if a.StatusCode != http.StatusConflict || !strings.Contains(text(a.doc), "请先回答是否听说过") || !strings.Contains(text(a.doc), "评价已收到") {
		t.Errorf("%d %s", a.StatusCode, text(a.doc))
	}
	if !strings.Contains(text(page.doc), "您听说过") {
		t.Error("not asked")
	}
	if a := k.post(t, where+"/probe", url.Values{"heard": {"declined"}}); a.StatusCode != http.StatusSeeOther {
		t.Errorf("status %d", a.StatusCode)
	}
	if strings.Contains(k.get(t, where).body, "id=\"probe\"") {
		t.Error("asked again after it was declined")
	}
}

func TestKioskAsksNoProbe(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	k.stranger(t)
	where := strings.Replace(k.thanked(t, ""), "/r/", "/k/", 1)
	if strings.Contains(k.get(t, where).body, "您听说过") {
		t.Error("the next visitor would answer")
	}
}
