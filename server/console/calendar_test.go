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
)

// noticeOf is the least notice of a year, with a day off more.
func noticeOf(year int, more string) string {
	y := strconv.Itoa(year)
	return `{"year":` + y + `,"days":[{"name":"元旦","date":"` + y + `-01-01","isOffDay":true},{"name":"国庆节","date":"` + y + `-10-01","isOffDay":true},` +
		`{"name":"加放","date":"` + more + `","isOffDay":true}]}`
}

// TestNoticeMovesDeadlinesAndThePageSaysSo: brought in by one, approved by another;
// then the case page tells that its deadline moved, and why.
func TestNoticeMovesDeadlinesAndThePageSaysSo(t *testing.T) {
	c := newCity(t)
	committee, quality, admin := c.as(accounts.Committee, everywhere), c.as(accounts.Quality, everywhere), c.as(accounts.SystemAdmin, everywhere)
	handler := c.as(accounts.Handler, c.office)
	id := c.complaint(c.windows[0], "窗口中午没有人")
	due := func() time.Time {
		t.Helper()
		d, err := c.app.desk.Get(t.Context(), system, id)
		if err != nil {
			t.Fatal(err)
		}
		return *d.DueAt
	}
	was := due()
	day := workday.Of(was) // the day of the deadline is to be a holiday
	const page = "/console/settings/calendar"
	for _, refused := range []struct{ text, source, want string }{
		{"<html>", "x", "文件不是这种格式"}, {noticeOf(day.Year, day.String()), "", "此项必填"}, {`{"year":9999,"days":[{"date":"9999-01-01","isOffDay":true}]}`, "x", "只能导入"},
	} {
		a := committee.Submit(page, page, url.Values{"text": {refused.text}, "source": {refused.source}})
		if a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, refused.want) {
			t.Errorf("%q: %d\n%s", refused.text, a.Status, excerpt(a.Body))
		}
	}
	form := url.Values{"text": {noticeOf(day.Year, day.String())}, "source": {"国办发明电〔2026〕9号"}}
	preview := committee.Submit(page, page, form)
	if preview.Status != http.StatusOK || !strings.Contains(preview.Body, "1 件正在办理的事项期限会变动") || !strings.Contains(preview.Body, "加放") {
		t.Fatalf("%d\n%s", preview.Status, excerpt(preview.Body))
	}
	form.Set("confirm", "true")
	if a := admin.Submit("/console/settings", page, form); a.Status != http.StatusForbidden {
		t.Errorf("the system administrator: %d", a.Status)
	}
	made := committee.Submit(page, page, form)
	if made.Status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", made.Status, excerpt(made.Body))
	}
	notice := made.Header.Get("Location")
	if a := committee.Submit(notice, notice, url.Values{"do": {"approve"}}); a.Status != http.StatusForbidden {
		t.Errorf("approved by whoever brought it in: %d", a.Status)
	}
	if a := committee.Submit(page, page, form); a.Status != http.StatusConflict || !strings.Contains(a.Body, "待核准") {
		t.Errorf("a second one: %d", a.Status)
	}
	if a := quality.Get(page); !strings.Contains(a.Body, notice) {
		t.Error("the page does not show what waits")
	}
	if a := quality.Submit(notice, notice, url.Values{"do": {"reject"}}); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("rejected without a reason: %d", a.Status)
	}
	if a := quality.Submit(notice, notice, url.Values{"do": {"approve"}}); a.Status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", a.Status, excerpt(a.Body))
	}
	if a := quality.Submit(notice, notice, url.Values{"do": {"approve"}}); a.Status != http.StatusConflict {
		t.Errorf("twice: %d", a.Status)
	}
	if n, err := c.app.desk.Recompute(t.Context()); n == 0 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	if now := due(); !now.After(was) {
		t.Errorf("due %s, was %s", now, was)
	}
	if a := handler.Get(caseHref(id)); !strings.Contains(a.Body, "因工作日历调整") {
		t.Errorf("the case does not say so\n%s", excerpt(a.Body))
	}
	for path, want := range map[string]int{page + "/77": 404, page + "/x": 404, notice: 200} {
		if a := quality.Get(path); a.Status != want {
			t.Errorf("%s: %d", path, a.Status)
		}
	}
	quality.Get("/lang?to=en&back=" + page)
	if a := quality.Get(page); !strings.Contains(a.Body, "Working calendar") || strings.Contains(a.Body, "[calendar.") {
		t.Errorf("in English: %s", excerpt(a.Body))
	}
}

