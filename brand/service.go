package brand

import (
	"time"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
)

// The permissions this package checks.
const (
	PermRead  actor.Permission = "index:read"  // who sees figures sees what is pinned to them
	PermWrite actor.Permission = "brand:write" // events, targets and stages, of an office or of the whole city
)

// Config is what the service needs from outside.
type Config struct {
	DB  *sqlx.DB
	Now func() time.Time // nil = time.Now
}

// Service keeps events, targets and stages.
type Service struct {
	db  *sqlx.DB
	now func() time.Time
}

// New makes the service.
func New(c Config) *Service {
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Service{db: c.DB, now: c.Now}
}

func (s *Service) today() workday.Day { return workday.Of(s.now()) }

func forbidden() error { return fault.New(fault.Forbidden, "fault.forbidden") }

func unknownUnit() error { return fault.New(fault.NotFound, "brand.fault.unit") }

func reads(by actor.Actor) error {
	if !by.Anywhere(PermRead) && !by.Anywhere(PermWrite) {
		return forbidden()
	}
	return nil
}

// Writes tells whether by may pin events to a unit, set its target or the stage of its brand.
func Writes(by actor.Actor, u Unit) bool { return by.Can(PermWrite, u.place()) }

// Unit is what this package knows of a unit of the directory.
type Unit struct {
	ID     int64  `db:"id"`
	Kind   string `db:"kind"`
	Office int64  `db:"office_id"`
	Hall   int64  `db:"hall_id"`
}

// place is where a change of the unit lies: the office, the hall, or the whole city.
func (u Unit) place() actor.Place {
	switch u.Kind {
	case "office":
		return actor.Place{Office: u.ID}
	case "hall":
		return actor.Place{Hall: u.ID}
	}
	return actor.Place{}
}

// pinned tells whether events may be pinned to the unit itself.
func (u Unit) pinned() bool { return u.Kind == "city" || u.Kind == "office" || u.Kind == "hall" }
