package indices

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"minping/internal/actor"
	"minping/internal/fault"
)

var citizen actor.Actor

func TestStatementsPrepare(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	files, err := queries.ReadDir("sql")
	if err != nil || len(files) < 3 {
		t.Fatal(len(files), err)
	}
	for _, f := range files {
		p, err := w.db.PreparexContext(t.Context(), statement(strings.TrimSuffix(f.Name(), ".sql")))
		if err != nil {
			t.Errorf("%s: %v", f.Name(), err)
			continue
		}
		p.Close()
	}
}

// Worked by hand: 2,3,5,30,60 of levels 1..5. n=100, Σ level = 2+6+15+120+300 = 443.
func TestIndexFigures(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.rate(t, count{unit: w.tax, day: "2026-08-15", levels: [5]int{2, 3, 5, 30, 60}})
	rows := w.index(t, citizen, Query{Level: Office, Period: period(t, "2026-Q3"), Units: []int64{w.tax}})
	want := []Row{{
		Unit: Unit{ID: w.tax, Kind: Office, Code: "tax", Name: "税务局", NameEn: "Tax Office"}, Period: period(t, "2026-Q3"),
		Figures: Figures{
			N: 100, NEff: 100, Levels: [5]int64{2, 3, 5, 30, 60}, State: OK, Below: 5, Formula: "sat-1",
			// t(0.975; 99) = 1.984217; s² of levels = 76.51/99, s/√n = 0.0879107
			Mean: &Figure{4.43, 4.43 - 0.174434, 4.43 + 0.174434},
			Sat:  &Figure{85.75, 85.75 - 4.360850, 85.75 + 4.360850},
			// Wilson 95/100 as in the published table: .8882–.9785; 90/100: .8256–.9448
			Good:   &Figure{0.95, 0.88825, 0.97846},
			TopTwo: &Figure{0.90, 0.82563, 0.94477},
			Bad:    &Figure{0.05, 0.02154, 0.11175},
		},
	}}
	if diff := cmp.Diff(want, rows, cmpopts.EquateApprox(0, 5e-5), cmp.AllowUnexported(Period{})); diff != "" {
		t.Error(diff)
	}
}

func TestSuppressionLadder(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for i, n := range []int{0, 1, 4, 5, 29, 30} {
		want := []State{None, Suppressed, Suppressed, Insufficient, Insufficient, OK}[i]
		day := date(2026, 1, 1+i)
		if n > 0 {
			w.rate(t, count{unit: w.tax, day: day.Format(dayForm), levels: [5]int{0, 0, 0, 0, n}},
				count{unit: w.tax, day: day.Format(dayForm), standing: "quarantined", levels: [5]int{40, 0, 0, 0, 0}})
		}
		row := w.index(t, citizen, Query{Level: Office, Period: Containing(day, Day), Units: []int64{w.tax}})[0]
		if row.State != want {
			t.Errorf("n=%d: %s, want %s", n, row.State, want)
		}
		blank := Figures{State: want, Below: 5, Formula: "sat-1"}
		if diff := cmp.Diff(blank, row.Figures); (diff == "") != (n < 5) {
			t.Errorf("n=%d: blank is %v: %s", n, diff == "", diff)
		}
		if text := row.CountText(); (text == "<5") != (n > 0 && n < 5) {
			t.Errorf("n=%d is shown as %s", n, text)
		}
		if n >= 5 && row.N != int64(n) {
			t.Errorf("n=%d counted as %d", n, row.N)
		}
	}
}

// Months and edge days together must give what the days alone give, in any period and under any filter.
func TestIndexAgainstDays(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	for range 400 {
		w.rate(t, count{unit: []int64{w.tax, w.police}[r.IntN(2)], day: date(2025, 11, 1).AddDate(0, 0, r.IntN(200)).Format(dayForm),
			channel: pick("desk", "kiosk"), stratum: pick("public", "expert"), standing: pick("clear", "clear", "suspect", "quarantined"),
			version: 1 + r.IntN(2), levels: [5]int{r.IntN(3), r.IntN(3), r.IntN(3), r.IntN(5), 1 + r.IntN(9)}})
	}
	for _, text := range []string{"2025", "2026", "2025-Q4", "2026-02", "2026-W01", "2025-12-31", "2025-11-15..2026-03-10",
		"2025-11-30..2026-01-01", "2025-12-01..2026-01-31", "2026-01-02..2026-01-30", "2026-01-31..2026-03-01", "2024-06-01..2026-05-05"} {
		for _, f := range []Query{{}, {Channel: "kiosk"}, {Stratum: "expert"}, {Version: 2}, {Suspects: Exclude}} {
			f.Level, f.Period = Office, period(t, text)
			for _, row := range w.index(t, citizen, f) {
				w.sameAsDays(t, f, row)
			}
		}
	}
}

