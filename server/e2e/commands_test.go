package e2e

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
)

// dated makes a file of ratings of the small city: w1 is gradable, w2 a small
// sample, w3 too few to show, w4 unrated.
func dated() string {
	var b strings.Builder
	b.WriteString("评价人,机关,窗口,事项,评价等级,日期\n")
	for i := range 40 {
		fmt.Fprintf(&b, "a%d,tax,w1,s1,%d,2026-03-%02d\n", i, 5-i%4, 1+i%28)
	}
	for i := range 10 {
		fmt.Fprintf(&b, "b%d,tax,w2,s1,%d,2026-03-%02d\n", i, 5-i%2, 1+i)
	}
	for i := range 3 {
		fmt.Fprintf(&b, "c%d,police,w3,s2,1,2026-03-%02d\n", i, 1+i)
	}
	return b.String()
}

func TestCommands(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.importCity()
	if r := in.ok("import", "ratings", in.writeFile("ratings.csv", dated())); r.last() != "53 rows: 53 stored, 0 known before, 0 refused" {
		t.Errorf("import said %q", r.last())
	}
	in.commands(t, "nothing runs")
	if pid := in.postmaster(); pid != 0 {
		t.Errorf("a command left the database %d running", pid)
	}
	s := in.start()
	before := in.postmaster()
	in.commands(t, "the server runs")
	if now := in.postmaster(); now != before {
		t.Errorf("commands beside the server changed the database from %d to %d", before, now)
	}
	in.tamper(t)
	if r := in.run("serve"); r.code != 1 || !strings.Contains(r.err, "address already in use") || in.postmaster() != before {
		t.Errorf("a second server at the same address: exit %d, database %d, %q", r.code, in.postmaster(), r.err)
	}
	if code, _ := s.stop(); code != 0 {
		t.Errorf("exit %d", code)
	}
}

// commands runs every sub-command that ends by itself, on data that they leave as they found it.
func (in *instance) commands(t *testing.T, when string) {
	t.Helper()
	for _, c := range []struct {
		args []string
		last string // pattern of the last line
	}{
		{[]string{"version"}, `^minping \S+`},
		{[]string{"migrate"}, `^the database schema is current$`},
		{[]string{"verify"}, `^53 ratings, \d+ rating rollups, \d+ answer rollups: 0 differences$`},
		{[]string{"import", "offices", "机关.csv", "大厅.csv", "窗口.csv"}, `^windows +0 new +0 changed +4 unchanged$`},
		{[]string{"import", "offices", "--dry-run", "窗口.csv"}, `^windows +0 new +0 changed +4 unchanged$`},
		{[]string{"import", "ratings", "ratings.csv"}, `^53 rows: 0 stored, 53 known before, 0 refused$`},
		{[]string{"indices", "--level", "window", "--period", "2026-03"}, `w4|出入境窗口`},
		{[]string{"indices", "--level", "city", "--period", "2026-Q1", "--format", "csv"}, `,2026-Q1,53,`},
	} {
		r := in.run(c.args...)
		if r.code != 0 || !regexp.MustCompile(c.last).MatchString(r.last()) {
			t.Errorf("%s: %v: exit %d, last line %q, want %s\n%s", when, c.args, r.code, r.last(), c.last, r.err)
		}
	}
	in.formats(t)
	in.keys(t, when)
	in.faults(t, when)
}

// formats: CSV and JSON say the same, and a small number stays hidden in every format.
func (in *instance) formats(t *testing.T) {
	t.Helper()
	ask := func(format string) string {
		return in.ok("indices", "--level", "window", "--period", "2026-01-01..2026-06-30", "--format", format).out
	}
	text := ask("csv")
	if !strings.HasPrefix(text, "unit,name,level,period,n,") {
		t.Errorf("the CSV begins %.60q", text)
	}
	var parsed struct{ Rows []map[string]any }
	if err := json.Unmarshal([]byte(ask("json")), &parsed); err != nil {
		t.Fatal(err)
	}
	rows := readRows(t, text)
	if len(rows) != 4 || len(parsed.Rows) != 4 {
		t.Fatalf("%d rows of CSV, %d of JSON, want the 4 windows", len(rows), len(parsed.Rows))
	}
	states := map[string]string{"w1": "40 ok", "w2": "10 insufficient", "w3": "<5 suppressed", "w4": "0 none"}
	for i, row := range rows {
		if got := row["n"] + " " + row["state"]; got != states[row["unit"]] {
			t.Errorf("%s: %s, want %s", row["unit"], got, states[row["unit"]])
		}
		for name, cell := range row {
			other := ""
			switch v := parsed.Rows[i][name].(type) {
			case string:
				other = v
			case float64:
				other = cell // compared as numbers below
				if fmt.Sprint(v) != fmt.Sprint(number(t, cell)) {
					t.Errorf("%s %s: %s in CSV, %v in JSON", row["unit"], name, cell, v)
				}
			}
			if other != cell {
				t.Errorf("%s %s: %q in CSV, %q in JSON", row["unit"], name, cell, other)
			}
		}
	}
	if table := ask("table"); !strings.Contains(table, "样本不足") || !strings.Contains(table, "<5") || !strings.Contains(table, "税费申报窗口") {
		t.Errorf("the table:\n%s", table)
	}
}

