package settings

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Config is what the service needs.
type Config struct {
	DB      *sqlx.DB
	Set     *Set
	Now     func() time.Time // nil: time.Now
	Log     *slog.Logger     // nil: none
	Program string           // version that notes its defaults
	// Widen gives what lies above a value of a dimension, the nearest first: what
	// holds for those holds where nothing nearer is said. Nil: nothing does.
	Widen func(Pair) []Pair
}

// Service keeps a Set current and changes its values.
type Service struct {
	db      *sqlx.DB
	set     *Set
	now     func() time.Time
	log     *slog.Logger
	program string
	widen   func(Pair) []Pair
}

// New reads the values into the set.
func New(ctx context.Context, c Config) (*Service, error) {
	s := &Service{db: c.DB, set: c.Set, now: c.Now, log: c.Log, program: c.Program, widen: c.Widen}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	return s, s.Reload(ctx)
}

// Set gives the set that this service keeps current.
func (s *Service) Set() *Set { return s.set }

// Now is the service's clock.
func (s *Service) Now() time.Time { return s.now() }

// Reload reads every value anew; each node calls it when the database says that
// there are others. Values planned ahead need no reading when their day comes.
func (s *Service) Reload(ctx context.Context) error {
	var r rows
	err := pg.InSnapshot(ctx, s.db, func(tx *sqlx.Tx) (err error) {
		r, _, err = readRows(ctx, tx, "")
		return err
	})
	if err == nil {
		s.set.put(r)
	}
	return err
}

func readRows(ctx context.Context, q pg.Querier, key string) (r rows, records []record, err error) {
	if records, err = selectRecords(ctx, q, key); err != nil {
		return r, nil, err
	}
	for _, rec := range records {
		r.values = append(r.values, rec.valueRow)
	}
	r.defaults, err = selectDefaults(ctx, q, key)
	return r, records, err
}

// NoteDefaults notes what this program says by itself where the last program said
// otherwise: from now on that is the default, and the past stays as it was. Call it
// when a program begins to serve, not from commands beside it.
func (s *Service) NoteDefaults(ctx context.Context) error {
	noted := false
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := lockKey(ctx, tx, "defaults"); err != nil {
			return err
		}
		rows, err := selectDefaults(ctx, tx, "")
		if err != nil {
			return err
		}
		newest := map[string]string{}
		for _, r := range rows {
			newest[r.Key] = r.Value
		}
		now := s.now().Truncate(time.Microsecond)
		var changed []audit.Entry
		for n, d := range s.set.definitions {
			was, known := newest[d.Key]
			if known && was == s.set.defaults[n].text {
				continue
			}
			noted = true
			if err := insertDefault(ctx, tx, d.Key, s.set.defaults[n].text, s.program, now); err != nil {
				return err
			}
			if known {
				changed = append(changed, s.entry(actor.System("program "+s.program), audit.SettingChange, now, audit.Detail{
					"key": d.Key, "before": was, "after": s.set.defaults[n].text, "effective_from": stamp(now)}))
			}
		}
		for _, e := range changed {
			if err := audit.Record(ctx, tx, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("note defaults: %w", err)
	}
	if noted {
		return s.Reload(ctx)
	}
	return nil
}

func (s *Service) entry(by actor.Actor, a audit.Action, at time.Time, d audit.Detail) audit.Entry {
	key, _ := d["key"].(string)
	return audit.Entry{At: at, By: by, Action: a, Object: audit.Object{Kind: "setting", ID: key}, Detail: d}
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func allowed(by actor.Actor, p actor.Permission) error {
	if !by.Citywide(p) {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	return nil
}

// changed reads anew after a change that was committed, so that whoever made it sees
// it at once on this node. The others hear of it from the database, and so does this
// one should the reading fail.
func (s *Service) changed(ctx context.Context, err error) {
	if err != nil {
		return
	}
	if err := s.Reload(ctx); err != nil {
		s.log.Warn("a setting changed but could not be read anew", "error", err)
	}
}
