package console

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"minping/accounts"
	"minping/complaints"
)

// TestWallPages: the monitor and its tables show what is pressing to those who
// supervise, in their scope, by numbers and not by words.
func TestWallPages(t *testing.T) {
	c := newCity(t)
	committee, manager, handler := c.person(accounts.Committee, everywhere), c.person(accounts.HallManager, c.hall), c.person(accounts.Handler, c.office)
	c.complaint(c.windows[0], "窗口中午没有人")
	c.complaint(c.windows[2], "另一个大厅以外的窗口")
	page := committee.Get("/console/wall")
	has(t, page, "网络调度监控", "全市", "<dt>在办</dt><dd>2</dd>", `data-wall="/console/wall/stream?have=`, `http-equiv="refresh" content="20"`)
	hasNot(t, page, "窗口中午没有人")
	has(t, manager.Get("/console/wall"), "<dt>在办</dt><dd>1</dd>", c.hall.Name)
	has(t, committee.Get("/console/wall?view=plain"), "<table>", "待派单")
	if a := handler.Get("/console/wall"); a.Status != http.StatusForbidden {
		t.Errorf("a handler: %d", a.Status)
	}
	_ = c.app.watch.Close() // then a stream ends where it would begin
	stream := committee.Get("/console/wall/stream")
	if stream.Status != http.StatusOK || !strings.HasPrefix(stream.Header.Get("Content-Type"), "text/event-stream") || stream.Header.Get("Set-Cookie") != "" {
		t.Errorf("the stream: %d %v", stream.Status, stream.Header)
	}
}

// TestLedgerPage: the file holds what the queue would list, a wrong period comes
// back with what was typed, and the audit chain knows who took how much.
func TestLedgerPage(t *testing.T) {
	c := newCity(t)
	handler := c.person(accounts.Handler, c.office)
	id := c.complaint(c.windows[0], "窗口中午没有人")
	c.complaint(c.windows[2], "别处的事")
	form := func(from, to, format string) url.Values {
		return url.Values{"from": {from}, "to": {to}, "format": {format}, "kind": {""}, "state": {""}, "office": {"0"}}
	}
	wrong := handler.Submit("/console/ledger", "/console/ledger", form("2026-11-20", "2026-11-01", "csv"))
	if wrong.Status != http.StatusUnprocessableEntity {
		t.Errorf("the end before the beginning: %d", wrong.Status)
	}
	has(t, wrong, "结束日期不能早于开始日期", `value="2026-11-20"`)
	for _, odd := range []string{"", "0000-00-00", "9999-12-31", "今天\x00"} {
		if a := handler.Submit("/console/ledger", "/console/ledger", form(odd, odd, "csv")); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("from %q: %d", odd, a.Status)
		}
	}
	a := handler.Submit("/console/ledger", "/console/ledger", form("2026-11-01", "2026-11-30", "csv"))
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.Body, "\ufeff"))).ReadAll()
	if a.Status != http.StatusOK || err != nil || len(rows) != 2 || rows[1][0] != fmtInt(id) || len(rows[0]) != len(complaints.LedgerColumns()) {
		t.Fatalf("%d %v %v", a.Status, rows, err)
	}
	if x := handler.Submit("/console/ledger", "/console/ledger", form("2026-11-01", "2026-11-30", "xlsx")); x.Status != http.StatusOK || !strings.HasPrefix(x.Body, "PK") {
		t.Errorf("the workbook: %d", x.Status)
	}
	var taken int
	if err := c.db.Get(&taken, `SELECT count(*)::int FROM audit_entries WHERE action = 'export.ledger' AND detail::text LIKE '%"rows": 1%' OR action = 'export.ledger' AND detail::text LIKE '%"rows":1%'`); err != nil || taken != 2 {
		t.Errorf("%d entries of the audit: %v", taken, err)
	}
}
