package complaints

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"minping/internal/actor"
	"minping/internal/fault"
)

// say files a case of the web about the tax office's window, with words of its own.
func (o *town) say(t testing.TB, title, body string) ID {
	t.Helper()
	in := filing(o.window)
	in.Submission, in.Title, in.Body = uuid.New(), title, body
	id, _ := o.file(t, in)
	return id
}

// takeIn runs the job.
func (o *town) takeIn(t testing.TB) {
	t.Helper()
	if _, err := o.s.TakeIn(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := o.count(t, `SELECT count(*)::int FROM case_unread`); n > 0 {
		t.Fatalf("%d cases are still unread", n)
	}
}

// lexiconIsTrue: what the lexicon counts is what the sketches say.
func (o *town) lexiconIsTrue(t testing.TB) {
	t.Helper()
	const wrong = `SELECT count(*)::int FROM lexicon l WHERE l.cases <> (SELECT count(*) FROM case_sketches k WHERE l.id = ANY(k.words))`
	if n := o.count(t, wrong); n > 0 {
		t.Errorf("%d words are counted wrongly", n)
	}
	if o.count(t, `SELECT cases FROM lexicon_total`) != o.count(t, `SELECT count(*)::int FROM case_sketches`) {
		t.Error("the cases are counted wrongly")
	}
	const sums = `SELECT count(*)::int FROM category_profiles p WHERE p.cases <> (SELECT count(*) FROM case_sketches k WHERE k.category_id = p.category_id)`
	if n := o.count(t, sums); n > 0 {
		t.Errorf("%d categories count other cases than theirs", n)
	}
}

func (o *town) tree(t testing.TB) {
	t.Helper()
	paths := [][3]string{{"城乡建设", "城市建设和市政管理", "公共汽车"}, {"城乡建设", "城市建设和市政管理", "自来水供应"}, {"环境保护", "环境污染", "噪音污染"}, {"政法", "户籍证件", "户籍管理"}}
	if _, err := o.s.ImportCategories(t.Context(), actor.System("test"), paths); err != nil {
		t.Fatal(err)
	}
}

func (o *town) category(t testing.TB, name string) int {
	t.Helper()
	return o.count(t, `SELECT id FROM categories WHERE name = $1`, name)
}

func TestSuggestLearnsAndUnlearns(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	o.tree(t)
	bus, water := o.category(t, "公共汽车"), o.category(t, "自来水供应")
	first := o.say(t, "905路等了四十分钟", "公交车一直不来，站牌也看不清")
	o.takeIn(t)
	got, err := o.s.Suggest(t.Context(), o.desk, first)
	if err != nil || len(got) == 0 || got[0].Category != bus || !slices.Contains(got[0].Why, "公交车") {
		t.Fatalf("before anything is learned: %+v, %v", got, err)
	}
	if got[0].Path != [3]string{"城乡建设", "城市建设和市政管理", "公共汽车"} || got[0].Cases != 0 {
		t.Errorf("path and cases: %+v", got[0])
	}

	// A word that no list knows comes to stand for a category, by what people confirm.
	odd := "磐石泵站嗡鸣"
	for range 3 {
		id := o.say(t, odd, odd+"，请派人看看")
		ok(t)(o.s.Triage(t.Context(), o.desk, id, Triaging{Category: water}))
	}
	unsure := o.say(t, odd, odd)
	o.takeIn(t)
	got, err = o.s.Suggest(t.Context(), o.desk, unsure)
	if err != nil || len(got) == 0 || got[0].Category != water || got[0].Cases != 3 {
		t.Fatalf("after three cases: %+v, %v", got, err)
	}
	o.lexiconIsTrue(t)

	// Another category for the same cases: what was learned goes with them.
	for id := range o.ids(t, `SELECT id FROM cases WHERE category_id = $1`, water) {
		ok(t)(o.s.Triage(t.Context(), o.desk, id, Triaging{Category: bus}))
	}
	o.takeIn(t)
	if got, err = o.s.Suggest(t.Context(), o.desk, unsure); err != nil || len(got) == 0 || got[0].Category != bus {
		t.Fatalf("after they were put elsewhere: %+v, %v", got, err)
	}
	if n := o.count(t, `SELECT count(*)::int FROM category_words WHERE category_id = $1 AND learned <> 0`, water); n > 0 {
		t.Errorf("%d words are still learned of a category without cases", n)
	}
	o.lexiconIsTrue(t)
	o.sound(t)
}

// ids gives a set of cases.
func (o *town) ids(t testing.TB, query string, args ...any) map[ID]bool {
	t.Helper()
	var list []ID
	if err := o.db.Select(&list, query, args...); err != nil {
		t.Fatal(err)
	}
	set := map[ID]bool{}
	for _, id := range list {
		set[id] = true
	}
	return set
}

func TestSuggestIsForWhoTriages(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	o.tree(t)
	id := o.say(t, "公交车不来", "公交车不来")
	o.takeIn(t)
	_, err := o.s.Suggest(t.Context(), o.other, id)
	wants(t, err, fault.NotFound, "complaints.not_found")
	_, err = o.s.Suggest(t.Context(), o.callerA, id)
	wants(t, err, fault.Forbidden, "fault.forbidden")
	_, err = o.s.Suggest(t.Context(), o.desk, 1<<40)
	wants(t, err, fault.NotFound, "complaints.not_found")
}

func TestSimilarShowsRepliesWithinReach(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	reply := "您好，您反映的窗口午休无人值守的问题已经核实，自即日起实行错时值班，中午十二点至一点半保证有人受理业务，感谢您的监督。"
	old := o.say(t, "办税窗口午休没人", "中午十二点办税窗口没人值班，等到两点")
	ok(t)(o.s.Dispatch(t.Context(), o.desk, old, Dispatching{Office: o.tax}))
	ok(t)(o.s.Acknowledge(t.Context(), o.handler, old, 0))
	ok(t)(o.s.Reply(t.Context(), o.handler, old, Replying{Body: reply}))
	short := o.say(t, "办税窗口午休没人值班", "中午办税窗口没人值班")
	ok(t)(o.s.AnswerNow(t.Context(), o.desk, short, Words{Body: "收到。"}))
	live := o.say(t, "办税窗口午休一直没人", "中午十二点办税窗口没人值班")
	fresh := o.say(t, "办税窗口午休没人值班", "中午办税窗口没人，值班表是空的")
	for range 8 {
		o.say(t, "停车场收费太高", "地下停车场每小时十元")
	}
	o.takeIn(t)
	got, err := o.s.Similar(t.Context(), o.handler, fresh)
	if err != nil || len(got.Replied) != 1 || got.Replied[0].ID != old || got.Replied[0].Reply != reply || got.Replied[0].Likeness < 0.3 || len(got.Replied[0].Words) == 0 {
		t.Fatalf("replies: %+v, %v", got.Replied, err)
	}
	if len(got.Doubles) == 0 || got.Doubles[0].ID != live {
		t.Fatalf("doubles: %+v", got.Doubles)
	}
	// What another office had is not shown to this one.
	elsewhere := o.say(t, "大厅午休没人值班办税", "中午没人值班")
	ok(t)(o.s.Dispatch(t.Context(), o.desk, elsewhere, Dispatching{Office: o.health}))
	o.takeIn(t)
	got, err = o.s.Similar(t.Context(), o.other, elsewhere)
	if err != nil || len(got.Replied) != 0 || len(got.Doubles) != 0 {
		t.Fatalf("the other office: %+v, %v", got, err)
	}
	_, err = o.s.Similar(t.Context(), o.other, fresh)
	wants(t, err, fault.NotFound, "complaints.not_found")
	o.lexiconIsTrue(t)
}

func TestSealedCasesAreLikeNothing(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	secret := "窗口人员收受好处费优先办理"
	in := filing(o.window)
	in.Kind, in.Title, in.Body = Report, secret, secret
	report, _ := o.file(t, in)
	told := o.say(t, secret, secret)
	other := o.say(t, secret, secret)
	o.takeIn(t)
	if n := o.count(t, `SELECT count(*)::int FROM case_sketches WHERE case_id = $1`, report); n > 0 {
		t.Error("a report is compared with others")
	}
	if n := o.count(t, `SELECT count(*)::int FROM topic_cases`); n != 2 {
		t.Errorf("%d cases in topics, want the two complaints", n)
	}
	// Sealed afterwards: every trace of its words goes.
	ok(t)(o.s.Seal(t.Context(), o.desk, told, Why{Reason: "反映工作人员违纪"}))
	ok(t)(o.s.Seal(t.Context(), o.desk, other, Why{Reason: "反映工作人员违纪"}))
	if topics, err := o.s.Topics(t.Context(), o.desk, TopicFilter{}); err != nil || len(topics) > 0 {
		t.Errorf("before the job: %+v, %v", topics, err)
	}
	o.takeIn(t)
	for _, table := range []string{"case_sketches", "topic_cases"} {
		if n := o.count(t, `SELECT count(*)::int FROM `+table); n > 0 {
			t.Errorf("%s still has %d rows of sealed cases", table, n)
		}
	}
	if n := o.count(t, `SELECT count(*)::int FROM lexicon WHERE word LIKE '%好处%'`); n > 0 {
		t.Error("the lexicon keeps words of sealed cases")
	}
	for _, by := range []actor.Actor{o.discipline, o.desk} {
		a, err := o.s.Similar(t.Context(), by, report)
		if by.Account == o.desk.Account {
			wants(t, err, fault.NotFound, "complaints.not_found")
		} else if err != nil || len(a.Replied)+len(a.Doubles) > 0 {
			t.Errorf("a sealed case is like %+v, %v", a, err)
		}
	}
	o.lexiconIsTrue(t)
}

func TestTopicsAreWhatIsReadable(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	var tax []ID
	for _, title := range []string{"滨河花园小区旁搅拌站噪音扰民", "滨河花园小区搅拌站深夜噪音大", "投诉滨河花园小区旁边搅拌站噪音"} {
		tax = append(tax, o.say(t, title, "滨河花园小区旁边的搅拌站夜里施工，噪音太大，影响睡眠"))
	}
	o.say(t, "公交站牌看不清", "站牌字太小")
	ok(t)(o.s.Dispatch(t.Context(), o.desk, tax[2], Dispatching{Office: o.health}))
	o.takeIn(t)
	all, err := o.s.Topics(t.Context(), o.desk, TopicFilter{})
	if err != nil || len(all) != 1 || all[0].Cases != 3 || all[0].Heat < 2.99 || all[0].Latest != 3 || all[0].Weeks[topicWeeks-1] != 3 {
		t.Fatalf("topics: %+v, %v", all, err)
	}
	if !slices.Contains(all[0].Words, "搅拌站") && !strings.Contains(strings.Join(all[0].Words, ""), "搅拌") {
		t.Errorf("words: %v", all[0].Words)
	}
	// The tax office reads two of the three: it had the third, whose place it is, at first. The
	// health office reads one, which is no topic.
	if list, err := o.s.Topics(t.Context(), o.other, TopicFilter{}); err != nil || len(list) != 0 {
		t.Errorf("the other office: %+v, %v", list, err)
	}
	_, err = o.s.Topic(t.Context(), o.other, all[0].ID)
	wants(t, err, fault.NotFound, "complaints.not_found")
	d, err := o.s.Topic(t.Context(), o.desk, all[0].ID)
	if err != nil || len(d.List) != 3 || d.Main != tax[0] || !d.MayMerge || !d.MayName {
		t.Fatalf("topic: %+v, %v", d, err)
	}

	if err := o.s.NameTopic(t.Context(), o.desk, d.ID, " 滨河花园\x00搅拌站 "); err != nil {
		t.Fatal(err)
	}
	wants(t, o.s.NameTopic(t.Context(), o.desk, d.ID, strings.Repeat("长", 101)), fault.Invalid, "fault.field.max")
	wants(t, o.s.NameTopic(t.Context(), o.handler, d.ID, "x"), fault.Forbidden, "")
	if err := o.s.TakeOutOfTopic(t.Context(), o.desk, d.ID, tax[1]); err != nil {
		t.Fatal(err)
	}
	wants(t, o.s.TakeOutOfTopic(t.Context(), o.desk, d.ID, tax[1]), fault.NotFound, "")
	wants(t, o.s.TakeOutOfTopic(t.Context(), o.callerA, d.ID, tax[0]), fault.Forbidden, "")
	d, err = o.s.Topic(t.Context(), o.desk, d.ID)
	if err != nil || d.Name != "滨河花园搅拌站" || d.Cases != 2 {
		t.Fatalf("after taking one out: %+v, %v", d.Topic, err)
	}
	// Read again, it stays where the person put it.
	if _, err := o.db.Exec(`INSERT INTO case_unread (case_id) VALUES ($1)`, tax[1]); err != nil {
		t.Fatal(err)
	}
	o.takeIn(t)
	if d, err = o.s.Topic(t.Context(), o.desk, d.ID); err != nil || d.Cases != 2 {
		t.Errorf("the job put it back: %+v, %v", d.Topic, err)
	}
	if n := o.count(t, `SELECT count(*)::int FROM audit_entries WHERE action IN ('topic.name', 'topic.take_out')`); n != 2 {
		t.Errorf("%d entries in the audit chain, want 2", n)
	}
	// Four weeks later it has cooled to a quarter.
	o.at(t, "2026-11-30 10:00")
	if list, err := o.s.Topics(t.Context(), o.desk, TopicFilter{}); err != nil || len(list) != 1 || list[0].Heat > 0.51 || list[0].Latest != 0 {
		t.Errorf("four weeks later: %+v, %v", list, err)
	}
	o.at(t, "2027-02-01 10:00")
	if list, err := o.s.Topics(t.Context(), o.desk, TopicFilter{}); err != nil || len(list) != 0 {
		t.Errorf("three months later: %+v, %v", list, err)
	}
}

// TestTakeInTwiceAtOnce: two nodes whose jobs run together count nothing twice.
func TestTakeInTwiceAtOnce(t *testing.T) {
	t.Parallel()
	o := newTown(t)
	for range 120 {
		o.say(t, "公交车站牌看不清楚", "站牌字太小，公交车来了也不知道")
	}
	failed := make(chan error)
	for range 4 {
		go func() { _, err := o.s.TakeIn(t.Context()); failed <- err }()
	}
	for range 4 {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	o.takeIn(t)
	o.lexiconIsTrue(t)
	if n := o.count(t, `SELECT count(*)::int FROM case_sketches`); n != 120 {
		t.Errorf("%d sketches", n)
	}
}
