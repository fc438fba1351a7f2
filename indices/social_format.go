package indices

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// socialColumns are stable: others read them by name. Points have two decimals; what is
// not measured is blank.
func socialColumns() []columnOf[Social] {
	list := []columnOf[Social]{
		{"unit", func(r Social) cell { return words(r.Unit.Code) }},
		{"name", func(r Social) cell { return words(r.Unit.Name) }},
		{"period", func(r Social) cell { return words(r.Period.String()) }},
		{"provisional", func(r Social) cell { return words(strconv.FormatBool(!r.Closed)) }},
		{"social", func(r Social) cell { return figureCell(r.Composite, func(f Figure) float64 { return f.Value }) }},
		{"social_low", func(r Social) cell { return figureCell(r.Composite, func(f Figure) float64 { return f.Low }) }},
		{"social_high", func(r Social) cell { return figureCell(r.Composite, func(f Figure) float64 { return f.High }) }},
		{"covered", func(r Social) cell {
			return cell{text: strconv.FormatFloat(r.Covered, 'f', 4, 64), number: true}
		}},
		{"missing", func(r Social) cell { return words(strings.Join(r.Missing, " ")) }},
	}
	for _, key := range SocialParts() {
		part := func(suffix string, get func(SocialPart) cell) columnOf[Social] {
			return columnOf[Social]{key + suffix, func(r Social) cell {
				for _, p := range r.Parts {
					if p.Key == key {
						return get(p)
					}
				}
				return cell{}
			}}
		}
		list = append(list,
			part("_weight", func(p SocialPart) cell {
				return cell{text: strconv.FormatFloat(p.Weight, 'f', 4, 64), number: true}
			}),
			part("_n", func(p SocialPart) cell {
				return cell{text: Figures{N: p.N, State: p.State, Below: p.Below}.CountText(), number: p.State != Suppressed}
			}),
			part("", func(p SocialPart) cell { return figureCell(p.Figure, func(f Figure) float64 { return f.Value }) }),
			part("_low", func(p SocialPart) cell { return figureCell(p.Figure, func(f Figure) float64 { return f.Low }) }),
			part("_high", func(p SocialPart) cell { return figureCell(p.Figure, func(f Figure) float64 { return f.High }) }))
	}
	return append(list, columnOf[Social]{"formula", func(r Social) cell { return words(r.Formula) }})
}

func figureCell(f *Figure, get func(Figure) float64) cell {
	if f == nil {
		return cell{}
	}
	return cell{text: strconv.FormatFloat(get(*f), 'f', 2, 64), number: true}
}

// WriteSocialCSV writes rows as WriteCSV does.
func WriteSocialCSV(w io.Writer, rows []Social) error { return writeCSV(w, rows, socialColumns()) }

// WriteSocialJSON writes {"rows":[…]}, one row a line, keys as the columns of the CSV.
func WriteSocialJSON(w io.Writer, rows []Social) error {
	out := bufio.NewWriter(w)
	fmt.Fprint(out, `{"rows":[`)
	for i, r := range rows {
		if i > 0 {
			fmt.Fprint(out, ",")
		}
		fmt.Fprint(out, "\n{")
		for k, c := range socialColumns() {
			if k > 0 {
				fmt.Fprint(out, ",")
			}
			fmt.Fprintf(out, "%q:%s", c.name, c.cell(r).json())
		}
		fmt.Fprint(out, "}")
	}
	fmt.Fprint(out, "\n]}\n")
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write json: %w", err)
	}
	return nil
}

// WriteSocialXLSX writes one sheet; heading words a column.
func WriteSocialXLSX(w io.Writer, rows []Social, heading func(column string) string) error {
	return writeXLSX(w, rows, socialColumns(), heading)
}
