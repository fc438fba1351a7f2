package console

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"minping/accounts"
	"minping/complaints/workday"
	"minping/internal/settings"
)

// scoped is a setting that may be narrowed, as the desk's will be.
func scoped() []settings.Definition {
	return []settings.Definition{{Key: "rating.late_days_x", Group: "rating", Type: settings.Span, Default: "5wd", Min: 1, Max: 60, Propose: settings.PermOperate,
		Dims: []settings.Dim{{Name: "office", Number: true}, {Name: "kind", Values: []string{"complaint", "report"}}}}}
}

func future(days int) string { return workday.Of(time.Now()).AddDays(days).String() }

func TestSettingsOpenForThoseWhoRead(t *testing.T) {
	c := newCity(t)
	committee, handler := c.as(accounts.Committee, everywhere), c.as(accounts.Handler, c.office)
	for path, want := range map[string][]string{
		"/console/settings":                                                   {"迟评期限", "5 个工作日", "影响排名", "算法版本", "sat-1", "密码有效期", "少于"},
		"/console/settings/methodology":                                       {"sat-1", "起草下一版", "现行"},
		"/console/settings/methodology/versions/sat-1":                        {"五级计分", "75", "置信水平", "举例", "满意度 85.8 分"},
		"/console/settings/methodology/simulate?version=sat-1&period=2026-10": {"用历史数据试算"},
		"/console/settings/rating.late_days":                                  {"5 个工作日", "山东", "申请变更", "name=\"reason\""},
		"/console/settings/signin.lock_after":                                 {"5 次", "不能变更"},
	} {
		a := committee.Get(path)
		if a.Status != http.StatusOK {
			t.Errorf("%s: %d\n%s", path, a.Status, excerpt(a.Body))
		}
		for _, w := range want {
			if !strings.Contains(a.Body, w) {
				t.Errorf("%s: no %q", path, w)
			}
		}
		if a := handler.Get(path); a.Status != http.StatusForbidden {
			t.Errorf("%s for a handler: %d", path, a.Status)
		}
	}
	for path, want := range map[string]int{"/console/settings/no.such": 404, "/console/settings/..%2f": 404, "/console/settings/proposals/77": 404, "/console/settings/proposals/x": 404} {
		if a := committee.Get(path); a.Status != want {
			t.Errorf("%s: %d, want %d", path, a.Status, want)
		}
	}
}

func TestRankMovingSettingTakesTwoPersons(t *testing.T) {
	c := newCity(t)
	committee, quality, system := c.as(accounts.Committee, everywhere), c.as(accounts.Quality, everywhere), c.as(accounts.SystemAdmin, everywhere)
	const page = "/console/settings/rating.late_days"
	form := url.Values{"value": {"7"}, "from": {future(30)}, "reason": {"征求意见后延长"}}
	preview := committee.Submit(page, page, form)
	if preview.Status != http.StatusOK || !strings.Contains(preview.Body, "起，迟评期限由 5 个工作日改为 7 个工作日") || !strings.Contains(preview.Body, `name="confirm"`) {
		t.Fatalf("preview: %d\n%s", preview.Status, excerpt(preview.Body))
	}
	form.Set("confirm", "true")
	form.Set("seen", "5")
	if a := system.Submit("/console/settings", page, form); a.Status != http.StatusForbidden {
		t.Errorf("the system administrator: %d", a.Status)
	}
	made := committee.Submit(page, page, form)
	if made.Status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", made.Status, excerpt(made.Body))
	}
	proposal := made.Header.Get("Location")
	if a := committee.Get(proposal); !strings.Contains(a.Body, "可以撤回") || strings.Contains(a.Body, `value="approve"`) {
		t.Errorf("own: %s", excerpt(a.Body))
	}
	if a := committee.Submit(proposal, proposal, url.Values{"do": {"approve"}}); a.Status != http.StatusForbidden {
		t.Errorf("approved by the proposer: %d", a.Status)
	}
	if a := system.Get(proposal); !strings.Contains(a.Body, "等待有核准权限的人") {
		t.Errorf("another reader: %s", excerpt(a.Body))
	}
	if a := quality.Get("/console/settings"); !strings.Contains(a.Body, "待核准的变更") || !strings.Contains(a.Body, proposal) {
		t.Error("the queue does not show it")
	}
	if a := committee.Submit(page, page, form); a.Status != http.StatusConflict || !strings.Contains(a.Body, "征求意见后延长") {
		t.Errorf("a second one: %d", a.Status)
	}
	if a := quality.Submit(proposal, proposal, url.Values{"do": {"reject"}}); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "此项必填") {
		t.Errorf("no reason: %d", a.Status)
	}
	if a := quality.Submit(proposal, proposal, url.Values{"do": {"approve"}}); a.Status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", a.Status, excerpt(a.Body))
	}
	if a := quality.Submit(proposal, proposal, url.Values{"do": {"approve"}}); a.Status != http.StatusConflict || !strings.Contains(a.Body, "已经有人处理") {
		t.Errorf("twice: %d\n%s", a.Status, excerpt(a.Body))
	}
	list := committee.Get("/console/settings").Body
	if !strings.Contains(list, "起改为 7 个工作日") {
		t.Error("the list does not tell of the planned value")
	}
	english := committee.Get("/lang?to=en&back=/console/settings")
	if english.Status != http.StatusSeeOther {
		t.Fatal(english.Status)
	}
	if a := committee.Get(page); !strings.Contains(a.Body, "7 working days") || !strings.Contains(a.Body, "Proposed by committee, approved by quality") {
		t.Errorf("in English: %s", excerpt(a.Body))
	}
}

