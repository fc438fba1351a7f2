package surveys

import (
	"context"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// RatingFilter narrows a list of ratings; zero fields do not narrow. Newest
// first: pass the day and id of the last row as BeforeDay and BeforeID for the
// next page.
type RatingFilter struct {
	Unit        int64 // 0: the whole city
	From, To    workday.Day
	Levels      []int
	BadOnly     bool // levels 1 and 2
	Suspect     bool // only those that wait for a person's decision
	WithComment bool
	Channel     Channel
	BeforeDay   workday.Day
	BeforeID    int64
	Limit       int // 1–100; 0 = 50
}

// RatingRow is a rating as staff see it: what was said about whom, and nothing
// by which the one who said it, or the device, could be told again.
type RatingRow struct {
	ID         int64
	VisitedOn  workday.Day
	ReceivedAt time.Time
	Unit       *Unit // with its office and hall as they are today
	Version    int
	Channel    Channel
	Stratum    Stratum
	Level      int
	Tags       []int
	Answers    []Answer
	Texts      map[int]string // question id → words
	Comment    string
	Language   string
	Elder      bool
	Seconds    int // -1: not known
	Signals    []string
	Standing   Standing
}

// Bad tells whether the rating is a 差评, which must be answered.
func (r RatingRow) Bad() bool { return r.Level <= 2 }

// Ratings lists the ratings of a unit and all below it. NotFound where there is
// no such unit or by may not read ratings there; Forbidden where by may read
// none at all, or asks for the whole city without a citywide grant; Invalid with
// fields (from, levels).
func (s *Service) Ratings(ctx context.Context, by actor.Actor, f RatingFilter) ([]RatingRow, error) {
	if !by.Anywhere(PermRatingRead) || f.Unit == 0 && !by.Citywide(PermRatingRead) {
		return nil, fault.New(fault.Forbidden, "fault.forbidden")
	}
	if faults := f.faults(); len(faults) > 0 {
		return nil, fault.Fielded(faults...)
	}
	f.Limit = pageOf(f.Limit)
	var list []RatingRow
	err := pg.InSnapshot(ctx, s.db, func(tx *sqlx.Tx) error {
		units, err := directory(ctx, tx)
		if err != nil {
			return err
		}
		var within Parents
		if f.Unit != 0 {
			u := units[f.Unit]
			if u == nil || !by.Can(PermRatingRead, u.Place()) {
				return fault.New(fault.NotFound, "surveys.unit.not_found")
			}
			within = u.narrowest()
			if within.Division == 0 && !by.Can(PermRatingRead, actor.Place{Office: within.Office, Hall: within.Hall}) {
				within.Division = u.Division // by's right is the division's alone
			}
		}
		list, err = selectRatings(ctx, tx, within, f, units)
		return err
	})
	return list, err
}

func (f RatingFilter) faults() []fault.Field {
	var faults []fault.Field
	if !f.From.IsZero() && !f.To.IsZero() && f.To.Before(f.From) {
		faults = append(faults, fault.Field{Name: "from", Key: "surveys.ratings.period"})
	}
	if slices.ContainsFunc(f.Levels, func(l int) bool { return l < 1 || l > 5 }) {
		faults = append(faults, fault.Field{Name: "levels", Key: "surveys.ratings.level"})
	}
	return faults
}

// narrowest gives the parents by which ratings of a unit are found: itself and
// its office, with which an index begins, and its hall. So what a window was
// rated before it moved stays with the office and the hall where it was, whose
// staff alone may read it.
func (u *Unit) narrowest() Parents {
	p := u.Parents()
	if u.Kind == "window" {
		p.Division = 0 // may have changed within the office
	}
	return p
}
