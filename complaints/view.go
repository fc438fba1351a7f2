package complaints

import (
	"context"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Most views that one account keeps, and characters of a view's name.
const (
	MaxViews    = 20
	MaxViewName = 30
)

// Choice is a filter as a person chooses it, with words for what moves: today, mine.
type Choice struct {
	Text     string `json:"q,omitempty"`
	Kind     string `json:"kind,omitempty"`
	State    string `json:"state,omitempty"` // a state, or a group of them: see States
	Office   int64  `json:"office,omitempty"`
	Category int    `json:"category,omitempty"`
	Due      string `json:"due,omitempty"`   // overdue, today
	Whose    string `json:"whose,omitempty"` // mine, nobody
}

// Groups of states that a choice may name.
const (
	Undispatched = "undispatched" // 待派单: nobody was given it yet
	Unsigned     = "new"          // 待签收
	Answered     = "answered"     // 待回访
	Finished     = "over"
)

// StateGroup gives the states of a group; nil: there is no such group.
func StateGroup(name string) []State {
	switch name {
	case Undispatched:
		return []State{Received, Triaged}
	case Unsigned:
		return []State{Dispatched, Redo}
	case Answered:
		return []State{Replied, InCallback}
	case Finished:
		return slices.DeleteFunc(States(), State.Live)
	}
	return nil
}

// Filter is what a choice means now, for an account; false where it names something
// that there is not. Without a state it means the live ones, with words all.
func (c Choice) Filter(now time.Time, account int64) (Filter, bool) {
	f := Filter{Office: c.Office, Category: c.Category, Overdue: c.Due == "overdue", Nobody: c.Whose == "nobody"}
	if c.Whose == "mine" {
		f.Handler = account
	}
	if c.Due == "today" {
		f.DueFrom, f.DueBy = now, workday.Of(now).AddDays(1).Start()
	}
	if k := Kind(c.Kind); c.Kind != "" {
		if !k.Known() {
			return f, false
		}
		f.Kinds = []Kind{k}
	}
	switch f.States = StateGroup(c.State); {
	case f.States != nil:
	case c.State == "live", c.State == "" && c.Text == "":
		f.States = slices.Clone(live)
	case c.State == "":
		f.States = States()
	case slices.Contains(States(), State(c.State)):
		f.States = []State{State(c.State)}
	default:
		return f, false
	}
	known := slices.Contains([]string{"", "overdue", "today"}, c.Due) && slices.Contains([]string{"", "mine", "nobody"}, c.Whose)
	return f, known && c.Office >= 0 && c.Category >= 0 && utf8.RuneCountInString(c.Text) <= MaxSearch
}

// View is a choice with a name. Those that everybody has have a Key and no ID.
type View struct {
	ID     int64
	Key    string
	Name   string
	Choice Choice
}

// Ref is what a view is called by in an address and as somebody's first.
func (v View) Ref() string {
	if v.ID != 0 {
		return strconv.FormatInt(v.ID, 10)
	}
	return v.Key
}

// shared are the views that everybody has, in their order.
var shared = []View{
	{Key: "open"},
	{Key: "mine", Choice: Choice{Whose: "mine"}},
	{Key: "overdue", Choice: Choice{Due: "overdue"}},
	{Key: "today", Choice: Choice{Due: "today"}},
	{Key: "undispatched", Choice: Choice{State: Undispatched}},
	{Key: "new", Choice: Choice{State: Unsigned}},
	{Key: "nobody", Choice: Choice{Whose: "nobody"}},
	{Key: "waiting", Choice: Choice{State: string(Waiting)}},
	{Key: "answered", Choice: Choice{State: Answered}},
	{Key: "over", Choice: Choice{State: Finished}},
}

// sharedFor leaves out what is no business of by.
func sharedFor(by actor.Actor) []View {
	return slices.DeleteFunc(slices.Clone(shared), func(v View) bool {
		switch v.Key {
		case "mine":
			return !by.Anywhere(PermHandle) && !by.Citywide(PermDiscipline)
		case "undispatched", "nobody":
			return !by.Anywhere(PermDispatch) && !by.Citywide(PermDiscipline)
		}
		return false
	})
}

// firstFor is the view that opens first for whoever has not chosen one: for the
// dispatch desk what waits for an office, for supervision what is late, for others what
// is due first.
func firstFor(by actor.Actor) string {
	switch {
	case by.Citywide(PermDispatch) && by.Citywide(PermHandle):
		return "undispatched"
	case by.Citywide(PermSupervise):
		return "overdue"
	}
	return "open"
}

// Views are what by has to choose from, and which of them opens first.
type Views struct {
	Shared, Own []View
	First       string // Ref of one of them
}

// Find gives the view of a Ref.
func (v Views) Find(ref string) (View, bool) {
	for _, list := range [][]View{v.Shared, v.Own} {
		if i := slices.IndexFunc(list, func(w View) bool { return w.Ref() == ref }); i >= 0 {
			return list[i], true
		}
	}
	return View{}, false
}

// Views lists by's views of the queue. Forbidden like Queue.
func (s *Service) Views(ctx context.Context, by actor.Actor) (Views, error) {
	if _, err := reachOf(by); err != nil {
		return Views{}, err
	}
	v := Views{Shared: sharedFor(by), First: firstFor(by)}
	err := pg.InSnapshot(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		own, first, err := selectViews(ctx, tx, by.Account)
		v.Own = own
		if _, ok := v.Find(first); ok {
			v.First = first
		}
		return err
	})
	return v, err
}

