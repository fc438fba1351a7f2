package console

import (
	"archive/zip"
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"minping/accounts"
	"minping/internal/actor"
	"minping/offices"
	"minping/server/web/webtest"
	"minping/surveys"
)

func TestUnitFormKeepsWhatWasTyped(t *testing.T) {
	c := newCity(t)
	sys := c.as(accounts.SystemAdmin, everywhere)
	form := url.Values{"kind": {"window"}, "name": {"新窗口 <b>"}, "code": {"w-1"}, "number": {"B7"}, "office_id": {fmt.Sprint(c.office.ID)}, "opened_on": {"2026-13-40"}}
	a := sys.Submit("/console/directory/new?kind=window", "/console/directory/new", form)
	if a.Status != http.StatusUnprocessableEntity {
		t.Fatalf("status %d, want 422: %s", a.Status, excerpt(a.Body))
	}
	for _, want := range []string{`value="新窗口 &lt;b&gt;"`, `value="B7"`, `id="opened_on-error"`, `selected>市税务局`} {
		if !strings.Contains(a.Body, want) {
			t.Errorf("the form lost %q", want)
		}
	}
	form.Set("opened_on", "2026-11-01")
	form.Set("code", "w-9")
	form.Set("name", "新窗口")
	a = sys.Submit("/console/directory/new?kind=window", "/console/directory/new", form)
	if a.Status != http.StatusSeeOther {
		t.Fatalf("status %d, want 303: %s", a.Status, excerpt(a.Body))
	}
	if page := sys.Get(a.Header.Get("Location")); !strings.Contains(page.Body, "“新窗口”已保存") || !strings.Contains(page.Body, "B7 新窗口") {
		t.Errorf("after saving: %s", excerpt(page.Body))
	}
}

func TestTwoPeopleAtOneUnit(t *testing.T) {
	c := newCity(t)
	sys := c.as(accounts.SystemAdmin, everywhere)
	path := c.path("/console/directory/%d/edit", c.windows[0])
	first := sys.Get(path)
	stamp := regexp.MustCompile(`name="updated_at" value="([^"]+)"`).FindStringSubmatch(first.Body)
	if stamp == nil {
		t.Fatal("the form does not say which state it was filled from")
	}
	form := url.Values{"csrf": {first.Token()}, "kind": {"window"}, "name": {"税费申报"}, "code": {"w-1"}, "number": {"A1"},
		"office_id": {fmt.Sprint(c.office.ID)}, "hall_id": {fmt.Sprint(c.hall.ID)}}
	in := offices.UnitInput{ID: c.windows[0].ID, Code: "w-1", Name: "别人改的", Number: "A1", OfficeID: c.office.ID, DivisionID: c.div.ID, HallID: c.hall.ID}
	if _, err := c.app.offices.Save(t.Context(), actor.System("other"), in); err != nil {
		t.Fatal(err)
	}
	form.Set("updated_at", "2020-01-01T00:00:00Z")
	if a := sys.Post(path, form); a.Status != http.StatusConflict || !strings.Contains(a.Body, `value="税费申报"`) {
		t.Errorf("status %d, want 409 with the typed name kept: %s", a.Status, excerpt(a.Body))
	}
}

func TestWritingWithoutTheTokenIsRefused(t *testing.T) {
	c := newCity(t)
	sys, brand := c.as(accounts.SystemAdmin, everywhere), c.as(accounts.Brand, everywhere)
	for path, by := range map[string]*webtest.Browser{
		"/console/directory/new": sys, c.path("/console/directory/%d/edit", c.windows[0]): sys, "/console/directory/import": sys,
		"/console/publications/new": brand, publicationHref(c.pub.ID) + "/close": brand, "/console/tickets": brand, "/console/tickets/import": brand,
	} {
		if a := by.Post(path, url.Values{"csrf": {"wrong"}}); a.Status != http.StatusForbidden {
			t.Errorf("POST %s without its token: %d, want 403", path, a.Status)
		}
	}
}

func TestImportIsLookedAtThenConfirmed(t *testing.T) {
	c := newCity(t)
	sys := c.as(accounts.SystemAdmin, everywhere)
	bad := "窗口编码,窗口名称,窗口号,机关编码\nw-20,出入境,C1,nowhere\n,没有编码,C2,police\n"
	report := c.uploadCSV(sys, "windows.csv", bad)
	for _, want := range []string{"处问题", "nowhere", "faults.csv", "A3"} {
		if !strings.Contains(report.Body, want) {
			t.Errorf("report of a faulty file lacks %q: %s", want, excerpt(report.Body))
		}
	}
	if strings.Contains(report.Body, "确认导入</button>") {
		t.Error("a faulty file may be confirmed")
	}
	good := "窗口编码,窗口名称,窗口号,机关编码\nw-20,出入境,C1,police\nw-3,户籍窗口,3,police\n"
	report = c.uploadCSV(sys, "windows.csv", good)
	action := regexp.MustCompile(`action="(/console/directory/import/[A-Z0-9]+)"`).FindStringSubmatch(report.Body)
	if action == nil {
		t.Fatalf("no way to confirm: %s", excerpt(report.Body))
	}
	if other := c.as(accounts.SystemAdmin, everywhere).Get(action[1]); other.Status != http.StatusNotFound {
		t.Errorf("another account sees the upload: %d", other.Status)
	}
	if a := sys.Post(action[1], url.Values{"csrf": {report.Token()}}); a.Status != http.StatusSeeOther {
		t.Fatalf("confirm: %d %s", a.Status, excerpt(a.Body))
	}
	if page := sys.Get("/console/directory?kind=window&q=出入境"); !strings.Contains(page.Body, "C1 出入境") || !strings.Contains(page.Body, "写入 1 行") {
		t.Errorf("after the import: %s", excerpt(page.Body))
	}
}

