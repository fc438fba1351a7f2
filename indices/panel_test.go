package indices

import (
	"fmt"
	"math"
	"testing"

	"minping/indices/stats"
)

// wave stores a closed wave about both offices with answers that chance makes: society is
// asked far too often for its share.
func (w town) wave(t testing.TB, margins bool) int64 {
	t.Helper()
	id := get[int64](t, w.db, `INSERT INTO panel_waves (title, starts_on, ends_on, per_member, state, created_by, created_at, opened_at, closed_at)
		VALUES ('一轮', '2026-03-01', '2026-03-31', 2, 'closed', 'x', now(), now(), now()) RETURNING id`)
	if margins {
		exec(t, w.db, `INSERT INTO panel_margins VALUES ($1, 'stratum', 'public', 70), ($1, 'stratum', 'society', 20), ($1, 'stratum', 'grassroots', 10)`, id)
	}
	const people = `INSERT INTO panel_members (wave_id, reference, panel_group, age_band) SELECT $1, 'm' || i,
		CASE WHEN i <= 60 THEN 'public' WHEN i <= 120 THEN 'society' WHEN i <= 140 THEN 'grassroots' WHEN i <= 160 THEN 'expert' ELSE 'peer' END, '' FROM generate_series(1, 180) i`
	exec(t, w.db, people, id)
	exec(t, w.db, `INSERT INTO panel_tasks (member_id, unit_id, position, state) SELECT m.id, u.id, row_number() OVER (PARTITION BY m.id), CASE WHEN m.id % 3 = 0 THEN 'open' ELSE 'answered' END
		FROM panel_members m, units u WHERE m.wave_id = $1 AND u.kind = 'office'`, id)
	const answers = `INSERT INTO panel_answers (wave_id, respondent, unit_id, panel_group, age_band, heard, esteem, overall, expected, ideal, trust, reuse, recommend, cooperate)
		SELECT m.wave_id, int8send(m.id), t.unit_id, m.panel_group, m.age_band, CASE WHEN m.panel_group <> 'peer' THEN h.heard END,
			CASE WHEN k THEN (m.id * 7 + t.unit_id) % 6 END, CASE WHEN k THEN (m.id * 5 + t.unit_id) % 11 END, CASE WHEN k THEN (m.id * 5 + 1) % 11 END, CASE WHEN k THEN (m.id * 5 + 2) % 11 END,
			CASE WHEN k THEN (m.id * 3) % 12 - 1 END, CASE WHEN k THEN (m.id * 9) % 11 END, CASE WHEN k THEN (m.id * 9 + 1) % 11 END, CASE WHEN k THEN (m.id * 9) % 11 END
		FROM panel_tasks t JOIN panel_members m ON m.id = t.member_id
		CROSS JOIN LATERAL (SELECT CASE WHEN (m.id * 13 + t.unit_id) % 10 < CASE m.panel_group WHEN 'society' THEN 9 ELSE 6 END THEN 'yes' ELSE 'no' END AS heard) h
		CROSS JOIN LATERAL (SELECT h.heard = 'yes' OR m.panel_group = 'peer' AS k) kk
		WHERE m.wave_id = $1 AND t.state = 'answered'`
	exec(t, w.db, answers, id)
	exec(t, w.db, `INSERT INTO panel_mentions (wave_id, respondent, panel_group, age_band, words, state, unit_id)
		SELECT m.wave_id, int8send(m.id), m.panel_group, m.age_band, 'x', CASE WHEN m.id % 4 = 0 THEN 'office' ELSE 'none' END, CASE WHEN m.id % 4 = 0 THEN $2::bigint END
		FROM panel_members m WHERE m.wave_id = $1 AND m.id % 3 <> 0 AND m.panel_group <> 'peer'`, id, w.tax)
	return id
}

// of gives the reading of a source.
func (p Profile) of(key, source string) Reading {
	for _, r := range p.Readings {
		if r.Key == key && r.Source == source {
			return r
		}
	}
	return Reading{State: None}
}

