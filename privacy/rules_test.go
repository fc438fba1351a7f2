package privacy_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"minping/privacy"
)

// TestRetentionDocument holds docs/privacy/retention.md to the table in the program.
func TestRetentionDocument(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/privacy/retention.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, "|")
		if len(cells) == 7 {
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			rows[cells[1]] = cells
		}
	}
	for _, r := range privacy.Rules() {
		row := rows[r.Kind]
		if row == nil || row[3] != fmt.Sprint(r.Days) || !strings.HasPrefix(row[4], r.From+" ") || !strings.HasPrefix(row[5], r.Then+" ") {
			t.Errorf("%+v stands there as %v", r, row)
		}
		delete(rows, r.Kind)
	}
	if delete(rows, "---"); len(rows) != 1 { // the heading is left
		t.Errorf("rows of nothing: %v", rows)
	}
}
