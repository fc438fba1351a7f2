package offices

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"minping/internal/actor"
)

// known is a small directory as the database holds it.
func known() map[Table][][]string {
	return map[Table][][]string{
		Offices:   {{"O1", "教育局", "", "政府部门", "", "", "", "", ""}, {"O2", "民政局", "", "", "", "", "", "", ""}},
		Divisions: {{"D1", "办公室", "", "O1", "", ""}, {"D2", "婚姻处", "", "O2", "", ""}},
		Halls:     {{"H1", "市民中心", "", "敦化路1号", "", ""}},
		Windows:   {{"W1", "入学窗口", "", "A1", "O1", "D1", "H1", "", ""}},
		People:    {{"S1", "张三", "O1", "D1", "2020-01-01", ""}, {"S2", "李四", "O2", "", "", ""}},
		Duties:    {{"S1", "W1", "2026-01-01", "2026-03-31"}, {"S1", "W1", "2026-06-01", ""}},
		Tenures:   {{"D1", "S1", "2025-01-01", "2025-12-31"}, {"D1", "S2", "2026-01-01", ""}},
	}
}

func TestPlanFaults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		texts map[Table]string
		want  []string
	}{
		{"required and length", map[Table]string{Offices: "机关编码,机关名称\n,甲\nO9,\n" + strings.Repeat("x", 65) + ",乙\n"},
			[]string{"机关!A2 机关编码 fault.required", "机关!B3 机关名称 fault.required", "机关!A4 机关编码 fault.too_long"}},
		{"control characters", map[Table]string{Offices: "机关编码,机关名称\nO9,甲\x00乙\nO8,\"甲\n乙\"\n"},
			[]string{"机关!B2 机关名称 fault.unprintable", "机关!B3 机关名称 fault.unprintable"}},
		{"broken formula and notation", map[Table]string{Offices: "机关编码,机关名称\nO9,#N/A\n3.7E+11,乙\n"},
			[]string{"机关!B2 机关名称 import.error_cell", "机关!A3 机关编码 fault.scientific"}},
		{"dates", map[Table]string{Offices: "机关编码,机关名称,启用日期,停用日期\nO9,甲,昨天,至今\nO8,乙,2026-05-02,2026/5/1\nO7,丙,2026,\n"},
			[]string{"机关!C2 启用日期 fault.bad_day", "机关!D3 停用日期 fault.period", "机关!C4 启用日期 fault.bad_day"}},
		{"columns", map[Table]string{Offices: "机关编码,单位编码,区县\nO9,甲,x\n"},
			[]string{"机关!B1 机关编码 import.column_twice", "机关!1 机关名称 import.column_missing"}},
		{"twice in the file", map[Table]string{Halls: "大厅编码,大厅名称\nH9,甲\nＨ９,乙\n"},
			[]string{"大厅!A3 大厅编码 import.twice"}},
		{"unknown references", map[Table]string{
			Windows: "窗口编码,窗口名称,机关编码,处室编码,大厅编码\nW9,甲,O9,D9,H9\n",
			Duties:  "工号,窗口编码,开始日期\nS9,W8,2026-01-01\n"},
			[]string{"窗口!C2 机关编码 import.unknown_office", "窗口!D2 处室编码 import.unknown_division", "窗口!E2 大厅编码 import.unknown_hall",
				"值守!A2 工号 import.unknown_staff", "值守!B2 窗口编码 import.unknown_window"}},
		{"one fault does not make another", map[Table]string{
			Offices:   "机关编码,机关名称\nO9,\n",
			Divisions: "处室编码,处室名称,机关编码\nD9,甲,O9\n"},
			[]string{"机关!B2 机关名称 fault.required"}},
		{"division of another office", map[Table]string{
			Windows: "窗口编码,窗口名称,机关编码,处室编码\nW9,甲,O1,D2\n",
			People:  "工号,姓名,机关编码,处室编码\nS9,甲,O2,D1\n"},
			[]string{"窗口!D2 处室编码 import.division_elsewhere", "人员!D2 处室编码 import.division_elsewhere"}},
		{"division moved away from its members", map[Table]string{Divisions: "处室编码,处室名称,机关编码\nD1,办公室,O2\n"},
			[]string{"处室!C2 机关编码 import.division_moved", "处室!C2 机关编码 import.division_moved"}},
		{"division moved with its members", map[Table]string{
			Divisions: "处室编码,处室名称,机关编码\nD1,办公室,O2\n",
			Windows:   "窗口编码,窗口名称,机关编码,处室编码\nW1,入学窗口,O2,D1\n",
			People:    "工号,姓名,机关编码,处室编码\nS1,张三,O2,D1\n"}, nil},
		{"overlap with stored periods", map[Table]string{
			Duties:  "工号,窗口编码,开始日期,结束日期\nS1,W1,2026-03-31,2026-04-30\nS1,W1,2027-01-01,\nS2,W1,2026-03-31,2026-04-30\n",
			Tenures: "处室编码,工号,开始日期\nD1,S1,2025-06-01\nD2,S1,2025-06-01\n"},
			[]string{"值守!C2 开始日期 import.overlap", "值守!C3 开始日期 import.overlap_open",
				"任期!C2 开始日期 import.overlap", "任期!C2 开始日期 import.overlap_open"}},
		{"overlap inside the file", map[Table]string{
			Tenures: "处室编码,工号,开始日期,结束日期\nD2,S2,2026-07-01,\nD2,S1,2026-01-01,2026-12-31\nD2,S1,2026-02-01,2026-02-02\n"},
			[]string{"任期!C2 开始日期 import.overlap", "任期!C4 开始日期 import.overlap"}},
		{"ending the last makes room", map[Table]string{
			Tenures: "处室编码,工号,开始日期,结束日期\nD1,S1,2026-10-01,至今\nD1,S2,2026-01-01,2026-09-30\n",
			Duties:  "工号,窗口编码,开始日期,结束日期\nS1,W1,2026-06-01,2026-06-30\nS1,W1,2026-07-01,\n"}, nil},
		{"headings only", map[Table]string{Offices: "机关编码,机关名称\n"}, nil},
	} {
		p := planOf(t, known(), sheetsOf(t, c.texts))
		if d := cmp.Diff(c.want, lines(p.plan.Problems)); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		for _, found := range p.plan.Problems {
			mustSay(t, found.Key, found.Args)
		}
		for _, s := range p.plan.Sheets {
			if s.Rows != s.New+s.Changed+s.Unchanged+s.Faulty {
				t.Errorf("%s: counts do not add up: %+v", c.name, s)
			}
		}
	}
}