// With one margin raking is post-stratification, weight = share × n / n of the stratum, so
// plain SQL can recompute every index of the panel.
func TestPanelIndicesAreRecountedInSQL(t *testing.T) {
	t.Parallel()
	for _, margins := range []bool{true, false} {
		w := newTown(t)
		id := w.wave(t, margins)
		p := w.five(t, inOffice(0), Query{Level: Office, Period: period(t, "2026"), Units: []int64{w.tax}})[0]
		exprs := map[string]string{
			KeyAwareness:  `CASE WHEN heard IS NOT NULL THEN 100 * (heard = 'yes')::int END`,
			KeyReputation: `100 * (esteem >= 4)::int`,
			KeyACSI:       `CASE WHEN overall > 0 AND expected > 0 AND ideal > 0 THEN (overall + expected + ideal - 3) / 27.0 * 100 END`,
			KeyTrust:      `CASE WHEN trust >= 0 THEN 100 * (trust >= 6)::int END`,
			KeyTrustMean:  `CASE WHEN trust >= 0 THEN trust * 10 END`,
			KeyLoyalty:    `CASE WHEN least(reuse, recommend, cooperate) >= 0 THEN (reuse + recommend + cooperate) / 3.0 * 10 END`,
			KeyLoyaltyNet: `CASE WHEN least(reuse, recommend, cooperate) >= 0 THEN ((reuse >= 9)::int - (reuse <= 6)::int + (recommend >= 9)::int - (recommend <= 6)::int + (cooperate >= 9)::int - (cooperate <= 6)::int) / 3.0 * 100 END`,
		}
		for key, expr := range exprs {
			for source, groups := range map[string]string{FromPanel: `'public', 'society', 'grassroots'`, FromExperts: `'expert'`, FromPeers: `'peer'`} {
				if source == FromPeers && key == KeyAwareness {
					continue
				}
				q := fmt.Sprintf(`WITH weights AS (
						SELECT g.category, CASE WHEN %t THEN g.share / 100.0 * sum(n.n) OVER () / n.n ELSE 1 END AS w
						FROM (VALUES ('public', 70.0), ('society', 20), ('grassroots', 10)) g (category, share)
						JOIN (SELECT panel_group, count(DISTINCT respondent) AS n FROM panel_answers WHERE wave_id = $1 GROUP BY 1) n ON n.panel_group = g.category)
					SELECT count(x), coalesce(sum(w * x) / sum(w) FILTER (WHERE true), 0), coalesce(sum(w) ^ 2 / sum(w * w), 0)
					FROM (SELECT %s AS x, coalesce(ww.w, 1)::float8 AS w FROM panel_answers a LEFT JOIN weights ww ON ww.category = a.panel_group
						WHERE wave_id = $1 AND unit_id = $2 AND a.panel_group IN (%s)) v WHERE x IS NOT NULL`, margins, expr, groups)
				var n int64
				var value, effective float64
				if err := w.db.QueryRow(q, id, w.tax).Scan(&n, &value, &effective); err != nil {
					t.Fatal(err)
				}
				r := p.of(key, source)
				if r.N != n || !r.Shown() {
					t.Errorf("%s %s: %d answers (%s), want %d", key, source, r.N, r.State, n)
					continue
				}
				same(t, key+" "+source, r.Figure.Value, value)
				same(t, key+" "+source+" n_eff", r.NEff, effective)
				same(t, key+" "+source+" deff", r.Deff, float64(n)/effective)
				if r.Figure.Low > value || r.Figure.High < value {
					t.Errorf("%s %s: %v", key, source, *r.Figure)
				}
			}
		}
		if note := p.of(KeyACSI, FromPanel).Note; margins == (note == NoteUnweighted) {
			t.Errorf("margins %t: note %q", margins, note)
		}
		invited := get[int64](t, w.db, `SELECT count(*) FROM panel_tasks t JOIN panel_members m ON m.id = t.member_id WHERE unit_id = $1 AND m.panel_group IN ('public', 'society', 'grassroots')`, w.tax)
		answered := get[int64](t, w.db, `SELECT count(*) FROM panel_answers WHERE unit_id = $1 AND panel_group IN ('public', 'society', 'grassroots')`, w.tax)
		same(t, "response", p.of(KeyAwareness, FromPanel).Response.Value, float64(answered)/float64(invited))
	}
}

