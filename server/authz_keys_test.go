package main

import (
	"net/http"
	"strings"

	"minping/accounts"
	"minping/internal/actor"
	"minping/server/web/webtest"
)

// askByKey asks the API as a program with a key of the subject's role over the same
// unit: the columns of people say nothing about keys. Who can have no key (nobody,
// the three administrators) asks without one.
func (g *guarded) askByKey(s subject, got map[string]string) {
	g.t.Helper()
	var head []string
	if s.role != "" && !s.role.Administers() {
		n := accounts.NewKey{Name: "asker", Role: s.role}
		if s.over != "city" {
			n.Unit = g.halves["here"].id(s.over)
		}
		key, err := g.pf.accounts.CreateKey(g.t.Context(), actor.System("test"), n)
		if err != nil {
			g.t.Fatalf("a key of %s: %v", s, err)
		}
		head = []string{"Authorization", "Bearer " + key}
	}
	for _, r := range g.echo.Routes() {
		how := asks[r.Method+" "+r.Path]
		if !strings.HasPrefix(r.Path, "/api/") || r.Method == http.MethodHead || how.skip != "" {
			continue
		}
		at := how.at
		if at == "" {
			at = r.Path
		}
		for _, place := range places {
			h := g.halves[place]
			b, body := webtest.NewBrowser(g.t, g.echo), strings.NewReader(h.fill(how.form))
			row := r.Method + " " + r.Path + "  " + place + "  by key"
			answer := b.Send(r.Method, h.fill(at), body, append(head, "Content-Type", "application/json")...)
			if got[row] = outcomeOf(answer); got[row] == "!" {
				g.t.Errorf("%s as a key of %s", row, s)
			}
			if answer.Status == http.StatusUnprocessableEntity { // a unit out of scope is a parameter that names nothing
				got[row] = hidden
			}
		}
	}
}
