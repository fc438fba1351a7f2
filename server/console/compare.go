package console

import (
	"context"
	"strconv"

	"minping/indices"
	"minping/internal/actor"
	"minping/offices"
	"minping/server/web"
	"minping/server/web/figures"
)

// fillCompare compares the units below the one shown.
func (h *Handler) fillCompare(ctx context.Context, by actor.Actor, p *dashboardPage, in dashboardInput) error {
	levels := levelsBelow(by, p.Unit)
	if len(levels) == 0 {
		return nil
	}
	level := levels[0]
	for _, l := range levels {
		if string(l) == in.req.Level {
			level = l
		}
	}
	for _, l := range levels {
		p.Tabs = append(p.Tabs, figures.Choice{Text: p.T(levelKeys[l]), Href: in.link.Set("q", "").With("level", string(l)), Current: l == level})
	}
	q := indices.Query{Level: level, Period: in.period, Channel: in.req.Channel, Stratum: in.req.Stratum, Suspects: indices.Suspects(in.req.Suspects)}
	if p.Unit.Kind != offices.City {
		q.Within = p.Unit.ID
	}
	rows, err := h.indices.Index(ctx, by, q)
	if err != nil {
		return err
	}
	known, numbers := idsOf(in.tree), numbersOf(in.tree)
	var places map[int64]string
	if p.Unit.Kind != offices.Hall {
		places = placesOf(p.Page, in.tree)
	}
	p.Compare = figures.NewCompare(figures.CompareConfig{
		Page: p.Page, Caption: p.T(levelKeys[level]), Link: in.link, Anchor: "#compare", Sort: in.req.Sort, Query: in.req.Query, At: in.req.At, Size: compareRows, Numbers: numbers, Places: places,
		Href: func(r indices.Row) string {
			if !known[r.Unit.ID] { // in nobody's directory but others'
				return ""
			}
			return in.link.Without("level", "sort", "q", "page").With("unit", strconv.FormatInt(r.Unit.ID, 10))
		},
	}, rows)
	return nil
}

var levelKeys = map[indices.Level]string{
	indices.Office: "console.level.office", indices.Division: "console.level.division",
	indices.Hall: "console.level.hall", indices.Window: "console.level.window",
}

// levelsBelow lists what lies below a unit and the actor may see figures of.
func levelsBelow(by actor.Actor, u offices.Unit) []indices.Level {
	var levels []indices.Level
	switch u.Kind {
	case offices.City:
		levels = []indices.Level{indices.Office, indices.Hall}
		if by.Anywhere(indices.PermInternal) {
			levels = append(levels, indices.Division)
		}
		return append(levels, indices.Window)
	case offices.Office:
		if by.Can(indices.PermInternal, u.Place()) {
			levels = append(levels, indices.Division)
		}
		return append(levels, indices.Window)
	case offices.Division, offices.Hall:
		return []indices.Level{indices.Window}
	}
	return nil
}

func idsOf(t offices.Tree) map[int64]bool {
	ids := map[int64]bool{}
	var walk func(nodes []*offices.Node)
	walk = func(nodes []*offices.Node) {
		for _, n := range nodes {
			ids[n.ID] = true
			walk(n.Children)
		}
	}
	walk([]*offices.Node{t.City})
	walk(t.Halls)
	return ids
}

func numbersOf(t offices.Tree) map[int64]string {
	numbers := map[int64]string{}
	var walk func(nodes []*offices.Node)
	walk = func(nodes []*offices.Node) {
		for _, n := range nodes {
			if n.Number != "" {
				numbers[n.ID] = n.Number
			}
			walk(n.Children)
		}
	}
	walk(t.City.Children)
	walk(t.Halls)
	return numbers
}

// placesOf names the hall of each window that is in one.
func placesOf(p web.Page, t offices.Tree) map[int64]string {
	places := map[int64]string{}
	for _, hall := range t.Halls {
		for _, w := range hall.Children {
			places[w.ID] = named(p, hall.Name, hall.NameEn, "")
		}
	}
	return places
}

// kindText names a kind of unit.
func kindText(p web.Page, k offices.Kind) string { return p.T(k.MessageKey()) }

// unitTitle is a unit's name, with the number over it where it is a window.
func unitTitle(p web.Page, u offices.Unit) string {
	return named(p, u.Name, u.NameEn, u.Number)
}

func named(p web.Page, name, english, number string) string {
	if p.Lang == "en" && english != "" {
		name = english
	}
	if number != "" {
		return number + " " + name
	}
	return name
}
