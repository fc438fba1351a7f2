package indices

import (
	"math"
	"sync"
	"testing"
	"time"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/settings"
)

func member(account int64, name string) actor.Actor {
	return actor.Actor{Account: account, Name: name, Grants: []actor.Grant{{Permissions: map[actor.Permission]bool{
		settings.PermRead: true, settings.PermPropose: true, settings.PermApprove: true}}}}
}

var draftNow = time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)

// written is a town with a draft that weighs society and the public alike.
func written(t *testing.T) (town, *Service, Draft) {
	t.Helper()
	w := newTown(t)
	s := New(Config{DB: w.db, Now: func() time.Time { return draftNow }})
	d, err := s.NewDraft(t.Context(), member(1, "甲"), "")
	if err != nil {
		t.Fatal(err)
	}
	d.Formula.Terms.Strata = map[string]float64{"public": 0.5, "society": 0.5}
	d.Reason = "两类主体各占一半"
	if d, err = s.SaveDraft(t.Context(), member(1, "甲"), d); err != nil {
		t.Fatal(err)
	}
	return w, s, d
}

func TestAVersionTakesTwoPeople(t *testing.T) {
	t.Parallel()
	w, s, d := written(t)
	author, other := member(1, "甲"), member(2, "乙")
	from := date(2026, 12, 1)
	kind := func(what string, err error, want fault.Kind) {
		t.Helper()
		if fault.KindOf(err) != want {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err := s.Adopt(t.Context(), other, d.ID)
	kind("adopted before it is proposed", err, fault.Conflict)
	kind("proposed for today", s.Propose(t.Context(), author, d.ID, date(2026, 11, 25)), fault.Invalid)
	kind("proposed for the year 9999", s.Propose(t.Context(), author, d.ID, date(9999, 1, 1)), fault.Invalid)
	kind("proposed by another", s.Propose(t.Context(), other, d.ID, from), fault.Forbidden)
	if err := s.Propose(t.Context(), author, d.ID, from); err != nil {
		t.Fatal(err)
	}
	_, err = s.SaveDraft(t.Context(), author, d)
	kind("changed after it was proposed", err, fault.Conflict)
	_, err = s.Adopt(t.Context(), author, d.ID)
	kind("adopted by its author", err, fault.Forbidden)
	_, err = s.Adopt(t.Context(), actor.System("x"), d.ID)
	kind("adopted by a program", err, fault.Forbidden)
	_, err = s.Withdraw(t.Context(), other, d.ID)
	kind("withdrawn by another", err, fault.Forbidden)

	var wins int
	var mu sync.Mutex
	var all sync.WaitGroup
	for n := range int64(6) {
		all.Go(func() {
			if _, err := s.Adopt(t.Context(), member(2+n, "委员"), d.ID); err == nil {
				mu.Lock()
				wins++
				mu.Unlock()
			} else if fault.KindOf(err) != fault.Conflict {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if wins != 1 {
		t.Errorf("adopted %d times", wins)
	}
	for p, want := range map[string]string{"2026-11": "sat-1", "2026-12": "min-2", "2026-11-25": "sat-1", "2026": "sat-1", "2026-Q4": "sat-1", "2027": "min-2"} {
		if m, err := s.Methodology(t.Context(), period(t, p)); err != nil || m.Version != want {
			t.Errorf("%s: %s, %v", p, m.Version, err)
		}
	}
	if n := get[int](t, w.db, `SELECT count(*) FROM audit_entries WHERE action IN ('methodology.draft', 'methodology.propose', 'methodology.adopt')`); n != 3 {
		t.Errorf("%d audit entries", n)
	}
	if _, err := w.db.ExecContext(t.Context(), `UPDATE methodologies SET grade_from = 5 WHERE version = 'min-2'`); err == nil {
		t.Error("an adopted version was changed")
	}
	if _, err := w.db.ExecContext(t.Context(), `UPDATE methodology_drafts SET decided_by = made_by`); err == nil {
		t.Error("the author decided, in the database")
	}
}

// TestOneVersionBeginsOnADay: of two drafts for the same day that are adopted at once, one is.
func TestOneVersionBeginsOnADay(t *testing.T) {
	t.Parallel()
	_, s, first := written(t)
	second, err := s.NewDraft(t.Context(), member(1, "甲"), "sat-1")
	if err != nil {
		t.Fatal(err)
	}
	second.Reason = "另一稿"
	if second, err = s.SaveDraft(t.Context(), member(1, "甲"), second); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for _, d := range []Draft{first, second} {
		if err := s.Propose(t.Context(), member(1, "甲"), d.ID, date(2026, 12, 1)); err != nil {
			t.Fatal(err)
		}
	}
	for _, d := range []Draft{first, second} {
		all.Go(func() {
			_, err := s.Adopt(t.Context(), member(2, "乙"), d.ID)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if fault.KindOf(err) != fault.Conflict {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won != 1 {
		t.Errorf("%d versions begin on one day", won)
	}
}

func TestWhatFormulasMayNotSay(t *testing.T) {
	t.Parallel()
	_, s, d := written(t)
	for field, spoil := range map[string]func(*Methodology){
		"score3":             func(m *Methodology) { m.Scores[2] = 10 },
		"suppress_below":     func(m *Methodology) { m.SuppressBelow = 4 },
		"grade_from":         func(m *Methodology) { m.GradeFrom = 3 },
		"confidence":         func(m *Methodology) { m.Confidence = 1 },
		"strata":             func(m *Methodology) { m.Terms.Strata = map[string]float64{"public": 0.5} },
		"strata.public":      func(m *Methodology) { m.Terms.Strata = map[string]float64{"public": -0.5, "society": 1.5} },
		"brand.satisfaction": func(m *Methodology) { m.Terms.Brand = map[string]float64{"satisfaction": 0.3, "image": 0.7} },
		"social":             func(m *Methodology) { m.Terms.Social = map[string]float64{"satisfaction": 0.3} },
		"trim":               func(m *Methodology) { m.Terms.Trim = math.NaN() },
		"person_from":        func(m *Methodology) { m.Terms.PersonFrom = 49 },
		"channel.desk":       func(m *Methodology) { m.Terms.Channels = map[string]float64{"desk": 99} },
		"covered":            func(m *Methodology) { m.Terms.Covered = 0.2 },
		"draws":              func(m *Methodology) { m.Terms.Draws = 10 },
	} {
		bad := d
		bad.Formula.Terms = d.Formula.Terms
		spoil(&bad.Formula)
		_, err := s.SaveDraft(t.Context(), member(1, "甲"), bad)
		f, ok := fault.As(err)
		found := false
		if ok {
			for _, one := range f.Fields {
				found = found || one.Name == field
			}
		}
		if !found {
			t.Errorf("%s: %v", field, err)
		}
	}
	stale := d
	stale.Revision--
	if _, err := s.SaveDraft(t.Context(), member(1, "甲"), stale); fault.KindOf(err) != fault.Conflict {
		t.Errorf("an older revision: %v", err)
	}
	if _, err := s.SaveDraft(t.Context(), member(2, "乙"), d); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("another's draft: %v", err)
	}
}

// TestSimulatedAndRecomputed: the past under the draft, once more by plain SQL, and what moves a unit sums up.
func TestSimulatedAndRecomputed(t *testing.T) {
	t.Parallel()
	w, s, d := written(t)
	author := member(1, "甲")
	d.Formula.Scores = [5]float64{0, 20, 60, 80, 100}
	d.Formula.Terms.Channels = map[string]float64{"desk": -2}
	var err error
	if d, err = s.SaveDraft(t.Context(), author, d); err != nil {
		t.Fatal(err)
	}
	w.rate(t, count{unit: w.tax, day: "2026-03-02", stratum: "public", levels: [5]int{1, 2, 3, 10, 60}},
		count{unit: w.tax, day: "2026-03-03", stratum: "society", channel: "exit", levels: [5]int{5, 5, 5, 5, 5}},
		count{unit: w.tax, day: "2026-04-03", stratum: "unstated", levels: [5]int{0, 0, 0, 0, 7}},
		count{unit: w.police, day: "2026-03-03", stratum: "public", levels: [5]int{0, 0, 0, 20, 20}})
	sim, err := s.Simulate(t.Context(), author, Query{Level: Office, Period: period(t, "2026")}, d.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	const recount = `WITH c AS (SELECT stratum, channel, sum(n1) n1, sum(n2) n2, sum(n3) n3, sum(n4) n4, sum(n5) n5, sum(n1+n2+n3+n4+n5) n
			FROM rating_counts WHERE unit_id = $1 AND grain = 'd' GROUP BY 1, 2),
		s AS (SELECT stratum, sum(n) n FROM c WHERE stratum IN ('public', 'society') GROUP BY 1),
		w AS (SELECT stratum, 0.5 / (0.5 * (SELECT count(*) FROM s)) * (SELECT sum(n) FROM s) / n AS w FROM s)
		SELECT sum(coalesce(w, 1) * ((0 * n1 + 20 * n2 + 60 * n3 + 80 * n4 + 100 * n5) + n * CASE channel WHEN 'desk' THEN -2 ELSE 0 END)) / sum(coalesce(w, 1) * n)
		FROM c LEFT JOIN w USING (stratum)`
	for _, m := range sim.Moves {
		if want := get[float64](t, w.db, recount, m.Before.Unit.ID); m.Change == nil || math.Abs(m.After.Sat.Value-want) > 1e-9 {
			t.Errorf("%s: %+v, by SQL %v", m.Before.Unit.Code, m.After.Sat, want)
			continue
		}
		sum := 0.0
		for _, p := range m.Parts {
			sum += p.Points
		}
		if math.Abs(sum-*m.Change) > 1e-9 {
			t.Errorf("%s: parts sum to %v of %v", m.Before.Unit.Code, sum, *m.Change)
		}
	}
	if len(sim.Moves) != 2 || sim.Moves[0].Before.Unit.Code != "tax" {
		t.Errorf("%d moves, first %s", len(sim.Moves), sim.Moves[0].Before.Unit.Code)
	}
	if _, err := s.Simulate(t.Context(), citizen, Query{Level: Office, Period: period(t, "2026")}, d.ID, ""); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("simulated by anybody: %v", err)
	}
	same, err := s.Simulate(t.Context(), author, Query{Level: Office, Period: period(t, "2026")}, 0, "sat-1")
	if err != nil || same.Changed != 0 || *same.Moves[0].Change != 0 || len(same.Moves[0].Parts) != 0 {
		t.Errorf("the version in force against itself: %v", err)
	}
}
