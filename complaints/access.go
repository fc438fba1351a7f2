package complaints

import (
	"context"
	"slices"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// unknown is the answer for what is not there and for what the caller may not see.
func unknown() error { return fault.New(fault.NotFound, "complaints.not_found") }

func forbidden() error { return fault.New(fault.Forbidden, "fault.forbidden") }

// isSystem tells the program itself: it may everything, everywhere.
func isSystem(by actor.Actor) bool { return by.Citywide("case:system") }

// officesOf lists the offices that an actor belongs to.
func officesOf(by actor.Actor) []int64 {
	var list []int64
	for _, g := range by.Grants {
		if g.Office != 0 && !slices.Contains(list, g.Office) {
			list = append(list, g.Office)
		}
	}
	return list
}

// see is NotFound where by may not know of the case: sealed and not of the
// discipline role, barred by a conflict of interest, or outside of what by reads.
func see(ctx context.Context, q pg.Querier, by actor.Actor, c *Case) error {
	if isSystem(by) {
		return nil
	}
	out, err := barred(ctx, q, c.ID, by.Account, officesOf(by))
	if err != nil {
		return err
	}
	if out {
		return unknown()
	}
	if c.Sealed {
		if by.Citywide(PermDiscipline) {
			return nil
		}
		return unknown()
	}
	over := by.Scope(PermRead)
	if by.Can(PermRead, c.Place()) || c.Division != 0 && slices.Contains(over.Divisions, c.Division) {
		return nil
	}
	offices := over.Offices
	tied, err := hasTie(ctx, q, c.ID, offices)
	if err == nil && !tied {
		err = unknown()
	}
	return err
}

// may is Forbidden where by sees the case and may not do this to it. The
// discipline role may everything to what is sealed.
func may(by actor.Actor, need actor.Permission, c *Case) error {
	if isSystem(by) || c.Sealed && by.Citywide(PermDiscipline) || need != "" && by.Can(need, c.Place()) {
		return nil
	}
	return forbidden()
}

// outside is Forbidden for whoever belongs to an office that has or had the case, or
// to one declared its kin.
func outside(ctx context.Context, q pg.Querier, by actor.Actor, c *Case) error {
	tied, err := near(ctx, q, c.ID, officesOf(by))
	if err == nil && tied {
		err = fault.New(fault.Forbidden, "complaints.not_outside")
	}
	return err
}
