package calendar

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/emmansun/gmsm/sm3"
	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
	"minping/internal/settings"
)

// Draft is a notice that somebody wants to bring in.
type Draft struct {
	File   []byte // in the form of the public data set NateScarlet/holiday-cn
	Source string // where it was published; "": the first paper that the file names
}

// Plan is what a notice would do.
type Plan struct {
	Year    int
	Source  string
	Days    []workday.NoticeDay
	Changes []Change
	Fresh   bool           // the year has had no notice
	Clock   *workday.Clock // as it would be
	digest  string
}

// Change is a day that is worked where it was off, or off where it was worked.
type Change struct {
	Day   workday.Day
	Name  string // of the holiday; "": the notice says nothing of the day
	Works bool
	Over  bool // it is over: what was in time is judged anew
}

// Off and Worked count the days of a plan.
func (p Plan) Off() int { return len(p.Days) - p.Worked() }

// Worked: see Off.
func (p Plan) Worked() int {
	n := 0
	for _, d := range p.Days {
		if !d.Off {
			n++
		}
	}
	return n
}

// Past counts the changes to days that are over.
func (p Plan) Past() int {
	n := 0
	for _, c := range p.Changes {
		if c.Over {
			n++
		}
	}
	return n
}

// maxSource is how many characters a source may have.
const maxSource = 300

// Plan says what a notice would do, and changes nothing. Needs setting:propose over
// the city. Invalid with fields file and source.
func (s *Service) Plan(_ context.Context, by actor.Actor, d Draft) (Plan, error) {
	if !by.Citywide(settings.PermPropose) {
		return Plan{}, fault.New(fault.Forbidden, "fault.forbidden")
	}
	return s.plan(d)
}

func (s *Service) plan(d Draft) (Plan, error) {
	n, err := workday.ParseNotice(bytes.NewReader(d.File))
	if err != nil {
		return Plan{}, fault.Fielded(fileFault(err))
	}
	p := Plan{Year: n.Year, Days: n.Days, Source: strings.TrimSpace(d.Source)}
	if p.Source == "" && len(n.Papers) > 0 {
		p.Source = strings.TrimSpace(n.Papers[0])
	}
	today := workday.Of(s.now())
	var wrong []fault.Field
	file := func(key string, args map[string]any) {
		wrong = append(wrong, fault.Field{Name: "file", Key: key, Args: args})
	}
	switch {
	case p.Year < today.Year-1 || p.Year > today.Year+2:
		file("calendar.file.year", map[string]any{"From": today.Year - 1, "To": today.Year + 2})
	case !workday.New(n.Overrides()).Covers(p.Year):
		file("calendar.file.incomplete", map[string]any{"Year": p.Year})
	case len(p.Days) > 120:
		file("calendar.file.many", nil)
	}
	for _, day := range p.Days {
		if utf8.RuneCountInString(day.Name) > 40 || strings.ContainsRune(day.Name, 0) {
			file("calendar.file.name", nil)
			break
		}
	}
	if key, args := sourceFault(p.Source); key != "" {
		wrong = append(wrong, fault.Field{Name: "source", Key: key, Args: args})
	}
	if len(wrong) > 0 {
		return p, fault.Fielded(wrong...)
	}
	p.compare(s, n, today)
	if len(p.Changes) == 0 && !p.Fresh {
		return p, fault.Fielded(fault.Field{Name: "file", Key: "calendar.file.same", Args: map[string]any{"Year": p.Year}})
	}
	return p, nil
}

// compare finds out what changes against the calendar of now.
func (p *Plan) compare(s *Service, n workday.Notice, today workday.Day) {
	knows, names := s.known.Load(), map[workday.Day]string{}
	now := knows.book
	for _, d := range n.Days {
		names[d.Date] = d.Name
	}
	next := knows.with(n)
	for _, day := range now.Differences(next) {
		p.Changes = append(p.Changes, Change{Day: day, Name: names[day], Works: next.IsWorkday(day), Over: day.Before(today)})
	}
	p.Fresh, p.Clock, p.digest = !now.Covers(p.Year), workday.NewClock(next, s.Clock().Hours()), digestOf(n.Days)
}

func digestOf(days []workday.NoticeDay) string {
	sum := sm3.New()
	for _, d := range days {
		_, _ = fmt.Fprintln(sum, d.Date, d.Off, d.Name)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func sourceFault(source string) (string, map[string]any) {
	switch {
	case source == "":
		return "fault.field.required", nil
	case !utf8.ValidString(source) || strings.ContainsRune(source, 0):
		return "fault.field.text", nil
	case utf8.RuneCountInString(source) > maxSource:
		return "fault.field.max", map[string]any{"Max": maxSource}
	}
	return "", nil
}

func fileFault(err error) fault.Field {
	f := fault.Field{Name: "file", Key: "calendar.file.json"}
	switch {
	case errors.Is(err, workday.ErrTooLarge):
		f.Key = "calendar.file.large"
	case errors.Is(err, workday.ErrIncomplete):
		f.Key = "calendar.file.lacks"
	case errors.Is(err, workday.ErrWrongYear):
		f.Key = "calendar.file.other_year"
	case errors.Is(err, workday.ErrContradicts):
		f.Key = "calendar.file.contradicts"
	}
	return f
}

// Propose lets a notice wait for a second person, and gives its number. Faults are
// Plan's; Conflict where one of the year waits already. A program may propose too: it
// approves nothing.
func (s *Service) Propose(ctx context.Context, by actor.Actor, d Draft) (int64, Plan, error) {
	p, err := s.Plan(ctx, by, d)
	if err != nil {
		return 0, p, err
	}
	var id int64
	err = pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if id, err = insertNotice(ctx, tx, p, by, s.now()); err != nil {
			if pg.Broken(err) == "holiday_notices_pending_key" {
				return fault.Wrap(fault.Conflict, "calendar.pending", err)
			}
			return err
		}
		return audit.Record(ctx, tx, s.entry(by, audit.HolidayPropose, id, p.told("source", p.Source)))
	})
	return id, p, err
}

// told is what the chain hears of a plan.
func (p Plan) told(key string, value any) audit.Detail {
	return audit.Detail{"year": p.Year, "days_off": p.Off(), "days_worked": p.Worked(), "changed": len(p.Changes), "past": p.Past(), "file_digest": p.digest, key: value}
}

func (s *Service) entry(by actor.Actor, a audit.Action, id int64, d audit.Detail) audit.Entry {
	return audit.Entry{At: s.now().Truncate(time.Microsecond), By: by, Action: a, Object: audit.Object{Kind: "holiday", ID: strconv.FormatInt(id, 10)}, Detail: d}
}
