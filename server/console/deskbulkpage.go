package console

import (
	"context"
	"io"
	"slices"

	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/internal/actor"
	"minping/internal/csvtext"
	"minping/server/web"
	"minping/server/web/figures"
)

// bulkPage reads the picked cases as they are now and draws the form of an act.
func (h *Handler) bulkPage(c echo.Context, a bulkAct, req bulkRequest, wrong error) (bulkPage, error) {
	ctx, by := c.Request().Context(), web.ActorOf(c)
	p := bulkPage{Page: h.site.Page(c, "desk.bulk."+a.name), Act: a.name, Back: req.back(), Button: h.text(c, "desk.bulk."+a.name)}
	if wrong != nil {
		p.Failure = complain(&p.Page, wrong)
	}
	list, err := h.pickedCases(ctx, by, req.picks())
	if err != nil {
		return p, err
	}
	p.Lead = p.T("desk.bulk.lead", "Count", len(list))
	rows, err := h.caseRows(ctx, p.Page, list)
	if err != nil {
		return p, err
	}
	for i, r := range rows {
		if n := slices.IndexFunc(req.picks(), func(k picked) bool { return k.id == list[i].ID }); req.Step == "" || wrong != nil {
			r.Pick = req.Cases[slices.IndexFunc(req.Cases, func(s string) bool { return req.sameCase(s, n) })] // as it was shown, not as it is
		}
		p.Rows = append(p.Rows, bulkRow{caseRow: r, Picked: true})
	}
	m, err := h.bulkMaker(ctx, p.Page, by, list)
	if err != nil {
		return p, err
	}
	typed := req.Typed.request(0, 0)
	for _, name := range a.fields {
		if field, ok := m.field("bulk", name, typed); ok {
			if name == "office" {
				field.Must = true
			}
			if name == "category" {
				field.Must, field.Options = true, current(m.categories, fmtInt(int64(req.Typed.Category)))
			}
			field.Error = p.Err(field.Name)
			field.Error.ID = field.ID + "-error"
			p.Form.Fields = append(p.Form.Fields, field)
		}
	}
	if key := "desk.bulk.hint." + a.name; p.Known(key) {
		p.Form.Hint = p.T(key)
	}
	return p, nil
}

// sameCase tells whether text names the n-th of the picked cases.
func (r bulkRequest) sameCase(text string, n int) bool {
	one := bulkRequest{Cases: []string{text}}.picks()
	return len(one) == 1 && n >= 0 && one[0].id == r.picks()[n].id
}

// pickedCases reads those that by may read.
func (h *Handler) pickedCases(ctx context.Context, by actor.Actor, picks []picked) ([]complaints.Case, error) {
	ids := make([]complaints.ID, len(picks))
	for i, p := range picks {
		ids[i] = p.id
	}
	return h.desk.Cases(ctx, by, ids)
}

// bulkMaker draws fields for several cases: it offers the people whom all of them may be given to.
func (h *Handler) bulkMaker(ctx context.Context, p web.Page, by actor.Actor, list []complaints.Case) (formMaker, error) {
	d := complaints.Dossier{}
	m, err := h.formMaker(ctx, p, &d, by, "")
	if err != nil {
		return m, err
	}
	m.city = true // which office may be chosen is judged case by case
	for i, c := range list {
		people, err := h.peopleFor(ctx, by, &complaints.Dossier{Case: c, Actions: []complaints.Action{complaints.ActAssign}})
		if err != nil && !notFound(err) {
			return m, err
		}
		if i == 0 {
			m.people = people
			continue
		}
		m.people = slices.DeleteFunc(m.people, func(x figures.Choice) bool {
			return !slices.ContainsFunc(people, func(y figures.Choice) bool { return y.Value == x.Value })
		})
	}
	if len(list) > 1 {
		m.people = current(m.people, "")
	}
	return m, nil
}

// exportPicked gives the picked cases as a table, without the words of citizens
// beyond their titles.
func (h *Handler) exportPicked(c echo.Context, picks []picked) error {
	ctx := c.Request().Context()
	by := web.ActorOf(c)
	list, err := h.pickedCases(ctx, by, picks)
	if err != nil {
		return err
	}
	if err := h.desk.NoteExport(ctx, by, len(list)); err != nil {
		return err
	}
	p := h.site.Page(c, "desk.title")
	rows, err := h.caseRows(ctx, p, list)
	if err != nil {
		return err
	}
	return download(c, p.T("desk.bulk.file")+".csv", typeCSV, func(w io.Writer) error { return writeCases(w, p, rows) })
}

func writeCases(w io.Writer, p web.Page, rows []caseRow) error {
	out, err := csvtext.NewExcelWriter(w)
	if err != nil {
		return err
	}
	out.Write(p.T("desk.number"), p.T("desk.matter"), p.T("desk.kind"), p.T("desk.state"), p.T("desk.office"), p.T("desk.place"),
		p.T("desk.handler"), p.T("desk.received"), p.T("desk.due"), p.T("desk.bulk.level"))
	for _, r := range rows {
		out.Write(r.Number, r.Title, r.Kind, r.State, r.Office, r.Place, r.Handler, r.Received, r.Due.At, r.Level)
	}
	return out.Close()
}
