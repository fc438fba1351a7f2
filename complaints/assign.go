package complaints

import (
	"context"
	"slices"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Person is an account to whom a case may be given.
type Person struct {
	Account int64
	Name    string
}

// Handlers lists to whom a case may be given: who may handle cases where it lies
// (the discipline role, if it is sealed), but for those who must stay away from it, whom it
// is about, or who play another part in it. Needs case:dispatch at the case; NotFound
// where by may not know of it.
func (s *Service) Handlers(ctx context.Context, by actor.Actor, id ID) ([]Person, error) {
	var list []Person
	err := pg.InSnapshot(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		c, err := selectCase(ctx, tx, id)
		if err == nil {
			err = see(ctx, tx, by, &c)
		}
		if err == nil {
			err = may(by, PermDispatch, &c)
		}
		if err != nil {
			return err
		}
		if list, err = s.holders(ctx, &c); err != nil || len(list) == 0 {
			return err
		}
		accounts := make([]int64, len(list))
		for i, p := range list {
			accounts[i] = p.Account
		}
		away, err := selectAway(ctx, tx, id, accounts)
		list = slices.DeleteFunc(list, func(p Person) bool { return slices.Contains(away, p.Account) })
		return err
	})
	return list, err
}

// holders are the people who may handle a case by their permissions.
func (s *Service) holders(ctx context.Context, c *Case) ([]Person, error) {
	switch {
	case s.cfg.Holders == nil:
		return nil, nil
	case c.Sealed:
		return s.cfg.Holders(ctx, PermDiscipline, actor.Place{})
	}
	return s.cfg.Holders(ctx, PermHandle, c.Place())
}

// assignable refuses to give a case to somebody who may not handle it there, must
// stay away from it, or whom it is about.
func (s *Service) assignable(ctx context.Context, tx *sqlx.Tx, by actor.Actor, c *Case, account int64) error {
	if account != by.Account && s.cfg.Holders != nil {
		list, err := s.holders(ctx, c)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(list, func(p Person) bool { return p.Account == account }) {
			return wrongChoice("account")
		}
	}
	out, err := barred(ctx, tx, c.ID, account, nil)
	if err == nil && out {
		err = fault.New(fault.Conflict, "complaints.account_barred")
	}
	if err == nil {
		err = unconcerned(ctx, tx, c.ID, account)
	}
	return err
}

// unconcerned refuses whom a case is about: the accused, or who was on duty at the
// window on the day of a bad rating.
func unconcerned(ctx context.Context, q pg.Querier, id ID, account int64) error {
	about, err := concerned(ctx, q, id, account)
	if err == nil && about {
		err = fault.New(fault.Forbidden, "complaints.concerned")
	}
	return err
}
