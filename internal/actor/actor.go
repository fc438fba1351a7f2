// Package actor says on whose behalf something is done: who, with which
// permissions, over which part of the directory.
package actor

// Permission is "noun:verb", e.g. "publication:write".
type Permission string

// Grant is one role's permissions over one subtree of the directory.
type Grant struct {
	Permissions map[Permission]bool
	Office      int64 // unit id of an office; 0 = the whole city
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
type Place struct {
	Office int64
	Hall   int64
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

// Scope lists the offices and halls over which the actor holds a permission;
// all is true when that is the whole city.
func (a Actor) Scope(p Permission) (offices, halls []int64, all bool) {
	if a.system {
		return nil, nil, true
	}
	for _, g := range a.Grants {
		switch {
		case !g.Permissions[p]:
		case g.Office == 0 && g.Hall == 0:
			return nil, nil, true
		case g.Hall != 0:
			halls = append(halls, g.Hall)
		default:
			offices = append(offices, g.Office)
		}
	}
	return offices, halls, false
}

func (g Grant) covers(at Place) bool {
	switch {
	case g.Office == 0 && g.Hall == 0:
		return true
	case g.Hall != 0:
		return g.Hall == at.Hall
	default:
		return g.Office == at.Office
	}
}
