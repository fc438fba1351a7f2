package offices

import (
	"context"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
)

// UnitInput is one unit as a form sends it. ID 0 makes a new one. Fields that do
// not belong to the kind are not stored. Its complaints name fields as in the
// db tags of Unit.
type UnitInput struct {
	ID         int64
	Kind       Kind // of a new unit; an existing one keeps its kind
	Code       string
	Name       string
	NameEn     string
	OfficeID   int64
	DivisionID int64
	HallID     int64
	OpenedOn   string
	ClosedOn   string

	OfficeType   string
	District     string
	BrandName    string
	BrandPromise string
	Address      string
	Number       string

	// UpdatedAt is what the form was filled from; where set and the unit has
	// changed since, Save refuses with Conflict.
	UpdatedAt time.Time
}

// Save makes or changes one unit. It needs directory:write at the unit's place,
// before and after; a new office or hall needs it for the whole city. Invalid
// with fields where the input breaks a rule, NotFound where by may not read the
// unit, Forbidden where by may read but not write it, Conflict where somebody
// changed it meanwhile.
func (s *Service) Save(ctx context.Context, by actor.Actor, in UnitInput) (Unit, error) {
	if !by.Anywhere(PermWrite) {
		return Unit{}, fault.New(fault.Forbidden, "offices.fault.forbidden")
	}
	var saved Unit
	err := s.write(ctx, func(q *sqlx.Tx) error {
		if err := lockForSave(ctx, q); err != nil {
			return err
		}
		sv := saver{q: q, by: by, in: in}
		if err := sv.prepare(ctx); err != nil {
			return err
		}
		var err error
		now := s.now()
		if saved, err = sv.store(ctx, now); err != nil {
			return err
		}
		return audit.Record(ctx, q, audit.Entry{At: now, By: by, Action: audit.UnitSave, Place: saved.Place(),
			Object: audit.Object{Kind: "unit", ID: strconv.FormatInt(saved.ID, 10)},
			Detail: audit.Detail{"kind": string(saved.Kind), "code": saved.Code, "name_after": saved.Name}})
	})
	return saved, err
}

// RenameCity gives the city its name. Forbidden without directory:write over the
// whole city; Invalid with fields name and name_en.
func (s *Service) RenameCity(ctx context.Context, by actor.Actor, name, nameEn string) (Unit, error) {
	if !by.Citywide(PermWrite) {
		return Unit{}, fault.New(fault.Forbidden, "offices.fault.forbidden")
	}
	var c complaints
	name = c.text("name", textRule{required: true, max: maxName}, name)
	nameEn = c.text("name_en", textRule{max: maxName}, nameEn)
	if len(c) > 0 {
		return Unit{}, fault.Fielded(c...)
	}
	var city Unit
	err := s.write(ctx, func(q *sqlx.Tx) error {
		now := s.now()
		id, err := updateCityName(ctx, q, name, nameEn, now)
		if err != nil {
			return err
		}
		if city, err = selectUnit(ctx, q, scope{all: true}, id); err != nil {
			return err
		}
		return audit.Record(ctx, q, audit.Entry{At: now, By: by, Action: audit.CityRename,
			Object: audit.Object{Kind: "unit", ID: strconv.FormatInt(id, 10)}, Detail: audit.Detail{"after": name}})
	})
	return city, err
}

// complaints gathers what is wrong with the fields of a form.
type complaints []fault.Field

func (c *complaints) add(name string, p problem) {
	*c = append(*c, fault.Field{Name: name, Key: p.key, Args: p.args})
}

func (c *complaints) text(name string, rule textRule, text string) string {
	text, wrong := rule.check(text)
	if wrong != nil {
		c.add(name, *wrong)
	}
	return text
}

func (c *complaints) day(name, text string) Day {
	if text = c.text(name, textRule{max: 40}, text); text == "" {
		return ""
	}
	day, err := ParseDay(text, false)
	if err != nil {
		c.add(name, problem{"offices.fault.bad_day", map[string]any{"Value": excerpt(text)}})
	}
	return day
}
