package settings

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pgtest"
)

func TestChangeAtOnceAndAhead(t *testing.T) {
	t.Parallel()
	s, db, c := open(t)
	h := s.Set().Handles()
	lock := h.Duration("test.lock")
	if err := h.Err(); err != nil {
		t.Fatal(err)
	}
	before, day := c.Now(), c.Now().Add(48*time.Hour)
	c.pass(time.Second)
	if p := must(t, s, all(1), Change{Key: "test.lock", Value: " ３０ "}); p.Before.Text() != "900s" || p.After.Text() != "1800s" || p.Proposal != 0 {
		t.Errorf("%+v", p)
	}
	must(t, s, all(1), Change{Key: "test.lock", Value: "60", From: day})
	for at, want := range map[time.Time]time.Duration{before: 15 * time.Minute, c.Now(): 30 * time.Minute, day.Add(-time.Microsecond): 30 * time.Minute,
		day: time.Hour, day.AddDate(7973, 0, 0): time.Hour} {
		if got := lock.At(at); got != want {
			t.Errorf("at %s: %s, want %s", at, got, want)
		}
	}
	o, err := s.List(t.Context(), all(1))
	if err != nil || o.Settings[1].Value.Text() != "1800s" || o.Settings[1].Since.DecidedBy != "张伟" || o.Settings[1].Next == nil || o.Settings[1].Next.Text != "3600s" {
		t.Errorf("%+v, %v", o.Settings[1], err)
	}
	var told int
	if err := db.Get(&told, `SELECT count(*) FROM audit_entries WHERE action = 'setting.change' AND detail->>'before' IN ('900s', '1800s') AND detail->>'reason' <> ''`); err != nil || told != 2 {
		t.Errorf("%d in the audit chain, %v", told, err)
	}
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	s, _, c := open(t)
	tomorrow := c.Now().Add(24 * time.Hour)
	for name, tt := range map[string]struct {
		by   actor.Actor
		c    Change
		kind fault.Kind
		key  string
	}{
		"nobody":             {person(1), Change{Key: "test.lock", Value: "30", Reason: "x"}, fault.Forbidden, "fault.forbidden"},
		"another permission": {person(1, PermOperate), Change{Key: "test.lock", Value: "30", Reason: "x"}, fault.Forbidden, "fault.forbidden"},
		"a program":          {actor.System("x"), Change{Key: "test.lock", Value: "30", Reason: "x"}, fault.Forbidden, "fault.forbidden"},
		"unknown":            {all(1), Change{Key: "test.none", Value: "30", Reason: "x"}, fault.NotFound, "settings.unknown"},
		"no number":          {all(1), Change{Key: "test.lock", Value: "NaN", Reason: "x"}, fault.Invalid, "value fault.field.whole"},
		"NaN":                {all(1), Change{Key: "test.weight", Value: "NaN", Reason: "x"}, fault.Invalid, "value fault.field.number"},
		"infinite":           {all(1), Change{Key: "test.weight", Value: "1e309", Reason: "x"}, fault.Invalid, "value fault.field.number"},
		"huge":               {all(1), Change{Key: "test.lock", Value: "999999999999999999999999", Reason: "x"}, fault.Invalid, "value fault.field.whole"},
		"overflowing":        {all(1), Change{Key: "test.lock", Value: "307445734561825861", Reason: "x"}, fault.Invalid, "value fault.field.whole"},
		"above":              {all(1), Change{Key: "test.lock", Value: "1441", Reason: "x"}, fault.Invalid, "value fault.field.most"},
		"below":              {all(1), Change{Key: "test.weight", Value: "-0.01", Reason: "x"}, fault.Invalid, "value fault.field.least"},
		"no choice":          {all(1), Change{Key: "test.how", Value: "c", Reason: "x"}, fault.Invalid, "value fault.field.choice"},
		"no clock":           {all(1), Change{Key: "test.limit", Value: "5", Reason: "x"}, fault.Invalid, "value fault.field.number"},
		"nothing new":        {all(1), Change{Key: "test.lock", Value: "15", Reason: "x"}, fault.Invalid, "value settings.change.same"},
		"past":               {all(1), Change{Key: "test.lock", Value: "30", From: c.Now().Add(-time.Second), Reason: "x"}, fault.Invalid, "from settings.from.past"},
		"year 9999":          {all(1), Change{Key: "test.lock", Value: "30", From: time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC), Reason: "x"}, fault.Invalid, "from settings.from.far"},
		"rank at once":       {all(1), Change{Key: "test.rank", Value: "7", Reason: "x"}, fault.Invalid, "from settings.from.needed"},
		"no reason":          {all(1), Change{Key: "test.lock", Value: "30", Reason: " \n"}, fault.Invalid, "reason fault.field.required"},
		"NUL":                {all(1), Change{Key: "test.lock", Value: "30", Reason: "a\x00b"}, fault.Invalid, "reason fault.field.text"},
		"long":               {all(1), Change{Key: "test.lock", Value: "30", Reason: strings.Repeat("长", 501)}, fault.Invalid, "reason fault.field.max"},
		"no such scope":      {all(1), Change{Key: "test.lock", Value: "30", Scope: Scope{{"office", "3"}}, Reason: "x"}, fault.Invalid, "scope settings.scope.wrong"},
		"a scope's value":    {all(1), Change{Key: "test.limit", Value: "9wd", Scope: Scope{{"kind", "praise"}}, Reason: "x"}, fault.Invalid, "scope settings.scope.wrong"},
		"unset of nothing":   {all(1), Change{Key: "test.lock", Unset: true, Reason: "x"}, fault.Invalid, "value settings.change.same"},
		"seen otherwise":     {all(1), Change{Key: "test.lock", Value: "30", Seen: "60s", From: tomorrow, Reason: "x"}, fault.Conflict, "settings.change.race"},
	} {
		_, err := s.Change(t.Context(), tt.by, tt.c)
		t.Run(name, func(t *testing.T) { wantKind(t, err, tt.kind, tt.key) })
	}
	if o, err := s.List(t.Context(), all(1)); err != nil || o.Settings[1].Value.Text() != "900s" || len(o.Pending) != 0 {
		t.Errorf("something was written: %+v, %v", o, err)
	}
}

