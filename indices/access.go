package indices

import (
	"context"
	"slices"

	"minping/internal/actor"
	"minping/internal/fault"
)

// PermInternal is needed for figures of divisions 处室; every other level is public.
const PermInternal actor.Permission = "index:internal"

// scope limits a list to offices and divisions; all means no limit.
type scope struct {
	all   bool
	units []int64
}

// scopeFor says which units of a level the actor may see. A grant over a hall
// shows no division: divisions do not lie in halls.
func scopeFor(by actor.Actor, level Level) (scope, error) {
	if level != Division {
		return scope{all: true}, nil
	}
	if !by.Anywhere(PermInternal) {
		return scope{}, refusal(by)
	}
	reach := by.Scope(PermInternal)
	return scope{all: reach.All, units: slices.Concat(reach.Offices, reach.Divisions)}, nil
}

func refusal(by actor.Actor) error {
	if by.Account == 0 && by.Name == "" {
		return fault.New(fault.Unauthorized, "indices.fault.internal")
	}
	return fault.New(fault.Forbidden, "indices.fault.internal")
}

// visible finds a unit whose figures the actor may see: NotFound where there is
// none or it is a division out of scope, Unauthorized or Forbidden where it is a
// division and the actor may see no division at all.
func (s *Service) visible(ctx context.Context, by actor.Actor, id int64) (Unit, error) {
	u, office, err := s.store.unit(ctx, id)
	if err != nil || u.Kind != Division {
		return u, err
	}
	if !by.Anywhere(PermInternal) {
		return Unit{}, refusal(by)
	}
	if !by.Can(PermInternal, actor.Place{Office: office, Division: id}) {
		return Unit{}, fault.New(fault.NotFound, "indices.fault.unit")
	}
	return u, nil
}
