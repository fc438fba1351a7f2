package complaints

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"minping/internal/actor"
	"minping/internal/csvtext"
)

// LedgerFormat is how a ledger is written.
type LedgerFormat string

// The formats.
const (
	LedgerXLSX LedgerFormat = "xlsx"
	LedgerCSV  LedgerFormat = "csv"
)

// LedgerFile says how a ledger is written.
type LedgerFile struct {
	Format LedgerFormat
	Text   func(key string) string // of headings and words, in one language
	TmpDir string                  // where a workbook grows; "": the system's
}

// ledgerColumn is one column: its name, for headings and for programs, and its value.
type ledgerColumn struct {
	key   string
	width float64
	value func(w *ledgerWords, l *LedgerLine) any // int64, string
}

// ledgerColumns never change their order or meaning; new ones go to the end. docs/desk.md lists them.
var ledgerColumns = []ledgerColumn{
	{"id", 9, func(_ *ledgerWords, l *LedgerLine) any { return l.ID }},
	{"received_at", 19, func(_ *ledgerWords, l *LedgerLine) any { return clockTime(&l.ReceivedAt) }},
	{"kind", 8, func(w *ledgerWords, l *LedgerLine) any { return w.text("desk.kind." + string(l.Kind)) }},
	{"channel", 10, func(w *ledgerWords, l *LedgerLine) any { return w.text("desk.channel." + string(l.Channel)) }},
	{"identity", 12, func(w *ledgerWords, l *LedgerLine) any { return w.text("desk.identity." + string(l.Identity)) }},
	{"urgency", 10, func(w *ledgerWords, l *LedgerLine) any { return w.text("desk.urgency." + string(l.Urgency)) }},
	{"category1", 12, func(w *ledgerWords, l *LedgerLine) any { return w.names.Paths[l.Category][0] }},
	{"category2", 12, func(w *ledgerWords, l *LedgerLine) any { return w.names.Paths[l.Category][1] }},
	{"category3", 16, func(w *ledgerWords, l *LedgerLine) any { return w.names.Paths[l.Category][2] }},
	{"place", 24, func(w *ledgerWords, l *LedgerLine) any { return w.unit(l.Unit) }},
	{"hall", 22, func(w *ledgerWords, l *LedgerLine) any { return w.unit(l.Hall) }},
	{"division", 20, func(w *ledgerWords, l *LedgerLine) any { return w.unit(l.Division) }},
	{"office", 26, func(w *ledgerWords, l *LedgerLine) any { return w.unit(l.Office) }},
	{"first_office", 26, func(w *ledgerWords, l *LedgerLine) any { return w.unit(l.First) }},
	{"state", 10, func(w *ledgerWords, l *LedgerLine) any { return w.text("desk.state." + string(l.State)) }},
	{"level", 6, func(_ *ledgerWords, l *LedgerLine) any { return int64(l.Level) }},
	{"round", 6, func(_ *ledgerWords, l *LedgerLine) any { return int64(l.Round) }},
	{"returned", 6, func(_ *ledgerWords, l *LedgerLine) any { return int64(l.Returned) }},
	{"extended", 6, func(w *ledgerWords, l *LedgerLine) any { return w.yes(&l.Extended) }},
	{"dispatched_at", 19, func(_ *ledgerWords, l *LedgerLine) any { return clockTime(l.DispatchedAt) }},
	{"taken_at", 19, func(_ *ledgerWords, l *LedgerLine) any { return clockTime(l.TakenAt) }},
	{"taken_in_time", 9, func(w *ledgerWords, l *LedgerLine) any { return w.yes(l.TakenInTime) }},
	{"first_reply_at", 19, func(_ *ledgerWords, l *LedgerLine) any { return clockTime(l.FirstReplyAt) }},
	{"replied_at", 19, func(_ *ledgerWords, l *LedgerLine) any { return clockTime(l.RepliedAt) }},
	{"replied_in_time", 9, func(w *ledgerWords, l *LedgerLine) any { return w.yes(l.RepliedInTime) }},
	{"closed_at", 19, func(_ *ledgerWords, l *LedgerLine) any { return clockTime(l.ClosedAt) }},
	{"due_at", 19, func(_ *ledgerWords, l *LedgerLine) any { return clockTime(l.DueAt) }},
	{"due_clock", 10, func(w *ledgerWords, l *LedgerLine) any { return w.clock(l.DueClock) }},
	{"contacted", 9, func(w *ledgerWords, l *LedgerLine) any { return w.yes(&l.Contacted) }},
	{"solved", 6, func(w *ledgerWords, l *LedgerLine) any { return w.yes(l.Solved) }},
	{"satisfied", 8, func(_ *ledgerWords, l *LedgerLine) any { return orEmpty(l.Satisfied) }},
	{"disposition", 10, func(w *ledgerWords, l *LedgerLine) any { return w.did(l.Did) }},
	{"rating_level", 8, func(_ *ledgerWords, l *LedgerLine) any { return orEmpty(l.Rating) }},
	{"follow_up", 8, func(_ *ledgerWords, l *LedgerLine) any { return orEmpty(l.FollowUp) }},
	{"merged_into", 9, func(_ *ledgerWords, l *LedgerLine) any { return orEmpty(int(l.Merged)) }},
	{"split_from", 9, func(_ *ledgerWords, l *LedgerLine) any { return orEmpty(int(l.Split)) }},
}

