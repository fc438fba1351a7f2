package complaints

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// fillAlike puts cases with sketches into the database, all of one office: words as
// rare and as common as words are, some eighty a case, of which the sixty-four rarest are compared.
func fillAlike(b *testing.B, o *town, n int) {
	b.Helper()
	for _, q := range []string{
		`ALTER TABLE cases DISABLE TRIGGER USER`,
		`INSERT INTO lexicon (word) SELECT 'w' || i FROM generate_series(1, 80000) i`,
		fmt.Sprintf(`INSERT INTO cases (submission_id, receipt, channel, identity, title, body, unit_id, seq, state, kind, urgency, sealed, office_id, level, round, returned,
				extended, disposition, contacted, received_at, first_reply_at, replied_at, changed_at)
			SELECT gen_random_uuid(), 'r' || i, 'web', 'none', 'w1 w2', 'w3', %d, 1, CASE WHEN i %% 10 < 7 THEN 'closed' ELSE 'in_progress' END, 'complaint', 'ordinary', false, %d, 0, 1, 0,
				false, '', false, now() - i * interval '5 minutes', CASE WHEN i %% 10 < 7 THEN now() END, CASE WHEN i %% 10 < 7 THEN now() END, now()
			FROM generate_series(1, %d) i`, o.window, o.tax, n),
		`INSERT INTO case_messages (case_id, at, audience, side, purpose, account_name, body) SELECT id, now(), 'public', 'staff', 'reply', 'x', repeat('答复内容', 30) FROM cases WHERE first_reply_at IS NOT NULL`,
		`INSERT INTO case_units (case_id, unit_id, role, since) SELECT id, office_id, 'lead', now() FROM cases`,
		`INSERT INTO case_sketches (case_id, words, counts, terms, weights, weighed_at, places, districts, received_at, grouped)
			SELECT c.id, t.ids, array_fill(1::smallint, ARRAY[cardinality(t.ids)]), t.ids[1:64], array_fill(4096::smallint, ARRAY[least(64, cardinality(t.ids))]), 1, '{}', '{}', c.received_at, true
			FROM cases c CROSS JOIN LATERAL (SELECT array_agg(DISTINCT id ORDER BY id) AS ids FROM (SELECT 1 + floor(79999 * power(random(), 3))::int AS id FROM generate_series(1, 80) g WHERE c.id > 0) d) t`,
		`UPDATE lexicon l SET cases = d.n FROM (SELECT id, count(*)::int AS n FROM case_sketches, unnest(words) id GROUP BY id) d WHERE l.id = d.id`,
		`UPDATE lexicon_total SET cases = (SELECT count(*) FROM case_sketches)`,
		`ALTER TABLE cases ENABLE TRIGGER USER`,
		`VACUUM ANALYZE case_sketches`, `ANALYZE`,
	} {
		if _, err := o.db.Exec(q); err != nil {
			b.Fatalf("%s: %v", q[:60], err)
		}
	}
}

// BenchmarkSimilar measures the look for similar cases among 100,000, as somebody who
// reads the city and as somebody who reads one office; go test -bench Similar -benchtime 100x.
func BenchmarkSimilar(b *testing.B) {
	o := newTown(b)
	fillAlike(b, o, 100_000)
	var words []string
	if err := o.db.Select(&words, `SELECT word FROM lexicon WHERE cases BETWEEN 20 AND 20000 ORDER BY md5(word) LIMIT 6000`); err != nil {
		b.Fatal(err)
	}
	for name, by := range map[string]int{"city": 0, "office": 1} {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				title := ""
				for k := range 60 {
					title += words[(i*61+k*7)%len(words)] + " "
				}
				c := Case{ID: 1, Title: title[:60], Body: title}
				who := o.desk
				if by == 1 {
					who = o.handler
				}
				r, err := reachOf(who)
				if err != nil {
					b.Fatal(err)
				}
				begun := time.Now()
				if _, err := o.s.similar(b.Context(), o.db, r, c); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(begun))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
}
