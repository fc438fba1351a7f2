package console

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/server/web"
)

// A case on paper. Who prints it: whoever puts it into a file that others read, or
// takes it to a meeting. Private notes stay out unless somebody who reads them asks for
// them; then every sheet says so.
type casePaper struct {
	casePage
	Issuer    string // whose paper it is: the office that has it, or the platform
	Pairs     [][]paperFact
	WithNotes bool
	HasNotes  bool // there are some that this reader reads
	Signs     []string
	Printed   string
	Printer   string
}

// paperFact is a fact in the table; Wide ones fill a row.
type paperFact struct {
	factRow
	Wide bool
}

type printRequest struct {
	Notes string `query:"notes" validate:"omitempty,oneof=yes"`
}

func (h *Handler) printCase(c echo.Context) error {
	var req printRequest
	if err := web.Bind(c, &req); err != nil {
		req = printRequest{}
	}
	p, d, err := h.readCase(c, nil)
	if err != nil {
		return err
	}
	paper := casePaper{casePage: p, Issuer: h.text(c, "web.product"), WithNotes: req.Notes == "yes",
		Printed: p.Time(h.now()), Printer: web.ActorOf(c).Name, Pairs: inPairs(p.Facts[1:])} // the number stands in the head
	if d.Office != 0 {
		paper.Issuer = p.Row.Office
	}
	for i := range paper.Timeline {
		notes := func(w wordsView) bool { return w.Tone == toStaff }
		paper.HasNotes = paper.HasNotes || slices.ContainsFunc(paper.Timeline[i].Words, notes)
		if !paper.WithNotes {
			paper.Timeline[i].Words = slices.DeleteFunc(paper.Timeline[i].Words, notes)
			paper.Timeline[i].Files = slices.DeleteFunc(paper.Timeline[i].Files, func(f fileView) bool { return f.Tone == toStaff })
			if d.Events[i].Action == complaints.ActNote {
				paper.Timeline[i].Why = ""
			}
		}
	}
	for _, key := range []string{"handler", "leader", "date"} {
		paper.Signs = append(paper.Signs, p.T("desk.paper.sign."+key))
	}
	return h.site.Render(c, http.StatusOK, "case_print", paper)
}

// inPairs puts two facts in a row.
func inPairs(facts []factRow) [][]paperFact {
	var rows [][]paperFact
	for pair := range slices.Chunk(facts, 2) {
		var row []paperFact
		for _, f := range pair {
			row = append(row, paperFact{f, len(pair) == 1})
		}
		rows = append(rows, row)
	}
	return rows
}
