package complaints

import (
	"context"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Filter narrows a queue; zero fields do not narrow.
type Filter struct {
	States   []State // empty: live ones
	Kinds    []Kind
	Office   int64
	Hall     int64
	Unit     int64
	Category int
	Handler  int64 // account
	Nobody   bool  // assigned to nobody
	Overdue  bool
	DueFrom  time.Time
	DueBy    time.Time
	Level    int // of supervision, at least
	// As leaves out what the account may not be "caller" or "reviewer" of, because its
	// office has or had the case or it plays another part in it.
	As string
	// After is the last row of the page before.
	After *Mark
	Limit int // 1–200; 0 = 50
}

// Mark is a place in the order of a queue: due first, then by number; what has no deadline last.
// Turn is its place in a search, where DueAt says nothing.
type Mark struct {
	DueAt *time.Time
	Turn  int64
	ID    ID
}

// Queue lists the cases that by may read, in the order in which they are due.
// Forbidden where by may read none at all. It shows exactly what Get shows.
func (s *Service) Queue(ctx context.Context, by actor.Actor, f Filter) ([]Case, error) {
	r, err := reachOf(by)
	if err != nil {
		return nil, err
	}
	if err := f.known(); err != nil {
		return nil, err
	}
	if f.Limit <= 0 {
		f.Limit = 50
	}
	f.Limit = min(f.Limit, 200)
	var list []Case
	err = pg.InSnapshot(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		list, err = selectQueue(ctx, tx, r, f, s.now())
		return err
	})
	return list, err
}

// known refuses what is no choice.
func (f Filter) known() error {
	if f.As != "" && f.As != "caller" && f.As != "reviewer" {
		return wrongChoice("as")
	}
	for _, state := range f.States {
		if !slices.Contains(States(), state) {
			return wrongChoice("state")
		}
	}
	return nil
}

// Counts are how many live cases by may read, by state, and what is pressing.
type Counts struct {
	ByState  map[State]int
	Live     int
	Overdue  int
	DueToday int
	Nobody   int // live, with no handler
	Mine     int // live, handled by whoever counts
}

// Counts counts the live cases that Queue would list. Forbidden like Queue.
func (s *Service) Counts(ctx context.Context, by actor.Actor, f Filter) (Counts, error) {
	r, err := reachOf(by)
	if err != nil {
		return Counts{}, err
	}
	var c Counts
	err = pg.InSnapshot(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		c, err = selectCounts(ctx, tx, r, f, s.now())
		return err
	})
	return c, err
}

// Dossier is all of a case that by may read.
type Dossier struct {
	Case
	Events    []Event
	Clocks    []ClockFace
	Messages  []Message  // private ones only for whoever may read notes
	Files     []Attached // as Messages
	Units     []CaseUnit
	Callbacks []CallbackTry
	Contact   bool // the vault holds a contact, which needs a reason to open
	Actions   []Action
	Moves     []Move // deadlines that moved by the calendar
	Asked     bool   // the citizen was asked once already
	Misses    int    // tries to reach the citizen in this round
}

// ClockFace is a clock as it is shown.
type ClockFace struct {
	Name      ClockName
	Start     time.Time
	Due       time.Time
	Unnoticed []int
	End       time.Time // zero: runs
	Paused    bool
	InTime    *bool // nil: not over yet
}

// CaseUnit is an office's part in a case.
type CaseUnit struct {
	Unit  int64     `db:"unit_id"`
	Role  string    `db:"role"` // lead, assist, former
	Since time.Time `db:"since"`
}

// Get reads a case. NotFound where there is none or by may not know of it. Private
// notes are shown with case:handle or case:supervise at the case, or in an office that has or had it.
func (s *Service) Get(ctx context.Context, by actor.Actor, id ID) (Dossier, error) {
	var d Dossier
	err := pg.InSnapshot(ctx, s.cfg.DB, func(tx *sqlx.Tx) (err error) {
		if d.Case, err = selectCase(ctx, tx, id); err != nil {
			return err
		}
		if err := see(ctx, tx, by, &d.Case); err != nil {
			return err
		}
		if d.Events, err = selectEvents(ctx, tx, id); err != nil {
			return err
		}
		f, err := s.stand(d.Events)
		if err != nil {
			return err
		}
		tied, err := hasTie(ctx, tx, id, officesOf(by))
		if err != nil {
			return err
		}
		private := may(by, PermHandle, &d.Case) == nil || may(by, PermSupervise, &d.Case) == nil || tied
		if d.Messages, err = selectMessages(ctx, tx, id, private); err != nil {
			return err
		}
		if d.Files, err = selectFiles(ctx, tx, id, private); err != nil {
			return err
		}
		if d.Units, err = selectUnits(ctx, tx, id); err != nil {
			return err
		}
		if d.Callbacks, err = selectCallbacks(ctx, tx, id); err != nil {
			return err
		}
		if d.Moves, err = selectMoves(ctx, tx, id); err != nil {
			return err
		}
		contact, err := contactOf(ctx, tx, id)
		d.Contact, d.Asked, d.Misses = contact.Valid, f.Asked, f.Misses
		s.faces(&d, f)
		if err == nil {
			d.Actions, err = s.actions(ctx, tx, by, &d.Case, f)
		}
		return err
	})
	return d, err
}

func (s *Service) faces(d *Dossier, f *Flow) {
	w := s.cfg.Clock()
	for i := range f.clocks {
		c := &f.clocks[i]
		if c.Start.IsZero() {
			continue
		}
		due := c.Due(w)
		_, _, over := c.paused(w)
		d.Clocks = append(d.Clocks, ClockFace{Name: c.Name, Start: c.Start, Due: due.At, Unnoticed: due.Unnoticed, End: c.End, Paused: !over && c.Running(), InTime: kept(c, w)})
	}
}

// reach is what an actor may read.
type reach struct {
	offices, halls, divisions []int64 // by case:read

	all        bool
	discipline bool
	account    int64
	own        []int64 // offices it belongs to, for bars
	system     bool
}

func reachOf(by actor.Actor) (reach, error) {
	if !by.Anywhere(PermRead) && !by.Citywide(PermDiscipline) {
		return reach{}, fault.New(fault.Forbidden, "fault.forbidden")
	}
	r := reach{discipline: by.Citywide(PermDiscipline), account: by.Account, own: officesOf(by), system: isSystem(by)}
	over := by.Scope(PermRead)
	r.offices, r.halls, r.divisions, r.all = over.Offices, over.Halls, over.Divisions, over.All
	return r, nil
}
