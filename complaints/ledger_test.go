package complaints

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
)

func keys(key string) string { return key }

func ledgerOf(o *town) LedgerQuery {
	today := workday.Of(o.now())
	return LedgerQuery{From: today.AddDays(-30), To: today}
}

func (o *town) ledger(t *testing.T, by actor.Actor, q LedgerQuery) [][]string {
	t.Helper()
	var out bytes.Buffer
	n, err := o.s.WriteLedger(t.Context(), by, q, LedgerFile{Format: LedgerCSV, Text: keys}, &out)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(out.String(), "\ufeff"))).ReadAll()
	if err != nil || len(rows) != n+1 {
		t.Fatalf("%d rows for %d cases: %v", len(rows), n, err)
	}
	return rows
}

// TestLedgerShowsWhatTheQueueShows: everybody's ledger has the cases that he may
// read and nobody's words; sealed ones are the discipline role's.
func TestLedgerShowsWhatTheQueueShows(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	mine, _ := o.replied(t)
	report := filing(o.window)
	report.Kind, report.Body = Report, "窗口人员私下收钱"
	sealed, _ := o.file(t, report)
	other, _ := o.file(t, filing(0))
	ok(t)(o.s.Dispatch(t.Context(), o.desk, other, Dispatching{Office: o.health}))
	for _, c := range []struct {
		by   actor.Actor
		want []ID
	}{
		{o.desk, []ID{mine, other}}, {o.handler, []ID{mine}}, {o.other, []ID{other}}, {o.manager, []ID{mine}},
		{o.discipline, []ID{sealed}}, {actor.System("export"), []ID{mine, other}},
	} {
		var got []string
		for _, row := range o.ledger(t, c.by, ledgerOf(o))[1:] {
			got = append(got, row[0])
			if text := strings.Join(row, " "); strings.Contains(text, "等了一上午") || strings.Contains(text, "收钱") {
				t.Errorf("%s takes a citizen's words away: %s", c.by.Name, text)
			}
		}
		var want []string
		for _, id := range c.want {
			want = append(want, strconv.FormatInt(id, 10))
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%s takes %v, want %v", c.by.Name, got, want)
		}
	}
	_, err := o.s.WriteLedger(t.Context(), actor.Actor{}, ledgerOf(o), LedgerFile{Format: LedgerCSV, Text: keys}, new(bytes.Buffer))
	wants(t, err, fault.Forbidden, "")
}

// TestLedgerRefuses what has no period, is too long, or holds too much.
func TestLedgerRefuses(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	o.taken(t)
	o.taken(t)
	none := func(LedgerLine) error { return nil }
	for _, q := range []LedgerQuery{{}, {From: workday.Day{Year: 2026, Month: 11, Day: 2}, To: workday.Day{Year: 2026, Month: 11, Day: 1}},
		{From: workday.Day{Year: 2001, Month: 1, Day: 1}, To: workday.Day{Year: 2026, Month: 1, Day: 1}}, {From: workday.Day{Year: 9999, Month: 1, Day: 1}, To: workday.Day{Year: 9999, Month: 1, Day: 1}}} {
		_, err := o.s.Ledger(t.Context(), o.desk, q, none)
		wants(t, err, fault.Invalid, "")
	}
	q := ledgerOf(o)
	q.Most = 1
	_, err := o.s.Ledger(t.Context(), o.desk, q, none)
	wants(t, err, fault.Invalid, "complaints.ledger_rows")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := o.s.Ledger(ended, o.desk, ledgerOf(o), none); err == nil {
		t.Error("who has gone is read to the end")
	}
}

// TestLedgerColumnsAreStable: the order is a contract; the document says it.
func TestLedgerColumnsAreStable(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../docs/desk.md")
	if err != nil {
		t.Fatal(err)
	}
	want := "`" + strings.Join(LedgerColumns(), " ") + "`"
	if !strings.Contains(string(doc), want) {
		t.Errorf("docs/desk.md does not list the columns as they are: %s", want)
	}
}

// TestLedgerBookGoesOnInTheNextSheet: what a sheet cannot hold, under the same
// heading, and no text is a formula; nothing stays in the temporary directory.
func TestLedgerBookGoesOnInTheNextSheet(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b := newLedgerBook(LedgerFile{Text: keys, TmpDir: dir})
	b.full = 4
	heading, values := make([]any, len(ledgerColumns)), make([]any, len(ledgerColumns))
	for i, c := range ledgerColumns {
		heading[i], values[i] = c.key, disarmed(`=HYPERLINK("http://x")`)
	}
	if err := b.row(heading); err != nil {
		t.Fatal(err)
	}
	for i := range 7 {
		values[0] = int64(i + 1)
		if err := b.row(values); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := b.end(&out); err != nil {
		t.Fatal(err)
	}
	b.drop()
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if sheets := f.GetSheetList(); strings.Join(sheets, ",") != "ledger.sheet,ledger.sheet 2,ledger.sheet 3" {
		t.Fatalf("sheets: %v", sheets)
	}
	rows, err := f.GetRows("ledger.sheet 3")
	if err != nil || len(rows) != 2 || rows[0][0] != "id" || rows[1][0] != "7" || rows[1][1] != `'=HYPERLINK("http://x")` {
		t.Errorf("the last sheet: %v %v", rows, err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// TestLedgerNeedsNoMemory: the workbook grows on disk, whatever its size. 120,000
// rows here; MINPING_LEDGER_ROWS asks for more.
func TestLedgerNeedsNoMemory(t *testing.T) {
	n := 120_000
	if asked, err := strconv.Atoi(os.Getenv("MINPING_LEDGER_ROWS")); err == nil {
		n = asked
	}
	dir := t.TempDir()
	b := newLedgerBook(LedgerFile{Text: keys, TmpDir: dir})
	defer b.drop()
	values := make([]any, len(ledgerColumns))
	for i := range values {
		values[i] = "澜州市住房和城乡建设局"
	}
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	var early uint64
	for i := range n + 1 {
		if err := b.row(values); err != nil {
			t.Fatal(err)
		}
		if i == n/3 {
			early = heap()
		}
	}
	late := heap()
	out, err := os.Create(dir + "/ledger.xlsx")
	if err == nil {
		err = errors.Join(b.end(out), out.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	written := heap()
	t.Logf("%d rows: heap %d MB at a third, %d MB at the end, %d MB after writing", n, early>>20, late>>20, written>>20)
	if most := early + (24 << 20); late > most || written > most {
		t.Errorf("the heap grew from %d to %d and %d MB", early>>20, late>>20, written>>20)
	}
}
