package csvtext

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
)

// Spreadsheets run a cell that begins with one of formulaStarts (the full-width
// forms too, in East Asian editions), and some of them look behind spaces; a cell
// that begins with a break could end its own cell first: OWASP, "CSV Injection".
const (
	formulaStarts = "=+-@＝＋－＠"
	breaks        = "\t\r\n"
)

// Disarm puts an apostrophe before a text that a spreadsheet could run, and before
// one that already looks disarmed, so that Rearm gives back exactly the text. Every
// text that leaves in a table for a spreadsheet goes through it.
func Disarm(text string) string {
	if runnable(text) {
		return "'" + text
	}
	return text
}

// Rearm takes off the apostrophe that Disarm put there: for tables that come back.
func Rearm(text string) string {
	if strings.HasPrefix(text, "'") && runnable(text) {
		return text[1:]
	}
	return text
}

// DisarmAll disarms a row.
func DisarmAll(cells []string) []string { return each(cells, Disarm) }

// RearmAll gives a row as it was before DisarmAll.
func RearmAll(cells []string) []string { return each(cells, Rearm) }

func each(cells []string, do func(string) string) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = do(c)
	}
	return out
}

// runnable looks behind leading apostrophes and what does not show.
func runnable(text string) bool {
	text = strings.TrimLeft(text, "'")
	if text != "" && strings.ContainsRune(breaks, rune(text[0])) {
		return true
	}
	for _, c := range strings.TrimLeftFunc(text, unseen) {
		return strings.ContainsRune(formulaStarts, c)
	}
	return false
}

// unseen are spaces, marks of byte order and direction, and what else has no width.
func unseen(r rune) bool {
	switch r {
	case '\u200b', '\u200c', '\u200d', '\u200e', '\u200f', '\u2060', '\ufeff',
		'\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069':
		return true
	}
	return r <= ' ' || r == 0x7f || strings.TrimSpace(string(r)) == ""
}

// Writer writes a table that spreadsheets open: every cell is disarmed.
type Writer struct{ csv *csv.Writer }

// NewWriter writes with line feeds alone and no byte order mark, for programs.
func NewWriter(w io.Writer) *Writer { return &Writer{csv.NewWriter(w)} }

// NewExcelWriter writes what Excel reads as UTF-8: a byte order mark first (without
// it Excel takes GB 18030) and CRLF.
func NewExcelWriter(w io.Writer) (*Writer, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, fmt.Errorf("write table: %w", err)
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	return &Writer{out}, nil
}

// Write writes a row; Close tells of any failure.
func (w *Writer) Write(cells ...string) { _ = w.csv.Write(DisarmAll(cells)) }

// WriteFigures writes a row in which the cells that figure tells are numbers of our
// own making; "-0.25" stays a number.
func (w *Writer) WriteFigures(cells []string, figure func(i int) bool) {
	out := make([]string, len(cells))
	for i, c := range cells {
		if out[i] = c; !figure(i) {
			out[i] = Disarm(c)
		}
	}
	_ = w.csv.Write(out)
}

// Close writes what is waiting.
func (w *Writer) Close() error {
	w.csv.Flush()
	if err := w.csv.Error(); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}
