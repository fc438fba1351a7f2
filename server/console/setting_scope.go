package console

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"minping/internal/settings"
	"minping/server/web"
)

// scopeNames says scopes in words: what the ids in them are called.
type scopeNames struct {
	page       web.Page
	offices    []settingOption
	categories []settingOption // by their paths, parents before children
}

// namesOfScopes reads what may stand in a scope.
func (h *Handler) namesOfScopes(ctx context.Context, p web.Page) (scopeNames, error) {
	n := scopeNames{page: p}
	offices, err := h.desk.OfficeLabels(ctx)
	if err != nil {
		return n, err
	}
	for _, o := range offices {
		n.offices = append(n.offices, settingOption{Value: fmtInt(o.ID), Text: named(p, o.Name, o.NameEn, o.Number)})
	}
	categories, err := h.desk.Categories(ctx)
	if err != nil {
		return n, err
	}
	paths := map[int]string{0: ""}
	for _, c := range categories {
		paths[c.ID] = strings.TrimPrefix(paths[c.Parent]+" / "+c.Name, " / ")
	}
	for _, c := range categories {
		n.categories = append(n.categories, settingOption{Value: strconv.Itoa(c.ID), Text: paths[c.ID]})
	}
	slices.SortStableFunc(n.categories, func(a, b settingOption) int { return strings.Compare(a.Text, b.Text) })
	return n, nil
}

// options lists what a dimension may be narrowed to.
func (n scopeNames) options(d settings.Dim) []settingOption {
	switch d.Name {
	case "office":
		return slices.Clone(n.offices)
	case "category":
		return slices.Clone(n.categories)
	}
	list := make([]settingOption, 0, len(d.Values))
	for _, v := range d.Values {
		list = append(list, settingOption{Value: v, Text: n.value(settings.Pair{Name: d.Name, Value: v})})
	}
	return list
}

// value says one condition's value; one that has no name here is its number.
func (n scopeNames) value(p settings.Pair) string {
	var from []settingOption
	switch p.Name {
	case "kind":
		return n.page.T("desk.kind." + p.Value)
	case "urgency":
		return n.page.T("desk.urgency." + p.Value)
	case "office":
		from = n.offices
	case "category":
		from = n.categories
	}
	if i := slices.IndexFunc(from, func(o settingOption) bool { return o.Value == p.Value }); i >= 0 {
		return from[i].Text
	}
	return "#" + p.Value
}

// text says a scope: 全市, or its conditions.
func (n scopeNames) text(s settings.Scope) string {
	if len(s) == 0 {
		return n.page.T("settings.scope.everywhere")
	}
	parts := make([]string, len(s))
	for i, pair := range s {
		name := pair.Name
		if key := "settings.dim." + pair.Name; n.page.Known(key) {
			name = n.page.T(key)
		}
		parts[i] = n.page.T("settings.scope.pair", "Name", name, "Value", n.value(pair))
	}
	return strings.Join(parts, n.page.T("settings.scope.and"))
}

// scoped is what a setting is called, with where the change is to hold.
func (n scopeNames) scoped(d settings.Definition, s settings.Scope) string {
	if len(s) == 0 {
		return n.page.T(d.NameKey())
	}
	return n.page.T("settings.scoped", "Name", n.page.T(d.NameKey()), "Scope", n.text(s))
}

// dimView is one list from which a scope is chosen.
type dimView struct {
	ID, Name string
	Options  []settingOption
}

const dimPrefix = "in_"

// dims makes the lists of a setting, with what a scope chose.
func (n scopeNames) dims(d settings.Definition, chosen settings.Scope) []dimView {
	var list []dimView
	for _, dim := range d.Dims {
		v := dimView{ID: dimPrefix + dim.Name, Name: dim.Name, Options: n.options(dim)}
		if key := "settings.dim." + dim.Name; n.page.Known(key) {
			v.Name = n.page.T(key)
		}
		for i := range v.Options {
			v.Options[i].Current = slices.Contains(chosen, settings.Pair{Name: dim.Name, Value: v.Options[i].Value})
		}
		list = append(list, v)
	}
	return list
}

// scopeOf reads the lists of the form; a scope that was written out stands as it is.
func (r *settingRequest) scopeOf(c echo.Context, d settings.Definition) {
	if r.Scope != "" {
		return
	}
	var s settings.Scope
	for _, dim := range d.Dims {
		if v := c.FormValue(dimPrefix + dim.Name); v != "" {
			s = append(s, settings.Pair{Name: dim.Name, Value: v})
		}
	}
	r.Scope = s.String()
}

// narrowRow is a value in force that holds for a part only.
type narrowRow struct{ Scope, Value, Since string }
