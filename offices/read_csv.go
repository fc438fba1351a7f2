package offices

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"

	"minping/internal/csvtext"
	"minping/internal/fault"
)

// readCSV reads one sheet as Chinese Excel, WPS and others write it.
func readCSV(title string, data []byte, form *layout) (Sheets, error) {
	text, err := csvtext.Decode(data)
	if err != nil {
		return Sheets{}, fault.Wrap(fault.Invalid, "offices.import.encoding", err)
	}
	budget := maxRows
	hint, _ := tableNamed(title)
	g := &gatherer{sheet: Sheet{Title: title, form: form}, hint: hint, budget: &budget}
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
	r := csvtext.NewReader(text)
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
