package complaints

import (
	"context"
	"strconv"

	"minping/internal/settings"
)

// tree is which category lies under which, in memory: limits ask inside transactions.
type tree map[int]int

// Reload reads into memory what limits depend on besides the settings; each node
// calls it when the database says that there are new categories.
func (s *Service) Reload(ctx context.Context) error {
	list, err := selectCategories(ctx, s.cfg.DB)
	if err != nil {
		return err
	}
	parents := make(tree, len(list))
	for _, c := range list {
		parents[c.ID] = c.Parent
	}
	s.parents.Store(&parents)
	return nil
}

// above lists what a category lies under, the nearest first.
func (s *Service) above(category int) []int {
	parents := s.parents.Load()
	if parents == nil {
		return nil
	}
	var list []int
	for id := (*parents)[category]; id != 0; id = (*parents)[id] {
		list = append(list, id)
	}
	return list
}

// Widen gives what lies above a value of one of a limit's dimensions.
func (s *Service) Widen(p settings.Pair) []settings.Pair {
	id, err := strconv.Atoi(p.Value)
	if p.Name != "category" || err != nil {
		return nil
	}
	var list []settings.Pair
	for _, up := range s.above(id) {
		list = append(list, number("category", up))
	}
	return list
}