// TestMissingNoticeIsTold from the first of November on, where people look.
func TestMissingNoticeIsTold(t *testing.T) {
	c := newCity(t)
	committee, handler := c.as(accounts.Committee, everywhere), c.as(accounts.Handler, c.office)
	missing := c.app.desk.NoticeMissing()
	for by, path := range map[string]string{"committee": "/console/settings", "handler": "/console/desk"} {
		u := committee
		if by == "handler" {
			u = handler
		}
		told := strings.Contains(u.Get(path).Body, strconv.Itoa(missing)+" 年的放假安排，延续到那一年")
		if told != (missing != 0) {
			t.Errorf("%s: told %v, missing %d", path, told, missing)
		}
	}
	c.later = time.Date(2039, 11, 2, 4, 0, 0, 0, time.UTC).Sub(clock()) // of that year nothing is known
	if a := handler.Get("/console/desk"); !strings.Contains(a.Body, "还没有 2039 年的放假安排") {
		t.Errorf("in 2039: %s", excerpt(a.Body))
	}
}

// TestLimitIsNarrowedByChoosing: 投诉·复杂 15 个工作日, without writing a scope.
func TestLimitIsNarrowedByChoosing(t *testing.T) {
	c := newCity(t)
	committee, quality := c.as(accounts.Committee, everywhere), c.as(accounts.Quality, everywhere)
	const page = "/console/settings/case.handle.complex"
	form := url.Values{"value": {"２０"}, "clock": {"wd"}, "in_kind": {"complaint"}, "in_office": {strconv.FormatInt(c.office.ID, 10)}, "from": {future(30)}, "reason": {"专项整治期间"}}
	preview := committee.Submit(page, page, form)
	want := "办理时限：复杂事项（诉求类型：投诉，机关：市税务局）由 15 个工作日改为 20 个工作日"
	if preview.Status != http.StatusOK || !strings.Contains(preview.Body, want) {
		t.Fatalf("%d, no %q\n%s", preview.Status, want, excerpt(preview.Body))
	}
	form.Set("confirm", "true")
	made := committee.Submit(page, page, form)
	if made.Status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", made.Status, excerpt(made.Body))
	}
	if a := quality.Submit(made.Header.Get("Location"), made.Header.Get("Location"), url.Values{"do": {"approve"}}); a.Status != http.StatusSeeOther {
		t.Fatalf("%d", a.Status)
	}
	if a := quality.Get(page); !strings.Contains(a.Body, "诉求类型：投诉") || !strings.Contains(a.Body, "20 个工作日") {
		t.Errorf("%s", excerpt(a.Body))
	}
	for name, bad := range map[string]url.Values{"kind": {"in_kind": {"x"}}, "office": {"in_office": {"0"}}, "too long": {"value": {"91"}, "in_kind": {""}}} {
		f := url.Values{"value": {"20"}, "clock": {"wd"}, "from": {future(30)}, "reason": {"x"}}
		for k, v := range bad {
			f[k] = v
		}
		if a := committee.Submit(page, page, f); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, a.Status)
		}
	}
	security := c.as(accounts.SecurityAdmin, everywhere)
	if a := security.Submit("/console/settings/retention.signin", "/console/settings/retention.signin", url.Values{"value": {"90"}, "reason": {"x"}}); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "网络日志留存不少于六个月") {
		t.Errorf("below what the law says: %d\n%s", a.Status, excerpt(a.Body))
	}
	if a := committee.Submit("/console/settings/office.hours", "/console/settings/office.hours", url.Values{"value": {"8：30－12：00、14：00－18：00"}, "from": {future(30)}, "reason": {"夏季作息"}}); !strings.Contains(a.Body, "08:30–12:00，14:00–18:00") {
		t.Errorf("office hours: %d\n%s", a.Status, excerpt(a.Body))
	}
}
