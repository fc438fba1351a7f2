package offices

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pgtest"
)

var root = actor.System("test")

func newService(t *testing.T) (*Service, *sqlx.DB) {
	t.Helper()
	db := pgtest.New(t)
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	return New(Config{DB: db, Now: func() time.Time { return now }}), db
}

// holder is an account with permissions over one office or hall; both zero is the city.
func holder(office, hall int64, permissions ...actor.Permission) actor.Actor {
	g := actor.Grant{Office: office, Hall: hall, Permissions: map[actor.Permission]bool{}}
	for _, p := range permissions {
		g.Permissions[p] = true
	}
	return actor.Actor{Account: 1, Name: "somebody", Grants: []actor.Grant{g}}
}

func inDivision(division int64) actor.Actor {
	return actor.Actor{Account: 1, Name: "chief", Grants: []actor.Grant{{Division: division, Permissions: map[actor.Permission]bool{PermRead: true}}}}
}

// city is a small directory as CSV files.
func city() map[Table]string {
	return map[Table]string{
		Offices:   "机关编码,机关名称,英文名称,机关类型,品牌承诺\nO1,教育局,Education,政府部门,\"一次办好\n不推诿\"\nO2,民政局,,,'=SUM(1)\n",
		Divisions: "处室编码,处室名称,机关编码\nD1,办公室,O1\nD2,婚姻处,O2\n",
		Halls:     "大厅编码,大厅名称,地址\nH1,市民中心,敦化路1号\nH2,西海岸大厅,长江路\n",
		Windows: "窗口编码,窗口名称,窗口号,机关编码,处室编码,大厅编码,启用日期,停用日期\n" +
			"W1,入学窗口,A1,O1,D1,H1,2025-01-01,\nW2,婚姻登记窗口,B2,O2,D2,H1,,\nW3,旧窗口,C3,O2,,H2,2020-01-01,2025-12-31\nW4,机关窗口,,O1,,,,\n",
		People:  "工号,姓名,机关编码,处室编码,入职日期,离职日期\nS1,张三,O1,D1,2020/1/1,\nS2,李四,O2,,,2026-01-01\nS3,王五,O2,D2,,\n",
		Duties:  "工号,窗口编码,开始日期,结束日期\nS1,W1,2026-01-01,2026-11-22\nS1,W1,2026-11-23,至今\nS3,W2,2026-01-01,\n",
		Tenures: "处室编码,工号,开始日期,结束日期\nD1,S2,2024-01-01,2025-12-31\nD1,S1,2026-01-01,\n",
	}
}

func mustApply(t *testing.T, s *Service, texts map[Table]string) Plan {
	t.Helper()
	p, err := s.Apply(t.Context(), root, sheetsOf(t, texts))
	if err != nil {
		t.Fatalf("%v: %v", err, lines(p.Problems))
	}
	return p
}

func id(t *testing.T, s *Service, kind Kind, code string) int64 {
	t.Helper()
	u, err := s.ByCode(t.Context(), root, kind, code)
	if err != nil {
		t.Fatal(err)
	}
	return u.ID
}

func wantKind(t *testing.T, what string, err error, kind fault.Kind) {
	t.Helper()
	f, ok := fault.As(err)
	if !ok || f.Kind != kind {
		t.Errorf("%s: %v, want fault kind %d", what, err, kind)
		return
	}
	if strings.HasPrefix(f.Key, "offices.") {
		mustSay(t, f.Key, f.Args)
	}
	for _, field := range f.Fields {
		mustSay(t, field.Key, field.Args)
	}
}

func codes(units []Unit) string {
	var all []string
	for _, u := range units {
		all = append(all, u.Code)
	}
	return strings.Join(all, " ")
}

