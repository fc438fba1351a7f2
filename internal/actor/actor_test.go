package actor

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

const look = Permission("thing:look")

func grant(at Place) Grant {
	return Grant{Permissions: map[Permission]bool{look: true}, Office: at.Office, Division: at.Division, Hall: at.Hall}
}

func TestGrantCoversItsSubtree(t *testing.T) {
	t.Parallel()
	window := Place{Office: 1, Division: 11, Hall: 21}
	for _, c := range []struct {
		name string
		over Grant
		at   Place
		want bool
	}{
		{"the city covers a window", grant(Place{}), window, true},
		{"an office covers its windows", grant(Place{Office: 1}), window, true},
		{"an office covers its divisions", grant(Place{Office: 1}), Place{Office: 1, Division: 11}, true},
		{"a division covers its windows", grant(Place{Division: 11}), window, true},
		{"a division covers no office", grant(Place{Division: 11}), Place{Office: 1}, false},
		{"a division covers no other", grant(Place{Division: 11}), Place{Office: 1, Division: 12}, false},
		{"a division does not cover a window without one", grant(Place{Division: 11}), Place{Office: 1, Hall: 21}, false},
		{"a division is not the city", grant(Place{Division: 11}), Place{}, false},
		{"a hall covers its windows", grant(Place{Hall: 21}), window, true},
		{"a hall covers no division", grant(Place{Hall: 21}), Place{Office: 1, Division: 11}, false},
	} {
		if got := (Actor{Grants: []Grant{c.over}}).Can(look, c.at); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// What Scope lists is what Can allows: lists and details agree.
func TestScopeAgreesWithCan(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.Int64Range(0, 3)
		var a Actor
		for range rapid.IntRange(0, 3).Draw(t, "grants") {
			at := []Place{{Office: id.Draw(t, "office")}, {Division: 10 + id.Draw(t, "division")}, {Hall: 20 + id.Draw(t, "hall")}}
			a.Grants = append(a.Grants, grant(at[rapid.IntRange(0, 2).Draw(t, "kind")]))
		}
		p := Place{Office: id.Draw(t, "at office"), Division: 10 + id.Draw(t, "at division"), Hall: 20 + id.Draw(t, "at hall")}
		s := a.Scope(look)
		listed := s.All || slices.Contains(s.Offices, p.Office) || slices.Contains(s.Divisions, p.Division) || slices.Contains(s.Halls, p.Hall)
		if listed != a.Can(look, p) {
			t.Fatalf("scope %+v and can %v at %+v", s, a.Can(look, p), p)
		}
		if s.All && len(s.Units()) != 0 {
			t.Fatalf("the whole city also lists %v", s.Units())
		}
	})
}
