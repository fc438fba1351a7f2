package indices

import (
	"fmt"
	"math"
	"testing"

	"minping/internal/actor"
	"minping/internal/fault"
)

// months gives a unit counts for every month from 2024-03 to 2026-10, with a fall in June 2026.
func (w town) months(t *testing.T, unit int64) {
	t.Helper()
	for i := range 32 {
		levels := [5]int{0, 5 + i%4, 10, 60, 100}
		if i >= 27 {
			levels = [5]int{20, 60, 20, 60, 40}
		}
		w.rate(t, count{unit: unit, day: fmt.Sprintf("%d-%02d-15", 2024+(i+2)/12, (i+2)%12+1), levels: levels})
	}
}

func TestChangeOfAnOffice(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.months(t, w.tax)
	c, err := w.s.Change(t.Context(), citizen, Subject{Unit: w.tax, Period: period(t, "2026-10")}, Month)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Steps) != 32 || c.Watch.Periods != 32 || c.Own == nil || c.Own.Period.String() != "2025" || c.Peers != nil {
		t.Errorf("%d steps, %+v", len(c.Steps), c.Watch)
	}
	if len(c.Shifts) != 1 || c.Shifts[0].Up || c.Shifts[0].Since.String() != "2026-06" || !(c.Shifts[0].Size.High < 0) {
		t.Errorf("%+v", c.Shifts)
	}
	last := c.Steps[len(c.Steps)-1]
	if last.YearAgo == nil || !last.YearAgo.Real() || math.Abs(last.YearAgo.Value-(last.Sat.Value-c.Steps[len(c.Steps)-13].Sat.Value)) > 1e-9 {
		t.Errorf("%+v", last.YearAgo)
	}
	if _, err := w.s.Change(t.Context(), citizen, Subject{Unit: w.tax, Period: period(t, "2026-10")}, Year); fault.KindOf(err) != fault.Invalid {
		t.Errorf("years: %v", err)
	}
	a, err := w.s.Around(t.Context(), citizen, Subject{Unit: w.tax}, Run{date(2026, 6, 1), date(2026, 6, 1)})
	if err != nil || a.Delta == nil || !(a.Delta.High < 0) || a.Before.Period.Days() != 90 || a.After.Period.Days() != 90 {
		t.Errorf("%+v %v", a, err)
	}
}

// Suppressed months give no point, and nothing of them reaches the search.
func TestChangeHidesFewRatings(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for m := 1; m <= 10; m++ {
		w.rate(t, count{unit: w.tax, day: fmt.Sprintf("2026-%02d-10", m), levels: [5]int{m % 2, 0, 0, 1, 2}})
	}
	c, err := w.s.Change(t.Context(), citizen, Subject{Unit: w.tax, Period: period(t, "2026-10")}, Month)
	if err != nil || c.Watch.Periods != 0 || len(c.Shifts) != 0 || c.Steps[0].Sat != nil {
		t.Errorf("%+v %v", c.Watch, err)
	}
}

func TestDriversOfAnOffice(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	if _, err := w.db.ExecContext(t.Context(), `SELECT ensure_rating_partitions('2026-08-01', '2026-09-30')`); err != nil {
		t.Fatal(err)
	}
	// every pair of the five items 3–7: "ease" follows the level, the others do not
	const q = `INSERT INTO ratings (visited_on, received_at, submission_id, unit_id, office_id, version_id, channel, stratum, level, question_ids, answer_values, standing)
		SELECT '2026-08-10', now(), gen_random_uuid(), $1, $1, 1, 'desk', 'public', l, ARRAY[a, b],
			ARRAY[CASE WHEN a = 3 AND n % 4 > 0 THEN l ELSE 1 + abs(hashtext(concat('a', a, b, l, n))) % 5 END, 1 + abs(hashtext(concat('b', a, b, l, n))) % 5]::smallint[], 'clear'
		FROM generate_series(3, 7) a, generate_series(3, 7) b, generate_series(1, 5) l, generate_series(1, 12) n WHERE a < b`
	if _, err := w.db.ExecContext(t.Context(), q, w.tax); err != nil {
		t.Fatal(err)
	}
	ask := Subject{Unit: w.tax, Period: period(t, "2026-Q3")}
	d, err := w.s.Drivers(t.Context(), citizen, ask)
	if err != nil || d.State != OK || d.Ratings != 600 || len(d.List) != 5 {
		t.Fatalf("%+v %v", d, err)
	}
	sum := 0.0
	for _, x := range d.List {
		sum += x.Share.Value
	}
	if d.List[0].Key != "ease" || d.List[0].Share.Low < 0.6 || math.Abs(sum-1) > 1e-9 || d.List[0].N != 240 {
		t.Errorf("%+v", d.List[0])
	}
	again, _ := w.s.Drivers(t.Context(), citizen, ask)
	if *again.List[0].Share != *d.List[0].Share {
		t.Error("the same ratings give other intervals")
	}
	if d, err := w.s.Drivers(t.Context(), citizen, Subject{Unit: w.police, Period: ask.Period}); err != nil || d.State != None {
		t.Errorf("%+v %v", d, err)
	}
	if _, err := w.s.Drivers(t.Context(), actor.Actor{}, Subject{Unit: w.taxD, Period: ask.Period}); fault.KindOf(err) != fault.Unauthorized {
		t.Errorf("a division for everybody: %v", err)
	}
}
