package indices

import (
	"io"
	"strconv"

	"minping/indices/stats"
)

// WriteCSV writes the standings like WriteCSV writes rows: its columns first, then
// those of standings. Blank = not shown, or no place.
func (s Standings) WriteCSV(w io.Writer) error { return writeCSV(w, s.Rows, standingColumns()) }

// standingColumns are in the order in which they were added; others rely on it.
func standingColumns() []columnOf[Standing] {
	var list []columnOf[Standing]
	for _, c := range columns() {
		list = append(list, columnOf[Standing]{c.name, func(s Standing) cell { return c.cell(s.Row) }})
	}
	estimate := func(of func(Figure) float64) func(Standing) cell {
		return func(s Standing) cell {
			if s.Estimate == nil {
				return cell{}
			}
			return decimal(of(*s.Estimate), 2)
		}
	}
	place := func(of func(Place) cell) func(Standing) cell {
		return func(s Standing) cell {
			if s.Place == nil {
				return cell{}
			}
			return of(*s.Place)
		}
	}
	whole := func(n int) cell { return cell{text: strconv.Itoa(n), number: true} }
	return append(list,
		columnOf[Standing]{"peers", func(s Standing) cell { return words(s.Peers) }},
		columnOf[Standing]{"adjusted", estimate(func(f Figure) float64 { return f.Value })},
		columnOf[Standing]{"adjusted_low", estimate(func(f Figure) float64 { return f.Low })},
		columnOf[Standing]{"adjusted_high", estimate(func(f Figure) float64 { return f.High })},
		columnOf[Standing]{"borrowed", func(s Standing) cell {
			if s.Estimate == nil {
				return cell{}
			}
			return decimal(s.Borrowed, 4)
		}},
		columnOf[Standing]{"tier", func(s Standing) cell {
			if s.Tier == stats.TierUnknown {
				return cell{}
			}
			return words(string(s.Tier))
		}},
		columnOf[Standing]{"rank_low", place(func(p Place) cell { return whole(p.Low) })},
		columnOf[Standing]{"rank_high", place(func(p Place) cell { return whole(p.High) })},
		columnOf[Standing]{"rank_expected", place(func(p Place) cell { return decimal(p.Expected, 2) })},
		columnOf[Standing]{"p_first", place(func(p Place) cell { return decimal(p.First, 4) })},
		columnOf[Standing]{"p_last", place(func(p Place) cell { return decimal(p.Last, 4) })},
		columnOf[Standing]{"p_above_mean", place(func(p Place) cell { return decimal(p.Above, 4) })},
		columnOf[Standing]{"not_ranked", func(s Standing) cell { return words(string(s.Why)) }})
}

func decimal(v float64, digits int) cell {
	return cell{text: strconv.FormatFloat(v, 'f', digits, 64), number: true}
}
