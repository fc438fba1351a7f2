package e2e

import (
	"os"
	"strings"
	"testing"
)

// violation is what axe-core reports, as far as it interests us.
type violation struct {
	ID, Impact, Help string
	Nodes            []struct {
		HTML   string
		Target []string
	}
}

// accessible runs axe-core on the page as it stands. Serious and critical
// violations fail the test, others are noted.
func (b *tab) accessible(what string) {
	b.t.Helper()
	source, err := os.ReadFile("testdata/axe/axe.min.js")
	if err != nil {
		b.t.Fatal(err)
	}
	_ = ask[int](b, string(source)+"\n;0")
	found := ask[struct {
		Passes     int
		Violations []violation
	}](b, `axe.run(document).then((r) => ({passes: r.passes.length, violations: r.violations.map((v) =>
		({id: v.id, impact: v.impact, help: v.help, nodes: v.nodes.slice(0, 3).map((n) => ({html: n.html.slice(0, 200), target: n.target.map(String)}))}))}))`)
	if found.Passes < 5 {
		b.t.Errorf("%s: axe checked only %d rules", what, found.Passes)
	}
	for _, v := range found.Violations {
		report(b.t, what, v)
	}
}

func report(t *testing.T, what string, v violation) {
	t.Helper()
	var where []string
	for _, n := range v.Nodes {
		where = append(where, strings.Join(n.Target, " ")+"  "+n.HTML)
	}
	say := t.Logf
	if v.Impact == "serious" || v.Impact == "critical" {
		say = t.Errorf
	}
	say("%s: %s (%s): %s\n%s", what, v.ID, v.Impact, v.Help, strings.Join(where, "\n"))
}
