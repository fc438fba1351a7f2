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

	"github.com/xuri/excelize/v2"
)

const complaintsFile = "../../../shared/data/complaints-with-replies.csv"

// TestRealComplaints takes over a file of real messages as it stands, twice, and
// gives the ledger of it back, both ways.
func TestRealComplaints(t *testing.T) {
	t.Parallel()
	path, err := filepath.Abs(complaintsFile)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the file of real messages is not at hand: %s", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(file).ReadAll()
	if err := errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
	rows := strconv.Itoa(len(records) - 1)
	in := newInstance(t)
	begun := time.Now()
	first := in.ok("import", "complaints", path)
	t.Logf("%s in %s", first.last(), time.Since(begun).Round(time.Millisecond))
	if first.last() != rows+" rows: "+rows+" stored, 0 known before, 0 refused" || !strings.Contains(first.err, rows+" of "+rows+" rows") {
		t.Errorf("the import said %q\n%s", first.last(), first.err)
	}
	if again := in.ok("import", "complaints", path); again.last() != rows+" rows: 0 stored, "+rows+" known before, 0 refused" {
		t.Errorf("the second import said %q", again.last())
	}
	if _, err := os.Stat(path + ".rejected.csv"); err == nil {
		t.Error("there is a file of refused rows")
	}
	in.ledgers(t, len(records)-1)
	in.verify()
}

func (in *instance) ledgers(t *testing.T, n int) {
	t.Helper()
	dir := filepath.Dir(in.dir)
	period := []string{"--from", "2011-01-01", "--to", "2020-12-31"}
	table, book := filepath.Join(dir, "台账.csv"), filepath.Join(dir, "台账.xlsx")
	if r := in.ok(append([]string{"export", "ledger", table}, period...)...); !strings.HasPrefix(r.last(), strconv.Itoa(n)+" cases: ") {
		t.Errorf("the export said %q", r.last())
	}
	text, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	got, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(text), "\ufeff"))).ReadAll()
	if err != nil || len(got) != n+1 || got[0][0] != "编号" || got[1][2] != "投诉" {
		t.Errorf("%d rows, beginning %v: %v", len(got), got[:min(2, len(got))], err)
	}
	in.ok(append([]string{"export", "ledger", book}, period...)...)
	f, err := excelize.OpenFile(book)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if cells, err := f.GetRows("台账"); err != nil || len(cells) != n+1 {
		t.Errorf("%d rows in the workbook: %v", len(cells), err)
	}
	for _, args := range [][]string{{"export"}, {"export", "ledger", "x.txt", "--from", "2026-01-01", "--to", "2026-01-02"}, {"export", "ledger", "x.csv", "--from", "yesterday", "--to", "2026-01-02"}} {
		if r := in.run(args...); r.code != 2 {
			t.Errorf("%v: exit %d", args, r.code)
		}
	}
	// Where the file cannot be written, nothing of it is left.
	if r := in.run(append([]string{"export", "ledger", filepath.Join(dir, "nowhere", "x.csv")}, period...)...); r.code != 1 {
		t.Errorf("into a directory that is not there: exit %d", r.code)
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".*part*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}