func TestSettingFormKeepsWhatWasTyped(t *testing.T) {
	c := newCity(t)
	security := c.as(accounts.SecurityAdmin, everywhere)
	const page = "/console/settings/signin.lock_after"
	for name, tt := range map[string]struct {
		change url.Values
		want   string
	}{
		"above":     {url.Values{"value": {"11"}}, "不能大于 10"},
		"no number": {url.Values{"value": {"NaN"}}, "请填写整数"},
		"empty":     {url.Values{"value": {""}}, "请填写整数"},
		"huge":      {url.Values{"value": {"99999999999999999999999999"}}, "请填写整数"},
		"past":      {url.Values{"from": {"2020-01-01"}}, "过去的规则不能改"},
		"9999":      {url.Values{"from": {"9999-12-31"}}, "最多提前 5 年"},
		"no day":    {url.Values{"from": {"2026-02-30"}}, "格式不对"},
		"NUL":       {url.Values{"reason": {"a\x00b"}}, "无法识别的字符"},
		"no reason": {url.Values{"reason": {" "}}, "此项必填"},
		"the same":  {url.Values{"value": {"5"}}, "不需要变更"},
		"scope":     {url.Values{"scope": {"office=1"}}, "适用范围不对"},
	} {
		form := url.Values{"value": {"4"}, "reason": {"测评机构建议<b>"}, "confirm": {"true"}}
		for k, v := range tt.change {
			form[k] = v
		}
		a := security.Submit(page, page, form)
		if a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, tt.want) {
			t.Errorf("%s: %d, no %q\n%s", name, a.Status, tt.want, excerpt(a.Body))
		}
		if name != "NUL" && name != "no reason" && !strings.Contains(a.Body, "测评机构建议&lt;b&gt;") {
			t.Errorf("%s: what was typed is gone", name)
		}
	}
	stale := url.Values{"value": {"4"}, "reason": {"x"}, "confirm": {"true"}, "seen": {"6"}}
	if a := security.Submit(page, page, stale); a.Status != http.StatusConflict || !strings.Contains(a.Body, "已被他人变更") {
		t.Errorf("changed meanwhile: %d", a.Status)
	}
	if a := security.Submit(page, page, url.Values{"value": {"4"}, "reason": {"测评机构建议 13812345678"}, "confirm": {"true"}}); a.Status != http.StatusSeeOther || a.Header.Get("Location") != page {
		t.Errorf("%d\n%s", a.Status, excerpt(a.Body))
	}
	if a := security.Get(page); !strings.Contains(a.Body, "4 次") || !strings.Contains(a.Body, "现行") {
		t.Errorf("after: %s", excerpt(a.Body))
	}
}

func TestNarrowedSettingOnItsPage(t *testing.T) {
	c := newCityWith(t, scoped())
	c.app.site.Texts().OnMissing(func(_, key string) {
		if !strings.HasPrefix(key, "settings.def.rating.late_days_x") {
			t.Errorf("no text for %s", key)
		}
	})
	system := c.as(accounts.SystemAdmin, everywhere)
	const page = "/console/settings/rating.late_days_x"
	form := url.Values{"value": {"15"}, "clock": {"d"}, "scope": {"office=" + strconv.FormatInt(c.office.ID, 10) + ", kind=complaint"}, "reason": {"复杂事项"}, "confirm": {"true"}}
	if a := system.Submit(page, page, form); a.Status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", a.Status, excerpt(a.Body))
	}
	if a := system.Get(page); !strings.Contains(a.Body, "15 天") || !strings.Contains(a.Body, "另有 1 处单独规定") {
		t.Errorf("%s", excerpt(a.Body))
	}
}

// Texts that lack fail the fixture; these pages ask for all of them.
func TestEverySettingHasItsTexts(t *testing.T) {
	c := newCity(t)
	auditor := c.as(accounts.AuditAdmin, everywhere)
	for _, lang := range []string{"zh-CN", "en"} {
		auditor.Get("/lang?to=" + lang + "&back=/")
		for _, d := range c.app.settings.Set().Definitions() {
			if a := auditor.Get(settingHref(d.Key)); a.Status != http.StatusOK || strings.Contains(a.Body, "[settings.") {
				t.Errorf("%s in %s: %d", d.Key, lang, a.Status)
			}
		}
	}
}