func TestApplyTwiceAndUpdate(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	dry, err := s.Plan(t.Context(), root, sheetsOf(t, city()))
	if err != nil || !dry.OK() || dry.Writes() != 18 {
		t.Fatalf("plan: %v %+v", err, dry)
	}
	if units, err := s.Units(t.Context(), root, Filter{}); err != nil || codes(units) != "city" {
		t.Fatalf("a plan wrote %q (%v)", codes(units), err)
	}
	first := mustApply(t, s, city())
	if d := cmp.Diff(dry, first); d != "" {
		t.Errorf("apply differs from its plan: %s", d)
	}
	again := mustApply(t, s, city())
	if again.Writes() != 0 {
		t.Errorf("applied twice: %+v", again.Sheets)
	}
	o2, err := s.ByCode(t.Context(), root, Office, "O2")
	if err != nil || o2.BrandPromise != "=SUM(1)" {
		t.Errorf("apostrophe kept: %+v %v", o2, err)
	}
	// S1 leaves the window, S3 follows; a chief changes; a window moves; nothing else does.
	p := mustApply(t, s, map[Table]string{
		Windows: "窗口编码,窗口名称,机关编码,处室编码,大厅编码\nW1,入学报名窗口,O1,D1,H2\n",
		Duties:  "工号,窗口编码,开始日期,结束日期\nS1,W1,2026-11-23,2026-12-31\nS1,W1,2027-01-01,\nS3,W1,2027-01-01,\n",
		Tenures: "处室编码,工号,开始日期,结束日期\nD1,S3,2026-12-01,\nD1,S1,2026-01-01,2026-11-30\n",
	})
	if p.Writes() != 6 {
		t.Errorf("update: %+v", p.Sheets)
	}
	w1, err := s.ByCode(t.Context(), root, Window, "W1")
	if err != nil || w1.Name != "入学报名窗口" || w1.HallName != "西海岸大厅" || w1.Number != "A1" || w1.OpenedOn != "2025-01-01" {
		t.Errorf("W1: %+v %v", w1, err)
	}
	tenures, err := s.Tenures(t.Context(), root, w1.DivisionID)
	if err != nil || len(tenures) != 3 || tenures[1].ToOn != "2026-11-30" || tenures[2].StaffName != "王五" {
		t.Errorf("tenures: %+v %v", tenures, err)
	}
}

func TestApplyIsAtomic(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	texts := city()
	texts[Tenures] += "D9,S1,2026-01-01,\n"
	p, err := s.Apply(t.Context(), root, sheetsOf(t, texts))
	wantKind(t, "faulty apply", err, fault.Invalid)
	if d := cmp.Diff([]string{"任期!A4 处室编码 import.unknown_division"}, lines(p.Problems)); d != "" {
		t.Error(d)
	}
	units, err := s.Units(t.Context(), root, Filter{})
	if err != nil || codes(units) != "city" {
		t.Errorf("left behind: %q (%v)", codes(units), err)
	}
}

func TestAppliesAtOnceMakeNoDuplicates(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	sheets := sheetsOf(t, city())
	var wg sync.WaitGroup
	plans, errs := make([]Plan, 4), make([]error, 4)
	for i := range plans {
		wg.Go(func() { plans[i], errs[i] = s.Apply(context.Background(), root, sheets) })
	}
	wg.Wait()
	writes := 0
	for i := range plans {
		if errs[i] != nil {
			t.Error(errs[i])
		}
		writes += plans[i].Writes()
	}
	if writes != 18 {
		t.Errorf("%d writes in all, want 18", writes)
	}
}

func TestExportRoundTrip(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	mustApply(t, s, city())
	var book bytes.Buffer
	if err := s.Export(t.Context(), root, &book); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{"book.xlsx": book.Bytes()}
	for _, table := range Tables() {
		var out bytes.Buffer
		if err := s.ExportCSV(t.Context(), root, table, &out); err != nil {
			t.Fatal(err)
		}
		files[table.Title()+".csv"] = out.Bytes()
	}
	rows := 0
	for name, data := range files {
		p, err := s.Plan(t.Context(), root, mustRead(t, name, string(data)))
		if err != nil || !p.OK() || p.Writes() != 0 || len(p.Ignored) > 0 {
			t.Errorf("%s: %v %+v %v", name, err, p.Sheets, lines(p.Problems))
		}
		for _, sheet := range p.Sheets {
			rows += sheet.Unchanged
		}
	}
	if rows != 2*18 {
		t.Errorf("%d rows unchanged, want 36", rows)
	}
	wantKind(t, "no such table", s.ExportCSV(t.Context(), root, "units", &book), fault.NotFound)
}

func TestExportIsScoped(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	mustApply(t, s, city())
	by := holder(id(t, s, Office, "O1"), 0, PermRead, PermImport)
	var book bytes.Buffer
	if err := s.Export(t.Context(), by, &book); err != nil {
		t.Fatal(err)
	}
	sheets := mustRead(t, "x.xlsx", book.String())
	got := map[Table]int{}
	for _, sheet := range sheets.Sheets {
		got[sheet.Table] = len(sheet.Rows)
	}
	want := map[Table]int{Offices: 1, Divisions: 1, Halls: 1, Windows: 2, People: 1, Duties: 2, Tenures: 2}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	// The hall is visible but not this office's to change; all else comes back unchanged.
	p, err := s.Plan(t.Context(), by, sheets)
	if err != nil || len(p.Problems) != 1 || p.Problems[0].Table != Halls || p.Writes() != 0 {
		t.Errorf("%v %v", err, lines(p.Problems))
	}
	wantKind(t, "export without permission", s.Export(t.Context(), actor.Actor{}, &book), fault.Forbidden)
	_, err = s.Plan(t.Context(), holder(0, 0, PermRead), sheets)
	wantKind(t, "plan without permission", err, fault.Forbidden)
	_, err = s.Apply(t.Context(), holder(0, 0, PermRead), sheets)
	wantKind(t, "apply without permission", err, fault.Forbidden)
}

