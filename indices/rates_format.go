package indices

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// rateColumn is one column of the files of rates; CSV, XLSX and JSON are written from the same list.
type rateColumn = columnOf[Rates]

// rateColumns are stable: others read them by name. Shares have four decimals and a
// point; what is not shown is blank, a suppressed n reads "<5". Without internal the
// closing-honesty figure is left out.
func rateColumns(internal bool) []rateColumn {
	list := []rateColumn{
		{"unit", func(r Rates) cell { return words(r.Unit.Code) }},
		{"name", func(r Rates) cell { return words(r.Unit.Name) }},
		{"level", func(r Rates) cell { return words(string(r.Unit.Kind)) }},
		{"period", func(r Rates) cell { return words(r.Period.String()) }},
		{"kind", func(r Rates) cell { return words(r.Kind) }},
	}
	list = append(list, shareColumns("response", func(r Rates) Share { return r.Response })...)
	list = append(list, shareColumns("resolve", func(r Rates) Share { return r.Resolve })...)
	list = append(list, shareColumns("satisfy", func(r Rates) Share { return r.Satisfy })...)
	list = append(list, shareColumns("content", func(r Rates) Share { return r.Content })...)
	if internal {
		list = append(list, shareColumns("false_closing", func(r Rates) Share { return r.False })...)
	}
	return append(list, rateColumn{"formula", func(r Rates) cell { return words(r.Formula) }})
}

func shareColumns(name string, of func(Rates) Share) []rateColumn {
	part := func(suffix string, get func(Figure) float64) rateColumn {
		return rateColumn{name + suffix, func(r Rates) cell {
			sh := of(r)
			if sh.Figure == nil {
				return cell{}
			}
			return cell{text: strconv.FormatFloat(get(*sh.Figure), 'f', 4, 64), number: true}
		}}
	}
	return []rateColumn{
		{name + "_n", func(r Rates) cell {
			sh := of(r)
			return cell{text: sh.CountText(), number: sh.State != Suppressed}
		}},
		part("_rate", func(f Figure) float64 { return f.Value }),
		part("_low", func(f Figure) float64 { return f.Low }),
		part("_high", func(f Figure) float64 { return f.High }),
	}
}

// RateColumns names the columns of the files, in order.
func RateColumns(internal bool) []string {
	var names []string
	for _, c := range rateColumns(internal) {
		names = append(names, c.name)
	}
	return names
}

// WriteRatesCSV writes rates as WriteCSV writes rows.
func WriteRatesCSV(w io.Writer, rows []Rates, internal bool) error {
	return writeCSV(w, rows, rateColumns(internal))
}

// WriteRatesJSON writes {"rows":[…]} with the columns as keys, then unit_id and name_en.
func WriteRatesJSON(w io.Writer, rows []Rates, internal bool) error {
	out := bufio.NewWriter(w)
	fmt.Fprint(out, `{"rows":[`)
	for i, r := range rows {
		if i > 0 {
			fmt.Fprint(out, ",")
		}
		var b strings.Builder
		for _, c := range rateColumns(internal) {
			fmt.Fprintf(&b, "%q:%s,", c.name, c.cell(r).json())
		}
		fmt.Fprintf(out, "\n{%s\"unit_id\":%d,\"name_en\":%s}", b.String(), r.Unit.ID, words(r.Unit.NameEn).quoted())
	}
	fmt.Fprint(out, "\n]}\n")
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write json: %w", err)
	}
	return nil
}

// WriteRatesXLSX writes one sheet: headings in the reader's words, numbers as numbers.
func WriteRatesXLSX(w io.Writer, rows []Rates, internal bool, heading func(column string) string) error {
	return writeXLSX(w, rows, rateColumns(internal), heading)
}
