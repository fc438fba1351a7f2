package indices

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"minping/indices/stats"
	"minping/internal/actor"
	"minping/internal/fault"
)

// league is ten offices of one type: eight alike, one clearly better, one clearly
// worse; then one with few ratings, one with too few to show and one with none.
func league(t *testing.T) town {
	t.Helper()
	w := newTown(t)
	for i := range 13 {
		exec(t, w.db, `INSERT INTO units (kind, code, name, office_type) VALUES ('office', $1, $1, '审批服务')`, fmt.Sprintf("o%02d", i))
		id := get[int64](t, w.db, `SELECT id FROM units WHERE code = $1`, fmt.Sprintf("o%02d", i))
		var levels [5]int
		switch {
		case i < 8:
			levels = [5]int{4 + i%2, 6, 20, 60, 110 - 2*i}
		case i == 8:
			levels = [5]int{0, 1, 4, 40, 255}
		case i == 9:
			levels = [5]int{40, 40, 50, 60, 60}
		case i == 10:
			levels = [5]int{0, 0, 0, 0, 9}
		case i == 11:
			levels = [5]int{1, 1, 1, 0, 0}
		default:
			continue
		}
		w.rate(t, count{unit: id, day: "2026-08-15", levels: levels})
	}
	w.rate(t, count{unit: w.tax, day: "2026-08-15", levels: [5]int{1, 1, 1, 50, 60}})
	return w
}

func (w town) standings(t *testing.T, by actor.Actor, q Query) Standings {
	t.Helper()
	s, err := w.s.Standings(t.Context(), by, q)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStandings(t *testing.T) {
	t.Parallel()
	w := league(t)
	q := Query{Level: Office, Period: period(t, "2026-Q3")}
	s := w.standings(t, citizen, q)
	byCode := map[string]Standing{}
	for _, r := range s.Rows {
		byCode[r.Unit.Code] = r
	}
	if s.Groups[0].Key != "审批服务" || s.Groups[0].Ranked != 10 || s.Rows[0].Unit.Code != "o08" || s.Rows[9].Unit.Code != "o09" {
		t.Fatalf("groups %+v; first %s, tenth %s", s.Groups, s.Rows[0].Unit.Code, s.Rows[9].Unit.Code)
	}
	for code, want := range map[string]stats.Tier{"o08": stats.TierAbove, "o09": stats.TierBelow, "o03": stats.TierMiddle, "o10": stats.TierUnknown, "tax": stats.TierUnknown} {
		if got := byCode[code].Tier; got != want {
			t.Errorf("%s is %s, want %s (%+v)", code, got, want, byCode[code].Place)
		}
	}
	for code, want := range map[string]Unranked{"o08": "", "o10": SmallSample, "o11": TooFew, "o12": NobodyRated, "tax": NoPeers} {
		if r := byCode[code]; r.Why != want || (r.Place == nil) != (want != "") {
			t.Errorf("%s has no place for %q, want %q", code, r.Why, want)
		}
	}
	if r := byCode["o11"]; r.Estimate != nil || r.Within != nil || r.Borrowed != 0 {
		t.Errorf("three ratings may not be estimated in public: %+v", r)
	}
	if r := byCode["o08"].Place; r.Low != 1 || r.High > 2 || r.First < .99 {
		t.Errorf("the best: %+v", r)
	}
	few, many := byCode["o10"], byCode["o08"]
	if few.Borrowed < .3 || many.Borrowed > .2 || few.Estimate.Value >= 100 || few.Estimate.Value <= s.Groups[0].Mean {
		t.Errorf("nine full marks: %+v borrows %v; 300 ratings borrow %v", few.Estimate, few.Borrowed, many.Borrowed)
	}
}

// The estimate once more, by the formulas in one SQL statement. The between-unit
// variance is taken from the service and checked to solve Paule and Mandel's equation.
func TestStandingsRecomputedInSQL(t *testing.T) {
	t.Parallel()
	w := league(t)
	s := w.standings(t, citizen, Query{Level: Office, Period: period(t, "2026-Q3")})
	g := s.Groups[0]
	const q = `WITH u AS (
			SELECT u.code, n1 + n2 + n3 + n4 + n5 AS n, (25.0 * n2 + 50 * n3 + 75 * n4 + 100 * n5) / (n1 + n2 + n3 + n4 + n5) AS y,
				625.0 * n2 + 2500 * n3 + 5625 * n4 + 10000 * n5 AS squares
			FROM rating_rollups r JOIN units u ON u.id = r.unit_id
			WHERE r.grain = 'm' AND u.office_type = '审批服务' AND n1 + n2 + n3 + n4 + n5 >= 5),
		p AS (SELECT sum(squares - n * y * y) / sum(n - 1) AS s2 FROM u),
		m AS (SELECT sum(y / (s2 / n + $1)) / sum(1 / (s2 / n + $1)) AS mean, sqrt(max(s2)) AS spread FROM u, p)
		SELECT code, (s2 / n * mean + $1 * y) / (s2 / n + $1) AS estimate, s2 / n / (s2 / n + $1) AS borrowed, mean, spread,
			(SELECT sum((y - mean) ^ 2 / (s2 / n + $1)) FROM u, p, m) - (SELECT count(*) - 1 FROM u) AS excess
		FROM u, p, m`
	var rows []struct {
		Code                                     string
		Estimate, Borrowed, Mean, Spread, Excess float64
	}
	if err := w.db.SelectContext(t.Context(), &rows, q, g.Between*g.Between); err != nil || len(rows) != 11 {
		t.Fatal(len(rows), err)
	}
	byCode := map[string]Standing{}
	for _, r := range s.Rows {
		byCode[r.Unit.Code] = r
	}
	for _, want := range rows {
		got := byCode[want.Code]
		if math.Abs(got.Estimate.Value-want.Estimate) > 1e-6 || math.Abs(got.Borrowed-want.Borrowed) > 1e-9 {
			t.Errorf("%s: %v borrowed %v, in SQL %v borrowed %v", want.Code, got.Estimate.Value, got.Borrowed, want.Estimate, want.Borrowed)
		}
	}
	if math.Abs(g.Mean-rows[0].Mean) > 1e-6 || math.Abs(g.Spread-rows[0].Spread) > 1e-6 || math.Abs(rows[0].Excess) > 1e-6 {
		t.Errorf("group %+v, in SQL %+v", g, rows[0])
	}
}

func TestStandingsAreRepeatable(t *testing.T) {
	t.Parallel()
	w := league(t)
	q := Query{Level: Office, Period: period(t, "2026-Q3")}
	if diff := cmp.Diff(w.standings(t, citizen, q), w.standings(t, citizen, q), cmp.AllowUnexported(Period{})); diff != "" {
		t.Error(diff)
	}
}

func TestStandingsOfDivisionsAreInternal(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	q := Query{Level: Division, Period: period(t, "2026-Q3")}
	if _, err := w.s.Standings(t.Context(), citizen, q); fault.KindOf(err) != fault.Unauthorized {
		t.Errorf("anybody: %v", err)
	}
	s := w.standings(t, inOffice(w.tax), q)
	if len(s.Rows) != 1 || s.Rows[0].Unit.ID != w.taxD {
		t.Errorf("brand team of the tax office sees %+v", s.Rows)
	}
}