func (w town) sameAsDays(t *testing.T, f Query, row Row) {
	t.Helper()
	const q = `SELECT coalesce(sum(n1), 0), coalesce(sum(n2), 0), coalesce(sum(n3), 0), coalesce(sum(n4), 0), coalesce(sum(n5), 0)
		FROM rating_counts WHERE grain = 'd' AND unit_id = $1 AND starts_on >= $2 AND starts_on <= $3
		AND standing IN ('clear', $4) AND channel LIKE $5 AND stratum LIKE $6 AND version_id BETWEEN $7 AND $8`
	standing, low, high := "suspect", int64(1), int64(9)
	if f.Suspects == Exclude {
		standing = "clear"
	}
	if f.Version != 0 {
		low, high = f.Version, f.Version
	}
	var want [5]int64
	err := w.db.QueryRowContext(t.Context(), q, row.Unit.ID, f.Period.From(), f.Period.To(), standing, f.Channel+"%", f.Stratum+"%", low, high).
		Scan(&want[0], &want[1], &want[2], &want[3], &want[4])
	if err != nil {
		t.Fatal(err)
	}
	var n int64
	for _, k := range want {
		n += k
	}
	if n < 5 {
		want = [5]int64{}
	}
	if row.Levels != want {
		t.Errorf("%s %s %+v: got %v, want %v", row.Unit.Code, f.Period, f, row.Levels, want)
	}
}

func TestSuspectsAreShownAndCanBeLeftOut(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.rate(t, count{unit: w.w1, day: "2026-03-03", levels: [5]int{0, 0, 0, 0, 10}},
		count{unit: w.w1, day: "2026-03-04", standing: "suspect", levels: [5]int{7, 0, 0, 0, 0}},
		count{unit: w.w1, day: "2026-03-04", standing: "quarantined", levels: [5]int{90, 0, 0, 0, 0}})
	q := Query{Level: Window, Period: period(t, "2026-03"), Units: []int64{w.w1}}
	if r := w.index(t, citizen, q)[0]; r.N != 17 || r.Suspect != 7 || r.Levels[0] != 7 {
		t.Errorf("included: %+v", r.Figures)
	}
	q.Suspects = Exclude
	if r := w.index(t, citizen, q)[0]; r.N != 10 || r.Suspect != 7 || r.Levels[0] != 0 {
		t.Errorf("excluded: %+v", r.Figures)
	}
}