func TestReadScopes(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	mustApply(t, s, city())
	o1, h1 := id(t, s, Office, "O1"), id(t, s, Hall, "H1")
	for _, c := range []struct {
		name         string
		by           actor.Actor
		units, staff string
	}{
		{"city", holder(0, 0, PermRead), "city O1 O2 D1 D2 H1 H2 W1 W2 W3 W4", "S1 S2 S3"},
		{"office", holder(o1, 0, PermRead), "city O1 D1 H1 W1 W4", "S1"},
		{"hall", holder(0, h1, PermRead), "city H1 W1 W2", "S1 S3"},
		{"division", inDivision(id(t, s, Division, "D1")), "city O1 D1 H1 W1", "S1"},
	} {
		units, err := s.Units(t.Context(), c.by, Filter{})
		if err != nil || codes(units) != c.units {
			t.Errorf("%s: %q (%v), want %q", c.name, codes(units), err, c.units)
		}
		for _, code := range []struct {
			kind Kind
			code string
		}{{Office, "O2"}, {Window, "W3"}, {Window, "W4"}, {Division, "D2"}, {Window, "W1"}, {Hall, "H1"}, {Hall, "H2"}} {
			all := id(t, s, code.kind, code.code)
			u, err := s.Unit(t.Context(), c.by, all)
			if strings.Contains(c.units, code.code) {
				if err != nil || u.Code != code.code {
					t.Errorf("%s reads %s: %v", c.name, code.code, err)
				}
				continue
			}
			wantKind(t, c.name+" reads "+code.code, err, fault.NotFound)
			_, err = s.ByCode(t.Context(), c.by, code.kind, code.code)
			wantKind(t, c.name+" reads by code "+code.code, err, fault.NotFound)
		}
		staff, err := s.Staff(t.Context(), c.by, StaffFilter{})
		var numbers []string
		for _, p := range staff {
			numbers = append(numbers, p.StaffNo)
		}
		if err != nil || strings.Join(numbers, " ") != c.staff {
			t.Errorf("%s staff: %v (%v)", c.name, numbers, err)
		}
	}
	_, err := s.Units(t.Context(), actor.Actor{}, Filter{})
	wantKind(t, "nobody", err, fault.Forbidden)
	_, err = s.Tree(t.Context(), actor.Actor{})
	wantKind(t, "nobody's tree", err, fault.Forbidden)
	_, err = s.OnDuty(t.Context(), holder(o1, 0, PermRead), id(t, s, Window, "W2"), s.now())
	wantKind(t, "duty elsewhere", err, fault.NotFound)
	_, err = s.Tenures(t.Context(), holder(0, h1, PermRead), id(t, s, Division, "D1"))
	wantKind(t, "tenures from the hall", err, fault.NotFound)
	_, err = s.Tenures(t.Context(), root, o1)
	wantKind(t, "an office has no chief", err, fault.NotFound)
}

func TestFilters(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	mustApply(t, s, city())
	w1 := id(t, s, Window, "W1")
	for _, c := range []struct {
		f    Filter
		want string
	}{
		{Filter{Kind: Window}, "W1 W2 W3 W4"},
		{Filter{Kind: Window, Open: true}, "W1 W2 W4"},
		{Filter{Kind: Window, Limit: 2}, "W1 W2"},
		{Filter{Kind: Window, AfterID: w1, Limit: 2}, "W2 W3"},
		{Filter{Office: id(t, s, Office, "O2")}, "D2 W2 W3"},
		{Filter{Division: id(t, s, Division, "D1")}, "W1"},
		{Filter{Hall: id(t, s, Hall, "H1")}, "W1 W2"},
		{Filter{Query: "登记"}, "W2"},
		{Filter{Query: " b2 "}, "W2"},
		{Filter{Query: "%"}, ""},
		{Filter{Query: "\x00\xff"}, ""},
	} {
		units, err := s.Units(t.Context(), root, c.f)
		if err != nil || codes(units) != c.want {
			t.Errorf("%+v: %q (%v), want %q", c.f, codes(units), err, c.want)
		}
	}
	for query, want := range map[StaffFilter]int{{Query: "s1"}: 1, {Present: true}: 2, {Office: id(t, s, Office, "O2")}: 2, {Division: id(t, s, Division, "D1")}: 1} {
		if staff, err := s.Staff(t.Context(), root, query); err != nil || len(staff) != want {
			t.Errorf("%+v: %+v (%v)", query, staff, err)
		}
	}
}

