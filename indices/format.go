package indices

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"minping/internal/csvtext"
)

// WriteCSV writes rows as UTF-8 CSV (RFC 4180 without the carriage returns, no
// byte order mark), heading first. Blank = not shown; a suppressed n reads "<5".
func WriteCSV(w io.Writer, rows []Row) error { return writeCSV(w, rows, columns()) }

func writeCSV[T any](w io.Writer, rows []T, cols []columnOf[T]) error {
	out := csvtext.NewWriter(w)
	record, number := make([]string, len(cols)), make([]bool, len(cols))
	for i, c := range cols {
		record[i] = c.name
	}
	out.Write(record...)
	for _, r := range rows {
		for i, c := range cols {
			shown := c.cell(r)
			record[i], number[i] = shown.text, shown.number
		}
		out.WriteFigures(record, func(i int) bool { return number[i] })
	}
	return out.Close()
}

// WriteJSON writes {"rows":[…]}, one row a line; the keys of a row are the columns of the CSV,
// then unit_id and name_en. What is not shown is null; a suppressed n is the
// string "<5".
func WriteJSON(w io.Writer, rows []Row) error {
	out := bufio.NewWriter(w)
	fmt.Fprint(out, `{"rows":[`)
	for i, r := range rows {
		if i > 0 {
			fmt.Fprint(out, ",")
		}
		fmt.Fprintf(out, "\n%s", rowJSON(r))
	}
	fmt.Fprint(out, "\n]}\n")
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write json: %w", err)
	}
	return nil
}

// rowJSON keeps the order of the columns and the fixed decimals, which a map or
// a struct of floats would lose.
func rowJSON(r Row) string {
	var b strings.Builder
	b.WriteByte('{')
	for _, c := range columns() {
		fmt.Fprintf(&b, "%q:%s,", c.name, c.cell(r).json())
	}
	fmt.Fprintf(&b, `"unit_id":%d,"name_en":%s}`, r.Unit.ID, words(r.Unit.NameEn).quoted())
	return b.String()
}

func (c cell) json() string {
	switch {
	case c.number:
		return c.text
	case c.text == "":
		return "null"
	}
	return c.quoted()
}

func (c cell) quoted() string {
	var b strings.Builder
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false) // "<5" stays readable; the answer is not HTML
	_ = out.Encode(c.text)   // a string always marshals
	return strings.TrimSuffix(b.String(), "\n")
}
