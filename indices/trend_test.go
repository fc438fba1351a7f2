package indices

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"minping/indices/stats"
)

func TestTrend(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for day, n := range map[string]int{"2026-01-31": 10, "2026-02-01": 20, "2026-02-28": 40, "2026-03-01": 3, "2026-04-30": 50} {
		w.rate(t, count{unit: w.w1, day: day, levels: [5]int{0, 0, 0, 0, n}})
	}
	for _, c := range []struct {
		period string
		grain  Grain
		want   string
	}{
		{"2026-Q1", Month, "2026-01:10 2026-02:60 2026-03:<5"},
		{"2026-01-31..2026-06-30", Quarter, "2026-01-31..2026-03-31:73 2026-Q2:50"},
		{"2026-01-31..2026-02-01", Day, "2026-01-31:10 2026-02-01:20"},
		{"2026-01-31..2026-03-01", Week, "2026-01-31..2026-02-01:30 2026-W06:0 2026-W07:0 2026-W08:0 2026-W09:43"},
		{"2025-12-31..2026-04-30", Year, "2025-12-31..2025-12-31:0 2026-01-01..2026-04-30:123"},
	} {
		points, err := w.s.Trend(t.Context(), citizen, Subject{Unit: w.w1, Period: period(t, c.period)}, c.grain)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, p := range points {
			got += fmt.Sprintf(" %s:%s", p.Period, p.CountText())
		}
		if got != " "+c.want {
			t.Errorf("%s by %s: got %s, want %s", c.period, c.grain, got, c.want)
		}
	}
}

func TestBreakdown(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.rate(t, count{unit: w.w1, day: "2026-01-31", channel: "web", stratum: "expert", levels: [5]int{0, 0, 0, 0, 10}},
		count{unit: w.w1, day: "2026-02-15", channel: "desk", levels: [5]int{0, 0, 0, 0, 40}},
		count{unit: w.w1, day: "2026-02-16", channel: "kiosk", levels: [5]int{0, 0, 0, 0, 4}})
	q := Subject{Unit: w.w1, Period: period(t, "2026-01-20..2026-03-05")}
	channels, err := w.s.ByChannel(t.Context(), citizen, q)
	if err != nil {
		t.Fatal(err)
	}
	if got := keysOf(channels); got != "desk 40 ok, kiosk <5 suppressed, web 10 insufficient, " {
		t.Error(got)
	}
	strata, err := w.s.ByStratum(t.Context(), citizen, q)
	if err != nil {
		t.Fatal(err)
	}
	if got := keysOf(strata); got != "public 44 ok, expert 10 insufficient, " {
		t.Error(got)
	}
	f, err := w.s.Figures(t.Context(), citizen, q)
	if err != nil || f.N != 54 {
		t.Error(f.N, err)
	}
}

func keysOf(parts []Part) string {
	s := ""
	for _, p := range parts {
		s += fmt.Sprintf("%s %s %s, ", p.Key, p.CountText(), p.State)
	}
	return s
}

