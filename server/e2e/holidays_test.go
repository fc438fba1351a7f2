package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestImportHolidays: the command shows and proposes, and lets nothing hold by itself.
func TestImportHolidays(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	year := time.Now().Year() + 2 // of which no program knows the holidays yet
	text := fmt.Sprintf(`{"year":%d,"papers":["国办发明电"],"days":[{"name":"元旦","date":"%d-01-01","isOffDay":true},{"name":"国庆节","date":"%d-10-01","isOffDay":true}]}`, year, year, year)
	file := in.writeFile("holidays.json", text)
	if r := in.ok("import", "holidays", file, "--dry-run"); !strings.HasSuffix(r.last(), "nothing is changed") || !strings.Contains(r.last(), "2 days off, 0 worked in exchange") {
		t.Errorf("dry run: %q", r.last())
	}
	if r := in.ok("import", "holidays", file, "--source", "国务院办公厅通知"); !strings.Contains(r.last(), "proposed as number 1") {
		t.Errorf("proposed: %q", r.last())
	}
	if r := in.run("import", "holidays", file); r.code != 1 || !strings.Contains(r.err, "waits already") {
		t.Errorf("again: exit %d, %q", r.code, r.err)
	}
	if r := in.run("import", "holidays", in.writeFile("bad.json", "{}")); r.code != 1 || !strings.Contains(r.err, "file") {
		t.Errorf("a bad file: exit %d, %q", r.code, r.err)
	}
	if r := in.run("import", "holidays", "no-such-file.json"); r.code != 1 {
		t.Errorf("no file: exit %d", r.code)
	}
	if r := in.ok("settings", "get", "case.handle.complex"); r.last() != "15wd" {
		t.Errorf("settings: %q", r.last())
	}
}
