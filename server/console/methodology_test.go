package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"minping/accounts"
)

// TestTheNextVersionIsWrittenAndAdopted goes through the pages as two members of the committee.
func TestTheNextVersionIsWrittenAndAdopted(t *testing.T) {
	c := newCity(t)
	author, other := c.as(accounts.Committee, everywhere), c.as(accounts.Quality, everywhere)
	began := author.Submit(methodologyHome, methodologyHome, url.Values{})
	if began.Status != http.StatusSeeOther {
		t.Fatalf("begun: %d\n%s", began.Status, excerpt(began.Body))
	}
	draft := began.Header.Get("Location")
	page := author.Get(draft)
	for _, want := range []string{`name="score3" value="50"`, `name="brand.satisfaction" value="40"`, `name="strata.public" value=""`, "没有改动"} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("the draft has no %s", want)
		}
	}
	typed := url.Values{"do": {"save"}, "revision": {"1"}, "reason": {"两类主体各半"}}
	for _, g := range formulaGroups() {
		for _, f := range g.fields {
			typed.Set(f.name, value(page.Body, f.name))
		}
	}
	bad := url.Values{}
	for k, v := range typed {
		bad[k] = v
	}
	bad.Set("score3", "九十")
	bad.Set("strata.public", "50")
	refused := author.Submit(draft, draft, bad)
	if refused.Status != http.StatusUnprocessableEntity || !strings.Contains(refused.Body, `value="九十"`) || !strings.Contains(refused.Body, "请填写数字") {
		t.Errorf("a word for a number: %d\n%s", refused.Status, excerpt(refused.Body))
	}
	bad.Set("score3", "50")
	if refused = author.Submit(draft, draft, bad); refused.Status != http.StatusUnprocessableEntity || !strings.Contains(refused.Body, "合计应为 100%，现为 50%") {
		t.Errorf("weights of 50 %%: %d\n%s", refused.Status, excerpt(refused.Body))
	}
	typed.Set("strata.public", "50")
	typed.Set("strata.society", "50")
	if a := author.Submit(draft, draft, typed); a.Status != http.StatusSeeOther {
		t.Fatalf("saved: %d\n%s", a.Status, excerpt(a.Body))
	}
	if a := author.Submit(draft, draft, typed); a.Status != http.StatusConflict || !strings.Contains(a.Body, "两类主体各半") {
		t.Errorf("saved twice from one page: %d", a.Status)
	}
	if a := author.Submit(draft, draft, url.Values{"do": {"propose"}, "effective_from": {"2026-11-20"}}); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "最早为明天") {
		t.Errorf("proposed for today: %d", a.Status)
	}
	if a := author.Submit(draft, draft, url.Values{"do": {"propose"}, "effective_from": {"2026-12-15"}}); a.Status != http.StatusSeeOther {
		t.Fatalf("proposed: %d\n%s", a.Status, excerpt(a.Body))
	}
	if a := author.Get(draft); strings.Contains(a.Body, `value="adopt"`) || !strings.Contains(a.Body, `value="withdraw"`) {
		t.Error("its author may adopt it, or not withdraw it")
	}
	if a := other.Submit(draft, draft, url.Values{"do": {"adopt"}}); a.Status != http.StatusSeeOther {
		t.Fatalf("adopted: %d\n%s", a.Status, excerpt(a.Body))
	}
	if a := author.Get(methodologyHome + "/versions/min-2"); a.Status != http.StatusOK || !strings.Contains(a.Body, "与 sat-1 相比") || !strings.Contains(a.Body, "评价主体权重：群众") {
		t.Errorf("the version: %d\n%s", a.Status, excerpt(a.Body))
	}
	for path, want := range map[string]int{methodologyHome + "/versions/none": 404, methodologyHome + "/drafts/x": 404, methodologyHome + "/drafts/999": 404, methodologyHome + "/simulate?draft=999": 404} {
		if a := author.Get(path); a.Status != want {
			t.Errorf("%s: %d, want %d", path, a.Status, want)
		}
	}
	file := author.Get(methodologyHome + "/simulate?version=min-2&period=2026-10&format=csv")
	if file.Status != http.StatusOK || !strings.HasPrefix(file.Body, "unit,name,before") {
		t.Errorf("the file: %d %s", file.Status, excerpt(file.Body))
	}
}

// value finds what a page has in a field.
func value(page, name string) string {
	_, rest, _ := strings.Cut(page, `name="`+name+`" value="`)
	text, _, _ := strings.Cut(rest, `"`)
	return text
}
