package web_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"minping/server/web"
)

func TestBindReadsAndCleans(t *testing.T) {
	t.Parallel()
	w := build(t, web.Config{})
	a := w.browser.Post("/bind/42?page=3", url.Values{
		"name": {"  王\r\n敏 "}, "tags": {"1", "2"}, "kind": {""}, "from": {"2026-03-15"}, "score": {""}, "raw": {" x\r\n"}, "id": {"99"}, "page": {"9"},
	})
	const want = `{"ID":42,"Page":3,"Name":"王\n敏","Tags":[1,2],"Kind":"","From":"2026-03-15T00:00:00Z","Score":null,"Raw":" x\r\n"}`
	if a.Status != 200 || strings.TrimSpace(a.Body) != want {
		t.Errorf("%d %s", a.Status, a.Body)
	}
}

func TestBindComplainsByField(t *testing.T) {
	t.Parallel()
	w := build(t, web.Config{})
	for _, tt := range []struct {
		path            string
		form            url.Values
		field, zh, code string
	}{
		{"/bind/1", url.Values{}, "name", "此项必填。", "fault.field.required"},
		{"/bind/1", url.Values{"name": {"   "}}, "name", "此项必填。", "fault.field.required"},
		{"/bind/1", url.Values{"name": {"群众满意吗"}}, "name", "最多 4 个字。", "fault.field.max"},
		{"/bind/1", url.Values{"name": {"a\x00b"}}, "name", "无法识别", "fault.field.text"},
		{"/bind/1", url.Values{"name": {"\xff"}}, "name", "无法识别", "fault.field.text"},
		{"/bind/1", url.Values{"name": {"a"}, "tags": {"x"}}, "tags", "整数", "fault.field.whole"},
		{"/bind/1", url.Values{"name": {"a"}, "tags": {"1", "2", "3"}}, "tags", "最多选 2 项", "fault.field.many_max"},
		{"/bind/1", url.Values{"name": {"a"}, "kind": {"c"}}, "kind", "选项中选择", "fault.field.choice"},
		{"/bind/1", url.Values{"name": {"a"}, "from": {"2026-02-30"}}, "from", "日期格式", "fault.field.date"},
		{"/bind/1", url.Values{"name": {"a"}, "score": {"NaN"}}, "score", "数字", "fault.field.number"},
		{"/bind/x", url.Values{"name": {"a"}}, "id", "整数", "fault.field.whole"},
		{"/bind/99999999999999999999", url.Values{"name": {"a"}}, "id", "整数", "fault.field.whole"},
		{"/bind/1?page=101", url.Values{"name": {"a"}}, "page", "不能大于 100", "fault.field.most"},
	} {
		a := w.browser.Post(tt.path, tt.form, "Accept", "application/json")
		var body struct {
			Fields []struct{ Name, Code, Detail string }
		}
		if err := json.Unmarshal([]byte(a.Body), &body); err != nil || a.Status != 422 || len(body.Fields) != 1 {
			t.Errorf("%s %v: %d %s", tt.path, tt.form, a.Status, a.Body)
			continue
		}
		if f := body.Fields[0]; f.Name != tt.field || f.Code != tt.code || !strings.Contains(f.Detail, tt.zh) {
			t.Errorf("%s %v: %+v", tt.path, tt.form, f)
		}
	}
}

func TestBindTellsAllComplaintsAtOnce(t *testing.T) {
	t.Parallel()
	w := build(t, web.Config{})
	a := w.browser.Post("/bind/x?page=101", url.Values{"kind": {"c"}, "from": {"yesterday"}}, "Accept", "text/html")
	for _, field := range []string{"id:", "page:", "kind:", "from:", "name:"} {
		if !strings.Contains(a.Body, field) {
			t.Errorf("nothing about %s", field)
		}
	}
}

func TestBodyLimits(t *testing.T) {
	t.Parallel()
	w := build(t, web.Config{})
	form := url.Values{"name": {"a"}, "raw": {strings.Repeat("x", 70<<10)}}
	if a := w.browser.Post("/bind/1", form); a.Status != 413 || !strings.Contains(a.Body, "64 KB") {
		t.Errorf("70 KB to an ordinary form: %d", a.Status)
	}
	if a := w.browser.Post("/large/1", form); a.Status != 200 {
		t.Errorf("70 KB to a large one: %d", a.Status)
	}
	if a := w.browser.Post("/bind/1", nil, "Content-Type", "multipart/form-data; boundary=x"); a.Status != 422 {
		t.Errorf("an empty multipart body: %d %s", a.Status, a.Body)
	}
}