func TestWhichUnitsAreListed(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	exec(t, w.db, `UPDATE units SET opened_on = '2025-01-01', closed_on = '2026-03-31' WHERE id = $1`, w.w1)
	exec(t, w.db, `UPDATE units SET opened_on = '2026-05-01' WHERE id = $1`, w.w2)
	w.rate(t, count{unit: w.w1, day: "2026-04-02", levels: [5]int{0, 0, 0, 0, 1}}) // rated late, after it closed
	for _, c := range []struct {
		name string
		q    Query
		want []string
	}{
		{"open and closed", Query{Period: period(t, "2026")}, []string{"w1", "w2", "w3"}},
		{"not yet open", Query{Period: period(t, "2026-03")}, []string{"w1", "w3"}},
		{"closed but rated", Query{Period: period(t, "2026-04")}, []string{"w1", "w3"}},
		{"closed and unrated", Query{Period: period(t, "2026-05")}, []string{"w2", "w3"}},
		{"closed but asked for", Query{Period: period(t, "2026-05"), Units: []int64{w.w1}}, []string{"w1"}},
		{"within an office", Query{Period: period(t, "2026"), Within: w.tax}, []string{"w1", "w2"}},
		{"within a hall", Query{Period: period(t, "2026"), Within: w.hall}, []string{"w1"}},
		{"within the city", Query{Period: period(t, "2026"), Within: w.city}, []string{"w1", "w2", "w3"}},
		{"within itself", Query{Period: period(t, "2026"), Within: w.w3}, []string{"w3"}},
	} {
		c.q.Level = Window
		if diff := cmp.Diff(c.want, codes(w.index(t, citizen, c.q))); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestDivisionsNeedPermission(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	q := Query{Level: Division, Period: period(t, "2026")}
	other := actor.Actor{Account: 3, Name: "handler"}
	inHall := actor.Actor{Account: 4, Grants: []actor.Grant{{Permissions: map[actor.Permission]bool{PermInternal: true}, Hall: w.hall}}}
	for _, c := range []struct {
		name  string
		by    actor.Actor
		units []int64
		kind  fault.Kind
		want  []string
	}{
		{"citizen", citizen, nil, fault.Unauthorized, nil},
		{"without permission", other, nil, fault.Forbidden, nil},
		{"the program", actor.System("cli"), nil, 0, []string{"police-1", "tax-1"}},
		{"whole city", inOffice(0), nil, 0, []string{"police-1", "tax-1"}},
		{"own office", inOffice(w.tax), nil, 0, []string{"tax-1"}},
		{"own division", inDivision(w.taxD), nil, 0, []string{"tax-1"}},
		{"another division by id", inDivision(w.taxD), []int64{w.policeD}, fault.NotFound, nil},
		{"a hall has no divisions", inHall, nil, 0, []string{}},
		{"another office by id", inOffice(w.tax), []int64{w.policeD}, fault.NotFound, nil},
	} {
		q.Units = c.units
		rows, err := w.s.Index(t.Context(), c.by, q)
		if fault.KindOf(err) != c.kind || err == nil && cmp.Diff(c.want, codes(rows)) != "" {
			t.Errorf("%s: %v, %v", c.name, codes(rows), err)
		}
	}
}

func TestDetailShowsWhatTheListShows(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	own, foreign := Subject{Unit: w.taxD, Period: period(t, "2026")}, Subject{Unit: w.policeD, Period: period(t, "2026")}
	for _, c := range []struct {
		by   actor.Actor
		q    Subject
		kind fault.Kind
	}{
		{citizen, own, fault.Unauthorized}, {inOffice(w.tax), own, 0}, {inOffice(w.tax), foreign, fault.NotFound},
		{inOffice(0), foreign, 0}, {citizen, Subject{Unit: w.w1, Period: own.Period}, 0}, {citizen, Subject{Unit: 1 << 40, Period: own.Period}, fault.NotFound},
	} {
		for name, ask := range map[string]func() error{
			"trend":     func() error { _, err := w.s.Trend(t.Context(), c.by, c.q, Month); return err },
			"figures":   func() error { _, err := w.s.Figures(t.Context(), c.by, c.q); return err },
			"reasons":   func() error { _, err := w.s.Reasons(t.Context(), c.by, c.q, 0); return err },
			"answers":   func() error { _, err := w.s.Answers(t.Context(), c.by, c.q); return err },
			"byChannel": func() error { _, err := w.s.ByChannel(t.Context(), c.by, c.q); return err },
			"byStratum": func() error { _, err := w.s.ByStratum(t.Context(), c.by, c.q); return err },
			"within": func() error {
				_, err := w.s.Index(t.Context(), c.by, Query{Level: Window, Within: c.q.Unit, Period: c.q.Period})
				return err
			},
		} {
			if err := ask(); err != nil && fault.KindOf(err) != c.kind || err == nil && c.kind != 0 {
				t.Errorf("%s by %q of %d: %v, want kind %d", name, c.by.Name, c.q.Unit, err, c.kind)
			}
		}
	}
}

func TestQueryRefusals(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	year := period(t, "2026")
	for field, q := range map[string]Query{
		"level":    {Period: year, Level: "village"},
		"period":   {Level: Office},
		"channel":  {Level: Office, Period: year, Channel: "fax"},
		"stratum":  {Level: Office, Period: year, Stratum: "all"},
		"suspects": {Level: Office, Period: year, Suspects: "maybe"},
		"version":  {Level: Office, Period: year, Version: -1},
	} {
		_, err := w.s.Index(t.Context(), citizen, q)
		f, ok := fault.As(err)
		if !ok || f.Kind != fault.Invalid || f.Fields[0].Name != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	for name, q := range map[string]Query{
		"unknown unit":     {Level: Office, Period: year, Units: []int64{1 << 40}},
		"of another level": {Level: Office, Period: year, Units: []int64{w.w1}},
		"unknown within":   {Level: Office, Period: year, Within: 1 << 40},
	} {
		if _, err := w.s.Index(t.Context(), citizen, q); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
}
