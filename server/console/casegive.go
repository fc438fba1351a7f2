package console

import (
	"context"
	"slices"
	"strconv"

	"minping/complaints"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/server/web/figures"
)

// peopleFor are those to whom a case may be given by whoever may give it.
func (h *Handler) peopleFor(ctx context.Context, by actor.Actor, d *complaints.Dossier) ([]figures.Choice, error) {
	if !slices.Contains(d.Actions, complaints.ActAssign) {
		return nil, nil
	}
	people, err := h.desk.Handlers(ctx, by, d.ID)
	if err != nil {
		if fault.KindOf(err) == fault.Forbidden {
			err = nil // takes cases, gives none
		}
		return nil, err
	}
	list := make([]figures.Choice, 0, len(people))
	for _, p := range people {
		list = append(list, figures.Choice{Value: fmtInt(p.Account), Text: p.Name, Current: p.Account == d.Handler})
	}
	return list, nil
}

// assistField offers the offices that may help, besides the one that leads.
func (m formMaker) assistField(f deedField, chosen []int64) (deedField, bool) {
	f.Kind, f.Must, f.Hint = "checks", false, m.page.T("desk.hint.assist_with")
	for _, o := range m.offices {
		id, _ := strconv.ParseInt(o.Value, 10, 64)
		o.Current = slices.Contains(chosen, id)
		f.Options = append(f.Options, o)
	}
	return f, m.city && !m.d.Sealed
}

// giveTo assigns a case to the person who was chosen.
func giveTo(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
	account, err := strconv.ParseInt(r.Account, 10, 64)
	if err != nil || account < 1 {
		return made{}, fault.Fielded(fault.Field{Name: "account", Key: "fault.field.required"})
	}
	return s.Assign(ctx, by, r.ID, complaints.Assigning{Seen: r.Seen, Account: account})
}