// keys: a key opens the API until it is revoked.
func (in *instance) keys(t *testing.T, when string) {
	t.Helper()
	name := "机关工委 " + when
	key := in.ok("apikey", "create", name).last()
	if len(key) < 32 {
		t.Fatalf("%s: key %q", when, key)
	}
	listed := in.ok("apikey", "list")
	if strings.Contains(listed.out, key) {
		t.Errorf("%s: the list shows a key", when)
	}
	id := regexp.MustCompile(`(?m)^(\d+)\t` + name + `\t`).FindStringSubmatch(listed.out)
	if id == nil {
		t.Fatalf("%s: %q is not in the list:\n%s", when, name, listed.out)
	}
	if when == "the server runs" {
		if status := in.apiStatus(key); status != http.StatusOK {
			t.Errorf("API with a fresh key: %d", status)
		}
	}
	if r := in.ok("apikey", "revoke", id[1]); r.last() == "" {
		t.Errorf("%s: apikey revoke prints no result", when)
	}
	if listed := in.ok("apikey", "list").out; !regexp.MustCompile(`(?m)^` + id[1] + `\t.*revoked`).MatchString(listed) {
		t.Errorf("%s: after revoking:\n%s", when, listed)
	}
	if when == "the server runs" { // the server may believe for half a minute what it knew of a key
		eventually(t, 40*time.Second, "a revoked key opens nothing", func() bool { return in.apiStatus(key) == http.StatusUnauthorized })
	}
}

func (in *instance) apiStatus(key string) int {
	in.t.Helper()
	req, err := http.NewRequestWithContext(in.t.Context(), http.MethodGet, in.url("/api/v1/indices?level=office&period=2026-03"), nil)
	if err != nil {
		in.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		in.t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	_ = answer.Body.Close()
	return answer.StatusCode
}

// faults go to the standard error stream and never end with 0.
func (in *instance) faults(t *testing.T, when string) {
	t.Helper()
	broken := in.writeFile("broken.csv", "窗口编码,窗口名称,机关编码\nw9,缺机关窗口,nobody\n")
	if r := in.run("import", "offices", broken); r.code != 1 || !strings.Contains(r.err, "row 2") || !strings.Contains(r.err, "nobody") {
		t.Errorf("%s: import of a faulty file: exit %d, %q", when, r.code, r.err)
	}
	for _, c := range []struct {
		args []string
		code int
		err  string
	}{
		{[]string{"import", "offices", "absent.csv"}, 1, "absent.csv"},
		{[]string{"import", "ratings", broken}, 1, "office and level"},
		{[]string{"import", "ratings"}, 2, "usage"},
		{[]string{"indices", "--period", "2026-13"}, 1, "2026-13|period"},
		{[]string{"indices", "--level", "street"}, 1, "level"},
		{[]string{"indices", "--format", "xml"}, 2, "xml"},
		{[]string{"apikey", "revoke", "999999"}, 1, "key"},
		{[]string{"apikey", "create", "x", "--role", "king"}, 1, "role"},
		{[]string{"verify", "everything"}, 2, "usage"},
	} {
		r := in.run(c.args...)
		if r.code != c.code || r.out != "" || !regexp.MustCompile(c.err).MatchString(r.err) {
			t.Errorf("%s: %v: exit %d, want %d; out %q; err %q, want %s", when, c.args, r.code, c.code, r.out, r.err, c.err)
		}
	}
}

// tamper changes a rollup behind the program's back.
func (in *instance) tamper(t *testing.T) {
	t.Helper()
	in.withDB(func(db *sqlx.DB) {
		for _, q := range []string{
			`UPDATE rating_rollups SET n5 = n5 + 1 WHERE ctid = (SELECT min(ctid) FROM rating_rollups)`,
			`DELETE FROM rating_rollups WHERE ctid = (SELECT max(ctid) FROM rating_rollups)`,
		} {
			if _, err := db.Exec(q); err != nil {
				t.Fatal(err)
			}
		}
	})
	r := in.run("verify")
	if r.code != 1 || !strings.HasSuffix(r.last(), ": 2 differences") || !strings.Contains(r.err, "--rebuild") {
		t.Errorf("verify of changed counts: exit %d, %q, %q", r.code, r.out, r.err)
	}
	if r := in.run("verify", "--rebuild"); r.code != 0 || !strings.HasSuffix(r.last(), ": 0 differences") {
		t.Errorf("verify --rebuild: exit %d, %q, %q", r.code, r.last(), r.err)
	}
	in.verify()
}

// readRows reads CSV as one map a row.
func readRows(t *testing.T, text string) []map[string]string {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(records) == 0 {
		t.Fatalf("%v in %q", err, text)
	}
	var rows []map[string]string
	for _, r := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = r[i]
		}
		rows = append(rows, row)
	}
	return rows
}
