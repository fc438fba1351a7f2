package calendar

import (
	"context"
	"time"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
	"minping/internal/settings"
)

// State is how far a notice has come.
type State string

// The states.
const (
	Pending   State = "pending"
	Approved  State = "approved"
	Rejected  State = "rejected"
	Withdrawn State = "withdrawn"
)

// Notice is a holiday notice as it was brought in.
type Notice struct {
	ID           int64      `db:"id"`
	Year         int        `db:"year"`
	Source       string     `db:"source"`
	ProposedBy   int64      `db:"proposed_by"` // 0: the command on the server
	ProposedName string     `db:"proposed_name"`
	ProposedAt   time.Time  `db:"proposed_at"`
	State        State      `db:"state"`
	DecidedName  string     `db:"decided_name"`
	DecidedAt    *time.Time `db:"decided_at"`
	Decision     string     `db:"decision"`
	Days         []workday.NoticeDay
}

// Year is what holds for a year.
type Year struct {
	Year    int
	Covered bool    // a notice is known
	Notice  *Notice // nil: the one that ships with the program
	Off     int     // days of the week that are off by notice
	Worked  int     // days of the weekend that are worked
}

// Overview is what the calendar stands on.
type Overview struct {
	Missing int // year whose notice is missing; 0: none
	Years   []Year
	Notices []Notice // all that were brought in, newest first
}

// List gives the overview. Needs setting:read over the city.
func (s *Service) List(ctx context.Context, by actor.Actor) (Overview, error) {
	if !by.Citywide(settings.PermRead) {
		return Overview{}, fault.New(fault.Forbidden, "fault.forbidden")
	}
	list, err := selectNotices(ctx, s.db)
	if err != nil {
		return Overview{}, err
	}
	o := Overview{Missing: s.Missing(), Notices: list}
	book, today := s.Calendar(), workday.Of(s.now())
	for year := today.Year + 1; year >= today.Year-1; year-- {
		y := Year{Year: year, Covered: book.Covers(year)}
		for day := (workday.Day{Year: year, Month: 1, Day: 1}); day.Year == year; day = day.AddDays(1) {
			weekend := day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
			if works := book.IsWorkday(day); works && weekend {
				y.Worked++
			} else if !works && !weekend {
				y.Off++
			}
		}
		o.Years = append(o.Years, y)
	}
	o.match()
	return o, nil
}

// match finds the notice that holds for each year: that which was approved last.
func (o *Overview) match() {
	for i := range o.Years {
		y := &o.Years[i]
		for j := range o.Notices {
			n := &o.Notices[j]
			if n.Year == y.Year && n.State == Approved && (y.Notice == nil || n.DecidedAt.After(*y.Notice.DecidedAt)) {
				y.Notice = n
			}
		}
	}
}

// Get gives a notice with what it would do now (of one that waits), or nothing more.
// Needs setting:read over the city; NotFound where there is none.
func (s *Service) Get(ctx context.Context, by actor.Actor, id int64) (Notice, Plan, error) {
	if !by.Citywide(settings.PermRead) {
		return Notice{}, Plan{}, fault.New(fault.Forbidden, "fault.forbidden")
	}
	n, err := selectNotice(ctx, s.db, id)
	if pg.None(err) {
		return n, Plan{}, fault.New(fault.NotFound, "calendar.unknown")
	}
	if err != nil || n.State != Pending {
		return n, Plan{}, err
	}
	return n, n.plan(s), nil
}
