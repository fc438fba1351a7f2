package calendar

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/settings"
)

// Settings lists what may be set: the office hours, which decide when a limit ends.
func Settings() []settings.Definition {
	return []settings.Definition{{Key: hoursKey, Group: "calendar", Type: settings.Hours, Default: "09:00-12:00,13:30-17:00", Rank: true, Propose: settings.PermPropose}}
}

const hoursKey = "office.hours"

// Config is what the service stands on.
type Config struct {
	DB       *sqlx.DB
	Now      func() time.Time // nil: time.Now
	Settings *settings.Set    // nil: the defaults
}

// Service is the domain's one door.
type Service struct {
	db    *sqlx.DB
	now   func() time.Time
	set   *settings.Set
	hours settings.HoursOf

	known  atomic.Pointer[known] // as the database says
	made   atomic.Pointer[made]
	making sync.Mutex
}

// known are the notices that hold, by rising year, and the calendar that they give.
type known struct {
	notices []workday.Notice
	book    *workday.Calendar
}

// made is a clock and what it was made of.
type made struct {
	clock *workday.Clock
	book  *workday.Calendar
	mark  any
}

// New reads the notices.
func New(ctx context.Context, c Config) (*Service, error) {
	set, err := settings.Or(c.Settings, Settings())
	if err != nil {
		return nil, err
	}
	h := set.Handles()
	s := &Service{db: c.DB, now: c.Now, set: set, hours: h.Hours(hoursKey)}
	if s.now == nil {
		s.now = time.Now
	}
	if err := h.Err(); err != nil {
		return nil, err
	}
	return s, s.Reload(ctx)
}

// Reload reads the notices anew; each node calls it when the database says that one
// was decided.
func (s *Service) Reload(ctx context.Context) error {
	list, err := selectApproved(ctx, s.db)
	if err != nil {
		return err
	}
	s.known.Store(&known{list, bookOf(list)})
	return nil
}

// bookOf puts notices over the calendar that ships with the program, by rising year:
// a notice may speak of the last days of the year before.
func bookOf(list []workday.Notice) *workday.Calendar {
	book := workday.Builtin()
	for _, n := range list {
		book = book.WithYear(n.Year, n.Overrides())
	}
	return book
}

// with is the calendar as it would be with a notice in place of that of its year.
func (k *known) with(n workday.Notice) *workday.Calendar {
	list := slices.DeleteFunc(slices.Clone(k.notices), func(o workday.Notice) bool { return o.Year == n.Year })
	list = append(list, n)
	slices.SortFunc(list, func(a, b workday.Notice) int { return a.Year - b.Year })
	return bookOf(list)
}

// Calendar gives the working days as they are known now.
func (s *Service) Calendar() *workday.Calendar { return s.known.Load().book }

// Clock gives working days and office hours as they are known now: from memory, made
// anew only when one of them changed.
func (s *Service) Clock() *workday.Clock {
	book, mark := s.Calendar(), s.set.Mark()
	if m := s.made.Load(); m != nil && m.book == book && m.mark == mark {
		return m.clock
	}
	s.making.Lock()
	defer s.making.Unlock()
	hours, err := s.hours.All()
	if err != nil { // cannot be: a value that is no office hours is not taken
		hours = workday.OfficeHours()
	}
	m := &made{clock: workday.NewClock(book, hours), book: book, mark: mark}
	if last := s.made.Load(); last != nil && last.book == book && same(last.clock.Hours(), hours) {
		m.clock = last.clock // another setting changed
	}
	s.made.Store(m)
	return m.clock
}

func same(a, b workday.Hours) bool {
	x, y := a.Schedules(), b.Schedules()
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if x[i].From != y[i].From || len(x[i].Spans) != len(y[i].Spans) {
			return false
		}
		for j := range x[i].Spans {
			if x[i].Spans[j] != y[i].Spans[j] {
				return false
			}
		}
	}
	return true
}

// Missing is the year whose notice is missing and should be there; 0: none.
func (s *Service) Missing() int { return workday.Missing(s.Calendar(), workday.Of(s.now())) }
