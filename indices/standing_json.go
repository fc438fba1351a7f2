package indices

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// WriteJSON writes what the standings are made by, the groups of peers, and one row a line whose
// keys are the columns of the CSV, then unit_id and name_en. What is not shown is null.
func (s Standings) WriteJSON(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, `{"period":%s,"formula":%s,"floor":%d,"draws":%d,"ends":%d,"groups":[`, words(s.Period.String()).quoted(), words(s.Formula).quoted(), s.Floor, s.Draws, s.Ends)
	for i, g := range s.Groups {
		if i > 0 {
			fmt.Fprint(out, ",")
		}
		fmt.Fprintf(out, "\n%s", g.json())
	}
	fmt.Fprint(out, "\n],\"rows\":[")
	for i, r := range s.Rows {
		if i > 0 {
			fmt.Fprint(out, ",")
		}
		fmt.Fprintf(out, "\n%s", standingJSON(r))
	}
	fmt.Fprint(out, "\n]}\n")
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write json: %w", err)
	}
	return nil
}

func standingJSON(r Standing) string {
	var b strings.Builder
	b.WriteByte('{')
	for _, c := range standingColumns() {
		fmt.Fprintf(&b, "%q:%s,", c.name, c.cell(r).json())
	}
	fmt.Fprintf(&b, `"unit_id":%d,"name_en":%s}`, r.Unit.ID, words(r.Unit.NameEn).quoted())
	return b.String()
}

// json leaves mean and spread out where nobody in the group is ranked.
func (g Peers) json() string {
	figure := func(v float64) string {
		if g.Ranked == 0 {
			return "null"
		}
		return strconv.FormatFloat(v, 'f', 4, 64)
	}
	return fmt.Sprintf(`{"peers":%s,"title":%s,"title_en":%s,"ranked":%d,"mean":%s,"between":%s,"expected_wrong":%s}`, words(g.Key).quoted(), words(g.Title).quoted(), words(g.TitleEn).quoted(),
		g.Ranked, figure(g.Mean), figure(g.Between), figure(g.ExpectedWrong))
}