// SaveView keeps a choice under a name; the same name again replaces it. Forbidden
// like Queue; Invalid with field name; Conflict where there are MaxViews already.
func (s *Service) SaveView(ctx context.Context, by actor.Actor, name string, c Choice) (View, error) {
	if _, err := reachOf(by); err != nil {
		return View{}, err
	}
	name, err := words("name", name, MaxViewName)
	if err != nil {
		return View{}, err
	}
	c.Text = clean(c.Text)
	if _, ok := c.Filter(s.now(), by.Account); !ok {
		return View{}, wrongChoice("filter")
	}
	v := View{Name: name, Choice: c}
	err = pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		if v.ID, err = saveView(ctx, tx, by.Account, v); err == nil && v.ID == 0 {
			err = fault.New(fault.Conflict, "complaints.views_full")
		}
		return err
	})
	return v, err
}

// DropView forgets one of by's own views. NotFound where it is not by's.
func (s *Service) DropView(ctx context.Context, by actor.Actor, id int64) error {
	if _, err := reachOf(by); err != nil {
		return err
	}
	return pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		gone, err := deleteView(ctx, tx, by.Account, id)
		if err == nil && !gone {
			err = unknown()
		}
		return err
	})
}

// OpenFirst says which view opens first for by. NotFound where by has none of that name.
func (s *Service) OpenFirst(ctx context.Context, by actor.Actor, ref string) error {
	v, err := s.Views(ctx, by)
	if err != nil {
		return err
	}
	if _, ok := v.Find(ref); !ok {
		return unknown()
	}
	return pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error { return saveFirst(ctx, tx, by.Account, ref) })
}

// MostCounted is where counting ends: "1000" means at least so many.
const MostCounted = 1000

// CountView counts what a view shows, up to MostCounted; -1 where it shows finished
// cases, which nobody needs to count. Forbidden like Queue.
func (s *Service) CountView(ctx context.Context, by actor.Actor, c Choice) (int, error) {
	r, err := reachOf(by)
	if err != nil {
		return 0, err
	}
	f, ok := c.Filter(s.now(), by.Account)
	if !ok || !slices.ContainsFunc(f.States, State.Live) {
		return -1, nil
	}
	n := 0
	err = pg.InSnapshot(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		if c.Text == "" {
			n, err = countQueue(ctx, tx, r, f, s.now())
			return err
		}
		pieces, err := s.pieces(ctx, tx, c.Text)
		if err != nil || len(pieces) == 0 {
			n = -1
			return err
		}
		query, more := searchFor(by, r, f, pieces)
		f.Limit = MostCounted
		list, err := selectFound(ctx, tx, r, f, finding{query, more, s.now()})
		n = len(list)
		return err
	})
	return n, err
}
