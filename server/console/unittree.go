package console

import (
	"strconv"
	"strings"

	"minping/indices"
	"minping/internal/actor"
	"minping/offices"
	"minping/server/web"
	"minping/server/web/figures"
)

// treeView is the navigation tree of units. Where the directory is large, only
// the branch of the current unit is written out; the search finds the rest.
type treeView struct {
	P       web.Page
	City    *treeItem
	Offices []treeItem
	Halls   []treeItem
	Found   []treeItem
	Find    string
	Keep    []figures.Kept
	Whole   bool // every unit is in the page, so a script may filter
}

type treeItem struct {
	Text, Href    string
	Place         string // found ones only: the hall of a window
	Unfold        string // says what unfolding shows, for those who hear the page
	Current, Open bool
	Closed        bool
	Children      []treeItem
}

type treeInput struct {
	tree     offices.Tree
	current  int64
	link     figures.Link
	find     string
	internal map[int64]bool // divisions that may be shown
}

const (
	treeWhole = 1500
	treeFound = 60
)

func newTreeView(p web.Page, in treeInput) treeView {
	in.link = in.link.Without("level", "sort", "q", "page", "find")
	t := treeView{P: p, Find: in.find, Keep: in.link.Kept(), Whole: len(idsOf(in.tree)) <= treeWhole}
	if in.tree.City.ID != 0 {
		item := in.item(p, in.tree.City)
		t.City = &item
	}
	for _, n := range in.tree.City.Children {
		t.Offices = append(t.Offices, in.branch(p, n, t.Whole))
	}
	for _, n := range in.tree.Halls {
		t.Halls = append(t.Halls, in.branch(p, n, t.Whole))
	}
	if in.find != "" {
		t.Found = in.found(p)
	}
	return t
}

func (in treeInput) item(p web.Page, n *offices.Node) treeItem {
	name := named(p, n.Name, n.NameEn, n.Number)
	return treeItem{Text: name, Unfold: p.T("console.tree.unfold", "Name", name), Closed: !n.Open && n.Kind != offices.City,
		Current: n.ID == in.current, Href: in.link.With("unit", strconv.FormatInt(n.ID, 10))}
}

// branch writes out a node with what is below it; without whole only on the way
// to the current unit. Divisions that may not be shown give their windows away.
func (in treeInput) branch(p web.Page, n *offices.Node, whole bool) treeItem {
	item := in.item(p, n)
	item.Open = holds(n, in.current)
	if !whole && !item.Open {
		return item
	}
	for _, child := range n.Children {
		if child.Kind == offices.Division && !in.internal[child.ID] {
			for _, w := range child.Children {
				item.Children = append(item.Children, in.item(p, w))
			}
			continue
		}
		item.Children = append(item.Children, in.branch(p, child, whole))
	}
	return item
}

// internalOf are the divisions of a tree whose figures the actor may see.
func internalOf(by actor.Actor, t offices.Tree) map[int64]bool {
	shown := map[int64]bool{}
	for _, office := range t.City.Children {
		for _, n := range office.Children {
			if n.Kind == offices.Division {
				shown[n.ID] = by.Can(indices.PermInternal, actor.Place{Office: office.ID, Division: n.ID})
			}
		}
	}
	return shown
}

func holds(n *offices.Node, id int64) bool {
	if n.ID == id {
		return true
	}
	for _, child := range n.Children {
		if holds(child, id) {
			return true
		}
	}
	return false
}

// found lists units whose name, code or number holds the words searched for.
func (in treeInput) found(p web.Page) []treeItem {
	var list []treeItem
	seen := map[int64]bool{}
	find, places := strings.ToLower(in.find), placesOf(p, in.tree)
	var walk func(nodes []*offices.Node)
	walk = func(nodes []*offices.Node) {
		for _, n := range nodes {
			text := strings.ToLower(n.Number + " " + n.Name + " " + n.NameEn + " " + n.Code)
			hidden := n.Kind == offices.Division && !in.internal[n.ID]
			if !seen[n.ID] && !hidden && strings.Contains(text, find) && len(list) < treeFound {
				seen[n.ID] = true
				item := in.item(p, n)
				item.Place = places[n.ID]
				list = append(list, item)
			}
			walk(n.Children)
		}
	}
	walk(in.tree.City.Children)
	walk(in.tree.Halls)
	return list
}

// startOf is the unit that an actor's dashboard begins with: the city for those
// whose business is the whole city, otherwise their office, hall or division.
func startOf(by actor.Actor, t offices.Tree) int64 {
	if own := by.Scope(permIndexRead).Units(); len(own) > 0 {
		return own[0]
	}
	return t.City.ID
}

func orUnit(id, otherwise int64) int64 {
	if id != 0 {
		return id
	}
	return otherwise
}
