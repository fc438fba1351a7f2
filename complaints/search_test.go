package complaints

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
)

// finds gives the numbers of what a search finds, in order, page by page.
func (o *town) finds(t testing.TB, by actor.Actor, text string, f Filter) []ID {
	t.Helper()
	var ids []ID
	for range 1000 {
		found, err := o.s.Search(t.Context(), by, text, f)
		if err != nil {
			t.Fatalf("%s searches %q: %v", by.Name, text, err)
		}
		for _, c := range found.Cases {
			ids = append(ids, c.ID)
			if _, err := o.s.Get(t.Context(), by, c.ID); err != nil {
				t.Errorf("%s finds case %d and may not read it: %v", by.Name, c.ID, err)
			}
		}
		if found.Next == nil {
			return ids
		}
		f.After = found.Next
	}
	t.Fatal("the pages never end")
	return nil
}

func (o *town) searchIsRight(t testing.TB) {
	t.Helper()
	report, err := o.s.VerifySearch(t.Context())
	if err != nil || len(report.Differences) > 0 || report.Waiting > 0 {
		t.Errorf("index of searches: %+v, %v", report, err)
	}
}

func TestSearchFindsWords(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	in := filing(o.window)
	in.Title, in.Body = "不动产登记等了三小时", "A3区潇楚南路的李先生说：ＡＢＣ１２３号窗口排队太久，电话13812345678，it's 50% \\ 'slow'"
	id, _ := o.file(t, in)
	other, _ := o.file(t, filing(o.window))
	o.db.MustExec(`UPDATE units SET name = '市税务局' WHERE id = $1`, o.tax)
	var receipt string
	if err := o.db.Get(&receipt, `SELECT receipt FROM cases WHERE id = $1`, id); err != nil {
		t.Fatal(err)
	}
	for typed, want := range map[string][]ID{
		"不动产": {id}, "动产登记": {id}, "潇楚南路": {id}, "abc123": {id}, "ABC": {id}, "排队　三小时": {id}, "窗口": {id, other}, "13812345678": {id}, "it's": {id},
		"税务局 排队": {id}, "税务局": {id, other}, "税务局 医保": nil, "医保": nil, "排队 上班": nil, "100%": nil, "'; DROP": nil,
		fmt.Sprint("#", id): {id}, fmt.Sprint(id): {id}, "#99999": nil, receipt: {id}, strings.ToUpper(receipt): {id}, "😀 排队": {id}, "\u202e排队\x00": {id},
	} {
		if got := o.finds(t, o.desk, typed, Filter{}); !slices.Equal(got, want) {
			t.Errorf("%q finds %v, want %v", typed, got, want)
		}
	}
	for _, thin := range []string{"的", "，。", "我们"} {
		_, err := o.s.Search(t.Context(), o.desk, thin, Filter{})
		wants(t, err, fault.Invalid, "complaints.search_thin")
	}
	_, err := o.s.Search(t.Context(), o.desk, strings.Repeat("长", MaxSearch+1), Filter{})
	wants(t, err, fault.Invalid, "fault.field.max")
	_, err = o.s.Search(t.Context(), actor.Actor{}, "排队", Filter{})
	wants(t, err, fault.Forbidden, "")
	o.searchIsRight(t)
}

