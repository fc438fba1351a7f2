package api

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// peers adds five offices of one type: three much rated, one seldom this year and often before, one hardly.
func (c client) peers(t *testing.T) {
	t.Helper()
	const office = `INSERT INTO units (kind, code, name, office_type) VALUES ('office', $1, $2, '审批服务')`
	const counts = `INSERT INTO rating_rollups (unit_id, grain, starts_on, slice_id, n1, n2, n3, n4, n5)
		SELECT id, g.grain, CASE g.grain WHEN 'y' THEN date_trunc('year', $5::date)::date ELSE $5::date END, rating_slice('desk', 'public', 1, 'clear'), $2, 0, 0, $3, $4
		FROM units, (VALUES ('m'::"char"), ('y'::"char")) g (grain) WHERE code = $1`
	add := func(code, day string, levels [3]int) {
		if _, err := c.db.ExecContext(t.Context(), counts, code, levels[0], levels[1], levels[2], day); err != nil {
			t.Fatal(err)
		}
	}
	for i, levels := range [][3]int{{2, 40, 400}, {200, 100, 50}, {20, 100, 200}, {0, 2, 8}, {1, 1, 1}} {
		code := fmt.Sprintf("peer%d", i)
		if _, err := c.db.ExecContext(t.Context(), office, code, fmt.Sprintf("审批%d局", i)); err != nil {
			t.Fatal(err)
		}
		add(code, "2026-09-01", levels)
	}
	add("peer3", "2025-10-01", [3]int{1, 20, 40})
}

type standingRows struct {
	Floor, Draws int
	Groups       []map[string]any
	Rows         []map[string]any
}

func (s standingRows) row(code string) map[string]any {
	for _, r := range s.Rows {
		if r["unit"] == code {
			return r
		}
	}
	return nil
}

func TestStandings(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.peers(t)
	got := read[standingRows](t, c.get("/api/v1/standings?level=office&period=2026-Q3"))
	best, worst, seldom, hardly := got.row("peer0"), got.row("peer1"), got.row("peer3"), got.row("peer4")
	if best["tier"] != "above" || worst["tier"] != "below" || best["rank_low"] != 1.0 || best["p_first"] != 1.0 || best["borrowed"].(float64) > 0.2 {
		t.Errorf("%v\n%v", best, worst)
	}
	if seldom["not_ranked"] != "small" || seldom["tier"] != nil || seldom["rank_low"] != nil || seldom["adjusted"] == nil {
		t.Errorf("%v", seldom)
	}
	if hardly["n"] != "<5" || hardly["adjusted"] != nil || hardly["not_ranked"] != "suppressed" {
		t.Errorf("%v", hardly)
	}
	if got.Floor != 30 || got.Draws != 10000 || got.Groups[0]["ranked"] != 3.0 {
		t.Errorf("%d %d %v", got.Floor, got.Draws, got.Groups)
	}
	for name := range best {
		if _, ok := described(t).Components.Schemas["StandingRow"].Properties[name]; !ok {
			t.Errorf("%s is not described", name)
		}
	}
	file := c.get("/api/v1/standings?level=office&period=2026-Q3&format=csv")
	if rows, err := csv.NewReader(strings.NewReader(file.Body.String())).ReadAll(); err != nil || len(rows) < 6 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

func TestStandingsPoolWhoWasRatedSeldom(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.peers(t)
	if w := c.get("/api/v1/standings?level=office&period=2026-Q3&pool=yes"); w.Code != http.StatusUnauthorized {
		t.Errorf("without a key: %d", w.Code)
	}
	got := read[standingRows](t, c.get("/api/v1/standings?level=office&period=2026-Q3&pool=yes", committee...))
	seldom, often := got.row("peer3"), got.row("peer0")
	if seldom["period"] != "2025-10-01..2026-09-30" || seldom["n"] != 71.0 || seldom["rank_low"] == nil {
		t.Errorf("%v", seldom)
	}
	if often["period"] != "2026-Q3" || got.row("peer4")["period"] != "2026-Q3" {
		t.Errorf("%v", often)
	}
}

func TestStandingsRefuse(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for query, want := range map[string]int{"level=division&period=2026": 401, "level=office&period=2026-09-01": 401, "level=city&period=2026": 422, "level=office": 422, "period=2026": 422,
		"level=office&period=2026&pool=maybe": 422, "level=office&period=2026&channel=web": 422} {
		if w := c.get("/api/v1/standings?" + query); w.Code != want {
			t.Errorf("%s: %d, want %d", query, w.Code, want)
		}
	}
}
