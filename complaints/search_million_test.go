package complaints

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lib/pq"

	"minping/internal/actor"
)

// What citizens write about, put together from our own parts: a frequent word
// stands in a third of all texts, a rare one in a few dozen.
var (
	saidPlaces = strings.Fields("市民中心 政务大厅 和平路 潇楚南路 洋湖段 解放大道 学府小区 金鼎花园 城东菜市场 第三中学 人民医院 火车站 高新区 老城区 滨江公园 机场路 开发区 便民服务中心")
	saidWhat   = strings.Fields("不动产登记 医保报销 社保卡补办 户口迁移 公积金提取 营业执照变更 路灯损坏 夜间施工噪音 物业收费 停车困难 垃圾清运 公交站台 学区划分 养老金认证 居住证 车辆年检 水费 供暖 拖欠工资 违章建筑 油烟扰民 下水道堵塞 电梯故障 消防通道")
	saidHow    = strings.Fields("排队太久 无人受理 态度恶劣 材料反复补正 互相推诿 长期无人处理 答复不清楚 系统故障 收费不合理 影响居民休息 存在安全隐患 多次反映没有结果 希望尽快解决 请给予答复 十分感谢 办理很快")
	saidEnd    = strings.Fields("请有关部门核实处理 希望窗口工作人员改进服务 望领导重视 谢谢 请依法查处 请告知办理时限 已经影响正常生活 家里老人行动不便 上班族请不了假 来回跑了三趟")
)

func saidAbout(r *rand.Rand) string {
	pick := func(list []string) string { return list[int(float64(len(list))*r.Float64()*r.Float64())] }
	var b strings.Builder
	fmt.Fprintf(&b, "%d月%d日，我在%s办理%s，%s。", 1+r.IntN(12), 1+r.IntN(28), pick(saidPlaces), pick(saidWhat), pick(saidHow))
	for range 1 + r.IntN(3) {
		fmt.Fprintf(&b, "%s的%s也%s，%s。", pick(saidPlaces), pick(saidWhat), pick(saidHow), pick(saidEnd))
	}
	if r.IntN(5000) == 0 {
		b.WriteString("另外楼下有一只孔雀。")
	}
	return b.String()
}

// fillCases stores n cases of sixty offices over four years, of which the newest
// fiftieth is live, with 20,000 texts between them.
func fillCases(t testing.TB, o *town, n int) (office int64) {
	t.Helper()
	run := func(query string, args ...any) {
		t.Helper()
		if _, err := o.db.ExecContext(t.Context(), query, args...); err != nil {
			t.Fatal(err)
		}
	}
	run(`CREATE TABLE said (n int PRIMARY KEY, body text, words tsvector)`)
	r := rand.New(rand.NewPCG(1, 2))
	for first := 0; first < 20000; first += 500 {
		bodies, lexemes := make([]string, 500), make([]string, 500)
		for i := range bodies {
			bodies[i] = saidAbout(r)
			lexemes[i] = strings.Join(lexemesOf(beginning(bodies[i])+"\n"+bodies[i], Public), " ")
		}
		run(`INSERT INTO said SELECT $1 + i, b, array_to_tsvector(string_to_array(l, ' ')) FROM unnest($2::text[], $3::text[]) WITH ORDINALITY u(b, l, i)`, first, pq.Array(bodies), pq.Array(lexemes))
	}
	run(`INSERT INTO units (kind, code, name) SELECT 'office', 'many' || i, '第' || i || '局' FROM generate_series(1, 60) i`)
	if err := o.db.Get(&office, `SELECT id FROM units WHERE code = 'many7'`); err != nil {
		t.Fatal(err)
	}
	run(`ALTER TABLE cases DISABLE TRIGGER USER`)
	run(`DROP INDEX case_search_words_idx`)
	for first := 0; first < n; first += 100000 {
		run(`INSERT INTO cases (submission_id, receipt, channel, identity, title, body, office_id, seq, state, kind, urgency, sealed, level, round, returned, extended, disposition, contacted, received_at, due_at, changed_at)
			SELECT gen_random_uuid(), 'm' || i, 'web', 'none', left(s.body, 30), s.body, u.id, 1, CASE WHEN i > $4::int * 0.98 THEN 'in_progress' ELSE 'closed' END,
				(ARRAY['complaint', 'complaint', 'complaint', 'consultation', 'consultation', 'request', 'suggestion', 'praise'])[1 + i % 8], 'ordinary', i % 211 = 0, 0, 1, 0, false, '', false,
				$3::timestamptz - (1 - i::float / $4::int) * interval '4 years', CASE WHEN i > $4::int * 0.98 THEN $3::timestamptz + (random() - 0.2) * interval '10 days' END, $3
			FROM (SELECT i, 'many' || (1 + floor(60 * power(random(), 1.5)))::int AS code FROM generate_series($1::int + 1, $2::int) i OFFSET 0) g
			JOIN said s ON s.n = 1 + (i::bigint * 7919) % 20000 JOIN units u ON u.code = g.code`,
			first, min(n, first+100000), o.now(), n)
	}
	run(`INSERT INTO case_search (case_id, turn, version, marks, words) SELECT c.id, case_turn(c.state, c.due_at, c.received_at), $1, case_marks(c), s.words
		FROM cases c JOIN said s ON s.body = c.body`, indexVersion)
	run(`ALTER TABLE cases ENABLE TRIGGER USER`)
	run(`SET maintenance_work_mem = '512MB'; CREATE INDEX case_search_words_idx ON case_search USING gin ((words || marks)) WITH (fastupdate = off)`)
	run(`VACUUM ANALYZE cases, case_search`)
	return office
}

