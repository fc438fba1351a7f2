package indices

import (
	"cmp"
	"maps"
	"slices"
)

// sortedKeys gives the keys of a map in their order, so that sums of fractions come out
// the same to the last digit every time.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
