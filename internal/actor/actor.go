// Package actor says on whose behalf something is done: who, with which
// permissions, over which part of the directory.
package actor

import "slices"

// Permission is "noun:verb", e.g. "publication:write".
type Permission string

// Grant is one role's permissions over one subtree of the directory: an office,
// a division, a hall, or, where none is named, the whole city.
type Grant struct {
	Permissions map[Permission]bool
	Office      int64 // unit id of an office, or of the division's office; 0 = not limited to an office
	Division    int64 // unit id of a division; 0 = not limited to a division
	Hall        int64 // unit id of a hall; 0 = not limited to a hall
}

// Actor is whoever calls a service. The zero Actor is a citizen without an
// account: it may do nothing that needs a permission.
type Actor struct {
	Account int64
	Name    string
	Grants  []Grant
	system  bool
}

// Place is where in the directory a thing lies, as far as access depends on it.
// What lies in a division lies in its office too: give both.
type Place struct {
	Office   int64
	Division int64
	Hall     int64
}

// System is the program itself: commands run on the server, jobs, imports.
func System(name string) Actor { return Actor{Name: name, system: true} }

// Anywhere tells whether the actor holds the permission over any part of the city.
func (a Actor) Anywhere(p Permission) bool {
	if a.system {
		return true
	}
	for _, g := range a.Grants {
		if g.Permissions[p] {
			return true
		}
	}
	return false
}

// Citywide tells whether the actor holds the permission over the whole city.
func (a Actor) Citywide(p Permission) bool { return a.Can(p, Place{}) }

// Can tells whether the actor holds the permission at a place. The zero Place
// is the city itself and needs a citywide grant.
func (a Actor) Can(p Permission, at Place) bool {
	if a.system {
		return true
	}
	for _, g := range a.Grants {
		if g.Permissions[p] && g.covers(at) {
			return true
		}
	}
	return false
}

// Scope is the part of the directory over which an actor holds a permission.
type Scope struct {
	All                       bool // the whole city; then the lists are empty
	Offices, Divisions, Halls []int64
}

// Units are the ids of every kind in one list, the widest first: ids of all kinds
// come from one sequence.
func (s Scope) Units() []int64 { return slices.Concat(s.Offices, s.Halls, s.Divisions) }

// Scope tells over what the actor holds a permission.
func (a Actor) Scope(p Permission) Scope {
	if a.system {
		return Scope{All: true}
	}
	var s Scope
	for _, g := range a.Grants {
		switch {
		case !g.Permissions[p]:
		case g.citywide():
			return Scope{All: true}
		case g.Hall != 0:
			s.Halls = append(s.Halls, g.Hall)
		case g.Division != 0:
			s.Divisions = append(s.Divisions, g.Division)
		default:
			s.Offices = append(s.Offices, g.Office)
		}
	}
	return s
}

func (g Grant) citywide() bool { return g.Office == 0 && g.Division == 0 && g.Hall == 0 }

func (g Grant) covers(at Place) bool {
	switch {
	case g.citywide():
		return true
	case g.Hall != 0:
		return g.Hall == at.Hall
	case g.Division != 0:
		return g.Division == at.Division
	default:
		return g.Office == at.Office
	}
}
