package offices

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"minping/internal/fault"
)

// readCSV reads one sheet as Chinese Excel, WPS and others write it.
func readCSV(title string, data []byte) (Sheets, error) {
	text, err := decodeText(data)
	if err != nil {
		return Sheets{}, err
	}
	budget := maxRows
	hint, _ := tableNamed(title)
	g := &gatherer{sheet: Sheet{Title: title}, hint: hint, budget: &budget}
	if err := eachRecord(text, g.add); err != nil {
		return Sheets{}, err
	}
	var s Sheets
	g.into(&s)
	return s, nil
}

// eachRecord calls f with each record and its row number as Excel shows it:
// empty lines count, line breaks inside a quoted cell do not.
func eachRecord(text string, f func(int, []string) error) error {
	r := csv.NewReader(strings.NewReader(text))
	// Strict quotes: a quote left open would swallow the rows below it.
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = separator(text), -1, true
	inside := 0
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			var at *csv.ParseError
			line := 0
			if errors.As(err, &at) {
				line = at.StartLine - inside
			}
			return fault.Wrap(fault.Invalid, "offices.import.broken_csv", err).With("Row", line)
		}
		line, _ := r.FieldPos(0)
		number := line - inside
		for _, c := range cells {
			inside += strings.Count(c, "\n")
		}
		if err := f(number, cells); err != nil {
			return err
		}
	}
}

// decodeText turns the file into UTF-8: a byte order mark decides, else valid
// UTF-8 is UTF-8, else it is GB18030, which Chinese Excel writes.
func decodeText(data []byte) (string, error) {
	broken := fault.New(fault.Invalid, "offices.import.encoding")
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(data)
		if err != nil {
			return "", broken
		}
		data = out
	case !utf8.Valid(data):
		out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
		if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
			return "", broken
		}
		data = out
	}
	if !utf8.Valid(data) {
		return "", broken
	}
	return string(data), nil
}

// separator is the most frequent of comma, tab and semicolon in the first
// lines, so that a title line above the headings does not mislead.
func separator(text string) rune {
	head := text
	for i, lines := 0, 0; i < len(text); i++ {
		if text[i] == '\n' {
			if lines++; lines == searchRows {
				head = text[:i]
				break
			}
		}
	}
	best, most := ',', strings.Count(head, ",")
	for _, c := range "\t;" {
		if n := strings.Count(head, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}
