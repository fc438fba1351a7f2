package indices

import (
	"slices"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/pgtest"
)

// seedCity fills two years of a city: 2,000 windows of 60 offices in 20 halls,
// about 10 million ratings. Rows come in the order of days, as they do in
// service, so that a unit's rows lie scattered over the table.
func seedCity(b *testing.B, db *sqlx.DB) {
	b.Helper()
	for _, q := range []string{
		`INSERT INTO units (kind, code, name) SELECT 'office', 'o' || i, '机关' || i FROM generate_series(1, 60) i`,
		`INSERT INTO units (kind, code, name) SELECT 'hall', 'h' || i, '大厅' || i FROM generate_series(1, 20) i`,
		`INSERT INTO units (kind, code, name, office_id, hall_id)
			SELECT 'window', 'w' || i, '窗口' || i, o.id, h.id FROM generate_series(1, 2000) i
			JOIN units o ON o.code = 'o' || (1 + i % 60) JOIN units h ON h.code = 'h' || (1 + i % 20)`,
		// A window is rated on every second day, mostly at the desk by people who say who they are or do not.
		`CREATE TEMP TABLE seed AS
			SELECT w.id, w.office_id, w.hall_id, d::date AS starts_on, c.channel, s.stratum, st.standing, 1 + (hashint4(w.id::int + c.k) % 3 + 3) % 3 AS n
			FROM units w CROSS JOIN generate_series('2025-01-01'::date, '2026-12-31', '1 day') d
			CROSS JOIN (VALUES ('desk', 1), ('ticket', 2)) c (channel, k)
			CROSS JOIN (VALUES ('public', 1), ('unstated', 2)) s (stratum, k)
			CROSS JOIN (VALUES ('clear', 1), ('suspect', 9)) st (standing, k)
			WHERE w.kind = 'window' AND (hashint8(w.id * 7919 + (d::date - '2025-01-01'::date) * 31 + c.k * 5 + s.k * 3) % 10) BETWEEN -2 AND 3
			  AND (st.k = 1 OR (d::date - '2025-01-01'::date + w.id) % 30 = 0)`,
		`INSERT INTO rating_rollups (unit_id, grain, starts_on, slice_id, n1, n2, n3, n4, n5)
			SELECT u.id, g.grain, g.starts_on, rating_slice(channel, stratum, 1, standing), 0, 0, sum(n) / 10, sum(n) / 4, sum(n)
			FROM seed CROSS JOIN LATERAL (VALUES (seed.id), (office_id), (hall_id), ((SELECT id FROM units WHERE kind = 'city'))) u (id)
			CROSS JOIN LATERAL (VALUES ('d'::"char", seed.starts_on), ('m', date_trunc('month', seed.starts_on)::date), ('y', date_trunc('year', seed.starts_on)::date)) g (grain, starts_on)
			GROUP BY u.id, g.grain, g.starts_on, channel, stratum, standing ORDER BY g.starts_on, channel, u.id`,
		`ANALYZE`,
	} {
		exec(b, db, q)
	}
}

// Measured, not asserted: machines differ. 2.7 million rollup rows on two shared
// cores: city 3 ms, 60 offices 27 ms, 2,000 windows over a year 150 ms (p95).
func BenchmarkIndex(b *testing.B) {
	db := pgtest.New(b)
	db.SetMaxOpenConns(1) // the temporary table lives in one connection
	seedCity(b, db)
	s := New(Config{DB: db})
	b.Logf("%d rollup rows, %d ratings", get[int](b, db, `SELECT count(*) FROM rating_rollups`),
		get[int](b, db, `SELECT sum(n3 + n4 + n5) FROM rating_rollups r JOIN units u ON u.id = unit_id WHERE kind = 'city' AND grain = 'm'`))
	office := get[int64](b, db, `SELECT id FROM units WHERE code = 'o7'`)
	for _, c := range []struct {
		name string
		q    Query
	}{
		{"city/year", Query{Level: City, Period: period(b, "2026")}},
		{"city/edges", Query{Level: City, Period: period(b, "2025-01-02..2026-12-30")}},
		{"office/year", Query{Level: Office, Period: period(b, "2026")}},
		{"office/edges", Query{Level: Office, Period: period(b, "2025-01-02..2026-12-30")}},
		{"window/month", Query{Level: Window, Period: period(b, "2026-11")}},
		{"window/day", Query{Level: Window, Period: period(b, "2026-11-22")}},
		{"window/year", Query{Level: Window, Period: period(b, "2026")}},
		{"window/year/office", Query{Level: Window, Period: period(b, "2026"), Within: office}},
		{"window/edges", Query{Level: Window, Period: period(b, "2026-01-02..2026-12-30")}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				if _, err := s.Index(b.Context(), citizen, c.q); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
	b.Run("trend/city/days", func(b *testing.B) {
		city := get[int64](b, db, `SELECT id FROM units WHERE kind = 'city'`)
		for b.Loop() {
			if _, err := s.Trend(b.Context(), citizen, Subject{Unit: city, Period: period(b, "2026")}, Day); err != nil {
				b.Fatal(err)
			}
		}
	})
}
