package settings

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// step is a value from an instant (microseconds, as finely as PostgreSQL keeps it) on.
type step struct {
	from  int64
	id    int64
	value Value
	unset bool // from here on the scope says nothing
}

// branch is the history of one scope.
type branch struct {
	scope  Scope
	weight int
	steps  []step
}

// history is all of one setting: the most specific scope first, the defaults last.
// It is never changed, only replaced.
type history struct {
	branches []branch
	defaults []step // the first holds from the beginning of time
}

func (h *history) at(at int64, facts []Pair) Value {
	var best *step
	weight, distance := 0, 0
	for i := range h.branches {
		b := &h.branches[i]
		if best != nil && b.weight < weight {
			break
		}
		far, fits := b.scope.covers(facts)
		if !fits || best != nil && far >= distance {
			continue
		}
		if s := last(b.steps, at); s != nil && !s.unset {
			best, weight, distance = s, b.weight, far
		}
	}
	if best != nil {
		return best.value
	}
	if s := last(h.defaults, at); s != nil {
		return s.value
	}
	return h.defaults[0].value
}

// last is the step in force; the newest are asked most.
func last(steps []step, at int64) *step {
	for i := len(steps) - 1; i >= 0; i-- {
		if steps[i].from <= at {
			return &steps[i]
		}
	}
	return nil
}

// rows is what the database holds, by rising effective_from and id.
type rows struct {
	values   []valueRow
	defaults []defaultRow
}

type valueRow struct {
	ID    int64     `db:"id"`
	Key   string    `db:"key"`
	Scope string    `db:"scope"`
	Value *string   `db:"value"`
	From  time.Time `db:"effective_from"`
}

type defaultRow struct {
	ID    int64     `db:"id"`
	Key   string    `db:"key"`
	Value string    `db:"value"`
	From  time.Time `db:"effective_from"`
}

// put replaces what is in memory. Rows that this program has no definition for, or
// cannot read, are passed over.
func (s *Set) put(r rows) {
	all := make([]history, len(s.definitions))
	for _, row := range r.defaults {
		if n, ok := s.number[row.Key]; ok {
			if v, err := s.definitions[n].parse(row.Value); err == nil {
				all[n].defaults = append(all[n].defaults, step{from: row.From.UnixMicro(), id: row.ID, value: v})
			}
		}
	}
	for _, row := range r.values {
		n, ok := s.number[row.Key]
		if !ok {
			continue
		}
		d, scope, next := s.definitions[n], ReadScope(row.Scope), step{from: row.From.UnixMicro(), id: row.ID, unset: row.Value == nil}
		if row.Value != nil {
			v, err := d.parse(*row.Value)
			if err != nil {
				continue
			}
			next.value = v
		}
		if d.knows(scope) {
			all[n].add(scope, next)
		}
	}
	for n := range all {
		all[n].finish(s.definitions[n], s.defaults[n])
	}
	s.values.Store(&all)
}

func (h *history) add(scope Scope, next step) {
	text := scope.String()
	for i := range h.branches {
		if h.branches[i].scope.String() == text {
			h.branches[i].steps = append(h.branches[i].steps, next)
			return
		}
	}
	h.branches = append(h.branches, branch{scope: scope, steps: []step{next}})
}

func (h *history) finish(d Definition, standard Value) {
	inOrder := func(a, b step) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.id, b.id)) }
	for i := range h.branches {
		slices.SortFunc(h.branches[i].steps, inOrder)
		h.branches[i].weight = d.weight(h.branches[i].scope)
	}
	slices.SortFunc(h.defaults, inOrder)
	if len(h.defaults) == 0 {
		h.defaults = []step{{from: math.MinInt64, value: standard}}
	}
	// Scopes of one weight fix the same dimensions to different values: the nearest that fits holds.
	slices.SortFunc(h.branches, func(a, b branch) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.scope.String(), b.scope.String()))
	})
}
