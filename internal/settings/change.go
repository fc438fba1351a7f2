package settings

import (
	"context"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Change is what somebody wants: another value from an instant on.
type Change struct {
	Key    string
	Scope  Scope
	Value  string    // as typed: a Duration in its definition's unit
	Unset  bool      // instead of a value: what is less specific is to hold
	From   time.Time // zero: at once
	Reason string    // 1–500 characters
	Seen   string    // text of what the caller was shown as in force at From; "": not asked
}

// Plan is a change as it would be made.
type Plan struct {
	Definition Definition
	Scope      Scope
	Before     Value // in force at From without it
	After      Value
	From       time.Time
	AtOnce     bool
	Proposal   int64 // waits for a second person under this number; 0: in force from From

	at time.Time // when it was decided
}

// How far ahead a value may be planned.
const yearsAhead = 5

const reasonMost = 500

// Preview says what a change would do, and changes nothing. Its faults are Change's.
func (s *Service) Preview(ctx context.Context, by actor.Actor, c Change) (Plan, error) {
	var p Plan
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) (err error) {
		p, err = s.plan(ctx, tx, by, c)
		return err
	})
	return p, err
}

// Change makes a value hold from an instant on or, where the setting moves a rank,
// proposes that to a second person. Who may is said by the definition, over the
// city: Forbidden; a program has no account to answer for it, so it may not either.
// NotFound for a setting that is not defined; Invalid with fields (value, from,
// reason, scope); Conflict where another value is in force than was Seen, or a
// proposal for the same scope waits already.
func (s *Service) Change(ctx context.Context, by actor.Actor, c Change) (Plan, error) {
	var p Plan
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) (err error) {
		if p, err = s.plan(ctx, tx, by, c); err != nil {
			return err
		}
		if c.Seen != "" && c.Seen != p.Before.text {
			return fault.New(fault.Conflict, "settings.change.race")
		}
		v := newValue{Key: c.Key, Scope: p.Scope.String(), From: p.From, At: p.at,
			Reason: strings.TrimSpace(c.Reason), By: by.Account, Name: by.Name}
		if !c.Unset {
			v.Value = &p.After.text
		}
		if !p.Definition.Rank {
			if err := insertValue(ctx, tx, v); err != nil {
				return past(err)
			}
			return audit.Record(ctx, tx, s.entry(by, audit.SettingChange, v.At, v.told(p)))
		}
		if err := expire(ctx, tx, v.Key, v.Scope, v.At); err != nil {
			return err
		}
		if p.Proposal, err = insertProposal(ctx, tx, v, p.Before.text); err != nil {
			if pg.Broken(err) == "setting_proposals_pending_key" {
				return fault.Wrap(fault.Conflict, "settings.change.pending", err)
			}
			return err
		}
		return audit.Record(ctx, tx, s.entry(by, audit.SettingPropose, v.At, v.told(p)))
	})
	if err == nil && p.Proposal == 0 {
		s.changed(ctx, err)
	}
	return p, err
}

// past turns the database's refusal of a value that begins before now into a complaint.
func past(err error) error {
	if pg.Broken(err) == "setting_values_past_check" {
		return fault.Fielded(fault.Field{Name: "from", Key: "settings.from.past"})
	}
	return err
}

func (v newValue) told(p Plan) audit.Detail {
	d := audit.Detail{"key": v.Key, "before": p.Before.text, "after": p.After.text, "effective_from": stamp(v.From), "reason": v.Reason}
	if v.Scope != "" {
		d["scope"] = v.Scope
	}
	if p.Proposal != 0 {
		d["proposal"] = p.Proposal
	}
	return d
}

// plan checks a change against the database, with the setting locked.
func (s *Service) plan(ctx context.Context, tx *sqlx.Tx, by actor.Actor, c Change) (Plan, error) {
	d, ok := s.set.Definition(c.Key)
	if !ok {
		return Plan{}, fault.New(fault.NotFound, "settings.unknown")
	}
	if err := allowed(by, d.Propose); err != nil {
		return Plan{}, err
	}
	if by.Account == 0 {
		return Plan{}, fault.New(fault.Forbidden, "fault.forbidden")
	}
	now := s.now().Truncate(time.Microsecond)
	p := Plan{Definition: d, Scope: c.Scope, From: c.From.Truncate(time.Microsecond), at: now}
	after, complaints := p.judge(c, now)
	if len(complaints) > 0 {
		return p, fault.Fielded(complaints...)
	}
	if err := lockKey(ctx, tx, c.Key); err != nil {
		return p, err
	}
	r, _, err := readRows(ctx, tx, c.Key)
	if err != nil {
		return p, err
	}
	if c.From.IsZero() {
		p.From, p.AtOnce = r.soonest(now), true
	}
	return p, p.compare(s.set, r, after, s.widened(p.Scope))
}

