package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/complaints"
	"minping/indices"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pgtest"
)

// TestRatesAreWhatTheEventsSay lets cases take random ways and counts the three rates
// again from the event log alone, by a query that shares nothing with that of the
// figures: neither the cases' rows nor the stored answers.
func TestRatesAreWhatTheEventsSay(t *testing.T) {
	t.Parallel()
	w := newRatesTown(t)
	r := rand.New(rand.NewPCG(7, 27))
	for i := range 120 {
		w.walk(r, i)
		if i%25 == 7 { // some changes are summed already, some are not
			_, err := w.desk.FoldCounts(t.Context())
			w.must(err)
		}
	}
	w.clock = time.Date(2026, 12, 20, 4, 0, 0, 0, time.UTC)
	month, err := indices.ParsePeriod("2026-11")
	w.must(err)
	for _, kind := range []string{"", "complaint", "request"} {
		rows, err := w.indices.Rates(t.Context(), actor.System("test"), indices.RatesQuery{Level: indices.Office, Period: month, Kind: kind})
		w.must(err)
		got := map[int64][8]int64{}
		for _, row := range rows {
			got[row.Unit.ID] = [8]int64{row.Response.N, row.Response.Hits, row.Resolve.N, row.Resolve.Hits, row.Satisfy.N, row.Satisfy.Hits, row.Content.Hits, row.False.Hits}
		}
		want := w.fromEvents(kind)
		for id, counts := range want { // what is too few is not shown
			for _, pair := range [][]int{{0, 1}, {2, 3, 7}, {4, 5, 6}} {
				if counts[pair[0]] < 5 {
					for _, i := range pair {
						counts[i] = 0
					}
				}
			}
			want[id] = counts
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("kind %q: events say (-), figures say (+): %s", kind, diff)
		}
		if kind == "" && (want[w.offices[0]][0] < 10 || want[w.offices[0]][2] < 10 || want[w.offices[0]][7] == 0) {
			t.Errorf("hardly anything was counted: %v", want)
		}
	}
	var levels int64
	for _, level := range []indices.Level{indices.City, indices.Office, indices.Hall} {
		rows, err := w.indices.Rates(t.Context(), actor.System("test"), indices.RatesQuery{Level: level, Period: month})
		w.must(err)
		var sum int64
		for _, row := range rows {
			sum += row.Resolve.N
		}
		if levels == 0 {
			levels = sum
		}
		if sum != levels && level != indices.Office { // small offices may be suppressed
			t.Errorf("%s: %d answers, the city has %d", level, sum, levels)
		}
	}
	w.sumsAreRight()
}

// sumsAreRight compares the sums of the rates with a count of the cases, before and after
// the changes are added up, and a period that is read from sums with one that is read case by case.
func (w *ratesTown) sumsAreRight() {
	w.t.Helper()
	ask := func(text string) []int64 {
		period, err := indices.ParsePeriod(text)
		w.must(err)
		rows, err := w.indices.Rates(w.t.Context(), actor.System("test"), indices.RatesQuery{Level: indices.Window, Period: period})
		w.must(err)
		var got []int64
		for _, r := range rows {
			got = append(got, r.Unit.ID, r.Response.N, r.Response.Hits, r.Resolve.N, r.Resolve.Hits, r.Satisfy.N, r.Satisfy.Hits, r.Content.Hits, r.False.Hits)
		}
		return got
	}
	clean := func() {
		rows, differ, err := w.desk.VerifyCounts(w.t.Context())
		w.must(err)
		if rows < 8 || len(differ) > 0 {
			w.t.Errorf("%d sums, these are wrong: %v", rows, differ)
		}
	}
	clean()
	before := ask("2026")
	n, err := w.desk.FoldCounts(w.t.Context())
	w.must(err)
	clean()
	if after := ask("2026"); n == 0 || !cmp.Equal(before, after) {
		w.t.Errorf("%d changes added up: the year was %v, is %v", n, before, after)
	}
	// No whole month lies in this period, and everything in it.
	w.db.MustExec(`UPDATE case_callbacks SET at = '2026-11-03 09:00+08'`)
	w.db.MustExec(`UPDATE cases SET dispatched_at = '2026-11-02 09:00+08' WHERE dispatched_at IS NOT NULL`)
	if one, sums := ask("2026-11-02..2026-12-30"), ask("2026"); !cmp.Equal(one, sums) {
		w.t.Errorf("case by case %v, from sums %v", one, sums)
	}
	clean()
	w.db.MustExec(`UPDATE case_rollups SET responded = responded + 1 WHERE grain = 'y' AND what = 'o'`)
	if _, differ, err := w.desk.VerifyCounts(w.t.Context()); err != nil || len(differ) == 0 {
		w.t.Errorf("a wrong sum is not found: %v", err)
	}
	w.db.MustExec(`UPDATE case_rollups SET responded = responded - 1 WHERE grain = 'y' AND what = 'o'`)
}

