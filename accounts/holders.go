package accounts

import (
	"context"
	"fmt"
	"slices"

	"minping/internal/actor"
	"minping/internal/fault"
)

// Holder is somebody in service who holds a permission.
type Holder struct {
	Account int64
	Name    string
}

// Holders lists who holds a permission at a place today, by name: to offer people to
// whom something may be given. For the program itself, which decides who is shown the list: Forbidden
// to everybody else.
func (s *Service) Holders(ctx context.Context, by actor.Actor, p actor.Permission, at actor.Place) ([]Holder, error) {
	if !by.Citywide("account:system") {
		return nil, fault.New(fault.Forbidden, "fault.forbidden")
	}
	var roles []string
	for _, role := range Roles() {
		if slices.Contains(role.Permissions(), p) {
			roles = append(roles, string(role))
		}
	}
	rows, err := holderRows(ctx, s.db, roles, s.day())
	if err != nil {
		return nil, fmt.Errorf("who holds %s: %w", p, err)
	}
	var list []Holder
	for _, r := range rows {
		g, ok := s.grant(r.actorRow)
		holds := ok && actor.Actor{Grants: []actor.Grant{g}}.Can(p, at)
		if holds && !slices.ContainsFunc(list, func(h Holder) bool { return h.Account == r.Account }) {
			list = append(list, Holder{r.Account, r.Name})
		}
	}
	return list, nil
}
