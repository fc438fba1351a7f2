package offices

import (
	"context"

	"minping/internal/actor"
	"minping/internal/pg"
)

// Node is one light row of the navigation tree. Children are in order of code,
// divisions before windows.
type Node struct {
	ID       int64
	Kind     Kind
	Code     string
	Name     string
	NameEn   string
	Number   string // windows
	Open     bool   // in service today
	Children []*Node
}

// Tree is the directory twice: the city with its offices, their divisions and
// windows, and the halls with their windows. A window in a hall is in both.
type Tree struct {
	City  *Node
	Halls []*Node
}

// Tree reads the part of the directory that by may read.
// Forbidden without directory:read.
func (s *Service) Tree(ctx context.Context, by actor.Actor) (Tree, error) {
	sc, err := scopeOf(by, PermRead)
	if err != nil {
		return Tree{}, err
	}
	var leaves []leaf
	err = s.read(ctx, func(q pg.Querier) error {
		leaves, err = selectLeaves(ctx, q, sc, DayOf(s.now()))
		return err
	})
	if err != nil {
		return Tree{}, err
	}
	return grow(leaves), nil
}

// grow hangs each leaf, which come parents first, under its visible parents.
func grow(leaves []leaf) Tree {
	t := Tree{City: &Node{Kind: City}}
	nodes := make(map[int64]*Node, len(leaves))
	for _, l := range leaves {
		n := &Node{ID: l.ID, Kind: l.Kind, Code: l.Code, Name: l.Name, NameEn: l.NameEn, Number: l.Number, Open: l.Open}
		nodes[l.ID] = n
		switch l.Kind {
		case City:
			t.City = n
		case Office:
			hang(t.City, n)
		case Division:
			hang(nodes[l.OfficeID], n)
		case Hall:
			t.Halls = append(t.Halls, n)
		case Window:
			above := nodes[l.DivisionID]
			if above == nil {
				above = nodes[l.OfficeID]
			}
			hang(above, n)
			hang(nodes[l.HallID], n)
		}
	}
	return t
}

// hang adds a child; a parent out of scope is nil and takes none.
func hang(parent, child *Node) {
	if parent != nil {
		parent.Children = append(parent.Children, child)
	}
}
