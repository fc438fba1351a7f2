package complaints

import (
	"context"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
)

// deed is one action on one case as a service method wants it done.
type deed struct {
	action Action
	who    Who              // default Staff
	need   actor.Permission // default: the table's
	at     time.Time        // default: now
	seen   int              // Seq of what was shown; 0: does not matter
	part   string           // handler, caller, reviewer: which the account plays from now on
	tied   bool             // offices that have or had the case may too
	city   bool             // the permission must be held over the whole city
	away   bool             // by must belong to no office that has or had the case
	detail Detail
	say    *Message // words that belong to it
	form   Form     // whose files come with it
	// before may look around and add to the event; after keeps what hangs on it.
	before func(ctx context.Context, tx *sqlx.Tx, c *Case, f *Flow, e *Event) error
	after  func(ctx context.Context, tx *sqlx.Tx, c *Case, e Event) error
}

// act is the one way in which a case changes: in one transaction it locks the
// case, computes where it stands from its events, judges, and stores event, words,
// the case as it is now and the entry of the audit chain.
func (s *Service) act(ctx context.Context, by actor.Actor, id ID, d deed) (Case, error) {
	var c Case
	err := pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) (err error) {
		if c, err = s.actIn(ctx, tx, by, id, d); err != nil {
			return err
		}
		return s.record(ctx, tx, by, c, d)
	})
	return c, err
}

// actIn is act but for the audit, for deeds of several cases in one transaction.
func (s *Service) actIn(ctx context.Context, tx *sqlx.Tx, by actor.Actor, id ID, d deed) (Case, error) {
	c, err := lockCase(ctx, tx, id)
	if err != nil {
		return c, err
	}
	events, err := selectEvents(ctx, tx, id)
	if err != nil {
		return c, err
	}
	f, err := s.stand(events)
	if err != nil {
		return c, err
	}
	if d.who == "" {
		d.who = Staff
	}
	if d.who == Staff {
		if err := s.allowed(ctx, tx, by, &c, &d); err != nil {
			return c, err
		}
	}
	if d.seen != 0 && stateAt(events, d.seen) != f.State {
		return c, fault.New(fault.Conflict, "complaints.changed_meanwhile")
	}
	return c, s.happen(ctx, tx, by, &c, f, d)
}

// allowed judges who may; what the table asks for, at the case's place.
func (s *Service) allowed(ctx context.Context, tx *sqlx.Tx, by actor.Actor, c *Case, d *deed) error {
	if err := see(ctx, tx, by, c); err != nil {
		return err
	}
	need := d.need
	if t, ok := find(d.action); ok && need == "" {
		need = t.need
	}
	if err := may(by, need, c); err != nil && !(d.tied && by.Anywhere(need)) {
		return err
	}
	if d.city && !c.Sealed && !by.Citywide(need) {
		return forbidden()
	}
	if d.away && !isSystem(by) {
		return outside(ctx, tx, by, c)
	}
	return nil
}

// happen stores one event of a locked case.
func (s *Service) happen(ctx context.Context, tx *sqlx.Tx, by actor.Actor, c *Case, f *Flow, d deed) error {
	w, now := s.cfg.Clock(), s.now()
	if !d.at.IsZero() {
		now = d.at
	}
	if now.Before(f.At) {
		now = f.At // a node whose clock is behind must not write into the past
	}
	if _, err := s.noteMove(ctx, tx, c, f, w); err != nil {
		return err
	}
	e := Event{Seq: f.Seq + 1, At: now, Action: d.action, From: f.State, Who: d.who, Detail: d.detail}
	if d.who == Staff {
		e.Account, e.Name = by.Account, by.Name
	}
	if d.before != nil {
		if err := d.before(ctx, tx, c, f, &e); err != nil {
			return err
		}
	}
	var err error
	if e.To, err = f.Judge(w, e); err != nil {
		return err
	}
	if d.part != "" && e.Account != 0 {
		if err := unconcerned(ctx, tx, c.ID, e.Account); err != nil {
			return err
		}
		if ok, err := takePart(ctx, tx, c.ID, e.Account, d.part, now); err != nil {
			return err
		} else if !ok {
			return fault.New(fault.Forbidden, "complaints.another_part")
		}
	}
	if err := s.startClocks(ctx, f, c, &e, w); err != nil {
		return err
	}
	if err := s.keepWords(ctx, tx, c.ID, d.say, &e); err != nil {
		return err
	}
	if err := f.Apply(e); err != nil {
		return err
	}
	c.settle(f, w)
	if err := insertEvent(ctx, tx, c.ID, e); err != nil {
		return err
	}
	if err := updateCase(ctx, tx, c, now); err != nil {
		return err
	}
	if err := s.attach(ctx, tx, by, attaching{c: c, e: e, form: d.form, say: d.say}); err != nil {
		return err
	}
	if d.after != nil {
		return d.after(ctx, tx, c, e)
	}
	return nil
}

