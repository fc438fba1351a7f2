package settings

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"
)

// Set is the settings that a program has, with the values in memory. It is safe for
// concurrent use; Service keeps it current.
type Set struct {
	definitions []Definition
	defaults    []Value
	number      map[string]int
	values      atomic.Pointer[[]history] // by definition
}

// NewSet puts the tables of the domains together. The values are the defaults until
// a Service reads others.
func NewSet(tables ...[]Definition) (*Set, error) {
	s := &Set{number: map[string]int{}}
	for _, table := range tables {
		for _, d := range table {
			v, err := d.check()
			if err != nil {
				return nil, err
			}
			if _, twice := s.number[d.Key]; twice {
				return nil, fmt.Errorf("settings: %s is defined twice", d.Key)
			}
			s.number[d.Key] = len(s.definitions)
			s.definitions, s.defaults = append(s.definitions, d), append(s.defaults, v)
		}
	}
	s.put(rows{})
	return s, nil
}

// Or gives the set, or where it is nil one of this table alone with the defaults.
func Or(s *Set, table []Definition) (*Set, error) {
	if s != nil {
		return s, nil
	}
	return NewSet(table)
}

// Fixed is a set that holds these values, written as they are kept, at every
// instant, and defaults for the rest: for tests and measuring programs. A key may be
// followed by a scope, as in "case.handle.ordinary@kind=complaint".
func Fixed(values map[string]string, tables ...[]Definition) (*Set, error) {
	s, err := NewSet(tables...)
	if err != nil {
		return nil, err
	}
	return s, s.Fix(values)
}

// Fix lets these values hold at every instant from now on, and defaults for the rest.
// A set that a Service keeps current forgets them at its next reading.
func (s *Set) Fix(values map[string]string) error {
	var r rows
	for name, text := range values {
		key, scope, _ := strings.Cut(name, "@")
		d, ok := s.Definition(key)
		if !ok || !d.knows(ReadScope(scope)) {
			return fmt.Errorf("settings: %s is not defined", name)
		}
		if _, err := d.parse(text); err != nil {
			return fmt.Errorf("settings: %s: %w", key, err)
		}
		r.values = append(r.values, valueRow{Key: key, Scope: ReadScope(scope).String(), Value: &text, From: time.Unix(0, 0).AddDate(-1000, 0, 0)})
	}
	s.put(r)
	return nil
}

// Definitions lists them in the order of the tables.
func (s *Set) Definitions() []Definition { return s.definitions }

// Definition finds one by its key.
func (s *Set) Definition(key string) (Definition, bool) {
	n, ok := s.number[key]
	if !ok {
		return Definition{}, false
	}
	return s.definitions[n], true
}

// At gives the value of a key at an instant; false for a key that is not defined.
func (s *Set) At(key string, at time.Time, facts ...Pair) (Value, bool) {
	n, ok := s.number[key]
	if !ok {
		return Value{}, false
	}
	return s.read(n, at, facts), true
}

func (s *Set) read(n int, at time.Time, facts []Pair) Value {
	return (*s.values.Load())[n].at(at.UnixMicro(), facts)
}

// Handles gives out handles and remembers what was asked for in vain.
type Handles struct {
	set *Set
	err error
}

// Handles begins; see Handles.Err.
func (s *Set) Handles() *Handles { return &Handles{set: s} }

// Err tells of handles that could not be given: an unknown key, or one of another type.
func (h *Handles) Err() error { return h.err }

func (h *Handles) handle(key string, t Type) handle {
	n, ok := h.set.number[key]
	if !ok || h.set.definitions[n].Type != t {
		h.err = errors.Join(h.err, fmt.Errorf("settings: no %s %s is defined", t, key))
	}
	return handle{h.set, n}
}

type handle struct {
	set *Set
	n   int
}

// IntOf reads an Int, DurationOf a Duration, and so on. Copies are as good as the first.
type (
	IntOf      struct{ h handle }
	DecimalOf  struct{ h handle }
	DurationOf struct{ h handle }
	BoolOf     struct{ h handle }
	ChoiceOf   struct{ h handle }
	SpanOf     struct{ h handle }
	HoursOf    struct{ h handle }
)

// Int, Decimal, Duration, Bool, Choice and Span give handles.
func (h *Handles) Int(key string) IntOf { return IntOf{h.handle(key, Int)} }

// Decimal: see Int.
func (h *Handles) Decimal(key string) DecimalOf { return DecimalOf{h.handle(key, Decimal)} }

// Duration: see Int.
func (h *Handles) Duration(key string) DurationOf { return DurationOf{h.handle(key, Duration)} }

// Bool: see Int.
func (h *Handles) Bool(key string) BoolOf { return BoolOf{h.handle(key, Bool)} }

// Choice: see Int.
func (h *Handles) Choice(key string) ChoiceOf { return ChoiceOf{h.handle(key, Choice)} }

// Span: see Int.
func (h *Handles) Span(key string) SpanOf { return SpanOf{h.handle(key, Span)} }

// At is the value at an instant, for what the facts describe.
func (i IntOf) At(at time.Time, facts ...Pair) int { return int(i.h.set.read(i.h.n, at, facts).whole) }

// At is the value at an instant, for what the facts describe.
func (d DecimalOf) At(at time.Time, facts ...Pair) float64 {
	return d.h.set.read(d.h.n, at, facts).real
}

// At is the value at an instant, for what the facts describe.
func (d DurationOf) At(at time.Time, facts ...Pair) time.Duration {
	return d.h.set.read(d.h.n, at, facts).Duration()
}

// At is the value at an instant, for what the facts describe.
func (b BoolOf) At(at time.Time, facts ...Pair) bool {
	return b.h.set.read(b.h.n, at, facts).whole != 0
}

// At is the value at an instant, for what the facts describe.
func (c ChoiceOf) At(at time.Time, facts ...Pair) string { return c.h.set.read(c.h.n, at, facts).text }

// At is the value at an instant, for what the facts describe.
func (s SpanOf) At(at time.Time, facts ...Pair) TimeSpan {
	return s.h.set.read(s.h.n, at, facts).Span()
}