// judge looks at the change alone; the value is nil where it is to be unset.
func (p *Plan) judge(c Change, now time.Time) (after *string, complaints []fault.Field) {
	wrong := func(name, key string, args map[string]any) {
		complaints = append(complaints, fault.Field{Name: name, Key: key, Args: args})
	}
	if !c.Unset {
		v, err := p.Definition.typed(c.Value)
		if err != nil {
			key, args := p.Definition.complaint(err)
			wrong("value", key, args)
		}
		after = &v.text
	}
	switch {
	case c.From.IsZero() && p.Definition.Rank:
		wrong("from", "settings.from.needed", nil)
	case !c.From.IsZero() && !p.From.After(now):
		wrong("from", "settings.from.past", nil)
	case p.From.After(now.AddDate(yearsAhead, 0, 0)):
		wrong("from", "settings.from.far", map[string]any{"Years": yearsAhead})
	}
	if key, args := reasonFault(c.Reason); key != "" {
		wrong("reason", key, args)
	}
	if !p.Definition.knows(c.Scope) {
		wrong("scope", "settings.scope.wrong", nil)
	}
	return after, complaints
}

func reasonFault(reason string) (string, map[string]any) {
	reason = strings.TrimSpace(reason)
	switch {
	case !utf8.ValidString(reason) || strings.ContainsRune(reason, 0):
		return "fault.field.text", nil
	case reason == "":
		return "fault.field.required", nil
	case utf8.RuneCountInString(reason) > reasonMost:
		return "fault.field.max", map[string]any{"Max": reasonMost}
	}
	return "", nil
}

func (d Definition) complaint(err error) (string, map[string]any) {
	switch {
	case errors.Is(err, errWhole):
		return "fault.field.whole", nil
	case errors.Is(err, errTooHigh) && d.Type == Span:
		return "settings.span.most", map[string]any{"Max": bound(d.Max)}
	case errors.Is(err, errTooLow) && d.Floor != "":
		return d.Floor, map[string]any{"Min": bound(d.Min)}
	case errors.Is(err, errTooLow) && d.Type == Span:
		return "settings.span.least", nil
	case errors.Is(err, errHours):
		return "settings.hours.wrong", nil
	case errors.Is(err, errClock):
		return "settings.span.clock", nil
	case errors.Is(err, errTooHigh):
		return "fault.field.most", map[string]any{"Max": bound(d.Max)}
	case errors.Is(err, errTooLow):
		return "fault.field.least", map[string]any{"Min": bound(d.Min)}
	case errors.Is(err, errChoice):
		return "fault.field.choice", nil
	}
	return "fault.field.number", nil
}

func bound(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// soonest is now, or just after what another node's clock, a little ahead, has made
// begin: a value at once must not be overtaken by one that was decided before it.
func (r rows) soonest(now time.Time) time.Time {
	at := now
	for _, v := range r.values {
		if !v.From.Before(at) && v.From.Before(now.Add(time.Minute)) {
			at = v.From.Add(time.Microsecond)
		}
	}
	return at
}

// widened is a scope as facts, with all that lies above each.
func (s *Service) widened(scope Scope) []Pair {
	facts := slices.Clone(scope)
	if s.widen != nil {
		for _, p := range scope {
			facts = append(facts, s.widen(p)...)
		}
	}
	return facts
}

// compare finds out what holds before and after.
func (p *Plan) compare(set *Set, r rows, after *string, facts []Pair) error {
	one, err := NewSet([]Definition{p.Definition})
	if err != nil {
		return err
	}
	one.defaults[0] = set.defaults[set.number[p.Definition.Key]]
	one.put(r)
	p.Before = one.read(0, p.From, facts)
	explicit := (*one.values.Load())[0].explicit(p.Scope, p.From.UnixMicro())
	r.values = append(r.values, valueRow{ID: math.MaxInt64, Key: p.Definition.Key, Scope: p.Scope.String(), Value: after, From: p.From})
	one.put(r)
	p.After = one.read(0, p.From, facts)
	if after == nil && !explicit || after != nil && explicit && p.Before.text == p.After.text ||
		after != nil && len(p.Scope) == 0 && p.Before.text == p.After.text {
		return fault.Fielded(fault.Field{Name: "value", Key: "settings.change.same"})
	}
	return nil
}

// explicit tells whether this very scope says something at an instant.
func (h *history) explicit(scope Scope, at int64) bool {
	for _, b := range h.branches {
		if b.scope.String() == scope.String() {
			s := last(b.steps, at)
			return s != nil && !s.unset
		}
	}
	return false
}
