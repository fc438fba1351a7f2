package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"minping/accounts"
)

// dip gives the office two years and a half of months with a fall in June 2026.
func (c *city) dip() {
	c.t.Helper()
	const q = `INSERT INTO rating_rollups (unit_id, grain, starts_on, slice_id, n1, n2, n3, n4, n5)
		SELECT $1, 'm', m::date, rating_slice('desk', 'public', 1, 'clear'), 0, CASE WHEN m >= '2026-06-01' THEN 60 ELSE 5 + extract(month FROM m)::int % 4 END, 10, 60, 100
		FROM generate_series(timestamp '2024-03-01', '2026-10-01', interval '1 month') m ON CONFLICT DO NOTHING`
	if _, err := c.db.ExecContext(c.t.Context(), q, c.other.ID); err != nil {
		c.t.Fatal(err)
	}
}

func TestChangePage(t *testing.T) {
	c := newCity(t)
	c.dip()
	team := c.as(accounts.Brand, c.other)
	at := "/console/trend?unit=" + fmtInt(c.other.ID)
	a := team.Get(at)
	for _, want := range []string{"约自 2026年6月起下降", "平均 5 年误报一次", `data-mark="shift"`, "本单位2025年", "登记事件", "设定目标", "还没有登记事件"} {
		if a.Status != http.StatusOK || !strings.Contains(a.Body, want) {
			t.Errorf("%d: no %q\n%s", a.Status, want, excerpt(a.Body))
		}
	}
	form := "/console/trend/" + fmtInt(c.other.ID)
	typed := url.Values{"title": {"窗口搬迁 😀"}, "kind": {"reform"}, "from": {"2026-06-01"}, "to": {"2026-05-01"}}
	if a := team.Submit(at, form+"/events", typed); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "窗口搬迁 😀") || !strings.Contains(a.Body, "不能早于") {
		t.Errorf("an event that ends before it begins: %d\n%s", a.Status, excerpt(a.Body))
	}
	typed.Set("to", "")
	if a := team.Submit(at, form+"/events", typed); a.Status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", a.Status, excerpt(a.Body))
	}
	if a := team.Submit(at, form+"/target", url.Values{"year": {"2026"}, "value": {"many"}, "reason": {"任务书"}}); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, `value="many"`) {
		t.Errorf("a target that is no number: %d", a.Status)
	}
	if a := team.Submit(at, form+"/target", url.Values{"year": {"2026"}, "value": {"88.5"}, "reason": {"任务书"}}); a.Status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", a.Status, excerpt(a.Body))
	}
	a = team.Get(at)
	for _, want := range []string{"1. 窗口搬迁 😀", "前后确有差别", "2026年目标", "88.5", `data-mark="event"`} {
		if !strings.Contains(a.Body, want) {
			t.Errorf("no %q\n%s", want, excerpt(a.Body))
		}
	}
	if a := team.Get(at + "&grain=week"); a.Status != http.StatusOK {
		t.Errorf("weeks: %d", a.Status)
	}
}

func TestChangePageKeepsItsDoors(t *testing.T) {
	c := newCity(t)
	leader := c.as(accounts.OfficeLeader, c.office)
	a := leader.Get("/console/trend?unit=" + fmtInt(c.office.ID))
	if a.Status != http.StatusOK || strings.Contains(a.Body, "/target") {
		t.Errorf("an office's leader sets targets, or sees nothing: %d", a.Status)
	}
	team := c.as(accounts.Brand, c.office)
	for path, want := range map[string]int{
		"/console/trend?unit=999999": http.StatusNotFound, "/console/trend?unit=x": 422, "/console/trend?grain=year": 422,
		"/console/trend?unit=" + fmtInt(c.div.ID): 200, "/console/trend": 200,
	} {
		if a := team.Get(path); a.Status != want {
			t.Errorf("%s: %d, want %d", path, a.Status, want)
		}
	}
	if a := team.Submit("/console/trend?unit="+fmtInt(c.office.ID), "/console/trend/"+fmtInt(c.other.ID)+"/events",
		url.Values{"title": {"x"}, "kind": {"other"}, "from": {"2026-06-01"}}); a.Status != http.StatusForbidden && a.Status != http.StatusNotFound {
		t.Errorf("an event at somebody else's office: %d", a.Status)
	}
}
