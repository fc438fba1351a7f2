package console

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"minping/accounts"
	"minping/internal/actor"
	"minping/internal/audit"
	"minping/server/web/webtest"
)

// trail adds an entry of every action, and what an attacker would like to add.
func (c *city) trail() {
	c.t.Helper()
	by := actor.Actor{Account: 7001, Name: "王芳"}
	at := clock()
	for i, a := range audit.Actions() {
		e := audit.Entry{At: at.Add(time.Duration(i) * time.Second), By: by, Source: "web 0011223344556677", Action: a,
			Object: audit.Object{Kind: "account", ID: "7002"}, Detail: audit.Detail{}}
		keys, _ := a.Keys()
		for _, key := range keys {
			switch key {
			case "unit", "parent_before", "parent_after":
				e.Detail[key] = c.office.ID
			case "role":
				e.Detail[key] = "handler"
			case "from":
				e.Detail[key] = "2026-12-01"
			case "channel":
				e.Detail[key] = "desk"
			default:
				e.Detail[key] = "x-" + key
			}
		}
		if strings.HasPrefix(string(a), "unit.") {
			e.Object = audit.Object{Kind: "unit", ID: fmt.Sprint(c.office.ID)}
			e.Place = actor.Place{Office: c.office.ID}
		}
		if a == audit.AccessRefused {
			e.Outcome = audit.Refused
		}
		c.record(e)
	}
	c.record(audit.Entry{At: at.Add(time.Hour), By: actor.Actor{Account: 7003, Name: "=cmd|'/C calc'!A0"}, Action: audit.SignOut,
		Object: audit.Object{Kind: "account", ID: "\u202e<script>alert(1)</script>"}})
}

func (c *city) record(e audit.Entry) {
	c.t.Helper()
	if err := audit.RecordNow(c.t.Context(), c.db, e); err != nil {
		c.t.Fatal(err)
	}
}

// Every action has a sentence without a gap, in both languages (the fixture fails on a missing text).
func TestAuditReadsAsSentences(t *testing.T) {
	c := newCity(t)
	c.trail()
	b := c.as(accounts.AuditAdmin, everywhere)
	for lang, want := range map[string][]string{
		"zh-CN": {"王芳把 7002 号账号 授予 承办人员（市税务局），自 2026-12-01 起", "x-name_before → x-name_after", "被拒绝", "x-route"},
		"en":    {"王芳 made Account 7002 承办人员", "Refused"},
	} {
		text := ""
		for path, n := "/console/audit", 0; path != "" && n < 10; n++ {
			a := b.Get(path, "Accept-Language", lang)
			if a.Status != http.StatusOK || strings.Contains(a.Body, " style=") || strings.Contains(a.Body, "<script>") {
				t.Fatalf("%s: %d\n%s", path, a.Status, excerpt(a.Body))
			}
			text += a.Body
			path = nextPage(a.Body)
		}
		for _, want := range want {
			if lang == "en" {
				want = strings.ReplaceAll(want, "承办人员", "")
			}
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q", lang, want)
			}
		}
		for _, gap := range []string{"audit.say", "audit.do", "audit.key", "[audit", "（）", "“”"} {
			if strings.Contains(text, gap) {
				t.Errorf("%s: %q in the page", lang, gap)
			}
		}
	}
}

func nextPage(body string) string {
	if m := nextLink.FindStringSubmatch(body); m != nil {
		return strings.ReplaceAll(m[1], "&amp;", "&")
	}
	return ""
}

var shownEntry = regexp.MustCompile(`class="audit-when" href="([^"]+)"`)

