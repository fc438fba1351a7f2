package indices

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// WriteTable writes rows for a person at a terminal: columns aligned with
// Chinese characters counted as two, every figure with its interval. text gives
// the wording of a message key in the reader's language, which language names.
func WriteTable(w io.Writer, rows []Row, language string, text func(key string) string) error {
	lines := [][]string{{
		text("indices.table.unit"), text("indices.table.name"), text("indices.table.n"), text("indices.table.sat"),
		text("indices.table.good"), text("indices.table.top2"), text("indices.table.bad"), text("indices.table.state"),
	}}
	for _, r := range rows {
		lines = append(lines, []string{
			r.Unit.Code, r.Unit.Title(language), r.CountText(), ranged(r.Sat, 1, ""),
			ranged(r.Good, 100, "%"), ranged(r.TopTwo, 100, "%"), ranged(r.Bad, 100, "%"),
			text("indices.state." + string(r.State)),
		})
	}
	return writeAligned(w, lines, []bool{2: true, 3: true, 4: true, 5: true, 6: true, 7: false})
}

// ranged is "86.25 [84.10, 88.40]": value and interval, times a factor.
func ranged(f *Figure, factor float64, unit string) string {
	if f == nil {
		return "–"
	}
	return fmt.Sprintf("%.2f%s [%.2f, %.2f]", f.Value*factor, unit, f.Low*factor, f.High*factor)
}

// writeAligned pads each column to its widest cell; right says which columns stand to the right.
func writeAligned(w io.Writer, lines [][]string, right []bool) error {
	widths := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, c := range line {
			widths[i] = max(widths[i], cells(c))
		}
	}
	out := bufio.NewWriter(w)
	for _, line := range lines {
		var b strings.Builder
		for i, c := range line {
			pad := strings.Repeat(" ", widths[i]-cells(c))
			if right[i] {
				c = pad + c
			} else {
				c += pad
			}
			b.WriteString(c + "  ")
		}
		fmt.Fprintln(out, strings.TrimRight(b.String(), " "))
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

// cells is how many columns of a terminal a text takes: two for wide characters
// (UAX #11 East Asian Width W and F), none for marks that sit on another.
func cells(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case width.LookupRune(r).Kind() == width.EastAsianWide || width.LookupRune(r).Kind() == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}
