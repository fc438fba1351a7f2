package accounts

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"

	"github.com/emmansun/gmsm/sm3"

	"minping/internal/actor"
	"minping/internal/fault"
)

// ActorOf gives the actor of an account from its roles valid today. NotFound if
// there is no such account, Unauthorized if it is disabled.
func (s *Service) ActorOf(ctx context.Context, account int64) (actor.Actor, error) {
	a, _, err := s.Who(ctx, account)
	return a, err
}

// Who is ActorOf with the account's stamp, by which a session knows that it has
// outlived a change of password, second factor or rights.
func (s *Service) Who(ctx context.Context, account int64) (actor.Actor, string, error) {
	rows, err := actorRows(ctx, s.db, account, s.day())
	if err != nil {
		return actor.Actor{}, "", fmt.Errorf("actor of account %d: %w", account, err)
	}
	if len(rows) == 0 {
		return actor.Actor{}, "", fault.New(fault.NotFound, "accounts.unknown")
	}
	if rows[0].Disabled {
		return actor.Actor{}, "", fault.New(fault.Unauthorized, "accounts.signin.wrong")
	}
	a := actor.Actor{Account: account, Name: rows[0].Name}
	for _, r := range rows {
		if g, ok := s.grant(r); ok {
			a.Grants = append(a.Grants, g)
		}
	}
	return a, stampOf(rows[0].Hash, rows[0].Epoch), nil
}

// grant turns a held role into permissions over a subtree; a role that the
// program no longer knows permits nothing.
func (s *Service) grant(r actorRow) (actor.Grant, bool) {
	if r.Role == nil || r.Unit == nil || r.Kind == nil {
		return actor.Grant{}, false
	}
	set, known := s.sets[setKey{*r.Role, *r.Kind != "city"}]
	g := actor.Grant{Permissions: set}
	switch *r.Kind {
	case "city":
	case "office":
		g.Office = *r.Unit
	case "division":
		g.Division = *r.Unit
		if r.Office != nil {
			g.Office = *r.Office // whom one works for, not what one may see: covers looks at the division
		}
	case "hall":
		g.Hall = *r.Unit
	default:
		return actor.Grant{}, false
	}
	return g, known
}

// ActorOf is what some held roles would permit, whoever holds them and whenever:
// for showing what a change of roles would mean.
func ActorOf(held []Held) actor.Actor {
	var a actor.Actor
	s := Service{sets: permissionSets()}
	for _, h := range held {
		if g, ok := s.grant(actorRow{Role: &h.Role, Unit: &h.Unit, Kind: &h.UnitKind}); ok {
			a.Grants = append(a.Grants, g)
		}
	}
	return a
}

func stampOf(hash string, epoch int64) string {
	sum := sm3.Sum(strconv.AppendInt([]byte(hash+"/"), epoch, 10))
	return hex.EncodeToString(sum[:8])
}