func TestTwoPersons(t *testing.T) {
	t.Parallel()
	s, db, c := open(t)
	h := s.Set().Handles()
	rank := h.Int("test.rank")
	day := c.Now().Add(72 * time.Hour)
	p := must(t, s, all(1), Change{Key: "test.rank", Value: "7", From: day})
	if p.Proposal == 0 || rank.At(day) != 5 {
		t.Fatalf("%+v, %d", p, rank.At(day))
	}
	_, err := s.Approve(t.Context(), all(1), p.Proposal)
	wantKind(t, err, fault.Forbidden, "settings.proposal.own")
	_, err = s.Approve(t.Context(), person(2, PermPropose), p.Proposal)
	wantKind(t, err, fault.Forbidden, "fault.forbidden")
	_, err = s.Approve(t.Context(), actor.System("x"), p.Proposal)
	wantKind(t, err, fault.Forbidden, "fault.forbidden")
	_, err = s.Withdraw(t.Context(), all(2), p.Proposal)
	wantKind(t, err, fault.Forbidden, "settings.proposal.foreign")
	_, err = s.Change(t.Context(), all(3), Change{Key: "test.rank", Value: "9", From: day, Reason: "x"})
	wantKind(t, err, fault.Conflict, "settings.change.pending")
	_, err = s.Reject(t.Context(), all(2), p.Proposal, " ")
	wantKind(t, err, fault.Invalid, "decision fault.field.required")
	_, err = s.Approve(t.Context(), all(2), 99999)
	wantKind(t, err, fault.NotFound, "settings.proposal.unknown")
	if _, err := s.Approve(t.Context(), all(2), p.Proposal); err != nil {
		t.Fatal(err)
	}
	if rank.At(day.Add(-time.Microsecond)) != 5 || rank.At(day) != 7 {
		t.Errorf("%d, %d", rank.At(c.Now()), rank.At(day))
	}
	for _, f := range []func() (Proposal, error){func() (Proposal, error) { return s.Approve(t.Context(), all(3), p.Proposal) },
		func() (Proposal, error) { return s.Reject(t.Context(), all(3), p.Proposal, "晚了") },
		func() (Proposal, error) { return s.Withdraw(t.Context(), all(1), p.Proposal) }} {
		_, err := f()
		wantKind(t, err, fault.Conflict, "settings.proposal.decided")
	}
	d, err := s.Get(t.Context(), person(3), "test.rank")
	if err != nil || d.Next == nil || d.Next.ProposedBy != "张伟" || d.Next.DecidedBy != "李娜" || len(d.Proposals) != 1 || d.Proposals[0].State != Approved {
		t.Errorf("%+v, %v", d, err)
	}
	// Withdrawn, rejected and expired ones give way to the next.
	for _, end := range []func(int64) error{
		func(id int64) error { _, err := s.Withdraw(t.Context(), all(1), id); return err },
		func(id int64) error { _, err := s.Reject(t.Context(), all(2), id, "先试点"); return err },
		func(int64) error { c.pass(49 * time.Hour); return nil },
	} {
		p := must(t, s, all(1), Change{Key: "test.rank", Value: "8", From: c.Now().Add(48 * time.Hour)})
		if err := end(p.Proposal); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Proposal(t.Context(), all(3), p.Proposal); err != nil || got.State == Pending {
			t.Errorf("%+v, %v", got, err)
		}
	}
	o, err := s.List(t.Context(), all(2))
	if err != nil || len(o.Pending) != 0 {
		t.Errorf("%+v, %v", o.Pending, err)
	}
	expired, err := s.Get(t.Context(), all(1), "test.rank")
	if err != nil || expired.Proposals[0].State != Expired {
		t.Fatalf("%+v, %v", expired.Proposals, err)
	}
	_, err = s.Approve(t.Context(), all(2), expired.Proposals[0].ID)
	wantKind(t, err, fault.Conflict, "settings.proposal.expired")
	var actions string
	if err := db.Get(&actions, `SELECT string_agg(split_part(action, '.', 2), ' ' ORDER BY day, seq) FROM audit_entries`); err != nil ||
		actions != "propose approve propose withdraw propose reject propose" {
		t.Errorf("%s, %v", actions, err)
	}
}

