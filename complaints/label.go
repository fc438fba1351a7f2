package complaints

import (
	"context"
	"time"

	"minping/complaints/workday"
)

// UnitLabel is what a unit of the directory is called. Names are public.
type UnitLabel struct {
	ID     int64  `db:"id"`
	Name   string `db:"name"`
	NameEn string `db:"name_en"`
	Number string `db:"number"` // windows
}

// Labels are the names that belong to the numbers in cases.
type Labels struct {
	Units    map[int64]UnitLabel
	Accounts map[int64]string
}

// Labels reads what units and accounts are called, for lists and sentences about
// cases that somebody was shown.
func (s *Service) Labels(ctx context.Context, units, accounts []int64) (Labels, error) {
	return selectLabels(ctx, s.cfg.DB, units, accounts)
}

// OfficeLabels lists the offices in service, by name, to choose from.
func (s *Service) OfficeLabels(ctx context.Context) ([]UnitLabel, error) {
	return selectOffices(ctx, s.cfg.DB, workday.Of(s.now()).String())
}

// Remaining is how long until a deadline, as people at a desk count.
type Remaining struct {
	Over bool // it passed
	// Days are the working days that change between now and then; 0: within a day.
	Days  int
	Span  time.Duration // on the clock
	Today bool
}

// Remaining counts from now to a deadline.
func (s *Service) Remaining(due time.Time) Remaining {
	now := s.now()
	r := Remaining{Over: due.Before(now), Span: due.Sub(now).Abs(), Today: workday.Of(due) == workday.Of(now)}
	from, to := workday.Of(now), workday.Of(due)
	if r.Over {
		from, to = to, from
	}
	if !r.Today {
		r.Days = s.cfg.Clock().Calendar().Between(from, to)
	}
	if r.Over && r.Span < 24*time.Hour {
		r.Days = 0
	}
	return r
}