type ratesTown struct {
	t       *testing.T
	db      *sqlx.DB
	desk    *complaints.Service
	indices *indices.Service
	clock   time.Time
	offices [2]int64
	windows [2]int64
	people  map[string]actor.Actor
}

func newRatesTown(t *testing.T) *ratesTown {
	w := &ratesTown{t: t, db: pgtest.New(t), clock: time.Date(2026, 10, 26, 2, 0, 0, 0, time.UTC), people: map[string]actor.Actor{}}
	w.indices = indices.New(indices.Config{DB: w.db, Now: w.now})
	var err error
	w.desk, err = complaints.New(complaints.Config{DB: w.db, Now: w.now, PINKey: make([]byte, 32)})
	w.must(err)
	var hall int64
	w.must(w.db.Get(&hall, `INSERT INTO units (kind, code, name) VALUES ('hall', 'h', '大厅') RETURNING id`))
	for i, code := range []string{"a", "b"} {
		w.must(w.db.Get(&w.offices[i], `INSERT INTO units (kind, code, name) VALUES ('office', $1, $1) RETURNING id`, code))
		w.must(w.db.Get(&w.windows[i], `INSERT INTO units (kind, code, name, office_id, hall_id) VALUES ('window', $1, $1, $2, $3) RETURNING id`, code, w.offices[i], hall))
	}
	for name, office := range map[string]int64{"desk": 0, "a": w.offices[0], "b": w.offices[1], "caller": 0, "discipline": 0} {
		a := actor.Actor{Name: name, Grants: []actor.Grant{{Office: office, Permissions: map[actor.Permission]bool{}}}}
		for _, p := range []actor.Permission{"case:file", "case:read", "case:triage", "case:dispatch", "case:handle", "case:reply", "case:merge", "case:callback"} {
			a.Grants[0].Permissions[p] = name != "discipline" && (p != "case:callback" || name == "caller")
		}
		a.Grants[0].Permissions["case:discipline"] = name == "discipline"
		w.must(w.db.Get(&a.Account, `INSERT INTO accounts (username, display_name, password_hash) VALUES ('p' || $1, $1, 'x') RETURNING id`, name))
		w.people[name] = a
	}
	return w
}

func (w *ratesTown) now() time.Time { return w.clock }

func (w *ratesTown) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// may lets a step fail only for a rule of the desk.
func (w *ratesTown) may(_ complaints.Case, err error) {
	w.t.Helper()
	if kind := fault.KindOf(err); err != nil && kind != fault.Conflict && kind != fault.Forbidden {
		w.t.Fatal(err)
	}
}

// walk takes one case some way; its orders have half an hour to be signed for.
func (w *ratesTown) walk(r *rand.Rand, i int) {
	ctx, s := w.t.Context(), w.desk
	w.clock = w.clock.Add(time.Duration(2+r.IntN(10)) * time.Hour)
	kind := []complaints.Kind{complaints.Complaint, complaints.Request}[r.IntN(2)]
	at := r.IntN(2)
	filed, err := s.File(ctx, actor.Actor{}, complaints.Filing{Submission: uuid.New(), Channel: complaints.ByWeb, Kind: kind, Unit: w.windows[at], Body: fmt.Sprintf("第 %d 件", i)})
	w.must(err)
	id, office, handler := filed.ID, w.offices[at], w.people[[]string{"a", "b"}[at]]
	w.may(s.Triage(ctx, w.people["desk"], id, complaints.Triaging{Kind: kind, Urgency: complaints.Urgent}))
	w.may(s.Dispatch(ctx, w.people["desk"], id, complaints.Dispatching{Office: office}))
	if r.IntN(8) == 0 {
		w.may(s.Transfer(ctx, handler, id, complaints.Transferring{Office: w.offices[1-at], Reason: "职责在对方"}))
		handler = w.people[[]string{"b", "a"}[at]]
	}
	switch r.IntN(12) {
	case 0:
		return // never signed for
	case 1:
		w.may(s.Seal(ctx, w.people["desk"], id, complaints.Why{Reason: "实为举报"}))
		return
	case 2:
		_, err := s.Withdraw(ctx, complaints.Ticket{Receipt: filed.Receipt, PIN: filed.PIN}, "")
		w.must(err)
		return
	}
	for range 3 {
		w.clock = w.clock.Add(time.Duration(5+r.IntN(50)) * time.Minute)
		w.may(s.Acknowledge(ctx, handler, id, 0))
		w.clock = w.clock.Add(time.Duration(1+r.IntN(30)) * time.Minute)
		reply := complaints.Replying{Body: "已处理"}
		if r.IntN(4) == 0 {
			reply.Disposition = complaints.Explained
		}
		w.may(s.Reply(ctx, handler, id, reply))
		if r.IntN(6) == 0 {
			return // nobody asks
		}
		w.clock = w.clock.Add(time.Duration(1+r.IntN(20)) * time.Hour)
		out := complaints.Outcome{Way: "phone", Contacted: r.IntN(7) > 0}
		if out.Contacted {
			out.Solved, out.Satisfied = r.IntN(3) > 0, r.IntN(6)
			if said := r.IntN(3); said < 2 {
				yes := said == 1
				out.Responded = &yes
			}
		}
		c, err := s.Callback(ctx, w.people["caller"], id, out)
		w.may(c, err)
		if c.State != complaints.Redo {
			return
		}
	}
}

