package brand

import (
	"context"
	"math"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Target is the satisfaction that an office, a hall or the city means to reach in a year.
type Target struct {
	Unit   int64     `db:"unit_id"`
	Year   int       `db:"year"`
	Value  float64   `db:"value"`
	From   time.Time `db:"from_on"` // from this day on it holds, within the year
	Reason string    `db:"reason"`
	At     time.Time `db:"set_at"`
	By     string    `db:"set_name"`
}

// NewTarget is a target as somebody sets it. It holds from today on, or from the first day
// of a year that has not begun.
type NewTarget struct {
	Unit   int64
	Year   int
	Value  float64
	Reason string
}

// yearsAhead is how many years from this one on a target can be set for.
const yearsAhead = 5

// Targets lists every target of a unit that was ever set, the one that holds in a year being
// the first of that year; the latest year first. Needs index:read or brand:write. Forbidden, NotFound.
func (s *Service) Targets(ctx context.Context, by actor.Actor, unit int64) ([]Target, error) {
	if err := reads(by); err != nil {
		return nil, err
	}
	if _, err := selectUnit(ctx, s.db, unit); err != nil {
		return nil, err
	}
	return selectTargets(ctx, s.db, unit)
}

// Holding is the target that holds on a day; false where there is none. Targets is their list.
func Holding(targets []Target, on time.Time) (Target, bool) {
	for _, t := range targets {
		if t.Year == on.Year() && !t.From.After(on) {
			return t, true
		}
	}
	return Target{}, false
}

// SetTarget sets a target, or another one than before. Needs brand:write at the unit.
// Forbidden, NotFound; Invalid with fields year, value, reason.
func (s *Service) SetTarget(ctx context.Context, by actor.Actor, in NewTarget) (Target, error) {
	if !by.Anywhere(PermWrite) {
		return Target{}, forbidden()
	}
	var t Target
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		u, err := s.writable(ctx, tx, by, in.Unit)
		if err != nil {
			return err
		}
		if t, err = s.target(in); err != nil {
			return err
		}
		all, err := selectTargets(ctx, tx, u.ID)
		if err != nil {
			return err
		}
		detail := audit.Detail{"year": t.Year, "after": pointText(t.Value), "effective_from": dayText(t.From), "reason": t.Reason}
		if old, ok := Holding(all, t.From); ok {
			if old.Value == t.Value {
				return fault.Fielded(fault.Field{Name: "value", Key: "brand.fault.same_target"})
			}
			detail["before"] = pointText(old.Value)
		}
		t.Unit, t.At, t.By = u.ID, s.now(), by.Name
		if err := insertTarget(ctx, tx, t, by.Account); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{At: t.At, By: by, Action: audit.TargetSet, Place: u.place(),
			Object: audit.Object{Kind: "unit", ID: strconv.FormatInt(u.ID, 10)}, Detail: detail})
	})
	return t, err
}

func (s *Service) target(in NewTarget) (Target, error) {
	var wrong []fault.Field
	add := func(name, key string, args map[string]any) {
		wrong = append(wrong, fault.Field{Name: name, Key: key, Args: args})
	}
	today := midnight(s.today())
	if in.Year < today.Year() || in.Year > today.Year()+yearsAhead {
		add("year", "brand.fault.year", map[string]any{"First": today.Year(), "Last": today.Year() + yearsAhead})
	}
	if !(in.Value > 0 && in.Value <= 100) {
		add("value", "brand.fault.value", nil)
	}
	if key, args := text(&in.Reason, MaxReason); key != "" {
		add("reason", key, args)
	}
	t := Target{Year: in.Year, Value: math.Round(in.Value*10) / 10, From: time.Date(in.Year, 1, 1, 0, 0, 0, 0, time.UTC), Reason: in.Reason}
	if today.After(t.From) {
		t.From = today
	}
	if len(wrong) > 0 {
		return t, fault.Fielded(wrong...)
	}
	return t, nil
}

// pointText writes a target as it stands in the audit chain, which holds no fractions.
func pointText(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }
