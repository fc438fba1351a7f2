package brand

import (
	"context"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Stage is how far a brand has come.
type Stage string

// The stages, in their order.
const (
	Founding Stage = "founding" // 创建
	Growing  Stage = "growing"  // 培育
	Mature   Stage = "mature"   // 成熟
	Model    Stage = "model"    // 示范
)

// Stages lists them in their order.
func Stages() []Stage { return []Stage{Founding, Growing, Mature, Model} }

// Step is a stage of an office's brand from a day on.
type Step struct {
	Office  int64      `db:"office_id"`
	Stage   Stage      `db:"stage"`
	From    time.Time  `db:"from_on"`
	Founded *time.Time `db:"founded_on"` // of the brand; nil: nobody said
	Reason  string     `db:"reason"`
	At      time.Time  `db:"set_at"`
	By      string     `db:"set_name"`
}

// NewStep is a stage as somebody sets it; an empty Founded leaves what was said before.
type NewStep struct {
	Office                int64
	Stage                 Stage
	From, Founded, Reason string
}

// Steps lists the stages of an office's brand, the one that holds last first. Needs
// index:read or brand:write. Forbidden, NotFound.
func (s *Service) Steps(ctx context.Context, by actor.Actor, office int64) ([]Step, error) {
	if err := reads(by); err != nil {
		return nil, err
	}
	if u, err := selectUnit(ctx, s.db, office); err != nil {
		return nil, err
	} else if u.Kind != "office" {
		return nil, unknownUnit()
	}
	all, err := selectSteps(ctx, s.db, []int64{office})
	return all[office], err
}

// StepsOf lists the stages of the brands of several offices by office, as Steps does.
func (s *Service) StepsOf(ctx context.Context, by actor.Actor, offices []int64) (map[int64][]Step, error) {
	if err := reads(by); err != nil {
		return nil, err
	}
	return selectSteps(ctx, s.db, offices)
}

// StageOn is the stage that holds on a day; false where none was set. Steps is their list.
func StageOn(steps []Step, on time.Time) (Step, bool) {
	for _, st := range steps {
		if !st.From.After(on) {
			return st, true
		}
	}
	return Step{}, false
}

// SetStage says that an office's brand has come to a stage. Needs brand:write at the
// office. Forbidden, NotFound; Invalid with fields stage, from, founded, reason.
func (s *Service) SetStage(ctx context.Context, by actor.Actor, in NewStep) (Step, error) {
	if !by.Anywhere(PermWrite) {
		return Step{}, forbidden()
	}
	var st Step
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		u, err := s.writable(ctx, tx, by, in.Office)
		if err != nil {
			return err
		}
		if u.Kind != "office" {
			return unknownUnit()
		}
		if st, err = s.step(in); err != nil {
			return err
		}
		all, err := selectSteps(ctx, tx, []int64{u.ID})
		if err != nil {
			return err
		}
		detail := audit.Detail{"stage": string(st.Stage), "effective_from": dayText(st.From), "reason": st.Reason}
		if old, ok := StageOn(all[u.ID], st.From); ok {
			detail["before"] = string(old.Stage)
			if st.Founded == nil {
				st.Founded = old.Founded
			}
			if old.Stage == st.Stage && sameDay(old.Founded, st.Founded) {
				return fault.Fielded(fault.Field{Name: "stage", Key: "brand.fault.same_stage"})
			}
		}
		if st.Founded != nil {
			detail["founded_on"] = dayText(*st.Founded)
		}
		st.Office, st.At, st.By = u.ID, s.now(), by.Name
		if err := insertStep(ctx, tx, st, by.Account); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{At: st.At, By: by, Action: audit.BrandStage, Place: u.place(),
			Object: audit.Object{Kind: "unit", ID: strconv.FormatInt(u.ID, 10)}, Detail: detail})
	})
	return st, err
}

func sameDay(a, b *time.Time) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Equal(*b)
}

func (s *Service) step(in NewStep) (Step, error) {
	var wrong []fault.Field
	add := func(name, key string, args map[string]any) {
		wrong = append(wrong, fault.Field{Name: name, Key: key, Args: args})
	}
	st := Step{Stage: in.Stage}
	if !known(in.Stage, Stages()) {
		add("stage", "fault.field.choice", nil)
	}
	var ok bool
	if st.From, ok = day(in.From); !ok {
		add("from", "fault.field.date", nil)
	} else if st.From.After(s.lastDay()) {
		add("from", "brand.fault.far", nil)
	}
	if in.Founded != "" {
		d, err := workday.Parse(in.Founded)
		founded := midnight(d)
		switch {
		case err != nil:
			add("founded", "fault.field.date", nil)
		case founded.Before(time.Date(1949, 10, 1, 0, 0, 0, 0, time.UTC)) || ok && founded.After(st.From):
			add("founded", "brand.fault.founded", nil)
		}
		st.Founded = &founded
	}
	if key, args := text(&in.Reason, MaxReason); key != "" {
		add("reason", key, args)
	}
	if st.Reason = in.Reason; len(wrong) > 0 {
		return st, fault.Fielded(wrong...)
	}
	return st, nil
}