// LedgerColumns lists the names of the columns in their order.
func LedgerColumns() []string {
	names := make([]string, len(ledgerColumns))
	for i, c := range ledgerColumns {
		names[i] = c.key
	}
	return names
}

// ledgerSink takes rows one by one.
type ledgerSink interface {
	row(values []any) error
	end(w io.Writer) error
	drop()
}

// WriteLedger writes the ledger of a period and gives the number of its cases. A
// workbook grows in a temporary file and is written at its end; where that is not reached, nothing of it is left. The audit chain knows of it before the end: w should be
// something that nobody has yet.
func (s *Service) WriteLedger(ctx context.Context, by actor.Actor, in LedgerQuery, file LedgerFile, w io.Writer) (int, error) {
	if file.Format != LedgerXLSX && file.Format != LedgerCSV {
		return 0, wrongChoice("format")
	}
	names, err := s.LedgerNames(ctx)
	if err != nil {
		return 0, err
	}
	words := &ledgerWords{file: file, names: names, known: map[string]string{}}
	var sink ledgerSink
	if file.Format == LedgerXLSX {
		sink = newLedgerBook(file)
	} else {
		sink = newLedgerCSV(w)
	}
	defer sink.drop()
	values := make([]any, len(ledgerColumns))
	for i, c := range ledgerColumns {
		values[i] = words.text("ledger.column." + c.key)
	}
	if err := sink.row(values); err != nil {
		return 0, err
	}
	n, err := s.Ledger(ctx, by, in, func(l LedgerLine) error {
		for i, c := range ledgerColumns {
			values[i] = disarmed(c.value(words, &l))
		}
		return sink.row(values)
	})
	if err == nil {
		err = s.taken(ctx, by, in, n)
	}
	if err != nil {
		return n, err
	}
	if err := sink.end(w); err != nil {
		return n, fmt.Errorf("write the ledger: %w", err)
	}
	return n, nil
}

var chinaTime = time.FixedZone("CST", 8*60*60)

func clockTime(t *time.Time) any {
	if t == nil {
		return ""
	}
	return t.In(chinaTime).Format(time.DateTime)
}

func orEmpty(n int) any {
	if n == 0 {
		return ""
	}
	return int64(n)
}

// ledgerWords puts what is coded into words, each looked up once.
type ledgerWords struct {
	file  LedgerFile
	names LedgerNames
	known map[string]string
}

func (w *ledgerWords) text(key string) string {
	text, known := w.known[key]
	if !known {
		text = w.file.Text(key)
		w.known[key] = text
	}
	return text
}

func (w *ledgerWords) unit(id int64) string {
	u := w.names.Units[id]
	return strings.TrimSpace(u.Number + " " + u.Name)
}

// yes is empty where nobody knows.
func (w *ledgerWords) yes(b *bool) string {
	switch {
	case b == nil:
		return ""
	case *b:
		return w.text("ledger.yes")
	}
	return w.text("ledger.no")
}

func (w *ledgerWords) clock(c ClockName) string {
	if c == "" {
		return ""
	}
	return w.text("desk.clock." + string(c))
}

func (w *ledgerWords) did(d Disposition) string {
	if d == "" {
		return ""
	}
	return w.text("desk.disposition." + string(d))
}

// ledgerCSV is in UTF-8 with the byte order mark without which Excel takes it for another encoding.
type ledgerCSV struct {
	out   *csvtext.Writer
	cells []string
	begun error
}

func newLedgerCSV(w io.Writer) *ledgerCSV {
	out, err := csvtext.NewExcelWriter(w)
	return &ledgerCSV{out: out, begun: err}
}

func (c *ledgerCSV) row(values []any) error {
	if c.begun != nil {
		return c.begun
	}
	c.cells = c.cells[:0]
	for _, v := range values {
		c.cells = append(c.cells, fmt.Sprint(v))
	}
	c.out.WriteFigures(c.cells, func(int) bool { return true }) // texts are disarmed already
	return nil
}

func (c *ledgerCSV) end(io.Writer) error {
	if c.begun != nil {
		return c.begun
	}
	return c.out.Close()
}

func (c *ledgerCSV) drop() {}