// uploadCSV sends a file and follows to its report.
func (c *city) uploadCSV(b *webtest.Browser, name, text string) webtest.Answer {
	t := c.t
	t.Helper()
	a := c.postFile(b, postedFile{"/console/directory/import", "/console/directory/import", name, text, nil})
	if a.Status != http.StatusSeeOther {
		t.Fatalf("upload: %d %s", a.Status, excerpt(a.Body))
	}
	return b.Get(a.Header.Get("Location"))
}

type postedFile struct {
	page, path, name, text string
	fields                 map[string]string
}

func (c *city) postFile(b *webtest.Browser, f postedFile) webtest.Answer {
	t := c.t
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	_ = w.WriteField("csrf", b.Get(f.page).Token())
	for k, v := range f.fields {
		_ = w.WriteField(k, v)
	}
	part, err := w.CreateFormFile("file", f.name)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write([]byte(f.text))
	_ = w.Close()
	r := httptest.NewRequest(http.MethodPost, f.path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	for _, cookie := range b.Cookies() {
		r.AddCookie(cookie)
	}
	answer := httptest.NewRecorder()
	c.echo.ServeHTTP(answer, r)
	return webtest.Answer{Status: answer.Code, Header: answer.Header(), Body: answer.Body.String()}
}

func TestPublishPrintRotateClose(t *testing.T) {
	c := newCity(t)
	brand := c.as(accounts.Brand, everywhere)
	form := url.Values{"title": {"出口评价 <i>"}, "version": {"1"}, "late_workdays": {"5"}, "hall": {fmt.Sprint(c.hall.ID)}}
	a := brand.Submit("/console/publications/new", "/console/publications/new", form)
	if a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, `id="channels-error"`) || !strings.Contains(a.Body, `value="出口评价 &lt;i&gt;"`) {
		t.Fatalf("without a channel: %d %s", a.Status, excerpt(a.Body))
	}
	form["channels"] = []string{"exit"}
	a = brand.Submit("/console/publications/new", "/console/publications/new", form)
	if a.Status != http.StatusSeeOther {
		t.Fatalf("publish: %d %s", a.Status, excerpt(a.Body))
	}
	where := a.Header.Get("Location")
	page := brand.Get(where)
	code := regexp.MustCompile(`/console/codes/([0-9a-z]+)/rotate`).FindStringSubmatch(page.Body)
	if code == nil || strings.Count(page.Body, "/rotate") != 2 {
		t.Fatalf("want two codes: %s", excerpt(page.Body))
	}
	pictures := brand.Get(strings.Replace(where, "/console/publications/", "/console/posters.zip?publication=", 1))
	archive, err := zip.NewReader(strings.NewReader(pictures.Body), int64(len(pictures.Body)))
	if err != nil || len(archive.File) != 2 {
		t.Fatalf("pictures: %v", err)
	}
	rotate := "/console/codes/" + code[1] + "/rotate"
	if a := brand.Submit(rotate, rotate, url.Values{}); a.Status != http.StatusSeeOther {
		t.Fatalf("rotate: %d %s", a.Status, excerpt(a.Body))
	}
	if again := brand.Get(rotate); again.Status != http.StatusConflict {
		t.Errorf("the old code may be rotated again: %d", again.Status)
	}
	if a := brand.Submit(where+"/close", where+"/close", url.Values{}); a.Status != http.StatusSeeOther {
		t.Fatalf("close: %d %s", a.Status, excerpt(a.Body))
	}
	if page := brand.Get(where); !strings.Contains(page.Body, "已结束") {
		t.Error("closed, but the page does not say so")
	}
}

func TestTickets(t *testing.T) {
	c := newCity(t)
	hall := c.as(accounts.HallManager, c.hall)
	form := url.Values{"unit": {fmt.Sprint(c.windows[0].ID)}, "channel": {string(surveys.ChannelTicket)}, "visited_on": {"2026-11-20"}, "count": {"0"}}
	a := hall.Submit("/console/tickets", "/console/tickets", form)
	if a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, `id="count-error"`) || !strings.Contains(a.Body, `value="2026-11-20"`) {
		t.Fatalf("no tickets asked for: %d %s", a.Status, excerpt(a.Body))
	}
	form.Set("count", "7")
	a = hall.Submit("/console/tickets", "/console/tickets", form)
	if a.Status != http.StatusSeeOther {
		t.Fatalf("issue: %d %s", a.Status, excerpt(a.Body))
	}
	batch := a.Header.Get("Location")
	if page := hall.Get(batch + "/sheet?from=1"); strings.Count(page.Body, `class="ticket"`) != 7 {
		t.Errorf("sheet: %s", excerpt(page.Body))
	}
	if file := hall.Get(batch + "/tickets.csv"); strings.Count(file.Body, "http://pj.example.gov.cn/r/") != 7 {
		t.Errorf("file: %q", file.Body)
	}
	if file := c.as(accounts.OfficeLeader, c.other).Get(batch + "/tickets.csv"); file.Status != http.StatusForbidden { // offices hold no tickets at all
		t.Errorf("an office reads the tickets: %d", file.Status)
	}
	file := postedFile{"/console/tickets", "/console/tickets/import", "t.csv", "窗口,日期,数量\nw-1,2026-11-20,3\nw-77,2026-11-20,x\n", map[string]string{"channel": "ticket"}}
	if a := c.postFile(hall, file); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "w-77") {
		t.Errorf("faulty file: %d %s", a.Status, excerpt(a.Body))
	}
	file.text = "窗口,日期,数量\nw-1,2026-11-20,3\n"
	if a := c.postFile(hall, file); a.Status != http.StatusSeeOther {
		t.Errorf("file: %d %s", a.Status, excerpt(a.Body))
	}
}
