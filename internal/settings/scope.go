package settings

import (
	"slices"
	"strings"
)

// Pair is one condition of a scope, or one fact of what is asked about.
type Pair struct{ Name, Value string }

// Scope narrows a value; empty is everywhere. As text it is "kind=complaint,office=12",
// sorted by name.
type Scope []Pair

// String writes a scope as it is kept.
func (s Scope) String() string {
	parts := make([]string, len(s))
	for i, p := range s {
		parts[i] = p.Name + "=" + p.Value
	}
	slices.Sort(parts)
	return strings.Join(parts, ",")
}

// ReadScope reads what String writes; it does not ask whether a definition knows it.
func ReadScope(text string) Scope {
	if text == "" {
		return nil
	}
	var s Scope
	for part := range strings.SplitSeq(text, ",") {
		name, value, _ := strings.Cut(part, "=")
		s = append(s, Pair{name, value})
	}
	return s
}

// knows tells whether a scope has only dimensions of the definition, each once, with
// values that they may have.
func (d Definition) knows(s Scope) bool {
	seen := map[string]bool{}
	for _, p := range s {
		i := d.dim(p.Name)
		if i < 0 || seen[p.Name] || !d.Dims[i].allows(p.Value) {
			return false
		}
		seen[p.Name] = true
	}
	return true
}

func (d Definition) dim(name string) int {
	return slices.IndexFunc(d.Dims, func(dim Dim) bool { return dim.Name == name })
}

func (d Dim) allows(value string) bool {
	if !d.Number {
		return slices.Contains(d.Values, value) && pairForm.MatchString(value)
	}
	n, err := whole(value)
	return err == nil && n > 0 && value[0] != '0'
}

// weight orders scopes: more conditions first, then those on dimensions declared earlier.
func (d Definition) weight(s Scope) int {
	w := len(s) << maxDims
	for _, p := range s {
		w |= 1 << (maxDims - 1 - d.dim(p.Name))
	}
	return w
}

// covers tells whether every condition is among the facts, and how far down the
// list they stand: of several facts of one dimension the nearest comes first.
func (s Scope) covers(facts []Pair) (distance int, fits bool) {
	for _, p := range s {
		at := slices.Index(facts, p)
		if at < 0 {
			return 0, false
		}
		distance += at
	}
	return distance, true
}
