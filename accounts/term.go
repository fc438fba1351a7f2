package accounts

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Term is a role over a unit for a time. Both days are included; no To: open end.
// Unit 0 is the whole city.
type Term struct {
	Role     Role
	Unit     int64
	From, To workday.Day

	by     int64 // who gives it; 0: the program
	ifHeld bool  // where it is held already, with an open end, nothing is to do
}

// keySeparated is the refusal of roles that one person must not hold together.
const keySeparated = "accounts.role.separated"

// termYears bounds how far ahead a role may begin or end.
const termYears = 30

// GrantTerm gives an account a role from a day on, perhaps to a last day. Needs
// account:write, and nobody gives a role to themself (Forbidden). Invalid with
// complaints about role, unit, from or to; Conflict where an administrator's role
// 三员 would be held together with another role on some day, where this role is
// held over this unit already, or where the holder was off-boarded.
func (s *Service) GrantTerm(ctx context.Context, by actor.Actor, account int64, t Term) error {
	if err := s.mayChange(by, account); err != nil {
		return s.denied(ctx, by, account, err)
	}
	if wrong := s.checkTerm(t); len(wrong) > 0 {
		return fault.Fielded(wrong...)
	}
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error { return s.grantIn(ctx, tx, by, account, t) })
	return s.denied(ctx, by, account, err)
}

// CheckTerm tells what GrantTerm would refuse, without writing: for showing a
// change before it is made.
func (s *Service) CheckTerm(ctx context.Context, by actor.Actor, account int64, t Term) error {
	if err := s.mayChange(by, account); err != nil {
		return s.denied(ctx, by, account, err)
	}
	if wrong := s.checkTerm(t); len(wrong) > 0 {
		return fault.Fielded(wrong...)
	}
	tx, err := s.db.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("check role: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // always: this only tries
	if err := s.present(ctx, tx, account); err != nil {
		return err
	}
	return s.termIn(ctx, tx, account, t)
}

func (s *Service) checkTerm(t Term) []fault.Field {
	var wrong []fault.Field
	today := workday.Of(s.now())
	last := workday.Day{Year: today.Year + termYears, Month: 12, Day: 31}
	if !t.Role.Known() {
		wrong = append(wrong, complain("role", "fault.field.choice"))
	}
	switch {
	case t.From.IsZero():
		wrong = append(wrong, complain("from", "fault.field.required"))
	case t.From.Before(today):
		wrong = append(wrong, complain("from", "accounts.role.past"))
	case t.From.After(last):
		wrong = append(wrong, complain("from", "accounts.role.far"))
	}
	switch {
	case t.To.IsZero():
	case t.To.Before(t.From):
		wrong = append(wrong, complain("to", "accounts.role.order"))
	case t.To.After(last):
		wrong = append(wrong, complain("to", "accounts.role.far"))
	}
	return wrong
}

// grantIn locks the account and gives the role, with its entry in the audit.
func (s *Service) grantIn(ctx context.Context, tx *sqlx.Tx, by actor.Actor, account int64, t Term) error {
	if err := s.present(ctx, tx, account); err != nil {
		return err
	}
	if err := s.termIn(ctx, tx, account, t.from(by)); err != nil {
		return err
	}
	return s.audit(ctx, tx, t.granted(by, account))
}

// from says who gives the role.
func (t Term) from(by actor.Actor) Term {
	t.by = by.Account
	return t
}

// granted is what the audit is told of a role given.
func (t Term) granted(by actor.Actor, account int64) AuditEvent {
	e := RoleAt{t.Role, t.Unit}.event("role.grant", by, account)
	e.Detail["from"], e.Detail["to"] = t.From.String(), dayText(t.To)
	return e
}

// termIn stores a role. The database itself keeps 三员 apart, whoever writes.
func (s *Service) termIn(ctx context.Context, tx *sqlx.Tx, account int64, t Term) error {
	if !t.Role.Known() {
		return fault.Fielded(complain("role", "fault.field.choice"))
	}
	unit, err := unitOf(ctx, tx, t.Unit, s.day())
	switch {
	case pg.None(err) || err == nil && !t.Role.Over(unit.Kind):
		return fault.Fielded(complain("unit", "accounts.role.unit"))
	case err != nil:
		return fmt.Errorf("grant role: %w", err)
	case unit.Closed:
		return fault.Fielded(complain("unit", "accounts.role.unit_closed"))
	}
	t.Unit = unit.ID
	if t.ifHeld {
		if held, err := holdsOpen(ctx, tx, account, t); err != nil || held {
			return err
		}
	}
	n, err := insertTerm(ctx, tx, account, t)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "accounts.role.overlap")
	}
	return termFault(err)
}

func termFault(err error) error {
	switch pg.Broken(err) {
	case "account_roles_separation_excl":
		return fault.Wrap(fault.Conflict, keySeparated, err)
	case "account_roles_overlap_excl":
		return fault.Wrap(fault.Conflict, "accounts.role.overlap", err)
	}
	if err != nil {
		return fmt.Errorf("grant role: %w", err)
	}
	return nil
}

// EndTerm gives a role its last day; a day before today, or none that has begun,
// ends it at once. The zero day opens its end again. What is over stays as it
// was: it is evidence. Needs account:write; nobody changes their own (Forbidden).
// NotFound where the account does not hold it, or no longer does; Invalid with a
// complaint about to; Conflict like GrantTerm.
func (s *Service) EndTerm(ctx context.Context, by actor.Actor, account, term int64, last workday.Day) error {
	if err := s.mayChange(by, account); err != nil {
		return s.denied(ctx, by, account, err)
	}
	today := workday.Of(s.now())
	if last.Year > today.Year+termYears {
		return fault.Fielded(complain("to", "accounts.role.far"))
	}
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := s.present(ctx, tx, account); err != nil {
			return err
		}
		was, err := selectTerm(ctx, tx, account, term, s.day())
		if pg.None(err) {
			return fault.New(fault.NotFound, "accounts.role.not_held")
		}
		if err != nil {
			return fmt.Errorf("end role: %w", err)
		}
		to := last
		if begin := workday.Of(was.From); !to.IsZero() && to.Before(today) {
			to = today.AddDays(-1)
			if begin.After(to) {
				to = begin.AddDays(-1)
			}
		} else if !to.IsZero() && to.Before(begin) {
			to = begin.AddDays(-1)
		}
		if err := updateTermEnd(ctx, tx, term, to); err != nil {
			return termFault(err)
		}
		e := RoleAt{was.Role, was.Unit}.event("role.change", by, account)
		e.Detail["from"], e.Detail["to_before"], e.Detail["to_after"] = dateText(&was.From), dateText(was.To), dayText(to)
		return s.audit(ctx, tx, e)
	})
	return s.denied(ctx, by, account, err)
}

func dayText(d workday.Day) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

func dateText(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.Format(time.DateOnly)
}

func idText(id int64) string { return strconv.FormatInt(id, 10) }
