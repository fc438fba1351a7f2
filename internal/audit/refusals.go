package audit

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
)

// Refusal is somebody known who asked for what is not allowed.
type Refusal struct {
	At         time.Time
	By         actor.Actor
	Source     string
	Route      string // pattern of the route, never an address
	Permission string // what was wanting, where one permission is it
	Reason     string // key of the message that was shown
}

// Bounds of what refusals may add to the chain.
const (
	refusalsEvery   = time.Minute
	refusalsPerson  = 20  // entries about one person in a minute; the rest is counted under one route
	refusalsAll     = 400 // and about all persons
	refusalsOtherAt = "…"
)

// Refusals records refusals without letting anybody fill the chain: of one
// person at one route, one entry a minute that says how often. The request does
// not wait for it. What was refused less than a minute before a crash is lost;
// Close stores it.
type Refusals struct {
	db      *sqlx.DB
	log     *slog.Logger
	mu      sync.Mutex
	pending map[refusalKey]*refusalCount
	persons map[string]int
	stop    chan struct{}
	ended   chan struct{}
}

type refusalKey struct{ who, route, permission, reason string }

type refusalCount struct {
	first Refusal
	n     int
}

// NewRefusals begins to gather; Close ends it.
func NewRefusals(db *sqlx.DB, log *slog.Logger) *Refusals {
	r := &Refusals{db: db, log: log, stop: make(chan struct{}), ended: make(chan struct{})}
	r.reset()
	go r.run()
	return r
}

func (r *Refusals) reset() {
	r.pending, r.persons = map[refusalKey]*refusalCount{}, map[string]int{}
}

// Note takes a refusal. It never waits.
func (r *Refusals) Note(f Refusal) {
	who := f.By.Name
	if id := number(known(f.By.Account)); id != "" {
		who = "account " + id
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	key := refusalKey{who, f.Route, f.Permission, f.Reason}
	if c, ok := r.pending[key]; ok {
		c.n++
		return
	}
	if r.persons[who] >= refusalsPerson || len(r.pending) >= refusalsAll {
		key = refusalKey{who: who, route: refusalsOtherAt}
		f.Route, f.Permission, f.Reason = refusalsOtherAt, "", ""
		if c, ok := r.pending[key]; ok {
			c.n++
			return
		}
		if len(r.pending) >= 2*refusalsAll { // hundreds of accounts at once: the log says how many
			r.log.Warn("refusals beyond what the audit takes in a minute")
			return
		}
	}
	r.persons[who]++
	r.pending[key] = &refusalCount{first: f, n: 1}
}

func (r *Refusals) run() {
	defer close(r.ended)
	tick := time.NewTicker(refusalsEvery)
	defer tick.Stop()
	for {
		select {
		case <-r.stop:
			r.Flush(context.Background())
			return
		case <-tick.C:
			r.Flush(context.Background())
		}
	}
}

// Flush stores what was gathered; what cannot be stored is kept for the next time.
func (r *Refusals) Flush(ctx context.Context) {
	r.mu.Lock()
	pending := r.pending
	r.reset()
	r.mu.Unlock()
	for key, c := range pending {
		err := RecordNow(ctx, r.db, Entry{At: c.first.At, By: c.first.By, Source: c.first.Source, Action: AccessRefused, Outcome: Refused,
			Object: Object{Kind: "route", ID: c.first.Route},
			Detail: Detail{"route": c.first.Route, "permission": c.first.Permission, "reason": c.first.Reason, "count": c.n}})
		if err != nil {
			r.log.Error("a refusal is not in the audit yet", "error", err)
			r.keep(key, c)
		}
	}
}

func (r *Refusals) keep(key refusalKey, c *refusalCount) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now, ok := r.pending[key]; ok {
		c.n += now.n
	}
	r.pending[key] = c
}

// Close stores what is left and ends.
func (r *Refusals) Close() {
	close(r.stop)
	<-r.ended
}