func (s *Service) keepWords(ctx context.Context, tx *sqlx.Tx, id ID, say *Message, e *Event) (err error) {
	if say == nil || say.Body == "" {
		return nil
	}
	m := *say
	m.At, m.Account, m.Name = e.At, e.Account, e.Name
	if m.Side = Staff; e.Who == Citizen {
		m.Side = Citizen
	}
	if e.Detail.Message, err = insertMessage(ctx, tx, id, m); err != nil {
		return err
	}
	return s.index(ctx, tx, id, m.Audience, m.Body)
}

// startClocks asks for the limits of the clocks that the event starts.
func (s *Service) startClocks(ctx context.Context, f *Flow, c *Case, e *Event, w *workday.Clock) error {
	t, _ := find(e.Action)
	names := t.starts(f)
	if e.Action == ActDispatch && f.DispatchedAt.IsZero() {
		names = append(names, ClockAppeal)
	}
	if f.Imported || e.Detail.Code == string(ByImport) && e.Action == ActFile {
		return nil // what another system did is not measured by our clocks
	}
	if e.Action == ActAsk && f.Clock(ClockHandle).late(w, e.At) {
		return nil // no clock is stopped that has run out
	}
	q := LimitQuery{Kind: f.Kind, Urgency: f.Urgency, Category: f.Category, Office: f.Office, At: e.At}
	if e.Detail.Kind != "" {
		q.Kind = e.Detail.Kind
	}
	if e.Detail.Urgency != "" {
		q.Urgency = e.Detail.Urgency
	}
	if e.Detail.Category != 0 {
		q.Category = e.Detail.Category
	}
	if e.Detail.Office != 0 {
		q.Office = e.Detail.Office
	}
	for _, name := range names {
		if name == ClockPetition && e.Detail.Code != string(ToPetition) {
			continue
		}
		q.Clock = name
		limit, err := s.cfg.Limits(ctx, q)
		if err != nil {
			return err
		}
		if e.Detail.Limits == nil {
			e.Detail.Limits = map[ClockName]workday.Limit{}
		}
		e.Detail.Limits[name] = limit
	}
	if steps := s.stepsAt(e.At); len(names) > 0 && steps != Steps {
		e.Detail.Steps = steps[:]
	}
	return nil
}

// record tells the audit chain what was done, last in the transaction.
func (s *Service) record(ctx context.Context, tx *sqlx.Tx, by actor.Actor, c Case, d deed) error {
	action := audit.CaseMove
	who := d.who
	if who == "" {
		who = Staff
	}
	if who != Staff {
		by = actor.Actor{Name: string(who)}
	}
	return audit.Record(ctx, tx, audit.Entry{At: s.now(), By: by, Action: action, Place: c.Place(),
		Object: audit.Object{Kind: "case", ID: strconv.FormatInt(c.ID, 10)},
		Detail: audit.Detail{"action": string(d.action), "state": string(c.State), "seq": c.Seq, "round": c.Round, "level": c.Level, "code": d.detail.Code}})
}

// fold computes where events lead.
func fold(events []Event) (*Flow, error) {
	f := new(Flow)
	for _, e := range events {
		if err := f.Apply(e); err != nil {
			return f, err
		}
	}
	return f, nil
}

// stateAt is the state that a case had after its n-th event.
func stateAt(events []Event, n int) State {
	if n < 1 || n > len(events) {
		return unfiled
	}
	return events[n-1].To
}