func TestPlanCounts(t *testing.T) {
	t.Parallel()
	p := planOf(t, known(), sheetsOf(t, map[Table]string{
		// The type of O1 is not a column here and stays.
		Offices: "机关名称,机关编码\n教育局,O1\n民政和社会局,O2\n水务局,O3\n,O4\n",
		Windows: "窗口编码,窗口名称,窗口号,机关编码,处室编码,大厅编码\nW1,入学窗口,A1,O1,D1,\nW2,新窗口,A2,O3,,H1\n",
	}))
	want := []SheetPlan{
		{Table: Offices, Title: "机关", Rows: 4, New: 1, Changed: 1, Unchanged: 1, Faulty: 1},
		{Table: Windows, Title: "窗口", Rows: 2, New: 1, Changed: 1},
	}
	if d := cmp.Diff(want, p.plan.Sheets); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([][]string{{"W1", "入学窗口", "", "A1", "O1", "D1", "", "", ""}}, p.changes[Windows].update); d != "" {
		t.Errorf("an empty cell clears: %s", d)
	}
}

func TestPlanReach(t *testing.T) {
	t.Parallel()
	p := newPlanner(reach{offices: map[string]bool{"O1": true}, halls: map[string]bool{"H1": true}})
	for table, rows := range known() {
		p.know(table, rows)
	}
	err := p.run(t.Context(), sheetsOf(t, map[Table]string{
		Offices:   "机关编码,机关名称\nO1,教育局\nO2,民政局\nO3,新局\n",
		Divisions: "处室编码,处室名称,机关编码\nD2,婚姻处,O1\nD3,新处,O1\n",
		Halls:     "大厅编码,大厅名称\nH1,市民中心\nH2,新大厅\n",
		Windows:   "窗口编码,窗口名称,机关编码,大厅编码\nW2,甲,O2,H1\nW3,乙,O2,\n",
		People:    "工号,姓名,机关编码\nS2,李四,O1\n",
		Duties:    "工号,窗口编码,开始日期\nS2,W1,2026-01-01\nS2,W3,2026-01-01\n",
		Tenures:   "处室编码,工号,开始日期\nD3,S1,2026-01-01\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"机关!3 import.out_of_scope", "机关!4 import.out_of_scope", "处室!2 import.out_of_scope", "大厅!3 import.out_of_scope",
		"窗口!3 import.out_of_scope", "人员!2 import.out_of_scope", "值守!3 import.out_of_scope"}
	if d := cmp.Diff(want, lines(p.plan.Problems)); d != "" {
		t.Error(d)
	}
	for _, found := range p.plan.Problems {
		mustSay(t, found.Key, found.Args)
	}
}

// What export writes, the import reads back to the same text, in both formats.
func TestRoundTripPure(t *testing.T) {
	t.Parallel()
	text := rapid.StringMatching(`['=+\-@＝"“”,;A-Za-z0-9处室窗口（）·_\pL]{1,20}`)
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(1, 4).Draw(r, "n")
		var rows [][]string
		for i := range n {
			value := func(name string) string {
				tidy, wrong := textRule{max: 100}.check(text.Draw(r, name))
				if wrong != nil {
					r.Skip("not storable")
				}
				return tidy
			}
			rows = append(rows, []string{fmt.Sprintf("O%d", i), "甲" + value("name"), value("en"), value("type"), value("district"),
				value("brand"), value("promise") + "\n" + "末", "2026-01-02", ""})
		}
		for format, data := range map[string][]byte{"x.xlsx": bookOf(r, rows), "x.csv": csvOf(r, rows)} {
			s, err := ReadSheets(format, bytes.NewReader(data))
			if err != nil {
				r.Fatal(err)
			}
			p := newPlanner(reach{all: true})
			p.know(Offices, rows)
			if err := p.run(t.Context(), s); err != nil {
				r.Fatal(err)
			}
			if len(p.plan.Problems) > 0 || p.plan.Sheets[0].Unchanged != n {
				r.Fatalf("%s: %v %+v %q", format, lines(p.plan.Problems), p.plan.Sheets[0], p.changes[Offices].update)
			}
		}
	})
}

