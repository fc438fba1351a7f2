package settings

import (
	"context"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Entry is one line of a setting's history.
type Entry struct {
	ID         int64
	Key        string
	Scope      Scope
	Text       string // as kept; "" where it is Unset
	Value      Value
	Known      bool // this program has the setting and scope and can read the value
	Unset      bool
	Default    bool // what a program said by itself
	From       time.Time
	Reason     string
	ProposedBy string // "": nobody needed to
	DecidedBy  string
	DecidedAt  time.Time
}

// Current is a setting as the list shows it.
type Current struct {
	Definition Definition
	Value      Value // city-wide
	Since      Entry // what made it so; a Default without From holds since ever
	Next       *Entry
	Pending    *Proposal
	Scopes     int // narrower values in force
}

// Overview is everything that is set.
type Overview struct {
	Settings []Current
	Pending  []Proposal // waiting for a second person, the soonest first
	Unknown  []Entry    // kept, but nothing in this program reads it
}

// List gives every setting as it stands now. Needs setting:read over the city.
func (s *Service) List(ctx context.Context, by actor.Actor) (Overview, error) {
	if err := allowed(by, PermRead); err != nil {
		return Overview{}, err
	}
	b, err := s.read(ctx, "", true)
	if err != nil {
		return Overview{}, err
	}
	var o Overview
	for n, d := range s.set.definitions {
		o.Settings = append(o.Settings, b.current(d, s.set.defaults[n]))
	}
	for _, e := range b.entries {
		if !e.Known {
			o.Unknown = append(o.Unknown, e)
		}
	}
	for _, p := range b.proposals {
		if _, known := s.set.Definition(p.Key); known && p.State == Pending {
			o.Pending = append(o.Pending, p)
		}
	}
	slices.SortStableFunc(o.Pending, func(a, b Proposal) int { return a.From.Compare(b.From) })
	return o, nil
}

// Detail is one setting with its past and future.
type Detail struct {
	Current
	History   []Entry    // the latest beginning first
	Proposals []Proposal // newest first
}

// Get gives one setting. Needs setting:read over the city; NotFound where it is not defined.
func (s *Service) Get(ctx context.Context, by actor.Actor, key string) (Detail, error) {
	if err := allowed(by, PermRead); err != nil {
		return Detail{}, err
	}
	d, ok := s.set.Definition(key)
	if !ok {
		return Detail{}, fault.New(fault.NotFound, "settings.unknown")
	}
	b, err := s.read(ctx, key, false)
	if err != nil {
		return Detail{}, err
	}
	out := Detail{Current: b.current(d, s.set.defaults[s.set.number[key]]), History: slices.Clone(b.entries), Proposals: b.proposals}
	slices.Reverse(out.History)
	return out, nil
}

// Proposal gives one proposal as it stands now. Needs setting:read over the city.
func (s *Service) Proposal(ctx context.Context, by actor.Actor, id int64) (Proposal, error) {
	if err := allowed(by, PermRead); err != nil {
		return Proposal{}, err
	}
	p, err := selectProposal(ctx, s.db, id)
	if pg.None(err) {
		return Proposal{}, fault.New(fault.NotFound, "settings.proposal.unknown")
	}
	return p.at(s.now()), err
}

// board is what the pages are made from: entries by rising beginning.
type board struct {
	now       time.Time
	entries   []Entry
	proposals []Proposal
}

func (s *Service) read(ctx context.Context, key string, open bool) (board, error) {
	b := board{now: s.now()}
	err := pg.InSnapshot(ctx, s.db, func(tx *sqlx.Tx) error {
		r, records, err := readRows(ctx, tx, key)
		if err != nil {
			return err
		}
		for _, rec := range records {
			b.entries = append(b.entries, s.entryOf(rec))
		}
		b.entries = append(b.entries, s.defaultsOf(r.defaults)...)
		b.proposals, err = selectProposals(ctx, tx, key, open)
		return err
	})
	slices.SortStableFunc(b.entries, func(x, y Entry) int { return x.From.Compare(y.From) })
	for i := range b.proposals {
		b.proposals[i] = b.proposals[i].at(b.now)
	}
	return b, err
}

func (s *Service) entryOf(r record) Entry {
	e := Entry{ID: r.ID, Key: r.Key, Scope: ReadScope(r.Scope), From: r.From, Reason: r.Reason, DecidedBy: r.DecidedName, DecidedAt: r.DecidedAt, Unset: r.Value == nil}
	if r.ProposedName != nil {
		e.ProposedBy = *r.ProposedName
	}
	d, known := s.set.Definition(r.Key)
	e.Known = known && d.knows(e.Scope)
	if r.Value != nil {
		e.Text = *r.Value
		v, ok := d.Parse(e.Text)
		e.Value, e.Known = v, e.Known && ok
	}
	return e
}

// defaultsOf: the first of a key holds since ever.
func (s *Service) defaultsOf(list []defaultRow) []Entry {
	var entries []Entry
	seen := map[string]bool{}
	for _, r := range list {
		e := Entry{ID: r.ID, Key: r.Key, Text: r.Value, Default: true, DecidedAt: r.From}
		if seen[r.Key] {
			e.From = r.From
		}
		seen[r.Key] = true
		if d, known := s.set.Definition(r.Key); known {
			e.Value, e.Known = d.Parse(r.Value)
		} else {
			continue // a default that nothing reads and nobody set
		}
		entries = append(entries, e)
	}
	return entries
}

// current finds what holds city-wide now, what comes next, and what waits.
func (b board) current(d Definition, standard Value) Current {
	c := Current{Definition: d, Since: Entry{Key: d.Key, Default: true, Known: true, Value: standard, Text: standard.text}}
	narrow := map[string]bool{}
	var set *Entry
	for i := range b.entries {
		e := &b.entries[i]
		switch {
		case e.Key != d.Key || !e.Known:
		case len(e.Scope) > 0 && !e.From.After(b.now):
			narrow[e.Scope.String()] = !e.Unset
		case len(e.Scope) > 0:
		case e.From.After(b.now):
			if c.Next == nil {
				c.Next = e
			}
		case e.Default:
			c.Since = *e
		default:
			set = e
		}
	}
	if set != nil && !set.Unset {
		c.Since = *set
	}
	c.Value = c.Since.Value
	for _, inForce := range narrow {
		if inForce {
			c.Scopes++
		}
	}
	for i := range b.proposals {
		if p := &b.proposals[i]; p.Key == d.Key && p.State == Pending {
			c.Pending = p
		}
	}
	return c
}
