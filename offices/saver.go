package offices

import (
	"context"
	"time"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// saver is one run of Save: from the input to the stored unit.
type saver struct {
	q    pg.Querier
	by   actor.Actor
	in   UnitInput
	old  Unit
	unit Unit
	bad  complaints
}

// prepare checks everything and leaves the unit to store.
func (v *saver) prepare(ctx context.Context) error {
	if err := v.lockOld(ctx); err != nil {
		return err
	}
	table, ok := tableOfKind(v.in.Kind)
	if !ok {
		v.bad.add("kind", problem{"offices.fault.bad_kind", nil})
		return fault.Fielded(v.bad...)
	}
	v.unit = Unit{ID: v.in.ID, Kind: v.in.Kind}
	v.takeTexts(layouts[table])
	v.takeDays()
	if err := v.takeParents(ctx); err != nil {
		return err
	}
	if err := v.checkMove(ctx); err != nil {
		return err
	}
	if len(v.bad) > 0 {
		return fault.Fielded(v.bad...)
	}
	return nil
}

// lockOld reads the unit that is to change and tells whether by may change it.
func (v *saver) lockOld(ctx context.Context) error {
	if v.in.ID == 0 {
		if v.in.Kind == Office || v.in.Kind == Hall {
			return v.needCity()
		}
		return nil
	}
	old, err := lockUnit(ctx, v.q, v.in.ID)
	if err != nil {
		return missing(err)
	}
	at := old.Place()
	switch {
	case !v.by.Can(PermWrite, at) && !v.by.Can(PermRead, at):
		return fault.New(fault.NotFound, "offices.fault.not_found")
	case !v.by.Can(PermWrite, at):
		return fault.New(fault.Forbidden, "offices.fault.forbidden")
	case !v.in.UpdatedAt.IsZero() && !v.in.UpdatedAt.Truncate(time.Microsecond).Equal(old.UpdatedAt):
		return fault.New(fault.Conflict, "offices.fault.stale")
	}
	v.old, v.in.Kind = old, old.Kind
	return nil
}

func (v *saver) needCity() error {
	if !v.by.Citywide(PermWrite) {
		return fault.New(fault.Forbidden, "offices.fault.forbidden")
	}
	return nil
}

// tableOfKind is the sheet whose columns a kind of unit has; the city has none.
func tableOfKind(k Kind) (Table, bool) {
	switch k {
	case Office:
		return Offices, true
	case Division:
		return Divisions, true
	case Hall:
		return Halls, true
	case Window:
		return Windows, true
	}
	return "", false
}

// takeTexts reads the texts that the kind has, by the same rules as the import.
func (v *saver) takeTexts(l layout) {
	fields := map[string]struct {
		from string
		to   *string
	}{
		"code": {v.in.Code, &v.unit.Code}, "name": {v.in.Name, &v.unit.Name}, "name_en": {v.in.NameEn, &v.unit.NameEn},
		"office_type": {v.in.OfficeType, &v.unit.OfficeType}, "district": {v.in.District, &v.unit.District},
		"brand_name": {v.in.BrandName, &v.unit.BrandName}, "brand_promise": {v.in.BrandPromise, &v.unit.BrandPromise},
		"address": {v.in.Address, &v.unit.Address}, "number": {v.in.Number, &v.unit.Number},
	}
	for _, c := range l.columns {
		if f, ok := fields[c.name]; ok {
			*f.to = v.bad.text(c.name, c.rule, f.from)
		}
	}
}

func (v *saver) takeDays() {
	v.unit.OpenedOn = v.bad.day("opened_on", v.in.OpenedOn)
	v.unit.ClosedOn = v.bad.day("closed_on", v.in.ClosedOn)
	if from, to := v.unit.OpenedOn, v.unit.ClosedOn; from != "" && to != "" && to < from {
		v.bad.add("closed_on", problem{"offices.fault.period", map[string]any{"From": from, "To": to}})
	}
}

// takeParents reads the units that the kind belongs to.
func (v *saver) takeParents(ctx context.Context) error {
	if v.in.Kind != Division && v.in.Kind != Window {
		return nil
	}
	if v.in.OfficeID == 0 {
		v.bad.add("office_id", problem{"offices.fault.required", nil})
	} else if _, ok, err := v.parent(ctx, "office_id", v.in.OfficeID, Office); err != nil {
		return err
	} else if ok {
		v.unit.OfficeID = v.in.OfficeID
	}
	if v.in.Kind == Division {
		return nil
	}
	if v.in.DivisionID != 0 {
		d, ok, err := v.parent(ctx, "division_id", v.in.DivisionID, Division)
		if err != nil {
			return err
		}
		if v.unit.DivisionID = v.in.DivisionID; ok && d.OfficeID != v.in.OfficeID {
			v.bad.add("division_id", problem{"offices.fault.division_elsewhere", nil})
		}
	}
	if v.in.HallID != 0 {
		if _, _, err := v.parent(ctx, "hall_id", v.in.HallID, Hall); err != nil {
			return err
		}
		v.unit.HallID = v.in.HallID
	}
	return nil
}

// parent finds a unit of a kind; there is a complaint where it is not.
func (v *saver) parent(ctx context.Context, field string, id int64, kind Kind) (parent, bool, error) {
	p, err := lockParent(ctx, v.q, id)
	found := !pg.None(err)
	if found && err != nil {
		return parent{}, false, err
	}
	if !found || p.Kind != kind {
		v.bad.add(field, problem{"offices.fault.unknown_unit", nil})
		return parent{}, false, nil
	}
	return p, true, nil
}

// checkMove wants the right to write at the new place too, and a division that
// changes its office to have nobody and nothing left in it.
func (v *saver) checkMove(ctx context.Context) error {
	if v.unit.OfficeID == 0 {
		return nil
	}
	if !v.by.Can(PermWrite, v.unit.Place()) {
		v.bad.add("office_id", problem{"offices.fault.out_of_scope", nil})
	}
	if v.unit.Kind != Division || v.old.ID == 0 || v.old.OfficeID == v.unit.OfficeID {
		return nil
	}
	n, err := countMembers(ctx, v.q, v.unit.ID)
	if err != nil {
		return err
	}
	if n > 0 {
		v.bad.add("office_id", problem{"offices.fault.division_in_use", map[string]any{"Count": n}})
	}
	return nil
}

// store writes the unit and reads it back.
func (v *saver) store(ctx context.Context, now time.Time) (Unit, error) {
	var err error
	if v.unit.ID == 0 {
		v.unit.ID, err = insertUnit(ctx, v.q, v.unit, now)
	} else {
		err = updateUnit(ctx, v.q, v.unit, now)
	}
	if pg.Broken(err) == "units_kind_code_key" {
		return Unit{}, fault.Fielded(fault.Field{Name: "code", Key: "offices.fault.code_taken", Args: map[string]any{"Value": v.unit.Code}})
	}
	if err != nil {
		return Unit{}, err
	}
	return selectUnit(ctx, v.q, scope{all: true}, v.unit.ID)
}
