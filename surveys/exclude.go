package surveys

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Exclusion takes a rating out of the figures by the decision of a reviewer.
type Exclusion struct {
	Rating int64
	Day    workday.Day // of the visit
	Reason string      // a code
	By     string      // the reviewer, as shown
}

// Exclude takes a rating out of the figures: the rating stays as it was, its
// counts move to the standing "quarantined" in the same transaction, and the
// reason is kept. Excluding what is excluded changes nothing.
// For the program itself, which carries out a review: Forbidden to everybody
// else. NotFound where there is no such rating.
func (s *Service) Exclude(ctx context.Context, by actor.Actor, e Exclusion) error {
	if !by.Citywide("rating:exclude") {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	return s.judge(ctx, e, func(tx *sqlx.Tx, c counted) error {
		if c.Standing == StandingQuarantined {
			return nil
		}
		if err := insertExclusion(ctx, tx, e, c, s.now()); err != nil {
			return err
		}
		if err := c.move(ctx, tx, e.Rating, e.Day.String(), StandingQuarantined); err != nil {
			return err
		}
		return c.judged(by, e, audit.RatingExclude, e.Reason, s.now()).record(ctx, tx)
	})
}

// Restore takes an exclusion back: the rating counts again as it did before.
// Forbidden as Exclude; NotFound where there is no such rating, Conflict where it is not excluded.
func (s *Service) Restore(ctx context.Context, by actor.Actor, e Exclusion) error {
	if !by.Citywide("rating:exclude") {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	return s.judge(ctx, e, func(tx *sqlx.Tx, c counted) error {
		was, reason, err := endExclusion(ctx, tx, e.Rating, s.now())
		if pg.None(err) {
			return fault.Wrap(fault.Conflict, "surveys.rating.not_excluded", err)
		}
		if err != nil {
			return err
		}
		if err := c.move(ctx, tx, e.Rating, e.Day.String(), was); err != nil {
			return err
		}
		return c.judged(by, e, audit.RatingRestore, reason, s.now()).record(ctx, tx)
	})
}

func (s *Service) judge(ctx context.Context, e Exclusion, do func(*sqlx.Tx, counted) error) error {
	return pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		c, err := lockRating(ctx, tx, e.Rating, e.Day.String())
		if pg.None(err) {
			return fault.Wrap(fault.NotFound, "surveys.rating.unknown", err)
		}
		if err != nil {
			return err
		}
		return do(tx, c)
	})
}

func (c counted) judged(by actor.Actor, e Exclusion, action audit.Action, reason string, at time.Time) doing {
	day := e.Day.String()
	return doing{by: by, at: at, action: action, kind: "rating", id: e.Rating, place: actor.Place{Office: c.OfficeID},
		detail: audit.Detail{"rating": e.Rating, "reason": reason, "from": day, "to": day, "count": 1, "level_sum": c.Level}}
}
