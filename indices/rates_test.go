package indices

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/xuri/excelize/v2"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pgtest"
)

// answers stores n answers about replies of the tax office's window on a day.
func (w town) answered(t testing.TB, day string, n int, values string) {
	t.Helper()
	exec(t, w.db, `INSERT INTO cases (submission_id, receipt, channel, identity, title, body, unit_id, hall_id, division_id, office_id, seq, state, kind, urgency, sealed,
			level, round, returned, extended, disposition, contacted, received_at, changed_at)
		SELECT gen_random_uuid(), gen_random_uuid()::text, 'web', 'none', 'x', 'x', $1, $2, $3, $4, 1, 'closed', 'complaint', 'ordinary', false, 0, 1, 0, false, '', true, now(), now()
		FROM generate_series(1, $5)`, w.w1, w.hall, w.taxD, w.tax, n)
	exec(t, w.db, `INSERT INTO case_callbacks (case_id, round, at, way, contacted, solved, satisfied, responded, claimed, kind, office_id, division_id, hall_id, unit_id)
		SELECT c.id, 1, $1::date + interval '10 hours', 'phone', true, v.solved, v.satisfied, v.responded, v.claimed, 'complaint', c.office_id, c.division_id, c.hall_id, c.unit_id
		FROM cases c, (VALUES `+values+`) v (solved, satisfied, responded, claimed) WHERE NOT EXISTS (SELECT 1 FROM case_callbacks b WHERE b.case_id = c.id)`, day)
}

