package complaints

import (
	"context"
	"slices"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Dispatching gives a case to an office.
type Dispatching struct {
	Seen   int
	Office int64   // 0 only for sealed cases: the discipline role itself
	Assist []int64 // offices that help
	Reason string
}

// Dispatch gives a case to an office 派单. Needs case:dispatch; at an office that
// is enough for the office itself, for another it must be citywide. A case that
// was returned once is designated: it may not be returned again. An office in
// conflict of interest is refused.
func (s *Service) Dispatch(ctx context.Context, by actor.Actor, id ID, in Dispatching) (Case, error) {
	in.Reason = clean(in.Reason)
	if length(in.Reason) > MaxReason || len(in.Assist) > 20 {
		return Case{}, fault.Fielded(fault.Field{Name: "reason", Key: "fault.field.max", Args: map[string]any{"Max": MaxReason}})
	}
	return s.act(ctx, by, id, deed{action: ActDispatch, seen: in.Seen, detail: Detail{Office: in.Office, Reason: in.Reason},
		before: func(ctx context.Context, tx *sqlx.Tx, c *Case, f *Flow, e *Event) error {
			if in.Office == 0 && !c.Sealed {
				return wrongChoice("office")
			}
			at := actor.Place{Office: in.Office}
			if in.Office == c.Office {
				at = c.Place() // a division gives its own cases to its own office
			}
			if in.Office != 0 && !by.Can(PermDispatch, at) && !c.Sealed {
				return forbidden()
			}
			e.Detail.Designated = f.Returned > 0
			if in.Office == 0 {
				return nil
			}
			return s.fit(ctx, tx, c.ID, in.Office, append([]int64{in.Office}, in.Assist...))
		},
		after: func(ctx context.Context, tx *sqlx.Tx, c *Case, e Event) error {
			if err := s.leads(ctx, tx, c, e); err != nil {
				return err
			}
			for _, office := range in.Assist {
				if err := setUnit(ctx, tx, c.ID, office, "assist", e.At); err != nil {
					return err
				}
			}
			return nil
		}})
}

// leads keeps which office has the case now.
func (s *Service) leads(ctx context.Context, tx *sqlx.Tx, c *Case, e Event) error {
	if c.Sealed {
		return nil
	}
	return setUnit(ctx, tx, c.ID, c.Office, "lead", e.At)
}

// fit refuses what is no office in service, and offices in conflict of interest.
func (s *Service) fit(ctx context.Context, tx *sqlx.Tx, id ID, lead int64, offices []int64) error {
	for _, office := range offices {
		u, err := selectUnit(ctx, tx, office, workday.Of(s.now()).String())
		if err != nil && !pg.None(err) {
			return err
		}
		if err != nil || u.Kind != "office" || u.Closed {
			return wrongChoice("office")
		}
		if n := slices.Index(offices, office); office == lead && n > 0 {
			return wrongChoice("assist")
		}
	}
	out, err := barred(ctx, tx, id, 0, offices)
	if err == nil && out {
		err = fault.New(fault.Conflict, "complaints.office_barred")
	}
	return err
}

// Assigning gives a case to a person.
type Assigning struct {
	Seen    int
	Account int64 // 0: nobody any more
}

// Assign says who handles a case. Needs case:dispatch, or case:handle to take it
// oneself. Conflict where the account is barred or plays another part in the case;
// Forbidden where the case is about its holder; Invalid where it may not handle cases there.
func (s *Service) Assign(ctx context.Context, by actor.Actor, id ID, in Assigning) (Case, error) {
	d := deed{action: ActAssign, seen: in.Seen, detail: Detail{Handler: in.Account},
		before: func(ctx context.Context, tx *sqlx.Tx, c *Case, _ *Flow, e *Event) error {
			if in.Account == 0 {
				return nil
			}
			if err := s.assignable(ctx, tx, by, c, in.Account); err != nil {
				return err
			}
			ok, err := takePart(ctx, tx, c.ID, in.Account, "handler", e.At)
			if pg.Broken(err) == "case_parts_account_id_fk" {
				return wrongChoice("account")
			}
			if err == nil && !ok {
				err = fault.New(fault.Conflict, "complaints.another_part")
			}
			return err
		}}
	if in.Account == by.Account && in.Account != 0 {
		d.need = PermHandle
	}
	return s.act(ctx, by, id, d)
}

// Assist lets a further office help 协办. Needs case:dispatch.
func (s *Service) Assist(ctx context.Context, by actor.Actor, id ID, office int64) (Case, error) {
	return s.act(ctx, by, id, deed{action: ActAssist, detail: Detail{Office: office},
		before: func(ctx context.Context, tx *sqlx.Tx, c *Case, _ *Flow, _ *Event) error {
			if office == c.Office || c.Sealed {
				return wrongChoice("office")
			}
			return s.fit(ctx, tx, c.ID, 0, []int64{office})
		},
		after: func(ctx context.Context, tx *sqlx.Tx, c *Case, e Event) error {
			return setUnit(ctx, tx, c.ID, office, "assist", e.At)
		}})
}
