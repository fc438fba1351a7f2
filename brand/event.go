package brand

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Kind says what sort of event it was.
type Kind string

// The kinds.
const (
	Campaign Kind = "campaign" // 宣传活动
	Scandal  Kind = "scandal"  // 负面事件
	Reform   Kind = "reform"   // 改革举措
	Other    Kind = "other"    // 其他
)

// Kinds lists them in the order of a form.
func Kinds() []Kind { return []Kind{Reform, Campaign, Scandal, Other} }

// Limits of what is typed, in characters.
const (
	MaxTitle  = 60
	MaxReason = 200
)

// longest is how many days an event may last: what goes on for longer is no event.
const longest = 366

// Event is something that may explain a change of the figures. Days are midnight UTC.
type Event struct {
	ID       int64     `db:"id"`
	Unit     int64     `db:"unit_id"`
	Place    string    `db:"place"` // city, office, hall: the kind of its unit
	Kind     Kind      `db:"kind"`
	From     time.Time `db:"from_on"`
	To       time.Time `db:"to_on"`
	Title    string    `db:"title"`
	At       time.Time `db:"entered_at"`
	By       string    `db:"entered_name"`
	MayWrite bool      `db:"-"` // by may take it off
}

// NewEvent is an event as somebody types it. An empty To is From.
type NewEvent struct {
	Unit            int64
	Kind            Kind
	From, To, Title string
}

// Events lists what is pinned to the line of a unit between two days: its own events, those
// of its office and hall, and the city's; the latest first. Needs index:read or brand:write.
// Forbidden, NotFound. That the unit's figures may be seen is for package indices to say:
// nothing is pinned to a division itself.
func (s *Service) Events(ctx context.Context, by actor.Actor, unit int64, from, to time.Time) ([]Event, error) {
	if err := reads(by); err != nil {
		return nil, err
	}
	u, err := selectUnit(ctx, s.db, unit)
	if err != nil {
		return nil, err
	}
	list, err := selectEvents(ctx, s.db, u, from, to)
	for i := range list {
		list[i].MayWrite = Writes(by, Unit{ID: list[i].Unit, Kind: list[i].Place})
	}
	return list, err
}

// Pin puts an event on the line of an office, a hall or the whole city. Needs brand:write
// there. Forbidden, NotFound; Invalid with fields kind, from, to, title.
func (s *Service) Pin(ctx context.Context, by actor.Actor, in NewEvent) (Event, error) {
	if !by.Anywhere(PermWrite) {
		return Event{}, forbidden()
	}
	var e Event
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		u, err := s.writable(ctx, tx, by, in.Unit)
		if err != nil {
			return err
		}
		if e, err = s.check(in); err != nil {
			return err
		}
		e.Unit, e.Place, e.At, e.By = u.ID, u.Kind, s.now(), by.Name
		if err := insertEvent(ctx, tx, &e, by.Account); err != nil {
			return err
		}
		return audit.Record(ctx, tx, e.entry(audit.EventPin, by, e.At))
	})
	return e, err
}

// Remove takes an event off the line; the row stays. Needs brand:write at its unit.
// Forbidden, NotFound (also where it is off already).
func (s *Service) Remove(ctx context.Context, by actor.Actor, id int64) (Event, error) {
	if !by.Anywhere(PermWrite) {
		return Event{}, forbidden()
	}
	var e Event
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) (err error) {
		if e, err = lockEvent(ctx, tx, id); err != nil {
			return err
		}
		if !Writes(by, Unit{ID: e.Unit, Kind: e.Place}) {
			return fault.New(fault.NotFound, "brand.fault.event")
		}
		now := s.now()
		if err := removeEvent(ctx, tx, id, now, by.Name); err != nil {
			return err
		}
		return audit.Record(ctx, tx, e.entry(audit.EventRemove, by, now))
	})
	return e, err
}

func (e Event) entry(do audit.Action, by actor.Actor, at time.Time) audit.Entry {
	return audit.Entry{At: at, By: by, Action: do, Place: Unit{ID: e.Unit, Kind: e.Place}.place(), Object: audit.Object{Kind: "event", ID: strconv.FormatInt(e.ID, 10)},
		Detail: audit.Detail{"kind": string(e.Kind), "from": dayText(e.From), "to": dayText(e.To)}}
}

// writable finds the unit and holds its row, so that of two who change it at once one waits.
func (s *Service) writable(ctx context.Context, tx *sqlx.Tx, by actor.Actor, id int64) (Unit, error) {
	u, err := lockUnit(ctx, tx, id)
	switch {
	case err != nil:
		return u, err
	case !u.pinned():
		return u, unknownUnit()
	case !Writes(by, u):
		return u, forbidden()
	}
	return u, nil
}

func (s *Service) check(in NewEvent) (Event, error) {
	var wrong []fault.Field
	add := func(name, key string, args map[string]any) {
		wrong = append(wrong, fault.Field{Name: name, Key: key, Args: args})
	}
	e := Event{Kind: in.Kind}
	if !known(in.Kind, Kinds()) {
		add("kind", "fault.field.choice", nil)
	}
	var ok bool
	if e.From, ok = day(in.From); !ok {
		add("from", "fault.field.date", nil)
	} else if e.From.After(s.lastDay()) {
		add("from", "brand.fault.far", nil)
	}
	e.To = e.From
	if in.To != "" {
		if e.To, ok = day(in.To); !ok {
			add("to", "fault.field.date", nil)
		}
	}
	if len(wrong) == 0 && (e.To.Before(e.From) || e.To.Sub(e.From) > longest*24*time.Hour) {
		add("to", "brand.fault.span", map[string]any{"Max": longest})
	}
	if key, args := text(&in.Title, MaxTitle); key != "" {
		add("title", key, args)
	}
	if e.Title = in.Title; len(wrong) > 0 {
		return e, fault.Fielded(wrong...)
	}
	return e, nil
}

// lastDay is how far ahead something may be told of: what is planned for within a year.
func (s *Service) lastDay() time.Time { return midnight(s.today().AddDays(longest)) }

func known[T comparable](v T, list []T) bool {
	for _, k := range list {
		if k == v {
			return true
		}
	}
	return false
}

// text checks a line of text, with whatever breaks lines made a space.
func text(t *string, most int) (key string, args map[string]any) {
	*t = strings.Join(strings.Fields(*t), " ")
	switch {
	case *t == "":
		return "fault.field.required", nil
	case !utf8.ValidString(*t) || strings.ContainsRune(*t, 0):
		return "fault.field.text", nil
	case utf8.RuneCountInString(*t) > most:
		return "fault.field.max", map[string]any{"Max": most}
	}
	return "", nil
}

// day reads a day of this century and the end of the last; midnight UTC.
func day(text string) (time.Time, bool) {
	d, err := workday.Parse(strings.TrimSpace(text))
	if err != nil || d.Year < 2000 || d.Year > 2100 {
		return time.Time{}, false
	}
	return midnight(d), true
}

func midnight(d workday.Day) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
}

func dayText(t time.Time) string { return t.Format("2006-01-02") }
