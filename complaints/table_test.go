package complaints

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"minping/internal/pgtest"
)

var update = flag.Bool("update", false, "write docs/case-states.md anew")

// TestTheTableIsDrawn holds docs/case-states.md to the table.
func TestTheTableIsDrawn(t *testing.T) {
	t.Parallel()
	const file = "../docs/case-states.md"
	want := draw()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != want {
		t.Errorf("%s is not what the table says: go test ./complaints -run Drawn -update, and review the difference (%v)", file, err)
	}
}

func draw() string {
	var b strings.Builder
	b.WriteString("# States of a case\n\nDrawn from `complaints/table.go` by its test; do not edit. What the words mean: [desk.md](desk.md).\n\n```mermaid\nstateDiagram-v2\n")
	edges := map[string][]string{}
	var order []string
	for _, r := range transitions {
		if r.to == same {
			continue
		}
		for _, from := range r.from {
			if len(r.from) == len(live) {
				from = "live"
			}
			key := name(from) + " --> " + name(r.to)
			if edges[key] == nil {
				order = append(order, key)
			}
			if !slices.Contains(edges[key], string(r.action)) {
				edges[key] = append(edges[key], string(r.action))
			}
		}
	}
	for _, key := range order {
		fmt.Fprintf(&b, "    %s : %s\n", key, strings.Join(edges[key], ", "))
	}
	b.WriteString("```\n\n`live` stands for every state from which something is still to be done: " + list(live) + ".\n\n" +
		"| action | from | to | permission | who | clocks | besides |\n|---|---|---|---|---|---|---|\n")
	for _, r := range transitions {
		var clocks, who []string
		for _, e := range r.clocks {
			clocks = append(clocks, strings.TrimSpace(string(e.op)+" "+string(e.clock)))
		}
		for _, w := range r.who {
			who = append(who, string(w))
		}
		from, rule := list(r.from), ""
		switch len(r.from) {
		case len(live):
			from = "live"
		case len(States()):
			from = "any"
		}
		if r.guard != nil {
			rule = r.guard.rule
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", r.action, from, strings.TrimPrefix(to(r.to), "= "), r.need, strings.Join(who, ", "), strings.Join(clocks, ", "), rule)
	}
	return b.String()
}

func to(s State) string {
	switch s {
	case same:
		return "stays"
	case beforeMerge:
		return "where it was"
	}
	return string(s)
}

func name(s State) string {
	switch s {
	case unfiled:
		return "[*]"
	case beforeMerge:
		return "where_it_was"
	}
	return string(s)
}

func list(states []State) string {
	var names []string
	for _, s := range states {
		if s == unfiled {
			s = "nothing"
		}
		names = append(names, string(s))
	}
	return strings.Join(names, ", ")
}

// TestTheDatabaseKnowsTheSameWords compares the CHECK constraints with the code.
func TestTheDatabaseKnowsTheSameWords(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	words := regexp.MustCompile(`'([a-z_]*)'::text`)
	for constraint, want := range map[string][]string{
		"cases_state_check": texts(States()), "cases_kind_check": texts(Kinds()), "cases_urgency_check": texts(Urgencies()),
		"cases_identity_check": texts(Identities()), "cases_channel_check": texts(Channels()), "cases_disposition_check": append(texts(Dispositions()), ""),
	} {
		var def string
		if err := db.Get(&def, `SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = $1`, constraint); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range words.FindAllStringSubmatch(def, -1) {
			got = append(got, m[1])
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, the code has %v", constraint, got, want)
		}
	}
}

func texts[T ~string](list []T) []string {
	var all []string
	for _, v := range list {
		all = append(all, string(v))
	}
	return all
}

func TestEveryRowCanBeReachedAndEveryStateLeftAsItShould(t *testing.T) {
	t.Parallel()
	entered, left := map[State]bool{}, map[State]bool{}
	seen := map[Action]bool{}
	for _, r := range transitions {
		if seen[r.action] {
			t.Errorf("%s stands twice in the table", r.action)
		}
		seen[r.action] = true
		entered[r.to] = true
		for _, from := range r.from {
			left[from] = left[from] || r.to != same
		}
		if len(r.who) == 0 || slices.Contains(r.who, Staff) && r.need == "" {
			t.Errorf("%s: who may?", r.action)
		}
	}
	for _, s := range States() {
		if !entered[s] {
			t.Errorf("nothing leads to %s", s)
		}
		if s.Live() && !left[s] {
			t.Errorf("nothing leads out of %s", s)
		}
	}
	for _, s := range []State{Excluded, RoutedOut, Refused, Terminated, Withdrawn} {
		if left[s] {
			t.Errorf("%s is final and is left", s)
		}
	}
}
