package console

import (
	"context"
	"fmt"

	"minping/complaints"
	"minping/server/web/figures"
)

// deskFilters are the choices above the queue.
type deskFilters struct {
	Kinds, States, Offices, Categories, Dues, Whose []figures.Choice
	Open                                            bool // something is chosen
}

func (h *Handler) deskFilters(ctx context.Context, p *deskPage, now complaints.Choice) error {
	pick := func(list *[]figures.Choice, value, text, now string) {
		*list = append(*list, figures.Choice{Value: value, Text: text, Current: value == now})
	}
	f := &p.Filters
	pick(&f.Kinds, "", p.T("desk.filter.any"), now.Kind)
	for _, k := range complaints.Kinds() {
		pick(&f.Kinds, string(k), p.T("desk.kind."+string(k)), now.Kind)
	}
	h.stateChoices(p, now)
	for _, d := range []string{"", "overdue", "today"} {
		pick(&f.Dues, d, p.T("desk.filter.due."+orAny(d)), now.Due)
	}
	for _, w := range []string{"", "mine", "nobody"} {
		pick(&f.Whose, w, p.T("desk.filter.whose."+orAny(w)), now.Whose)
	}
	offices, err := h.desk.OfficeLabels(ctx)
	if err != nil {
		return err
	}
	pick(&f.Offices, "", p.T("desk.filter.any"), fmtInt(now.Office))
	for _, o := range offices {
		pick(&f.Offices, fmtInt(o.ID), named(p.Page, o.Name, o.NameEn, ""), fmtInt(now.Office))
	}
	tree, err := h.desk.Categories(ctx)
	if len(tree) > 0 {
		pick(&f.Categories, "", p.T("desk.filter.any"), fmtInt(int64(now.Category)))
	}
	for _, c := range categoryPaths(tree) {
		pick(&f.Categories, c.Value, c.Text, fmtInt(int64(now.Category)))
	}
	return err
}

// stateChoices: without words the queue is of what is open; a search is of everything.
func (h *Handler) stateChoices(p *deskPage, now complaints.Choice) {
	list := []figures.Choice{{Value: "", Text: p.T("desk.filter.live")}}
	if now.Text != "" {
		list = []figures.Choice{{Value: "", Text: p.T("desk.filter.all_states")}, {Value: "live", Text: p.T("desk.filter.live")}}
	}
	for _, group := range []string{complaints.Undispatched, complaints.Unsigned, complaints.Answered} {
		list = append(list, figures.Choice{Value: group, Text: p.T("desk.filter." + group)})
	}
	for _, s := range complaints.States() {
		list = append(list, figures.Choice{Value: string(s), Text: p.T("desk.state." + string(s))})
	}
	p.Filters.States = current(append(list, figures.Choice{Value: complaints.Finished, Text: p.T("desk.filter.over")}), now.State)
}

// categoryPaths names the categories in use by their paths.
func categoryPaths(tree []complaints.Category) []figures.Choice {
	var list []figures.Choice
	path := map[int]string{}
	for _, c := range tree {
		path[c.ID] = c.Name
		if up := path[c.Parent]; up != "" {
			path[c.ID] = fmt.Sprintf("%s / %s", up, c.Name)
		}
		if !c.Retired {
			list = append(list, figures.Choice{Value: fmtInt(int64(c.ID)), Text: path[c.ID]})
		}
	}
	return list
}

func orAny(s string) string {
	if s == "" {
		return "any"
	}
	return s
}
