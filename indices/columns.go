package indices

import (
	"fmt"
	"strconv"
)

// cell is one value of a row as written: its text, and whether that is a number.
type cell struct {
	text   string
	number bool
}

// columnOf is one column of the machine formats. CSV and JSON are written from
// the same list, so they cannot drift apart.
type columnOf[T any] struct {
	name string
	cell func(T) cell
}

type column = columnOf[Row]

// columns are the columns of CSV, in order; others rely on the names. Decimals
// are fixed and written with a point, whatever the locale: satisfaction 2, mean
// level 3, rates 4.
func columns() []column {
	list := []column{
		{"unit", func(r Row) cell { return words(r.Unit.Code) }},
		{"name", func(r Row) cell { return words(r.Unit.Name) }},
		{"level", func(r Row) cell { return words(string(r.Unit.Kind)) }},
		{"period", func(r Row) cell { return words(r.Period.String()) }},
		{"n", func(r Row) cell { return cell{text: r.CountText(), number: r.State != Suppressed} }},
		{"n_eff", func(r Row) cell { return shown(r, strconv.FormatFloat(r.NEff, 'f', 1, 64)) }},
		{"suspect", func(r Row) cell { return shown(r, fmt.Sprint(r.Suspect)) }},
	}
	for i := range 5 {
		list = append(list, column{fmt.Sprintf("n%d", i+1), func(r Row) cell { return shown(r, fmt.Sprint(r.Levels[i])) }})
	}
	list = append(list, figureColumns([3]string{"sat", "sat_low", "sat_high"}, 2, func(r Row) *Figure { return r.Sat })...)
	list = append(list, figureColumns([3]string{"mean", "mean_low", "mean_high"}, 3, func(r Row) *Figure { return r.Mean })...)
	list = append(list, figureColumns([3]string{"good_rate", "good_low", "good_high"}, 4, func(r Row) *Figure { return r.Good })...)
	list = append(list, figureColumns([3]string{"top2_rate", "top2_low", "top2_high"}, 4, func(r Row) *Figure { return r.TopTwo })...)
	list = append(list, figureColumns([3]string{"bad_rate", "bad_low", "bad_high"}, 4, func(r Row) *Figure { return r.Bad })...)
	list = append(list,
		column{"state", func(r Row) cell { return words(string(r.State)) }},
		column{"formula", func(r Row) cell { return words(r.Formula) }},
		serviceColumn("served", func(s Services) cell { return cell{text: fmt.Sprint(s.Served), number: true} }))
	list = append(list, figureColumns([3]string{"response_rate", "response_low", "response_high"}, 4, func(r Row) *Figure {
		if r.Services == nil {
			return nil
		}
		return r.Services.Rate
	})...)
	return append(list,
		serviceColumn("default_good_rate", func(s Services) cell { return supposed(s, s.DefaultGood, 4) }),
		serviceColumn("default_sat", func(s Services) cell { return supposed(s, s.DefaultSat, 2) }),
		serviceColumn("more_than_served", func(s Services) cell { return words(fmt.Sprint(s.More)) }))
}

// serviceColumn is about what was served; blank where nobody told.
func serviceColumn(name string, of func(Services) cell) column {
	return column{name, func(r Row) cell {
		if r.Services == nil {
			return cell{}
		}
		return of(*r.Services)
	}}
}

// supposed is a figure under default rules, which takes silence to be known.
func supposed(s Services, v float64, decimals int) cell {
	if s.More {
		return cell{}
	}
	return cell{text: strconv.FormatFloat(v, 'f', decimals, 64), number: true}
}

// figureColumns are the value and the two ends of an interval.
func figureColumns(names [3]string, decimals int, of func(Row) *Figure) []column {
	part := func(name string, get func(Figure) float64) column {
		return column{name, func(r Row) cell {
			f := of(r)
			if f == nil {
				return cell{}
			}
			return cell{text: strconv.FormatFloat(get(*f), 'f', decimals, 64), number: true}
		}}
	}
	return []column{
		part(names[0], func(f Figure) float64 { return f.Value }),
		part(names[1], func(f Figure) float64 { return f.Low }),
		part(names[2], func(f Figure) float64 { return f.High }),
	}
}

func words(text string) cell { return cell{text: text} }

// shown is a number of a row that has figures, blank in any other.
func shown(r Row, text string) cell {
	if !r.Shown() {
		return cell{}
	}
	return cell{text: text, number: true}
}