func TestReasons(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for code, n := range map[int]int{207: 3, 213: 8, 108: 3, 510: 20, 307: 1} {
		w.answer(t, given{w.w1, "2026-02-10", 0, code, n})
	}
	q := Subject{Unit: w.w1, Period: period(t, "2026-02-01..2026-03-03")}
	r, err := w.s.Reasons(t.Context(), citizen, q, 2)
	if err != nil || r.State != None || len(r.Bad)+len(r.Good) != 0 {
		t.Fatalf("without ratings: %+v, %v", r, err)
	}
	w.rate(t, count{unit: w.w1, day: "2026-02-10", levels: [5]int{3, 11, 1, 0, 20}})
	r, err = w.s.Reasons(t.Context(), citizen, q, 2)
	if err != nil {
		t.Fatal(err)
	}
	want := Reasons{State: OK,
		Bad: []Reason{{213, 2, "窗口人员业务不熟练", "Window staff did not know the business well", 8},
			{108, 1, "在办事指南之外增加新的审批条件", "Conditions added beyond the service guide", 3}},
		Good: []Reason{{510, 5, "一窗受理一次办结", "Accepted at one window, done in one go", 20}, {307, 3, "一次性告知需要补正的材料", "Told at once what had to be corrected", 1}}}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Error(diff)
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	id := func(key string) int { return get[int](t, w.db, `SELECT id FROM questions WHERE key = $1`, key) }
	for _, g := range []given{
		{w.w1, "2026-02-10", id("ease"), 4, 20}, {w.w1, "2026-02-11", id("ease"), 5, 20}, {w.w1, "2026-02-11", id("ease"), 0, 9},
		{w.w1, "2026-02-10", id("trust"), 0, 5}, {w.w1, "2026-02-10", id("trust"), 10, 5},
		{w.w1, "2026-02-10", id("fair"), 1, 4}, {w.w1, "2026-02-10", id("clear"), 0, 4}, {w.w1, "2026-02-10", id("people"), 5, 30},
	} {
		w.answer(t, g)
	}
	list, err := w.s.Answers(t.Context(), citizen, Subject{Unit: w.w1, Period: period(t, "2026-02")})
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, a := range list {
		got += fmt.Sprintf("%s %d %d %s", a.Dimension, a.N, a.Outside, a.State)
		if a.Mean != nil {
			got += fmt.Sprintf(" %.4f [%.4f, %.4f] %.2f", a.Mean.Value, a.Mean.Low, a.Mean.High, a.Index.Value)
		}
		got += "; "
	}
	// ease: s/√n = √(40·.25/39/40) = 0.080064, t(.975; 39) = 2.022691; trust: 5 ± 2.262157·√(250/9/10) = 3.770262;
	// people: 30 alike, at most 1−.025^(1/30) = .115703 may differ.
	const want = "ease 40 9 ok 4.5000 [4.3381, 4.6619] 87.50; fairness 0 0 suppressed; clarity 0 0 none; " +
		"attitude 30 0 ok 5.0000 [4.5372, 5.0000] 100.00; trust 10 0 insufficient 5.0000 [1.2297, 8.7703] 50.00; "
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Answers stand or fall with their rating, and months and edge days add up.
func TestAnswersCountOnlyWhatStands(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ease := get[int](t, w.db, `SELECT id FROM questions WHERE key = 'ease'`)
	for i, day := range []string{"2026-01-30", "2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01", "2026-03-02"} {
		w.answer(t, given{w.w1, day, ease, 3, []int{1000, 10, 20, 40, 80, 1000}[i]})
	}
	for standing, n := range map[string]int{"suspect": 5, "quarantined": 500} {
		exec(t, w.db, `INSERT INTO answer_rollups (unit_id, grain, starts_on, question_id, value, slice_id, n)
			VALUES ($1, 'm', '2026-02-01', $2, 3, rating_slice('desk', 'public', 1, $3), $4)`, w.w1, ease, standing, n)
	}
	q := Subject{Unit: w.w1, Period: period(t, "2026-01-31..2026-03-01")}
	for _, c := range []struct {
		q    Subject
		want int64
	}{{q, 155}, {Subject{Unit: q.Unit, Period: q.Period, Suspects: Exclude}, 150}, {Subject{Unit: q.Unit, Period: q.Period, Channel: "web"}, 0}} {
		list, err := w.s.Answers(t.Context(), citizen, c.q)
		if err != nil {
			t.Fatal(err)
		}
		var n int64
		for _, a := range list {
			n += a.N
		}
		if n != c.want {
			t.Errorf("%+v: %d answers, want %d", c.q, n, c.want)
		}
	}
}

// given is answers of one day: question 0 is the reason tags.
type given struct {
	unit            int64
	day             string
	question, value int
	n               int
}

func (w town) answer(t testing.TB, g given) {
	t.Helper()
	const q = `INSERT INTO answer_rollups AS r (unit_id, grain, starts_on, question_id, value, slice_id, n)
		SELECT $1, g.grain, CASE g.grain WHEN 'd' THEN $2::date ELSE date_trunc('month', $2::date)::date END, $3, $4, rating_slice('desk', 'public', 1, 'clear'), $5
		FROM (VALUES ('d'::"char"), ('m'::"char")) g (grain)
		ON CONFLICT (unit_id, grain, starts_on, question_id, value, slice_id) DO UPDATE SET n = r.n + excluded.n`
	exec(t, w.db, q, g.unit, g.day, g.question, g.value, g.n)
}

func TestEffectiveIsKish(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var groups []group
		var weights []float64
		for range rapid.IntRange(0, 6).Draw(t, "groups") {
			g := group{int64(rapid.IntRange(0, 20).Draw(t, "n")), rapid.Float64Range(0.01, 50).Draw(t, "weight")}
			groups = append(groups, g)
			for range g.n {
				weights = append(weights, g.weight)
			}
		}
		got, want := effective(groups), stats.Kish(weights)
		if math.Abs(got-want) > 1e-9*(1+want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func TestPointMeanIsMeanInterval(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var counts stats.Counts
		var values []answerCount
		for i := range counts {
			if n := rapid.IntRange(0, 30).Draw(t, "n"); n > 0 {
				counts[i] = float64(n)
				values = append(values, answerCount{Value: i + 1, N: int64(n)})
			}
		}
		if counts.Total() < 2 {
			return
		}
		got := pointMean(values, stats.Interval{Low: 1, High: 5}, 0.95)
		i := stats.MeanInterval(counts, [5]float64{1, 2, 3, 4, 5}, 0.95, counts.Total())
		if diff := cmp.Diff(Figure{got.Value, i.Low, i.High}, got, cmpopts.EquateApprox(1e-9, 1e-9)); diff != "" {
			t.Fatalf("%v: %s", counts, diff)
		}
	})
}

func TestMethodologyInForceOnTheLastDay(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	now := date(2026, 1, 1)
	s := New(Config{DB: w.db, Now: func() time.Time { return now }})
	version := func(text string) string {
		m, err := s.Methodology(t.Context(), period(t, text))
		if err != nil {
			t.Fatal(err)
		}
		return m.Version
	}
	if v := version("2026"); v != "sat-1" {
		t.Error(v)
	}
	exec(t, w.db, `INSERT INTO methodologies
		SELECT 'sat-2', '2026-07-01', '{0,55,75,100,100}', 10, 50, 0.9, '二', 'two', terms FROM methodologies WHERE version = 'sat-1'`)
	if v := version("2026"); v != "sat-1" {
		t.Errorf("read again within a minute: %s", v)
	}
	now = now.Add(time.Minute)
	if got := version("2026-06") + version("2026-07") + version("2026"); got != "sat-1sat-2sat-1" { // the year runs: its figures are not moved ahead of the day
		t.Error(got)
	}
	began := now
	now = date(2026, 7, 2)
	if got := version("2026-06") + version("2026"); got != "sat-1sat-2" {
		t.Error(got)
	}
	now = began
	w.rate(t, count{unit: w.tax, day: "2026-07-02", levels: [5]int{0, 5, 4, 0, 0}}, count{unit: w.tax, day: "2026-08-02", levels: [5]int{0, 5, 5, 0, 0}})
	points, err := s.Trend(t.Context(), citizen, Subject{Unit: w.tax, Period: period(t, "2026-07-01..2026-08-31")}, Month)
	if err != nil {
		t.Fatal(err)
	}
	if points[0].CountText() != "<10" || points[1].Sat.Value != 65 || points[1].Formula != "sat-2" {
		t.Errorf("%+v %+v", points[0], points[1])
	}
}
