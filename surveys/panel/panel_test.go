package panel

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"pgregory.net/rapid"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pgtest"
)

type round struct {
	t   testing.TB
	db  *sqlx.DB
	s   *Service
	id  int64
	day string
}

func committee() actor.Actor {
	return actor.Actor{Account: 5, Name: "工委", Grants: []actor.Grant{{Permissions: map[actor.Permission]bool{PermWrite: true}}}}
}

// newRound has four offices and a wave about all of them.
func newRound(t testing.TB, each int) *round {
	t.Helper()
	r := &round{t: t, db: pgtest.New(t), day: "2026-11-10"}
	r.s = New(Config{DB: r.db, Key: []byte("0123456789abcdef"), Now: func() time.Time {
		d, err := workday.Parse(r.day)
		if err != nil {
			t.Fatal(err)
		}
		return d.Start().Add(9 * time.Hour)
	}})
	r.exec(`INSERT INTO units (kind, code, name, brand_name) VALUES ('office', 'RS', '澜州市人力资源和社会保障局', '暖心人社'), ('office', 'GA', '澜州市公安局', ''),
		('office', 'YB', '澜州市医疗保障局', '医保为民'), ('office', 'SJ', '澜州市市场监督管理局', '')`)
	var ids []int64
	if err := r.db.Select(&ids, `SELECT id FROM units WHERE kind = 'office' ORDER BY id`); err != nil {
		t.Fatal(err)
	}
	var err error
	if r.id, err = r.s.Create(t.Context(), committee(), NewWave{Title: "第一轮", Starts: workday.Day{Year: 2026, Month: 11, Day: 1}, Ends: workday.Day{Year: 2026, Month: 11, Day: 30}, PerMember: each, Offices: ids}); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *round) exec(q string, args ...any) {
	r.t.Helper()
	if _, err := r.db.Exec(q, args...); err != nil {
		r.t.Fatal(err)
	}
}

func (r *round) count(q string, args ...any) int {
	r.t.Helper()
	var n int
	if err := r.db.Get(&n, q, args...); err != nil {
		r.t.Fatal(err)
	}
	return n
}

func (r *round) add(lines ...string) (Report, error) {
	r.t.Helper()
	sheet, err := ReadMembers("m.csv", strings.NewReader("编号,人群,年龄段,区市,所属机关编码\n"+strings.Join(lines, "\n")+"\n"))
	if err != nil {
		r.t.Fatal(err)
	}
	return r.s.Import(r.t.Context(), committee(), r.id, sheet)
}

func (r *round) letters(again bool) map[string]string {
	r.t.Helper()
	list, err := r.s.Letters(r.t.Context(), committee(), r.id, again)
	if err != nil {
		r.t.Fatal(err)
	}
	links := map[string]string{}
	for _, l := range list {
		links[l.Reference] = l.Token
	}
	return links
}

func (r *round) open(token string) Sheet {
	r.t.Helper()
	sheet, err := r.s.Open(r.t.Context(), token)
	if err != nil {
		r.t.Fatal(err)
	}
	return sheet
}

func kind(t testing.TB, err error, want fault.Kind) {
	t.Helper()
	if f, ok := fault.As(err); !ok || f.Kind != want {
		t.Errorf("%v, want kind %d", err, want)
	}
}

func ptr(n int) *int { return &n }