func bookOf(r *rapid.T, rows [][]string) []byte {
	b, err := newBook()
	if err != nil {
		r.Fatal(err)
	}
	defer b.close()
	if err := b.sheet(Offices, rows); err != nil {
		r.Fatal(err)
	}
	var out bytes.Buffer
	if err := b.write(&out); err != nil {
		r.Fatal(err)
	}
	return out.Bytes()
}

func csvOf(r *rapid.T, rows [][]string) []byte {
	var out bytes.Buffer
	if err := writeCSV(&out, Offices, rows); err != nil {
		r.Fatal(err)
	}
	return out.Bytes()
}

// Excel refuses a sheet whose columns do not ascend.
func TestColumnsAscend(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := Template(&out); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, part := range z.File {
		if !strings.HasPrefix(part.Name, "xl/worksheets/sheet") {
			continue
		}
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		var order []int
		for _, m := range regexp.MustCompile(`<col min="(\d+)"`).FindAllSubmatch(text, -1) {
			n, _ := strconv.Atoi(string(m[1]))
			order = append(order, n)
		}
		if seen++; len(order) < 4 || !slices.IsSorted(order) || !bytes.Contains(text, []byte(`state="frozen"`)) {
			t.Errorf("%s: columns %v", part.Name, order)
		}
	}
	if seen != len(Tables())+1 {
		t.Errorf("%d sheets", seen)
	}
}

func TestUnitPlaceAndService(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		u    Unit
		want actor.Place
	}{
		{Unit{ID: 1, Kind: City}, actor.Place{}},
		{Unit{ID: 2, Kind: Office}, actor.Place{Office: 2}},
		{Unit{ID: 3, Kind: Division, OfficeID: 2}, actor.Place{Office: 2, Division: 3}},
		{Unit{ID: 4, Kind: Hall}, actor.Place{Hall: 4}},
		{Unit{ID: 5, Kind: Window, OfficeID: 2, DivisionID: 3, HallID: 4}, actor.Place{Office: 2, Division: 3, Hall: 4}},
	} {
		if got := c.u.Place(); got != c.want {
			t.Errorf("%s: %+v", c.u.Kind, got)
		}
	}
	u := Unit{OpenedOn: "2026-01-01", ClosedOn: "2026-12-31"}
	for day, want := range map[Day]bool{"2025-12-31": false, "2026-01-01": true, "2026-12-31": true, "2027-01-01": false} {
		if u.OpenOn(day) != want {
			t.Errorf("open on %s: %v", day, !want)
		}
	}
	if !(Unit{}).OpenOn("2026-01-01") {
		t.Error("a unit without days is open")
	}
}

// Beyond 10,000 the problems are only counted.
func TestProblemsAreCapped(t *testing.T) {
	t.Parallel()
	p := planOf(t, nil, mustRead(t, "机关.csv", "机关编码,机关名称\n"+strings.Repeat(",甲\n", maxProblems+5)))
	if len(p.plan.Problems) != maxProblems || p.plan.Dropped != 5 || p.plan.Sheets[0].Faulty != maxProblems+5 {
		t.Errorf("%d problems, %d dropped", len(p.plan.Problems), p.plan.Dropped)
	}
}

func TestTemplate(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := Template(&out); err != nil {
		t.Fatal(err)
	}
	s := mustRead(t, "模板.xlsx", out.String())
	p := planOf(t, nil, s)
	if len(s.Sheets) != len(Tables()) || !p.plan.OK() || len(s.Ignored) > 0 || p.plan.Writes() != 0 {
		t.Errorf("template: %+v", p.plan)
	}
	for _, row := range guide().rows {
		if row[4] == "" {
			t.Errorf("no explanation of %s", row[1])
		}
	}
}

func TestEveryNameHasText(t *testing.T) {
	t.Parallel()
	for _, k := range []Kind{City, Office, Division, Hall, Window} {
		mustSay(t, k.MessageKey(), nil)
	}
	for _, table := range Tables() {
		mustSay(t, table.MessageKey(), nil)
	}
	if Kind("tree").Valid() {
		t.Error("a tree is no unit")
	}
}
