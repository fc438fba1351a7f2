package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"minping/accounts"
	"minping/complaints/workday"
	"minping/server/web/webtest"
)

// A hall's month: looked at first, written once, then the dashboard knows who kept silent.
func TestServedWalk(t *testing.T) {
	c := newCity(t)
	manager := c.as(accounts.HallManager, c.hall)
	page := manager.Get("/console/served")
	if page.Status != http.StatusOK || !strings.Contains(page.Body, "没有发现评价多于办件") {
		t.Fatalf("%d\n%s", page.Status, excerpt(page.Body))
	}
	var code string
	if err := c.db.GetContext(t.Context(), &code, `SELECT code FROM units WHERE kind = 'window' AND hall_id = $1 ORDER BY id LIMIT 1`, c.hall.ID); err != nil {
		t.Fatal(err)
	}
	day := workday.Of(clock()).AddDays(-1).String()
	const form = "/console/served"
	upload := func(row string) (string, webtest.Answer) {
		a := c.postFile(manager, postedFile{form, form, "办件量.csv", "窗口编码,日期,办件量\n" + row + "\n", nil})
		at := a.Header.Get("Location")
		return at, manager.Get(at)
	}
	_, wrong := upload("no-such," + day + ",5")
	if !strings.Contains(wrong.Body, "没有编码为“no-such”的窗口") {
		t.Errorf("%d\n%s", wrong.Status, excerpt(wrong.Body))
	}
	at, right := upload(code + "," + day + ",5")
	if !strings.Contains(right.Body, "新增 1 行") {
		t.Fatalf("%d\n%s", right.Status, excerpt(right.Body))
	}
	if done := manager.Submit(at, at, url.Values{}); done.Status != http.StatusSeeOther {
		t.Errorf("%d\n%s", done.Status, excerpt(done.Body))
	}
	if a := manager.Get(form); !strings.Contains(a.Body, "已写入 1 行") {
		t.Errorf("%d\n%s", a.Status, excerpt(a.Body))
	}
	if a := c.as(accounts.Brand, everywhere).Get(form); a.Status != http.StatusForbidden {
		t.Errorf("brand team: %d", a.Status)
	}
	if a := manager.Get("/console/served/0123456789"); a.Status != http.StatusNotFound {
		t.Errorf("an upload that is not: %d", a.Status)
	}
}
