package indices

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// FiveFile writes profiles for machines, one row for each reading.
type FiveFile []Profile

// fiveLine is one reading with its unit.
type fiveLine struct {
	Profile
	Reading
}

func (f FiveFile) lines() []fiveLine {
	var list []fiveLine
	for _, p := range f {
		for _, r := range p.Readings {
			list = append(list, fiveLine{p, r})
		}
	}
	return list
}

// WriteCSV writes the columns of fiveColumns.
func (f FiveFile) WriteCSV(w io.Writer) error { return writeCSV(w, f.lines(), fiveColumns()) }

// WriteJSON writes the same columns as CSV, and the unit's id and English name.
func (f FiveFile) WriteJSON(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprint(out, `{"rows":[`)
	for i, r := range f.lines() {
		if i > 0 {
			fmt.Fprint(out, ",")
		}
		var b strings.Builder
		for _, c := range fiveColumns() {
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

// fiveColumns are stable: others read them by name. Indices have two decimals, shares four;
// what is not shown is blank, a suppressed n reads "<5".
func fiveColumns() []columnOf[fiveLine] {
	number := func(name string, digits int, of func(Reading) float64) columnOf[fiveLine] {
		return columnOf[fiveLine]{name, func(l fiveLine) cell {
			if !l.Shown() {
				return cell{}
			}
			return decimal(of(l.Reading), digits)
		}}
	}
	rate := func(name string, of func(Figure) float64) columnOf[fiveLine] {
		return columnOf[fiveLine]{name, func(l fiveLine) cell {
			if l.Response == nil {
				return cell{}
			}
			return decimal(of(*l.Response), 4)
		}}
	}
	return []columnOf[fiveLine]{
		{"unit", func(l fiveLine) cell { return words(l.Unit.Code) }},
		{"name", func(l fiveLine) cell { return words(l.Unit.Name) }},
		{"level", func(l fiveLine) cell { return words(string(l.Unit.Kind)) }},
		{"period", func(l fiveLine) cell { return words(l.Period.String()) }},
		{"index", func(l fiveLine) cell { return words(l.Key) }},
		{"source", func(l fiveLine) cell { return words(l.Source) }},
		{"n", func(l fiveLine) cell { return cell{text: l.CountText(), number: l.State != Suppressed} }},
		number("n_eff", 1, func(r Reading) float64 { return r.NEff }),
		number("deff", 3, func(r Reading) float64 { return r.Deff }),
		number("value", 2, func(r Reading) float64 { return r.Figure.Value }),
		number("low", 2, func(r Reading) float64 { return r.Figure.Low }),
		number("high", 2, func(r Reading) float64 { return r.Figure.High }),
		rate("response_rate", func(f Figure) float64 { return f.Value }),
		rate("response_low", func(f Figure) float64 { return f.Low }),
		rate("response_high", func(f Figure) float64 { return f.High }),
		{"state", func(l fiveLine) cell { return words(string(l.State)) }},
		{"formula", func(l fiveLine) cell { return words(l.Formula) }},
	}
}

// CountText is N as it may be shown: "<5" where figures are suppressed.
func (r Reading) CountText() string {
	if r.State == Suppressed {
		return "<" + strconv.FormatInt(r.Below, 10)
	}
	return strconv.FormatInt(r.N, 10)
}