func TestAuditIsFoundByEverything(t *testing.T) {
	c := newCity(t)
	c.trail()
	b := c.as(accounts.AuditAdmin, everywhere)
	for query, want := range map[string]int{
		"action=role.&to=2026-11-20":                      3,
		"action=role.grant&from=2026-11-20&to=2026-11-20": 1,
		"person=7003": 1, "q=x-route&from=2026-11-20": 2,
		"person=王芳&from=2026-11-20&action=unit.":                  1,
		"object=account/7002&outcome=refused":                     1,
		"unit=tax&person=7001":                                    1,
		"unit=市税务局&person=7001&to=2026-11-20":                     1,
		"source=web+0011223344556677&action=audit.&to=2026-11-20": 5,
		"source=web+0011223344556677&q=X-NAME_&from=2026-11-20":   1,
		"q=calc&action=signout.":                                  1,
		"from=2001-01-01&to=2001-12-31":                           0,
		"object=account/7002&person=7001&q=nothing-of-this":       0,
	} {
		a := b.Get("/console/audit?" + (&url.URL{RawQuery: query}).Query().Encode())
		if got := len(shownEntry.FindAllString(a.Body, -1)); a.Status != http.StatusOK || got != want {
			t.Errorf("%s: %d with %d entries, want %d", query, a.Status, got, want)
		}
	}
	for query, want := range map[string]int{
		"from=yesterday": 422, "to=2026-13-01": 422, "from=2026-11-02&to=2026-11-01": 422, "outcome=perhaps": 422, "unit=没有": 422,
		"unit=税费申报窗口": 422, "unit=999999": 422, "unit=" + fmt.Sprint(c.windows[0].ID): 200, "after=2026-11-20_x": 200, "after=9999-12-31_2147483647": 200,
		"q=" + strings.Repeat("长", 3400): 422, "person=" + strings.Repeat("x", 10<<10): 422, "q=\u202egnp.exe": 200, "person=\U0001F600": 200,
		"action=drop table": 200, "action=.": 200, "from=9999-12-31": 200, "from=0001-01-01": 200, "object=/": 200, "person=99999999999999999999": 200,
		"q=a\x00b": 400, "person=\xff\xfe": 422,
	} {
		q := url.Values{}
		for _, part := range strings.Split(query, "&") {
			name, value, _ := strings.Cut(part, "=")
			q.Set(name, value)
		}
		if a := b.Get("/console/audit?" + q.Encode()); a.Status != want {
			t.Errorf("%.60q: %d, want %d", query, a.Status, want)
		}
	}
	for _, path := range []string{"/console/audit/2026-11-20/0", "/console/audit/2026-11-20/9999", "/console/audit/x/1", "/console/audit/export/exe"} {
		if a := b.Get(path); a.Status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.Status)
		}
	}
}

func TestAuditEntryAndChain(t *testing.T) {
	c := newCity(t)
	c.trail()
	b := c.as(accounts.AuditAdmin, everywhere)
	list := b.Get("/console/audit?to=2026-11-20")
	links := shownEntry.FindAllStringSubmatch(list.Body, 3)
	if len(links) < 3 {
		t.Fatal(excerpt(list.Body))
	}
	entry := b.Get(links[2][1])
	for _, want := range []string{"actor_name", "prev", "digest", "同一来源的全部记录", "前一条"} {
		if !strings.Contains(entry.Body, want) {
			t.Errorf("no %q in the entry", want)
		}
	}
	chain := b.Get("/console/audit/chain")
	line := regexp.MustCompile(`<dd class="audit-digest">(\d{4}-\d\d-\d\d/\d+/[0-9a-f]{64})</dd>`).FindStringSubmatch(chain.Body)
	if chain.Status != http.StatusOK || line == nil || !strings.Contains(chain.Body, "还没有校验过") {
		t.Fatalf("%d\n%s", chain.Status, excerpt(chain.Body))
	}
	grouped := line[1][:20] + " " + line[1][20:]
	if a := b.Submit("/console/audit/chain", "/console/audit/chain/compare", url.Values{"head": {grouped}}); a.Status != 200 || !strings.Contains(a.Body, "相符") {
		t.Errorf("the head itself: %d", a.Status)
	}
	other := line[1][:len(line[1])-4] + "0000"
	if a := b.Submit("/console/audit/chain", "/console/audit/chain/compare", url.Values{"head": {other}}); !strings.Contains(a.Body, "不符") || !strings.Contains(a.Body, other) {
		t.Errorf("another digest: %d", a.Status)
	}
	for _, head := range []string{"", "garbage", "2026-11-22/1/xyz", strings.Repeat("/", 200)} {
		if a := b.Submit("/console/audit/chain", "/console/audit/chain/compare", url.Values{"head": {head}}); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("%q: %d", head, a.Status)
		}
	}
	if a := b.Submit("/console/audit/chain", "/console/audit/chain/check", url.Values{}); a.Header.Get("Location") != "/console/audit/chain" {
		t.Errorf("the check: %d", a.Status)
	}
	c.whole(b, "链完整")
	const tamper = `ALTER TABLE audit_entries DISABLE TRIGGER ALL;
		UPDATE audit_entries SET actor_name = '李四' WHERE day = '2026-11-20' AND seq = 2;
		ALTER TABLE audit_entries ENABLE TRIGGER ALL`
	if _, err := c.db.Exec(tamper); err != nil { // one statement, one transaction
		t.Fatal(err)
	}
	b.Submit("/console/audit/chain", "/console/audit/chain/check", url.Values{})
	c.whole(b, "2026-11-20 第 2 条，内容与摘要不符")
	if a := b.Get("/console/audit"); !strings.Contains(a.Body, "审计链校验发现断点") {
		t.Error("the list does not tell of the break")
	}
}