func TestSearchReadsNoFurtherThanItsReader(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	id, ticket := o.taken(t)
	report := filing(o.window)
	report.Kind, report.Body = Report, "窗口人员收受礼品卡"
	sealed, _ := o.file(t, report)
	ok(t)(o.s.Note(t.Context(), o.handler, id, "内部备注：老赖户，勿外传"))
	ok(t)(o.s.Note(t.Context(), o.handler, id, "。")) // no word at all
	ok(t)(o.s.Ask(t.Context(), o.handler, id, Words{Body: "请提供房产证编号"}))
	if _, err := o.s.Answer(t.Context(), ticket, "编号是鲁2026第88号"); err != nil {
		t.Fatal(err)
	}
	ok(t)(o.s.Reply(t.Context(), o.handler, id, Replying{Body: "已经增设午间窗口。"}))
	all := []actor.Actor{o.desk, o.handler, o.second, o.chief, o.other, o.callerA, o.reviewer, o.committee, o.discipline, o.manager}
	for _, by := range all {
		for typed, c := range map[string]struct {
			id      ID
			readers []actor.Actor
		}{
			"午间":                    {id, []actor.Actor{o.desk, o.handler, o.second, o.chief, o.callerA, o.reviewer, o.committee, o.manager}},
			"房产证":                   {id, []actor.Actor{o.desk, o.handler, o.second, o.chief, o.callerA, o.reviewer, o.committee, o.manager}},
			"老赖":                    {id, []actor.Actor{o.desk, o.handler, o.second, o.chief, o.committee}},
			"老赖 午间":                 {id, []actor.Actor{o.desk, o.handler, o.second, o.chief, o.committee}},
			"礼品":                    {sealed, []actor.Actor{o.discipline}},
			fmt.Sprint("#", sealed): {sealed, []actor.Actor{o.discipline}},
		} {
			var want []ID
			if slices.ContainsFunc(c.readers, func(a actor.Actor) bool { return a.Account == by.Account }) {
				want = []ID{c.id}
			}
			if got := o.finds(t, by, typed, Filter{}); !slices.Equal(got, want) {
				t.Errorf("%s searches %q and finds %v, want %v", by.Name, typed, got, want)
			}
		}
	}
	ok(t)(o.s.Recuse(t.Context(), o.second, id, 0, Why{Reason: "亲属"}))
	if got := o.finds(t, o.second, "午间", Filter{}); len(got) > 0 {
		t.Errorf("whoever stands back still finds %v", got)
	}
	ok(t)(o.s.Note(t.Context(), o.discipline, sealed, "线索已转核查组"))
	if got := o.finds(t, o.discipline, "核查组 礼品", Filter{}); !slices.Equal(got, []ID{sealed}) {
		t.Errorf("the discipline role finds %v in its notes", got)
	}
	o.searchIsRight(t)
}

func TestSearchPagesSkipNothing(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	var want []ID
	for i := range 23 {
		in := filing(o.window)
		in.Body = fmt.Sprintf("第%d次反映：路灯损坏", i)
		id, _ := o.file(t, in)
		want = append(want, id)
		if i%3 == 0 {
			ok(t)(o.s.Terminate(t.Context(), o.committee, id, Why{Reason: "重复"}))
		}
	}
	for _, by := range []actor.Actor{o.desk, o.handler} {
		got := o.finds(t, by, "路灯", Filter{Limit: 4})
		if s := slices.Sorted(slices.Values(got)); !slices.Equal(s, want) {
			t.Errorf("%s finds %v, want %v", by.Name, s, want)
		}
		over := false
		for _, id := range got {
			d, err := o.s.Get(t.Context(), by, id)
			if err != nil || over && d.State.Live() {
				t.Errorf("case %d stands behind finished ones: %v", id, err)
			}
			over = !d.State.Live()
		}
		if n := len(o.finds(t, by, "路灯", Filter{States: []State{Terminated}, Limit: 3})); n != 8 {
			t.Errorf("%d terminated, want 8", n)
		}
		if n := len(o.finds(t, by, "", Filter{States: []State{Terminated, Closed}, Limit: 3})); n != 8 {
			t.Errorf("%d terminated without words, want 8", n)
		}
		if n := len(o.finds(t, by, "路灯", Filter{Kinds: []Kind{Praise}})); n != 0 {
			t.Errorf("%d praises", n)
		}
	}
	o.searchIsRight(t)
}