func TestLinkIsAnsweredPageByPageAndOnce(t *testing.T) {
	t.Parallel()
	r := newRound(t, 3)
	if _, err := r.add("A1,群众,30-44,临澜区,", "A2,同级,,,GA"); err != nil {
		t.Fatal(err)
	}
	links := r.letters(false)
	token := links["A1"]
	if s := r.open(strings.ToUpper(token)); s.Stage != StageFirst || s.Pages != 4 || s.Page != 1 {
		t.Fatalf("%+v", s)
	}
	for range 2 {
		if err := r.s.NameFirst(t.Context(), token, " 人社局\n "); err != nil {
			t.Fatal(err)
		}
	}
	first := r.open(token)
	if first.Stage != StageOffice || first.Page != 2 {
		t.Fatalf("%+v", first)
	}
	kind(t, r.s.Answer(t.Context(), token, OfficeAnswer{Unit: first.Unit}), fault.Invalid)
	kind(t, r.s.Answer(t.Context(), token, OfficeAnswer{Unit: first.Unit, Heard: "yes", Trust: ptr(11)}), fault.Invalid)
	kind(t, r.s.Answer(t.Context(), token, OfficeAnswer{Unit: 999999, Heard: "yes"}), fault.NotFound)
	var wg sync.WaitGroup
	for i := range 6 { // the same page from two tabs at once
		wg.Go(func() {
			if err := r.s.Answer(t.Context(), token, OfficeAnswer{Unit: first.Unit, Heard: "yes", Overall: ptr(7), Trust: ptr(i)}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	second := r.open(token)
	if err := r.s.Answer(t.Context(), token, OfficeAnswer{Unit: second.Unit, Heard: "no", Overall: ptr(9)}); err != nil {
		t.Fatal(err)
	}
	third := r.open(token)
	if err := r.s.Answer(t.Context(), token, OfficeAnswer{Unit: third.Unit, Skip: true}); err != nil {
		t.Fatal(err)
	}
	if s := r.open(token); s.Stage != StageDone || first.Unit == second.Unit || second.Unit == third.Unit {
		t.Errorf("%+v", s)
	}
	if n := r.count(`SELECT count(*) FROM panel_answers`); n != 2 || r.count(`SELECT count(*) FROM panel_answers WHERE heard = 'no' AND overall IS NULL`) != 1 {
		t.Errorf("%d answers, and who has not heard of it must have said no more", n)
	}
	if r.count(`SELECT count(*) FROM panel_mentions WHERE words = '人社局' AND state = 'open'`) != 1 || r.count(`SELECT count(DISTINCT respondent) FROM (SELECT respondent FROM panel_answers UNION ALL SELECT respondent FROM panel_mentions) a`) != 1 {
		t.Error("one person's answers do not go together")
	}
	d, err := r.s.Wave(t.Context(), committee(), r.id)
	if err != nil || d.Invited != 2 || d.Answered != 1 || d.State != Open {
		t.Errorf("%+v, %v", d.Wave, err)
	}
}

// Nothing that is kept leads from an answer to a person, nor from the database to a link.
func TestAnswersKnowNobody(t *testing.T) {
	t.Parallel()
	r := newRound(t, 2)
	if _, err := r.add("A1,专家,,,"); err != nil {
		t.Fatal(err)
	}
	token := r.letters(false)["A1"]
	if err := r.s.NameFirst(t.Context(), token, ""); err != nil {
		t.Fatal(err)
	}
	unit := r.open(token).Unit
	if err := r.s.Answer(t.Context(), token, OfficeAnswer{Unit: unit, Heard: "yes", Esteem: ptr(0)}); err != nil {
		t.Fatal(err)
	}
	columns := r.count(`SELECT count(*) FROM information_schema.columns WHERE table_name IN ('panel_answers', 'panel_mentions') AND (column_name ~ 'member|reference|digest|district|_at$' OR data_type ~ 'timestamp')`)
	shared := r.count(`SELECT count(*) FROM panel_members m, panel_answers a WHERE m.digest = a.respondent`)
	stored := r.count(`SELECT count(*) FROM panel_members m WHERE m::text LIKE '%' || $1 || '%'`, token)
	if columns != 0 || shared != 0 || stored != 0 {
		t.Errorf("%d columns name a person or a time, %d answers carry the link's digest, %d links stand in clear", columns, shared, stored)
	}
}

func TestLinkEndsWithTheWave(t *testing.T) {
	t.Parallel()
	r := newRound(t, 2)
	if _, err := r.add("A1,群众,,,", "A2,群众,,,"); err != nil {
		t.Fatal(err)
	}
	first := r.letters(false)
	if _, err := r.s.Letters(t.Context(), committee(), r.id, false); fault.KindOf(err) != fault.Conflict {
		t.Errorf("letters for nobody: %v", err)
	}
	if err := r.s.NameFirst(t.Context(), first["A1"], "公安局"); err != nil {
		t.Fatal(err)
	}
	second := r.letters(true)
	if len(second) != 1 || second["A2"] == first["A2"] {
		t.Errorf("a new link for %v, want A2 alone, who has not begun", second)
	}
	_, err := r.s.Open(t.Context(), first["A2"])
	kind(t, err, fault.NotFound)
	_, err = r.s.Open(t.Context(), "no such link")
	kind(t, err, fault.NotFound)
	for day, want := range map[string]Stage{"2026-10-31": StageEarly, "2026-11-30": StageOffice, "2026-12-01": StageOver} {
		r.day = day
		if s := r.open(first["A1"]); s.Stage != want {
			t.Errorf("%s: %s, want %s", day, s.Stage, want)
		}
	}
	kind(t, r.s.NameFirst(t.Context(), second["A2"], "x"), fault.Gone)
	r.day = "2026-11-20"
	kind(t, r.s.Close(t.Context(), committee(), r.id), fault.Conflict) // a name is not read yet
	if err := r.s.Code(t.Context(), committee(), r.id, map[string]int64{"公安局": None}); err != nil {
		t.Fatal(err)
	}
	if err := r.s.Close(t.Context(), committee(), r.id); err != nil {
		t.Fatal(err)
	}
	kind(t, r.s.Answer(t.Context(), second["A2"], OfficeAnswer{Unit: 1, Heard: "no"}), fault.Gone)
	kind(t, r.s.SetMargins(t.Context(), committee(), r.id, nil), fault.Conflict)
	if _, err := r.add("A3,群众,,,"); fault.KindOf(err) != fault.Conflict {
		t.Error(err)
	}
}

func TestImportIsAllOrNothing(t *testing.T) {
	t.Parallel()
	r := newRound(t, 2)
	report, err := r.add("A1,群众,30-44,,", "A1,群众,,,", "A2,路人,,,", "A3,社会,12,,", "A4,同级,,,没有")
	kind(t, err, fault.Invalid)
	var keys []string
	for _, p := range report.Problems {
		keys = append(keys, fmt.Sprintf("%d %s", p.Row, p.Key))
	}
	if got := strings.Join(keys, ", "); got != "3 five.panel.fault.twice, 4 five.panel.fault.group, 5 five.panel.fault.age, 6 five.panel.fault.own" {
		t.Error(got)
	}
	if n := r.count(`SELECT count(*) FROM panel_members`); n != 0 {
		t.Errorf("%d members of a faulty file", n)
	}
	if _, err := r.add("A1,群众,30-44,,"); err != nil {
		t.Fatal(err)
	}
	report, err = r.add("A1,群众,,,")
	if kind(t, err, fault.Invalid); len(report.Problems) != 1 {
		t.Errorf("%+v", report)
	}
	for _, by := range []actor.Actor{{}, {Account: 1, Name: "x", Grants: []actor.Grant{{Permissions: map[actor.Permission]bool{PermWrite: true}, Office: 1}}}} {
		_, err := r.s.Wave(t.Context(), by, r.id)
		kind(t, err, fault.Forbidden)
	}
}

// Everybody is asked about as many offices as wanted, never their own, and within a group
// every office nearly equally often.
func TestRotationIsBalanced(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n, each := rapid.IntRange(2, 12).Draw(t, "offices"), rapid.IntRange(1, 5).Draw(t, "each")
		offices := make([]int64, n)
		for i := range offices {
			offices[i] = int64(i + 1)
		}
		list := make([]member, rapid.IntRange(1, 120).Draw(t, "members"))
		belong := rapid.Bool().Draw(t, "belong")
		for i := range list {
			list[i].group = rapid.SampledFrom([]string{"public", "peer"}).Draw(t, "group")
			if belong {
				list[i].own = rapid.Int64Range(0, int64(n)).Draw(t, "own")
			}
		}
		asked := map[string]map[int64]int{"public": {}, "peer": {}}
		for i, plan := range rotate(list, rotation{offices: offices, each: each, seed: rapid.Uint64().Draw(t, "seed")}) {
			seen := map[int64]bool{}
			for _, office := range plan {
				if office == list[i].own || seen[office] {
					t.Fatalf("member of %d is asked about %v", list[i].own, plan)
				}
				seen[office] = true
				asked[list[i].group][office]++
			}
			others := n
			if list[i].own != 0 {
				others--
			}
			if len(plan) != min(each, others) {
				t.Fatalf("asked about %d of %d offices", len(plan), others)
			}
		}
		if belong {
			return
		}
		for group, count := range asked {
			least, most := len(list), 0
			for _, office := range offices {
				least, most = min(least, count[office]), max(most, count[office])
			}
			if most-least > 1 {
				t.Fatalf("%s: asked between %d and %d times", group, least, most)
			}
		}
	})
}

func TestMentionsAreSuggestedAndCoded(t *testing.T) {
	t.Parallel()
	names := []name{{1, "澜州市人力资源和社会保障局", "暖心人社"}, {2, "澜州市公安局", ""}, {3, "澜州市公安局交通警察支队", ""}, {4, "澜州市医疗保障局", "医保为民"}}
	for words, want := range map[string]int64{"人社局": 1, "市公安局": 2, "公安局 ": 2, "“暖心人社”": 1, "人力资源和社会保障局": 1, "我觉得医疗保障局好": 4, "不知道": 0, "局": 0,
		"澜州市公安局交通警察支队": 3, "医保为民": 4} {
		if got := suggest(words, names); got != want {
			t.Errorf("%s is taken for %d, want %d", words, got, want)
		}
	}
	if got := suggest("医保局", append(names[:0:0], name{4, "医疗保障局", ""}, name{1, "人力资源和社会保障局", ""})); got != 4 {
		t.Errorf("医保局 is taken for %d", got)
	}
}

func TestMarginsAddUp(t *testing.T) {
	t.Parallel()
	r := newRound(t, 2)
	whole := []Margin{{"stratum", "public", 70}, {"stratum", "society", 20}, {"stratum", "grassroots", 10}}
	if err := r.s.SetMargins(t.Context(), committee(), r.id, whole); err != nil {
		t.Fatal(err)
	}
	for _, bad := range [][]Margin{whole[:2], {{"stratum", "public", 70}, {"stratum", "society", 20}, {"stratum", "grassroots", 11}}, {{"age", "7", 100}},
		{{"stratum", "public", 120}, {"stratum", "society", -20}, {"stratum", "grassroots", 0}}} {
		kind(t, r.s.SetMargins(t.Context(), committee(), r.id, bad), fault.Invalid)
	}
	d, err := r.s.Wave(t.Context(), committee(), r.id)
	if err != nil || len(d.Margins) != 3 || r.count(`SELECT count(*) FROM audit_entries WHERE action = 'panel.margins'`) != 1 {
		t.Errorf("%+v, %v", d.Margins, err)
	}
}
