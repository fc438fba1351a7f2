package console

import (
	"strings"

	"minping/offices"
	"minping/server/web"
)

// unitPicker finds one unit among thousands: a field to search in, and the first
// matches as a list to choose from. Without a script the search is a button of the
// same form; with one, typing is enough.
type unitPicker struct {
	P       web.Page
	Query   string
	From    string // address that shows the picker for a query, for the script
	Action  string // where the search button goes; "": where the form goes
	Options []pickOption
	Chosen  int64
	More    int // matches that are not shown
}

// pickerRows is how many matches are shown; who sees more types more.
const pickerRows = 12

// newUnitPicker offers the city, the offices with their divisions, and the halls. The
// chosen unit comes first, whatever is searched for.
func newUnitPicker(p web.Page, t offices.Tree, chosen int64, query string) unitPicker {
	u := unitPicker{P: p, Query: strings.TrimSpace(query), Chosen: chosen}
	words := strings.Fields(strings.ToLower(u.Query))
	for _, o := range pickable(p, t) {
		switch {
		case o.Value == chosen:
			o.Current = true
			u.Options = append([]pickOption{o.pickOption}, u.Options...)
		case !o.holds(words):
		case len(u.Options) >= pickerRows:
			u.More++
		default:
			u.Options = append(u.Options, o.pickOption)
		}
	}
	return u
}

type findable struct {
	pickOption
	find string // what a search looks into
}

func (f findable) holds(words []string) bool {
	for _, w := range words {
		if !strings.Contains(f.find, w) {
			return false
		}
	}
	return true
}

// pickable lists the units over which a role can be held: the city, halls and offices
// before divisions, as those are what is mostly wanted.
func pickable(p web.Page, t offices.Tree) []findable {
	option := func(n *offices.Node, text string) findable {
		return findable{pickOption{n.ID, text, false}, strings.ToLower(text + " " + n.Name + " " + n.NameEn + " " + n.Code)}
	}
	list := []findable{option(t.City, p.T("accounts.scope.city"))}
	var divisions []findable
	for _, o := range t.City.Children {
		if o.Kind != offices.Office || !o.Open {
			continue
		}
		name := named(p, o.Name, o.NameEn, "")
		list = append(list, option(o, p.T("accounts.grant.whole", "Name", name)))
		for _, d := range o.Children {
			if d.Kind == offices.Division && d.Open {
				divisions = append(divisions, option(d, p.T("accounts.grant.part", "Office", name, "Name", named(p, d.Name, d.NameEn, ""))))
			}
		}
	}
	for _, hall := range t.Halls {
		if hall.Open {
			list = append(list, option(hall, p.T("accounts.grant.part", "Office", kindText(p, offices.Hall), "Name", named(p, hall.Name, hall.NameEn, ""))))
		}
	}
	return append(list, divisions...)
}

// shortQuery keeps a search to what a search can be.
func shortQuery(text string) string {
	if r := []rune(text); len(r) > 60 {
		text = string(r[:60])
	}
	return text
}