// TestSearchFilters holds the marks to the columns: what a search with a filter
// finds is what the filter says.
func TestSearchFilters(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	id, _ := o.taken(t)
	in := filing(o.window)
	in.Kind = Consultation
	second, _ := o.file(t, in)
	far, _ := o.file(t, filing(0))
	ok(t)(o.s.Dispatch(t.Context(), o.desk, far, Dispatching{Office: o.health}))
	o.at(t, "2026-11-06 10:00")
	for name, c := range map[string]struct {
		f    Filter
		want []ID
	}{
		"all": {Filter{}, []ID{id, second, far}}, "kind": {Filter{Kinds: []Kind{Consultation}}, []ID{second}}, "office": {Filter{Office: o.health}, []ID{far}},
		"hall": {Filter{Hall: o.hall}, []ID{id, second}}, "window": {Filter{Unit: o.window}, []ID{id, second}}, "handler": {Filter{Handler: o.handler.Account}, []ID{id}},
		"nobody": {Filter{Nobody: true}, []ID{second, far}}, "state": {Filter{States: []State{InProgress}}, []ID{id}}, "two": {Filter{States: []State{InProgress, Closed}}, []ID{id}},
		"overdue": {Filter{Overdue: true}, []ID{second, far}}, "level": {Filter{Level: 1}, nil},
	} {
		got := slices.Sorted(slices.Values(o.finds(t, o.desk, "上午", c.f)))
		if slices.Sort(c.want); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestBlackedOutWordsAreNotFound(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	id, err := o.s.OpenFromRating(t.Context(), actor.System("ratings"), RatingRef{ID: 7, Day: workday.Of(o.now()), ReceivedAt: o.now(), Level: 1, Unit: o.window, Comment: "工号88的张大壮骂人", Language: "zh-CN"})
	if err != nil {
		t.Fatal(err)
	}
	if got := o.finds(t, o.desk, "大壮", Filter{}); !slices.Equal(got, []ID{id}) {
		t.Fatalf("found %v", got)
	}
	privacy := actor.Actor{Grants: []actor.Grant{{Permissions: map[actor.Permission]bool{permPrivacy: true}}}}
	tx := o.db.MustBegin()
	if err := o.s.BlackOutRating(t.Context(), tx, privacy, Blackout{Rating: 7, Before: "工号88的张大壮骂人", After: "工号88的███骂人"}); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if got := o.finds(t, o.desk, "大壮", Filter{}); len(got) > 0 {
		t.Errorf("blacked out words still find %v", got)
	}
	if got := o.finds(t, o.desk, "骂人", Filter{}); !slices.Equal(got, []ID{id}) {
		t.Errorf("found %v", got)
	}
	o.searchIsRight(t)
}

func TestOldCasesAreIndexedByAJob(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	for range 9 {
		o.replied(t)
	}
	o.db.MustExec(`UPDATE case_search SET words = '', version = 0`)
	if got := o.finds(t, o.desk, "改正", Filter{}); len(got) > 0 {
		t.Fatalf("found %v", got)
	}
	if report, err := o.s.VerifySearch(t.Context()); err != nil || report.Waiting != 9 || len(report.Differences) > 0 {
		t.Errorf("%+v, %v", report, err)
	}
	var wg sync.WaitGroup
	for range 3 { // as several nodes would
		wg.Go(func() {
			if _, err := o.s.IndexWords(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Go(func() { o.taken(t) })
	wg.Wait()
	if got := o.finds(t, o.desk, "改正", Filter{}); len(got) != 9 {
		t.Errorf("found %v", got)
	}
	o.searchIsRight(t)
	o.db.MustExec(`UPDATE case_search SET words = words || array_to_tsvector('{编造}') WHERE case_id = (SELECT min(case_id) FROM case_search)`)
	o.db.MustExec(`UPDATE case_search SET marks = '' WHERE case_id = (SELECT max(case_id) FROM case_search)`)
	if report, err := o.s.VerifySearch(t.Context()); err != nil || len(report.Differences) != 2 {
		t.Errorf("verify does not see a false index: %+v, %v", report, err)
	}
}

func TestSearchOrderIsTheDatabases(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	for _, state := range States() {
		for _, due := range []any{nil, o.now()} {
			var got struct {
				Turn int64 `db:"turn"`
			}
			c := Case{State: state, ReceivedAt: china(t, "2026-11-02 09:59")}
			if due != nil {
				c.DueAt = moment(o.now())
			}
			if err := o.db.Get(&got, `SELECT case_turn($1, $2::timestamptz, $3::timestamptz) AS turn`, string(state), due, c.ReceivedAt); err != nil || got.Turn != c.turn() {
				t.Errorf("%s %v: %d, want %d (%v)", state, due, got.Turn, c.turn(), err)
			}
		}
	}
}