// whole waits for the running check to end.
func (c *city) whole(b *webtest.Browser, want string) {
	c.t.Helper()
	for range 1000 {
		a := b.Get("/console/audit/chain")
		if strings.Contains(a.Body, want) {
			return
		}
		if !strings.Contains(a.Body, "正在校验") {
			c.t.Fatalf("no %q\n%s", want, excerpt(a.Body))
		}
	}
	c.t.Fatalf("the check does not end")
}

func TestAuditExports(t *testing.T) {
	c := newCity(t)
	c.trail()
	b := c.as(accounts.AuditAdmin, everywhere)
	a := b.Get("/console/audit/export/csv?person=7003")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.Body, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][4] != "'=cmd|'/C calc'!A0" || !strings.HasPrefix(a.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%v, %q", err, rows)
	}
	book, err := excelize.OpenReader(bytes.NewReader([]byte(b.Get("/console/audit/export/xlsx?person=7003").Body)))
	if err != nil {
		t.Fatal(err)
	}
	if cell, err := book.GetCellValue("audit 1", "E2"); err != nil || cell != "'=cmd|'/C calc'!A0" {
		t.Errorf("%q, %v", cell, err)
	}
	if a := b.Get("/console/audit/export/jsonl?action=role."); strings.Count(a.Body, "\n") != 3 || !strings.Contains(a.Body, `"actor_name":"王芳"`) {
		t.Errorf("%q", a.Body)
	}
	if a := b.Get("/console/audit?action=audit.export&from=2026-11-20"); len(shownEntry.FindAllString(a.Body, -1)) != 4 { // and the one of the fixture
		t.Error("the exports are not in the audit")
	}
	if a := b.Get("/console/audit/export/csv?from=x"); a.Status != 422 || a.Header.Get("Content-Disposition") != "" {
		t.Errorf("a wrong filter: %d", a.Status)
	}
}

// Nobody but the audit administrator sees it, and whoever tries is told of.
func TestAuditIsForOneRole(t *testing.T) {
	c := newCity(t)
	c.trail()
	for _, role := range accounts.Roles() {
		b := c.as(role, everywhere)
		for _, r := range c.app.routes() {
			if !strings.HasPrefix(r.path, "/audit") || r.method != "GET" {
				continue
			}
			path := "/console" + strings.NewReplacer(":format", "csv", ":day", "2026-11-20", ":seq", "1").Replace(r.path)
			want := http.StatusForbidden
			if role == accounts.AuditAdmin {
				want = http.StatusOK
			}
			if a := b.Get(path); a.Status != want {
				t.Errorf("%s, %s: %d, want %d", role, path, a.Status, want)
			}
		}
		home := b.Get("/console/audit")
		if strings.Contains(home.Body, "链状态") != (role == accounts.AuditAdmin) {
			t.Errorf("%s: the navigation", role)
		}
	}
	if n := len(c.refused); n != (len(accounts.Roles())-1)*5 {
		t.Errorf("%d refusals were told", n)
	}
	if r := c.refused[0]; r.Permission != "audit:read" || r.Route != "GET /console/audit" || r.Reason != "fault.forbidden" || !strings.HasPrefix(r.Source, "web ") {
		t.Errorf("%+v", r)
	}
	if a := webtest.NewBrowser(t, c.echo).Get("/console/audit"); a.Status != http.StatusSeeOther {
		t.Errorf("a citizen: %d", a.Status)
	}
}
