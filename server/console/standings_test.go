package console

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"minping/accounts"
)

// peers adds five offices of one type: three much rated, one seldom, one hardly.
func (c *city) peers() {
	c.t.Helper()
	const office = `INSERT INTO units (kind, code, name, office_type) VALUES ('office', $1, $2, '审批服务')`
	const counts = `INSERT INTO rating_rollups (unit_id, grain, starts_on, slice_id, n1, n2, n3, n4, n5)
		SELECT id, 'm', '2026-10-01', rating_slice('desk', 'public', 1, 'clear'), $2, 0, 0, $3, $4 FROM units WHERE code = $1`
	for i, levels := range [][3]int{{2, 40, 400}, {200, 100, 50}, {20, 100, 200}, {0, 2, 8}, {1, 1, 1}} {
		code := fmt.Sprintf("peer%d", i)
		for _, step := range []struct {
			q    string
			args []any
		}{{office, []any{code, fmt.Sprintf("审批%d局", i)}}, {counts, []any{code, levels[0], levels[1], levels[2]}}} {
			if _, err := c.db.ExecContext(c.t.Context(), step.q, step.args...); err != nil {
				c.t.Fatal(err)
			}
		}
	}
}

func TestStandingsPage(t *testing.T) {
	c := newCity(t)
	c.peers()
	committee := c.as(accounts.Committee, everywhere)
	a := committee.Get("/console/standings?period=2026-10&group=审批服务")
	for _, want := range []string{"明显高于平均", "审批0局", "明显低于平均", "第 3 名", "样本不足", "评价过少，不予显示", "sat-1", `data-chart="funnel"`} {
		if a.Status != http.StatusOK || !strings.Contains(a.Body, want) {
			t.Errorf("%d: no %q\n%s", a.Status, want, excerpt(a.Body))
		}
	}
	if strings.Index(a.Body, "审批0局") > strings.Index(a.Body, "审批1局") {
		t.Error("the best stands after the worst")
	}
	for query, want := range map[string]int{"period=2026-13": 422, "level=galaxy": 422, "group=" + strings.Repeat("长", 300): 422, "group=no-such&period=2026-10": 200, "period=9999": 422, "level=division": 200} {
		if a := committee.Get("/console/standings?" + query); a.Status != want {
			t.Errorf("%s: %d, want %d", query, a.Status, want)
		}
	}
	if a := c.as(accounts.HallManager, c.hall).Get("/console/standings?level=division"); a.Status != http.StatusForbidden {
		t.Errorf("divisions for a hall manager: %d", a.Status)
	}
}

func TestStandingsFile(t *testing.T) {
	c := newCity(t)
	c.peers()
	a := c.as(accounts.Committee, everywhere).Get("/console/standings.csv?period=2026-10")
	rows, err := csv.NewReader(strings.NewReader(a.Body)).ReadAll()
	if err != nil || a.Status != http.StatusOK {
		t.Fatal(a.Status, err)
	}
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	if got := strings.Join(rows[0][:5], ","); got != "unit,name,level,period,n" {
		t.Errorf("columns begin %s", got)
	}
	for _, r := range rows {
		switch r[at["unit"]] {
		case "peer0":
			if r[at["tier"]] != "above" || r[at["rank_low"]] != "1" || r[at["rank_high"]] != "1" || r[at["not_ranked"]] != "" {
				t.Errorf("%v", r)
			}
		case "peer4":
			if r[at["n"]] != "<5" || r[at["adjusted"]] != "" || r[at["borrowed"]] != "" || r[at["not_ranked"]] != "suppressed" {
				t.Errorf("%v", r)
			}
		}
	}
}
