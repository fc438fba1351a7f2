package e2e

import (
	"encoding/csv"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

const (
	halfYear    = "2026-01-01..2026-06-30"
	ratingsFile = "../../../shared/data/ratings.csv" // from this package's directory
)

// realRatings reads the file of real ratings, or skips the test where it is not at hand.
func realRatings(t *testing.T) (path string, records [][]string) {
	t.Helper()
	path, err := filepath.Abs(ratingsFile)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the file of real ratings is not at hand: %s", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	records, err = csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return path, records
}

func TestRealRatings(t *testing.T) {
	t.Parallel()
	path, records := realRatings(t)
	rejects := filepath.Join(t.TempDir(), "rejects.csv")
	in := newInstance(t)
	args := []string{"import", "ratings", path, "--create-units", "--from", "2026-01-01", "--to", "2026-06-30", "--rejects", rejects}
	rows := strconv.Itoa(len(records) - 1)
	begun := time.Now()
	if r := in.ok(args...); r.last() != rows+" rows: "+rows+" stored, 0 known before, 0 refused" {
		t.Fatalf("the import said %q\n%s", r.last(), r.err)
	}
	t.Logf("%s rows in %s", rows, time.Since(begun).Round(time.Millisecond))
	if r := in.ok(args...); r.last() != rows+" rows: 0 stored, "+rows+" known before, 0 refused" {
		t.Errorf("the second import said %q", r.last())
	}
	if _, err := os.Stat(rejects); err == nil {
		t.Error("there is a file of refused rows")
	}
	in.checkAgainst(t, records[1:])
	in.verify()
}

// checkAgainst recounts rows with plain maps and compares every printed digit.
func (in *instance) checkAgainst(t *testing.T, records [][]string) {
	t.Helper()
	want := map[string]map[string]*counts{"office": {}, "window": {}, "city": {"": {}}}
	at := func(level, unit string) *counts {
		if want[level][unit] == nil {
			want[level][unit] = &counts{}
		}
		return want[level][unit]
	}
	for _, r := range records {
		level, err := strconv.Atoi(r[4])
		if err != nil {
			t.Fatal(err)
		}
		at("office", r[1])[level-1]++
		at("window", r[2])[level-1]++
		at("city", "")[level-1]++
	}
	states := map[string]int{}
	for level, units := range want {
		rows := readRows(t, in.ok("indices", "--level", level, "--period", halfYear, "--format", "csv").out)
		if len(rows) != len(units) {
			t.Errorf("%d rows of level %s, want %d", len(rows), level, len(units))
		}
		for _, row := range rows {
			unit := row["unit"]
			if level == "city" {
				unit = ""
			}
			if units[unit] == nil {
				t.Errorf("%s %s is not in the file", level, unit)
				continue
			}
			if row["level"] != level || row["period"] != halfYear {
				t.Errorf("%s %s: level %s, period %s", level, unit, row["level"], row["period"])
			}
			for name, cell := range units[unit].cells() {
				if row[name] != cell {
					t.Errorf("%s %s, %d ratings: %s is %q, recomputed %q", level, unit, units[unit].total(), name, row[name], cell)
				}
			}
			states[row["state"]]++
		}
	}
	t.Logf("states: %v", states)
}

// TestDoctoredRatings: bad rows are refused one by one with their reasons, the rest is stored.
func TestDoctoredRatings(t *testing.T) {
	t.Parallel()
	_, records := realRatings(t)
	good := records[1:1501]
	window, office := good[0][2], good[0][1]
	other := ""
	for _, r := range good {
		if r[1] != office {
			other = r[1]
			break
		}
	}
	bad := []struct {
		row    []string
		reason string
	}{
		{[]string{"9001", office, window, "0", "9"}, `level "9"`},
		{[]string{"9002", office, window, "0", "0"}, `level "0"`},
		{[]string{"9003", office, window, "0", "很好"}, `level "很好"`},
		{[]string{"9004", office, window, "0", ""}, `level ""`},
		{[]string{"9005", office, window, "0", "4.5"}, `level "4.5"`},
		{[]string{"9006", "", window, "0", "4"}, `office ""`},
		{[]string{"9007", other, window, "0", "4"}, "another office"},
		{[]string{"这一行不是评价，\"只是\"\n文字"}, "office"},
	}
	doctored := [][]string{records[0]}
	for i, r := range good {
		if i > 0 && i%100 == 0 && i/100 <= len(bad) { // among the good ones, not after them
			doctored = append(doctored, bad[i/100-1].row)
		}
		doctored = append(doctored, r)
	}
	in := newInstance(t)
	file := in.writeFile("doctored.csv", csvText(t, doctored))
	r := in.ok("import", "ratings", file, "--create-units", "--from", "2026-01-01", "--to", "2026-06-30")
	if r.last() != "1508 rows: 1500 stored, 0 known before, 8 refused" {
		t.Errorf("the import said %q\n%s", r.last(), r.err)
	}
	text, err := os.ReadFile(file + ".rejected.csv")
	if err != nil {
		t.Fatal(err)
	}
	reader := csv.NewReader(strings.NewReader(string(text)))
	reader.FieldsPerRecord = -1
	refused, err := reader.ReadAll()
	if err != nil || len(refused) != len(bad)+1 {
		t.Fatalf("%d lines of refused rows, %v:\n%s", len(refused), err, text)
	}
	for i, b := range bad {
		got := refused[i+1]
		if line := strconv.Itoa(2 + 101*(i+1) - 1); got[0] != line || !strings.Contains(got[1], b.reason) || strings.Join(got[2:], "|") != strings.Join(b.row, "|") {
			t.Errorf("refused %q, want line %s, a reason with %q, and the row %q", got, line, b.reason, b.row)
		}
	}
	in.verify()
}

// TestUncodableRow: a row whose office or window cannot be a code is refused like
// any other bad row; it does not keep the file from being imported.
func TestUncodableRow(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	file := in.writeFile("mixed.csv", csvText(t, [][]string{{"respondent", "office", "window", "service", "level"},
		{"1", "2", "1002", "0", "5"}, {"2", strings.Repeat("长", 70), "1003", "0", "4"}, {"3", "2", "窗\n口", "0", "3"}, {"4", "2", "1002", "0", "1"}}))
	r := in.run("import", "ratings", file, "--create-units", "--from", "2026-01-01", "--to", "2026-06-30")
	if r.code != 0 || r.last() != "4 rows: 2 stored, 0 known before, 2 refused" {
		t.Errorf("exit %d, %q\n%s", r.code, r.last(), r.err)
	}
}

func csvText(t *testing.T, records [][]string) string {
	t.Helper()
	var b strings.Builder
	if err := csv.NewWriter(&b).WriteAll(records); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
