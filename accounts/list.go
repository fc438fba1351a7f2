package accounts

import (
	"context"
	"fmt"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// List gives every account with its roles of today. Needs account:read.
func (s *Service) List(ctx context.Context, by actor.Actor) ([]Account, error) {
	if err := allowed(by, accountRead); err != nil {
		return nil, err
	}
	list, err := selectAccounts(ctx, s.db)
	if err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	held, err := selectRoles(ctx, s.db, 0, s.day())
	if err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	at := make(map[int64]int, len(list))
	for i, a := range list {
		at[a.ID] = i
	}
	for _, h := range held {
		if i, ok := at[h.Account]; ok {
			list[i].Roles = append(list[i].Roles, h)
		}
	}
	return list, nil
}

// Get gives one account with its roles of today: the caller's own, or anybody's
// with account:read. NotFound otherwise.
func (s *Service) Get(ctx context.Context, by actor.Actor, account int64) (Account, error) {
	unknown := fault.New(fault.NotFound, "accounts.unknown")
	if by.Account != account && !by.Citywide(accountRead) {
		return Account{}, unknown
	}
	a, err := selectAccount(ctx, s.db, account)
	if pg.None(err) {
		return Account{}, unknown
	}
	if err != nil {
		return Account{}, fmt.Errorf("get account: %w", err)
	}
	a.Roles, err = selectRoles(ctx, s.db, account, s.day())
	if err != nil {
		return Account{}, fmt.Errorf("get account: %w", err)
	}
	return a, nil
}