// TestSearchMillion measures searches over many cases, and checks each against a
// plain query. A million takes minutes to fill, so it is made only when asked, and a small town otherwise:
// MINPING_SEARCH_CASES=1000000 go test -run SearchMillion -v ./complaints
func TestSearchMillion(t *testing.T) {
	t.Parallel()
	many, err := strconv.Atoi(os.Getenv("MINPING_SEARCH_CASES"))
	if err != nil {
		many = 3000
	}
	o := newTown(t)
	filled := time.Now()
	office := fillCases(t, o, many)
	t.Logf("%d cases filled in %s", many, time.Since(filled).Round(time.Second))
	var size []string
	if err := o.db.Select(&size, `SELECT c.relname || ' ' || pg_size_pretty(pg_total_relation_size(c.oid)) FROM pg_class c WHERE c.relname IN ('cases', 'case_search', 'case_search_words_idx') ORDER BY 1`); err != nil {
		t.Fatal(err)
	}
	t.Log(strings.Join(size, ", "))
	one := actor.Actor{Name: "one office", Account: o.handler.Account, Grants: []actor.Grant{{Office: office, Permissions: map[actor.Permission]bool{PermRead: true, PermHandle: true}}}}
	for _, c := range []struct {
		name  string
		by    actor.Actor
		typed string
		f     Filter
		where string // the same in plain SQL; %s stands for its columns
	}{
		{"frequent word", o.committee, "窗口工作人员", Filter{}, "body LIKE '%窗口工作人员%' AND NOT sealed"},
		{"rare word", o.committee, "孔雀", Filter{}, "body LIKE '%孔雀%' AND NOT sealed"},
		{"two words", o.committee, "供暖 机场路", Filter{}, "body LIKE '%供暖%' AND body LIKE '%机场路%' AND NOT sealed"},
		{"four words", o.committee, "消防通道 电梯故障 便民服务中心 依法查处", Filter{}, "body LIKE '%消防通道%' AND body LIKE '%电梯故障%' AND body LIKE '%便民服务中心%' AND body LIKE '%依法查处%' AND NOT sealed"},
		{"no such word", o.committee, "火箭发射", Filter{}, "false"},
		{"frequent word, kind", o.committee, "窗口工作人员", Filter{Kinds: []Kind{Praise}}, "body LIKE '%窗口工作人员%' AND kind = 'praise' AND NOT sealed"},
		{"frequent word, overdue", o.committee, "窗口工作人员", Filter{Overdue: true}, "body LIKE '%窗口工作人员%' AND due_at < now_at AND NOT sealed"},
		{"frequent word, one office", one, "窗口工作人员", Filter{}, fmt.Sprintf("body LIKE '%%窗口工作人员%%' AND office_id = %d AND NOT sealed", office)},
		{"rare word, one office", one, "孔雀", Filter{}, fmt.Sprintf("body LIKE '%%孔雀%%' AND office_id = %d AND NOT sealed", office)},
		{"name of an office, word", o.committee, "第7局 供暖", Filter{}, fmt.Sprintf("(body LIKE '%%供暖%%' AND office_id = %d) AND NOT sealed", office)},
		{"no words, closed, one office", one, "", Filter{States: []State{Closed}}, fmt.Sprintf("state = 'closed' AND office_id = %d AND NOT sealed", office)},
		{"frequent word, sealed", o.discipline, "窗口工作人员", Filter{}, "body LIKE '%窗口工作人员%' AND sealed"},
	} {
		var times []time.Duration
		f := c.f
		f.Limit = 30
		var first Found
		for page, n := 0, 0; n < 40; n++ {
			start := time.Now()
			found, err := o.s.Search(t.Context(), c.by, c.typed, f)
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			times = append(times, time.Since(start))
			if n == 0 {
				first = found
			}
			if page++; found.Next == nil || page == 5 {
				page, f.After = 0, nil
			} else {
				f.After = found.Next
			}
		}
		var right []ID
		if err := o.db.Select(&right, `SELECT c.id FROM cases c, (SELECT $1::timestamptz AS now_at) n WHERE `+c.where+` ORDER BY case_turn(c.state, c.due_at, c.received_at), c.id LIMIT 30`, o.now()); err != nil {
			t.Fatal(err)
		}
		var ids []ID
		for _, found := range first.Cases {
			ids = append(ids, found.ID)
		}
		if !slices.Equal(ids, right) {
			t.Errorf("%s: first page %v, want %v", c.name, ids, right)
		}
		slices.Sort(times)
		p50, p95 := times[len(times)/2], times[len(times)*95/100]
		t.Logf("%-30s best %6.1f ms, p50 %6.1f ms, p95 %6.1f ms", c.name, times[0].Seconds()*1000, p50.Seconds()*1000, p95.Seconds()*1000)
		if many >= 1000000 && p95 > 100*time.Millisecond {
			t.Errorf("%s: p95 %s is over 100 ms", c.name, p95)
		}
	}
}