func TestExpertsAreNeverCitizens(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.wave(t, false)
	exec(t, w.db, `DELETE FROM panel_answers WHERE panel_group IN ('public', 'society', 'grassroots')`)
	p := w.five(t, inOffice(0), Query{Level: Office, Period: period(t, "2026"), Units: []int64{w.tax}})[0]
	if r := p.At(KeyReputation); r.State != None {
		t.Errorf("without a citizen's answer the index is %+v", r)
	}
	if r := p.of(KeyTrust, FromPeers); !r.Shown() {
		t.Errorf("peers: %+v", r)
	}
	for _, q := range []Query{{Period: period(t, "2026-02")}, {Period: period(t, "2026"), Channel: "desk"}} {
		q.Level, q.Units = Office, []int64{w.tax}
		if r := w.five(t, inOffice(0), q)[0].of(KeyTrust, FromPeers); r.State != None {
			t.Errorf("%+v finds %+v", q, r)
		}
	}
	city := w.five(t, inOffice(0), Query{Level: City, Period: period(t, "2026")})[0]
	if r, n := city.of(KeyReputation, FromExperts), get[int64](t, w.db, `SELECT count(DISTINCT respondent) FROM panel_answers WHERE panel_group = 'expert' AND esteem IS NOT NULL`); r.N != n {
		t.Errorf("the city counts %d experts, want each once: %d", r.N, n)
	}
}

// A margin with a category that nobody answered in is left out, and said so; who tells no
// age keeps the share they have.
func TestMarginsThatCannotBeMet(t *testing.T) {
	t.Parallel()
	m := Methodology{Terms: Terms{Trim: 5}}
	people := map[string]cellOf{}
	add := func(n int, c cellOf) {
		for range n {
			people[fmt.Sprint(len(people))] = c
		}
	}
	add(30, cellOf{"public", "18-29"})
	add(20, cellOf{"public", "60+"})
	add(40, cellOf{"society", "18-29"})
	add(10, cellOf{"society", ""})
	stratum := []panelMargin{{1, "stratum", "grassroots", 10}, {1, "stratum", "public", 60}, {1, "stratum", "society", 30}}
	age := []panelMargin{{1, "age", "18-29", 50}, {1, "age", "30-44", 0}, {1, "age", "45-59", 0}, {1, "age", "60+", 50}}
	weights, note, err := m.rakeWave(people, append(stratum, age...))
	if err != nil || note != NotePartly {
		t.Fatalf("%q, %v", note, err)
	}
	same(t, "those without an age", weights[cellOf{"society", ""}], 1)
	same(t, "the young", weights[cellOf{"public", "18-29"}]*70, 45)
	same(t, "the old", weights[cellOf{"public", "60+"}]*20, 45)
	if _, note, _ := m.rakeWave(people, stratum); note != NoteUnweighted {
		t.Errorf("nothing left to weigh by: %q", note)
	}
}

// Two margins at once: shares of the weighted panel meet both.
func TestRakingMeetsBothMargins(t *testing.T) {
	t.Parallel()
	m := Methodology{Terms: Terms{Trim: 5}}
	people, i := map[string]cellOf{}, 0
	for _, c := range []struct {
		n int
		cellOf
	}{{40, cellOf{"public", "18-29"}}, {25, cellOf{"public", "30-44"}}, {30, cellOf{"society", "18-29"}}, {15, cellOf{"society", "30-44"}}, {9, cellOf{"grassroots", "18-29"}}, {11, cellOf{"grassroots", "30-44"}}} {
		for range c.n {
			people[fmt.Sprint(i)], i = c.cellOf, i+1
		}
	}
	known := []panelMargin{{1, "age", "18-29", 35}, {1, "age", "30-44", 65}, {1, "stratum", "grassroots", 12}, {1, "stratum", "public", 66}, {1, "stratum", "society", 22}}
	weights, note, err := m.rakeWave(people, known)
	if err != nil || note != "" {
		t.Fatalf("%q, %v", note, err)
	}
	sum, young, public := 0.0, 0.0, 0.0
	var list []float64
	for _, c := range people {
		x := weights[c]
		sum, list = sum+x, append(list, x)
		if c.age == "18-29" {
			young += x
		}
		if c.group == "public" {
			public += x
		}
	}
	if math.Abs(young/sum-0.35) > 1e-6 || math.Abs(public/sum-0.66) > 1e-6 || math.Abs(sum-float64(i)) > 1e-6 {
		t.Errorf("young %.6f, public %.6f of %.6f", young/sum, public/sum, sum)
	}
	if stats.DesignEffect(list) <= 1 {
		t.Error("no design effect")
	}
}