// fromEvents counts what Rates counts for each office, from case_events alone.
func (w *ratesTown) fromEvents(kind string) map[int64][8]int64 {
	const query = `
		WITH e AS MATERIALIZED (
			SELECT case_id, seq, at, action, detail FROM case_events
		), sealed AS MATERIALIZED (
			SELECT DISTINCT case_id FROM e WHERE action = 'seal' OR (detail->>'sealed')::boolean
		), told AS MATERIALIZED ( -- the office that had the case after each event, and its kind
			SELECT case_id, seq, at, action, detail,
				(SELECT (o.detail->>'office')::bigint FROM e o WHERE o.case_id = e.case_id AND o.seq <= e.seq AND o.action IN ('dispatch', 'transfer') ORDER BY o.seq DESC LIMIT 1) AS office,
				(SELECT o.detail->>'kind' FROM e o WHERE o.case_id = e.case_id AND o.detail ? 'kind' AND o.action IN ('file', 'triage') ORDER BY o.seq DESC LIMIT 1) AS kind
			FROM e WHERE case_id NOT IN (SELECT case_id FROM sealed)
		), wanted AS MATERIALIZED ( SELECT * FROM told WHERE $1 = '' OR kind = $1
		), starts AS ( -- the last time an office was asked to sign
			SELECT DISTINCT ON (case_id) case_id, at, seq FROM wanted WHERE action IN ('dispatch', 'transfer', 'callback_bad') ORDER BY case_id, seq DESC
		), orders AS (
			SELECT s.case_id, (SELECT min(at) FROM wanted d WHERE d.case_id = s.case_id AND d.action = 'dispatch') AS given,
				(SELECT office FROM wanted l WHERE l.case_id = s.case_id ORDER BY seq DESC LIMIT 1) AS office,
				(SELECT min(at) FROM wanted a WHERE a.case_id = s.case_id AND a.seq > s.seq AND a.action = 'acknowledge') AS signed,
				(SELECT min(at) FROM wanted a WHERE a.case_id = s.case_id AND a.action = 'acknowledge') AS first_signed,
				(SELECT min(at) FROM wanted a WHERE a.case_id = s.case_id AND a.seq > s.seq AND a.action = 'withdraw') AS gone,
				(SELECT (l.detail->>'responded')::boolean FROM wanted l WHERE l.case_id = s.case_id AND l.action IN ('callback_good', 'callback_bad', 'callback_unsolved')
					AND NOT EXISTS (SELECT 1 FROM wanted p WHERE p.case_id = s.case_id AND p.action = 'reply' AND p.seq > l.seq) ORDER BY l.seq DESC LIMIT 1) AS responded,
				s.at AS asked
			FROM starts s
		), counted AS (
			SELECT office, count(*) FILTER (WHERE first_signed IS NOT NULL OR coalesce(signed, gone, 'infinity') > asked + interval '30 minutes') AS orders,
				count(*) FILTER (WHERE signed <= asked + interval '30 minutes' AND responded IS NOT FALSE) AS responded
			FROM orders WHERE given >= '2026-11-01 00:00+08' AND given < '2026-12-01 00:00+08' GROUP BY office
		), answers AS (
			SELECT office, (detail->>'solved')::boolean AS solved, (detail->>'satisfied')::int AS satisfied, (detail->>'responded')::boolean AS responded,
				coalesce((SELECT p.detail->>'disposition' FROM wanted p WHERE p.case_id = a.case_id AND p.seq < a.seq AND p.detail ? 'disposition' ORDER BY p.seq DESC LIMIT 1), '') AS disposition
			FROM wanted a WHERE action IN ('callback_good', 'callback_bad', 'callback_unsolved') AND at >= '2026-11-01 00:00+08' AND at < '2026-12-01 00:00+08'
		)
		SELECT u.id, coalesce(max(c.orders), 0), coalesce(max(c.responded), 0), count(a.office), count(*) FILTER (WHERE solved), count(satisfied),
			count(*) FILTER (WHERE satisfied >= 4), count(*) FILTER (WHERE satisfied >= 3),
			count(*) FILTER (WHERE NOT solved AND disposition <> 'explained' OR a.responded IS FALSE)
		FROM units u LEFT JOIN counted c ON c.office = u.id LEFT JOIN answers a ON a.office = u.id WHERE u.kind = 'office' GROUP BY u.id`
	rows, err := w.db.QueryContext(context.Background(), query, kind)
	w.must(err)
	defer func() { _ = rows.Close() }()
	all := map[int64][8]int64{}
	for rows.Next() {
		var id int64
		var n [8]int64
		w.must(rows.Scan(&id, &n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6], &n[7]))
		all[id] = n
	}
	w.must(rows.Err())
	return all
}