func TestRatesAreSuppressedAndBounded(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.answered(t, "2026-11-05", 4, "(true, 5, NULL::boolean, true)")
	ask := func(level Level, month string, by actor.Actor) []Rates {
		t.Helper()
		rows, err := w.s.Rates(t.Context(), by, RatesQuery{Level: level, Period: period(t, month)})
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	of := func(rows []Rates, id int64) Rates {
		i := slices.IndexFunc(rows, func(r Rates) bool { return r.Unit.ID == id })
		if i < 0 {
			t.Fatal("no such row")
		}
		return rows[i]
	}
	four := of(ask(Office, "2026-11", inOffice(w.tax)), w.tax)
	if four.Resolve.State != Suppressed || four.Resolve.Figure != nil || four.Resolve.N != 0 || four.Resolve.CountText() != "<5" || four.Response.State != None {
		t.Errorf("%+v", four)
	}
	w.answered(t, "2026-11-06", 2, "(false, 2, true, true)")                   // contradicted: not solved
	w.answered(t, "2026-11-07", 1, "(false, NULL::int, NULL::boolean, false)") // explained: none
	w.answered(t, "2026-11-08", 1, "(true, 3, false, false)")                  // contradicted: nobody got in touch
	for level, id := range map[Level]int64{City: w.city, Office: w.tax, Division: w.taxD, Hall: w.hall, Window: w.w1} {
		r := of(ask(level, "2026-11", inOffice(w.tax)), id)
		got := []int64{r.Resolve.N, r.Resolve.Hits, r.Satisfy.N, r.Satisfy.Hits, r.Content.Hits, r.False.N, r.False.Hits}
		if want := []int64{8, 5, 7, 4, 5, 8, 3}; !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", level, got, want)
		}
		// Wilson 5 of 8 at 95 %: .3057–.8632
		if f := r.Resolve.Figure; r.Resolve.State != Insufficient || f.Value != 0.625 || f.Low < 0.3056 || f.Low > 0.3059 || f.High < 0.8630 || f.High > 0.8633 {
			t.Errorf("%s: %+v", level, f)
		}
		if r.Formula != "sat-1/rates-1" {
			t.Errorf("formula %s", r.Formula)
		}
	}
	if r := of(ask(Office, "2026-11", citizen), w.tax); r.False.Figure != nil || r.Resolve.N != 8 {
		t.Errorf("what everybody sees: %+v", r)
	}
	if r := of(ask(Office, "2026-10", citizen), w.tax); r.Resolve.State != None {
		t.Errorf("another month: %+v", r)
	}
	_, err := w.s.Rates(t.Context(), citizen, RatesQuery{Level: Division, Period: period(t, "2026-11")})
	if fault.KindOf(err) != fault.Unauthorized {
		t.Errorf("divisions are internal: %v", err)
	}
	for _, bad := range []RatesQuery{{Level: "x", Period: period(t, "2026")}, {Level: Office}, {Level: Office, Period: period(t, "2026"), Kind: "x"}} {
		if _, err := w.s.Rates(t.Context(), citizen, bad); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	// A case that is sealed afterwards leaves the figures.
	exec(t, w.db, `UPDATE cases SET sealed = true WHERE id IN (SELECT min(id) FROM cases)`)
	if r := of(ask(Office, "2026-11", citizen), w.tax); r.Resolve.N != 7 {
		t.Errorf("with a sealed case: %d", r.Resolve.N)
	}
}

func TestOrdersThatCount(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.s.Now = func() time.Time { return time.Date(2026, 11, 20, 4, 0, 0, 0, time.UTC) }
	for _, c := range []string{
		`'2026-11-02', '2026-11-02 09:00+08', true, NULL, '', false, 'web'`,              // in time
		`'2026-11-02', '2026-11-02 09:00+08', true, false, '', false, 'web'`,             // the citizen says no
		`'2026-11-02', '2026-11-03 09:00+08', false, true, '', false, 'web'`,             // late
		`'2026-11-02', NULL, NULL, NULL, 'acknowledge', false, 'web'`,                    // never, and over
		`'2026-11-30', NULL, NULL, NULL, 'acknowledge', false, 'web'`,                    // has time yet
		`'2026-11-02', NULL, true, NULL, '', false, 'web'`,                               // withdrawn before the time was over
		`'2026-11-02', '2026-11-02 09:00+08', true, NULL, '', false, 'import'`,           // another system's
		`'2026-11-02', '2026-11-02 09:00+08', true, true, '', true, 'web'`,               // sealed
		`'2026-10-31 23:59:59+08', '2026-11-02 09:00+08', true, true, '', false, 'web'`,  // another month
		`'2026-11-30 23:59:59+08', '2026-12-01 09:00+08', true, true, '', false, 'web'`,  // the last moment
		`'2026-11-01 00:00:00+08', '2026-11-01 09:00+08', true, true, '', false, 'code'`, // the first
	} {
		exec(t, w.db, `INSERT INTO cases (submission_id, receipt, identity, title, body, unit_id, office_id, seq, state, kind, urgency, level, round, returned, extended, disposition, contacted,
				received_at, changed_at, due_at, dispatched_at, taken_at, taken_in_time, responded, due_clock, sealed, channel)
			SELECT gen_random_uuid(), gen_random_uuid()::text, 'none', 'x', 'x', $1, $2, 1, 'dispatched', 'complaint', 'ordinary', 0, 1, 0, false, '', false, now(), now(),
				v.d::timestamptz + interval '1 day', v.d::timestamptz, v.t::timestamptz, v.i::boolean, v.r::boolean, v.c, v.s, v.ch FROM (VALUES (`+c+`)) v (d, t, i, r, c, s, ch)`, w.w3, w.police)
	}
	rows, err := w.s.Rates(t.Context(), citizen, RatesQuery{Level: Office, Period: period(t, "2026-11"), Within: w.police})
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	if r := rows[0].Response; r.N != 6 || r.Hits != 3 {
		t.Errorf("%d of %d", r.Hits, r.N)
	}
}

func TestFiguresAboutPersonsNeedFiftyAndAMandate(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.answered(t, "2026-11-05", 30, "(false, 1, NULL::boolean, true)")
	w.answered(t, "2026-11-06", 20, "(true, 5, NULL::boolean, true)")
	one := get[int64](t, w.db, `INSERT INTO accounts (username, display_name, password_hash) VALUES ('one', '甲', 'x') RETURNING id`)
	two := get[int64](t, w.db, `INSERT INTO accounts (username, display_name, password_hash) VALUES ('two', '乙', 'x') RETURNING id`)
	exec(t, w.db, `UPDATE case_callbacks SET handler_id = $1`, one)
	with := func(p actor.Permission, office int64) actor.Actor {
		return actor.Actor{Account: 9, Name: "x", Grants: []actor.Grant{{Office: office, Permissions: map[actor.Permission]bool{p: true}}}}
	}
	month := period(t, "2026-11")
	for _, by := range []actor.Actor{citizen, with(PermInternal, 0), with(PermCommittee, w.tax), with("case:handle", w.tax)} {
		if _, err := w.s.Closings(t.Context(), by, month, ""); fault.KindOf(err) != fault.Forbidden && fault.KindOf(err) != fault.Unauthorized {
			t.Errorf("%+v: %v", by, err)
		}
	}
	for _, by := range []actor.Actor{with(PermCommittee, 0), with(PermSupervise, w.tax)} {
		list, err := w.s.Closings(t.Context(), by, month, "")
		if err != nil || len(list) != 1 || list[0].Account != one || list[0].False.N != 50 || list[0].False.Hits != 30 {
			t.Errorf("%+v, %v", list, err)
		}
	}
	if list, err := w.s.Closings(t.Context(), with(PermSupervise, w.police), month, ""); err != nil || len(list) != 0 {
		t.Errorf("another office's leader: %+v, %v", list, err)
	}
	exec(t, w.db, `UPDATE case_callbacks SET handler_id = $1 WHERE id = (SELECT min(id) FROM case_callbacks)`, two)
	if list, err := w.s.Closings(t.Context(), with(PermCommittee, 0), month, ""); err != nil || len(list) != 0 {
		t.Errorf("49 replies: %+v, %v", list, err)
	}
}

func TestFilesOfRates(t *testing.T) {
	t.Parallel()
	rows := []Rates{{Unit: Unit{ID: 3, Kind: Office, Code: "tax", Name: "=税务局"}, Period: period(t, "2026-11"), Formula: "sat-1/rates-1",
		Response: Share{N: 40, Hits: 30, Figure: &Figure{0.75, 0.598, 0.858}, State: OK}, Resolve: Share{State: Suppressed, Below: 5}}}
	var b bytes.Buffer
	if err := WriteRatesCSV(&b, rows, false); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
	if err != nil || len(lines) != 2 || strings.Join(lines[1], ",") != "tax,'=税务局,office,2026-11,,40,0.7500,0.5980,0.8580,<5,,,,0,,,,0,,,,sat-1/rates-1" {
		t.Errorf("%v, %v", lines, err)
	}
	if len(RateColumns(true)) != len(RateColumns(false))+4 {
		t.Error("the closing-honesty figure is not apart")
	}
	b.Reset()
	if err := WriteRatesXLSX(&b, rows, true, func(c string) string { return c }); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if v, err := book.GetCellValue("Sheet1", "G2"); err != nil || v != "0.75" {
		t.Errorf("%q, %v", v, err)
	}
	if kind, err := book.GetCellType("Sheet1", "B2"); err != nil || kind == excelize.CellTypeFormula {
		t.Errorf("a name became a formula, %v", err)
	}
}

// seedCases fills two years with a million cases of 60 offices, two of three of them asked about.
func seedCases(b *testing.B, db *sqlx.DB) {
	b.Helper()
	for _, q := range []string{
		`INSERT INTO units (kind, code, name) SELECT 'office', 'o' || i, '机关' || i FROM generate_series(1, 60) i`,
		`INSERT INTO units (kind, code, name) SELECT 'hall', 'h' || i, '大厅' || i FROM generate_series(1, 20) i`,
		`INSERT INTO units (kind, code, name, office_id) SELECT 'division', 'd' || i, '处室' || i, o.id FROM generate_series(1, 240) i JOIN units o ON o.code = 'o' || (1 + i % 60)`,
		`INSERT INTO units (kind, code, name, office_id, division_id, hall_id)
			SELECT 'window', 'w' || i, '窗口' || i, o.id, d.id, h.id FROM generate_series(1, 2000) i
			JOIN units o ON o.code = 'o' || (1 + i % 60) JOIN units d ON d.code = 'd' || (1 + i % 240) JOIN units h ON h.code = 'h' || (1 + i % 20)`,
		`CREATE TEMP TABLE places AS SELECT row_number() OVER () - 1 AS k, id, office_id, division_id, hall_id FROM units WHERE kind = 'window'`,
		`INSERT INTO cases (submission_id, receipt, channel, identity, title, body, unit_id, hall_id, division_id, office_id, seq, state, kind, urgency, sealed,
				level, round, returned, extended, disposition, contacted, received_at, changed_at, dispatched_at, taken_at, taken_in_time, responded)
			SELECT gen_random_uuid(), 'r' || i, 'web', 'none', '标题', '正文', p.id, p.hall_id, p.division_id, p.office_id, 8, 'closed',
				(ARRAY['complaint', 'request', 'consultation'])[1 + i % 3], 'ordinary', i % 200 = 0, 0, 1, 0, false, '', true, at, at, at, at + interval '3 hours', i % 9 > 0, i % 7 > 0
			FROM (SELECT i, '2025-01-01 00:00+08'::timestamptz + i * interval '63 seconds' AS at FROM generate_series(1, 1000000) i) s JOIN places p ON p.k = s.i::bigint * 7919 % 2000`,
		`INSERT INTO case_callbacks (case_id, round, at, way, contacted, solved, satisfied, responded, claimed, kind, office_id, division_id, hall_id, unit_id)
			SELECT id, 1, received_at + interval '6 days', 'phone', true, id % 5 > 0, 1 + id % 5, id % 7 > 0, true, kind, office_id, division_id, hall_id, unit_id FROM cases WHERE id % 3 > 0`,
		`WITH gone AS (DELETE FROM case_changes RETURNING *)
			INSERT INTO case_rollups (what, grain, starts_on, kind, office_id, division_id, hall_id, unit_id, n, responded, solved, said, satisfied, content, contradicted)
			SELECT what, g.grain, date_trunc(g.length, starts_on)::date AS starts_on, kind, office_id, division_id, hall_id, unit_id, sum(n), sum(responded), sum(solved), sum(said), sum(satisfied), sum(content), sum(contradicted)
			FROM gone CROSS JOIN (VALUES ('m'::"char", 'month'), ('y'::"char", 'year')) g (grain, length) GROUP BY 1, 2, 3, 4, 5, 6, 7, 8`,
		`VACUUM ANALYZE case_changes`, `VACUUM ANALYZE case_rollups`, `VACUUM ANALYZE cases`, `VACUUM ANALYZE case_callbacks`,
	} {
		exec(b, db, q)
	}
}

// Measured, not asserted. A million cases, two cores shared with others (median): offices of a month
// 44 ms, of a quarter 79 ms, of a year 54 ms; windows of a month 57 ms, of a quarter 76 ms, of a year 66 ms.
// Counted case by case, offices over a year took 542 ms.
func BenchmarkRates(b *testing.B) {
	db := pgtest.New(b)
	db.SetMaxOpenConns(1)
	seedCases(b, db)
	s := New(Config{DB: db})
	for _, c := range []struct {
		name string
		q    RatesQuery
	}{
		{"office/month", RatesQuery{Level: Office, Period: period(b, "2026-03")}},
		{"office/month/kind", RatesQuery{Level: Office, Period: period(b, "2026-03"), Kind: "complaint"}},
		{"division/month", RatesQuery{Level: Division, Period: period(b, "2026-03")}},
		{"window/month", RatesQuery{Level: Window, Period: period(b, "2026-03")}},
		{"city/year", RatesQuery{Level: City, Period: period(b, "2026")}},
		{"office/quarter", RatesQuery{Level: Office, Period: period(b, "2026-Q1")}},
		{"office/year", RatesQuery{Level: Office, Period: period(b, "2026")}},
		{"division/year", RatesQuery{Level: Division, Period: period(b, "2026")}},
		{"window/quarter", RatesQuery{Level: Window, Period: period(b, "2026-Q1")}},
		{"window/year", RatesQuery{Level: Window, Period: period(b, "2026")}},
		{"office/ragged", RatesQuery{Level: Office, Period: period(b, "2026-01-15..2026-11-20")}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				if _, err := s.Rates(b.Context(), actor.System("bench"), c.q); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "median-ms")
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
}