func TestOnDutyAndTree(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	mustApply(t, s, city())
	w1 := id(t, s, Window, "W1")
	for at, want := range map[time.Time]Day{
		time.Date(2026, 11, 22, 15, 59, 59, 0, time.UTC): "2026-01-01", // still the 22nd in Shanghai
		time.Date(2026, 11, 22, 16, 0, 0, 0, time.UTC):   "2026-11-23",
	} {
		duties, err := s.OnDuty(t.Context(), root, w1, at)
		if err != nil || len(duties) != 1 || duties[0].FromOn != want || duties[0].StaffName != "张三" {
			t.Errorf("%s: %+v (%v), want from %s", at, duties, err, want)
		}
	}
	if duties, err := s.Duties(t.Context(), root, w1); err != nil || len(duties) != 2 {
		t.Errorf("history: %+v (%v)", duties, err)
	}
	for _, c := range []struct {
		by   actor.Actor
		want string
	}{
		{root, "city(O1(D1(W1) W4) O2(D2(W2) W3-)) H1(W1 W2) H2(W3-)"},
		{holder(id(t, s, Office, "O1"), 0, PermRead), "city(O1(D1(W1) W4)) H1(W1)"},
		{holder(0, id(t, s, Hall, "H1"), PermRead), "city H1(W1 W2)"},
	} {
		tree, err := s.Tree(t.Context(), c.by)
		if err != nil {
			t.Fatal(err)
		}
		got := drawn(append([]*Node{tree.City}, tree.Halls...))
		if got != c.want {
			t.Errorf("tree %s, want %s", got, c.want)
		}
	}
}

// drawn writes a tree in brackets, with - behind what is closed.
func drawn(nodes []*Node) string {
	var all []string
	for _, n := range nodes {
		text := n.Code
		if !n.Open {
			text += "-"
		}
		if len(n.Children) > 0 {
			text += "(" + drawn(n.Children) + ")"
		}
		all = append(all, text)
	}
	return strings.Join(all, " ")
}

// A city of 2,000 windows and 5,000 people comes in, unchanged again, and out within seconds.
func TestLargeCity(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	known := map[Table][][]string{}
	for i := range 60 {
		known[Offices] = append(known[Offices], []string{fmt.Sprintf("O%02d", i), fmt.Sprintf("第%d局", i), "", "", "", "", "", "", ""})
	}
	for i := range 600 {
		known[Divisions] = append(known[Divisions], []string{fmt.Sprintf("D%03d", i), "处室", "", fmt.Sprintf("O%02d", i%60), "", ""})
		known[Tenures] = append(known[Tenures], []string{fmt.Sprintf("D%03d", i), fmt.Sprintf("S%04d", i), "2025-01-01", ""})
	}
	for i := range 20 {
		known[Halls] = append(known[Halls], []string{fmt.Sprintf("H%02d", i), "大厅", "", "", "", ""})
	}
	for i := range 2000 {
		known[Windows] = append(known[Windows], []string{fmt.Sprintf("W%04d", i), "窗口", "", fmt.Sprintf("A%d", i), fmt.Sprintf("O%02d", i%60),
			fmt.Sprintf("D%03d", i%600), fmt.Sprintf("H%02d", i%20), "2024-01-01", ""})
	}
	for i := range 5000 {
		known[People] = append(known[People], []string{fmt.Sprintf("S%04d", i), "人员", fmt.Sprintf("O%02d", i%60), fmt.Sprintf("D%03d", i%600), "", ""})
		known[Duties] = append(known[Duties], []string{fmt.Sprintf("S%04d", i), fmt.Sprintf("W%04d", i%2000), "2025-01-01", "2025-12-31"},
			[]string{fmt.Sprintf("S%04d", i), fmt.Sprintf("W%04d", i%2000), "2026-01-01", ""})
	}
	b, err := newBook()
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	for _, table := range Tables() {
		if err := b.sheet(table, known[table]); err != nil {
			t.Fatal(err)
		}
	}
	var book bytes.Buffer
	if err := b.write(&book); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		name   string
		writes int
	}{{"first", 18280}, {"again", 0}} {
		start := time.Now()
		p, err := s.Apply(t.Context(), root, mustRead(t, "city.xlsx", book.String()))
		took := time.Since(start)
		if err != nil || p.Writes() != step.writes {
			t.Fatalf("%s: %v, %d writes, %v", step.name, err, p.Writes(), lines(p.Problems[:min(5, len(p.Problems))]))
		}
		t.Logf("%s import of %d KB took %s", step.name, book.Len()>>10, took)
		if took > time.Minute { // some 2 s on two idle cores; this is about growth, not speed
			t.Errorf("%s import took %s", step.name, took)
		}
	}
	start := time.Now()
	var out bytes.Buffer
	if err := s.Export(t.Context(), root, &out); err != nil {
		t.Fatal(err)
	}
	t.Logf("export took %s", time.Since(start))
}
