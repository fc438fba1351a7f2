package demo

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// TestCasesReadWell: every case has its words, no slot is left open, steps come in
// order and none after the city's instant.
func TestCasesReadWell(t *testing.T) {
	t.Parallel()
	d := City(1, monday)
	cases := d.Cases()
	if n := len(cases); n < 2000 || n > 3200 {
		t.Errorf("%d cases", n)
	}
	bodies, kinds := map[string]int{}, map[string]int{}
	for i, c := range cases {
		bodies[c.Body]++
		kinds[c.Kind]++
		texts := []string{c.Title, c.Body}
		at := c.Filed
		for _, s := range c.Steps {
			texts = append(texts, s.Words)
			if s.At.Before(at) || s.At.After(monday) {
				t.Fatalf("case %d: %s at %s after %s", i, s.Action, s.At, at)
			}
			at = s.At
			if s.Action == "merge" && s.Into >= i {
				t.Errorf("case %d is merged into %d", i, s.Into)
			}
		}
		for _, text := range texts {
			if strings.ContainsAny(text, "{}=") || utf8.RuneCountInString(text) > 1000 {
				t.Errorf("case %d says %q", i, text)
			}
		}
		if c.Title == "" || utf8.RuneCountInString(c.Title) > 100 || c.Category[2] == "" {
			t.Errorf("case %d: title %q, category %v", i, c.Title, c.Category)
		}
		if (c.Identity == "named") != (c.Name != "") || (c.Identity == "none") != (c.Phone == "") {
			t.Errorf("case %d is %s with %q %q", i, c.Identity, c.Name, c.Phone)
		}
	}
	for _, kind := range []string{"complaint", "report", "consultation", "suggestion", "request", "praise"} {
		if kinds[kind] < 40 {
			t.Errorf("%d cases of kind %s", kinds[kind], kind)
		}
	}
	if len(bodies) < len(cases)*4/5 {
		t.Errorf("%d different texts in %d cases", len(bodies), len(cases))
	}
	if again := d.Cases(); !cmp.Equal(cases, again) {
		t.Error("the same city wrote other cases")
	}
}

// TestMattersHaveOffices: every matter's office is one of the city's, and its slots are known.
func TestMattersHaveOffices(t *testing.T) {
	t.Parallel()
	d, slots := City(1, monday), caseSlots()
	for _, m := range matters() {
		for _, code := range strings.Fields(m.offices) {
			d.office(code) // panics where there is none
		}
		if n := len(lines(m.says)); len(lines(m.titles)) != n || len(lines(m.answers)) != n {
			t.Errorf("%v: %d titles and %d answers for %d texts", m.path, len(lines(m.titles)), len(lines(m.answers)), n)
		}
		for _, text := range []string{m.titles, m.says, m.wants, m.answers} {
			for rest := text; ; {
				_, after, found := strings.Cut(rest, "{")
				if !found {
					break
				}
				slot, tail, _ := strings.Cut(after, "}")
				if rest = tail; slots[slot] == "" || !slices.Contains(slotOrder, slot) {
					t.Errorf("%v: nothing fills {%s}", m.path, slot)
				}
			}
		}
	}
}