func TestTwoApproversAtOnce(t *testing.T) {
	t.Parallel()
	s, db, c := open(t)
	p := must(t, s, all(1), Change{Key: "test.rank", Value: "7", From: c.Now().Add(time.Hour)})
	var approved, conflicts atomic.Int32
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			var err error
			if i%2 == 0 {
				_, err = s.Approve(t.Context(), all(2), p.Proposal)
			} else {
				_, err = s.Reject(t.Context(), all(3), p.Proposal, "不同意")
			}
			switch {
			case err == nil:
				approved.Add(1)
			case fault.KindOf(err) == fault.Conflict:
				conflicts.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	var rows int
	if err := db.Get(&rows, `SELECT (SELECT count(*) FROM setting_values) + (SELECT count(*) FROM setting_proposals WHERE state = 'rejected')`); err != nil || rows != 1 || approved.Load() != 1 || conflicts.Load() != 5 {
		t.Errorf("%d decided, %d conflicts, %d rows, %v", approved.Load(), conflicts.Load(), rows, err)
	}
}

// TestTheMachinesClock moves while a change is made.
func TestTheMachinesClock(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	set, err := NewSet(table())
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(t.Context(), Config{DB: db, Set: set})
	if err != nil {
		t.Fatal(err)
	}
	must(t, s, all(1), Change{Key: "test.lock", Value: "30"})
	p := must(t, s, all(1), Change{Key: "test.rank", Value: "7", From: time.Now().Add(time.Hour)})
	if _, err := s.Approve(t.Context(), all(2), p.Proposal); err != nil {
		t.Error(err)
	}
	if v, _ := set.At("test.lock", time.Now()); v.Text() != "1800s" {
		t.Errorf("%s at once", v.Text())
	}
}

func TestTwoProposersAndTwoChangersAtOnce(t *testing.T) {
	t.Parallel()
	s, db, c := open(t)
	var done, conflicts atomic.Int32
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			_, err := s.Change(t.Context(), all(int64(i+1)), Change{Key: "test.rank", Value: "7", From: c.Now().Add(time.Hour), Reason: "x"})
			if err == nil {
				done.Add(1)
			} else if fault.KindOf(err) == fault.Conflict {
				conflicts.Add(1)
			} else {
				t.Error(err)
			}
		})
		wg.Go(func() {
			if _, err := s.Change(t.Context(), all(1), Change{Key: "test.lock", Value: []string{"20", "30", "40", "50"}[i], Reason: "x"}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if done.Load() != 1 || conflicts.Load() != 3 {
		t.Errorf("%d proposals, %d conflicts", done.Load(), conflicts.Load())
	}
	var rows, moments int
	if err := db.QueryRow(`SELECT count(*), count(DISTINCT effective_from) FROM setting_values WHERE key = 'test.lock'`).Scan(&rows, &moments); err != nil || rows != 4 || moments != 4 {
		t.Errorf("%d values of %d moments, %v: one that was in force was rewritten", rows, moments, err)
	}
}

// TestTheDatabaseRefuses what a program with a fault, or somebody at a prompt, might try.
func TestTheDatabaseRefuses(t *testing.T) {
	t.Parallel()
	s, db, c := open(t)
	must(t, s, all(1), Change{Key: "test.lock", Value: "30"})
	p := must(t, s, all(1), Change{Key: "test.rank", Value: "7", From: c.Now().Add(time.Hour)})
	insert := `INSERT INTO setting_values (key, value, effective_from, reason, decided_by, decided_name, decided_at, two_person, proposal_id) VALUES `
	for _, q := range []string{
		`UPDATE setting_values SET value = '60s'`, `DELETE FROM setting_values`, `TRUNCATE setting_values`,
		`DELETE FROM setting_proposals`, `UPDATE setting_proposals SET value = '50'`,
		`UPDATE setting_proposals SET state = 'approved', decided_by = proposed_by, decided_at = proposed_at`,
		`UPDATE setting_proposals SET state = 'approved', decided_by = 2, decided_at = effective_from`,
		`UPDATE setting_proposals SET state = 'withdrawn', decided_by = 2, decided_at = proposed_at`,
		`INSERT INTO setting_proposals (key, value, before, effective_from, reason, proposed_by, proposed_name, proposed_at, state, decided_by, decided_at)
			VALUES ('test.x', '1', '2', now() + interval '1 day', 'x', 1, 'x', now(), 'approved', 2, now())`,
		insert + `('test.lock', '60s', now() - interval '1 hour', 'x', 1, 'x', now() - interval '1 hour', false, NULL)`,
		insert + `('test.lock', '60s', now(), 'x', 1, 'x', now() + interval '1 hour', false, NULL)`,
		insert + `('test.rank', '9', now() + interval '1 day', 'x', 1, 'x', now(), true, NULL)`,
		insert + `('test.rank', '7', (SELECT max(effective_from) FROM setting_proposals), 'x', 2, 'x', now(), true, (SELECT max(id) FROM setting_proposals))`,
		`UPDATE setting_defaults SET value = '1'`, `TRUNCATE setting_defaults`,
	} {
		if q == `UPDATE setting_defaults SET value = '1'` {
			if err := s.NoteDefaults(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := db.Exec(q); err == nil {
			t.Errorf("done: %s", q)
		}
	}
	if _, err := s.Approve(t.Context(), all(2), p.Proposal); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`UPDATE setting_proposals SET state = 'rejected', decided_by = 3, decision = 'x'`); err == nil {
		t.Error("decided twice")
	}
}
