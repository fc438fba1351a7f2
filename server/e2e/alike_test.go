package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/jmoiron/sqlx"

	"minping/complaints"
)

// alikeMessages are invented: three about one thing, two of them like an answered one.
var alikeMessages = [][]string{
	{"1", "希望905路公交车增加班次", "2026/9/1 8:10:00", "早高峰905路公交车等四十分钟才来一趟，站台上人很多，希望增加班次。", "您好！您反映的905路公交车班次问题已收悉。经与公交公司核实，自9月10日起早高峰发车间隔由25分钟缩短为12分钟，并在站台增设电子站牌。感谢您对公共交通工作的关心和支持。", "2026/9/5 10:00:00", "3"},
	{"2", "滨河花园小区旁搅拌站噪音扰民", "2026/11/1 9:00:00", "滨河花园小区旁边的搅拌站夜里施工，噪音太大，影响睡眠，请管一管。", "", "", "12"},
	{"3", "滨河花园小区搅拌站深夜噪音太大", "2026/11/3 9:00:00", "滨河花园小区旁边的搅拌站一直施工到凌晨，噪音太大，老人孩子睡不着。", "", "", "5"},
	{"4", "投诉滨河花园小区旁边搅拌站噪音", "2026/11/8 9:00:00", "滨河花园小区旁边的搅拌站夜间施工，噪音影响睡眠，粉尘也大。", "", "", "0"},
	{"5", "905路公交车早高峰太难等", "2026/11/10 8:30:00", "905路公交车早高峰班次太少，等了半个多小时，希望增加班次。", "", "", "1"},
	{"6", "咨询户口迁移需要什么材料", "2026/11/11 15:00:00", "大学毕业想把户口迁回来，需要带什么材料，到哪个窗口办理？", "", "", "0"},
}

// TestAlike walks through what the desk proposes: a category, an earlier reply, a
// template, hot topics, with and without scripts.
func TestAlike(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	in := newInstance(t)
	in.importCity()
	in.ok("import", "categories", in.writeFile("tree.csv", "一级分类,二级分类,三级分类\n城乡建设,城市建设和市政管理,公共汽车\n环境保护,环境污染,噪音污染\n政法,户籍证件,户籍管理\n"))
	var rows strings.Builder
	rows.WriteString("留言编号,留言主题,留言时间,留言详情,答复意见,答复时间,点赞数\n")
	for _, m := range alikeMessages {
		rows.WriteString(strings.Join(m, ",") + "\n")
	}
	in.ok("import", "complaints", in.writeFile("messages.csv", rows.String()))
	in.start()
	in.withDB(func(db *sqlx.DB) {
		desk, err := complaints.New(complaints.Config{DB: db, PINKey: []byte("0123456789abcdef")})
		if err == nil {
			_, err = desk.TakeIn(t.Context()) // the server's own job may have been first
		}
		if err != nil {
			t.Fatal(err)
		}
	})
	for _, role := range []string{"handler", "committee"} {
		if r := in.runWith(staffPassword+"\n", "account", "create", role, "--role", role); r.code != 0 {
			t.Fatalf("account %s: exit %d, %q %q", role, r.code, r.out, r.err)
		}
	}
	writer := in.open(t, browser, visitor{width: 1440, height: 900, language: "zh-CN"})
	writer.signIn("committee")
	writer.follow(writer.link("答复模板"))
	writer.follow(writer.link("新建模板"))
	writer.fill("#title", "公交班次")
	writer.fill("#body", "您好！编号{诉求编号}的诉求已转公交公司核实。联系电话：{联系电话}")
	writer.shot("template-1440")
	writer.accessible("a template")
	writer.follow(writer.link("保存"))
	if !strings.Contains(writer.text("main"), "第 1 版") {
		t.Fatalf("after saving:\n%s", writer.text("main"))
	}
	writer.visit("/console/templates")
	writer.shot("templates-1440")
	writer.accessible("templates")

	for _, v := range []visitor{{width: 1440, height: 900, language: "zh-CN"}, {width: 360, height: 740, language: "zh-CN"}, {width: 360, height: 740, language: "zh-CN", noScript: true}} {
		name := fmt.Sprintf("%d", v.width)
		if v.noScript {
			name += "-plain"
		}
		b := in.open(t, browser, visitor{width: v.width, height: v.height, language: v.language})
		b.signIn("handler") // whose pages axe checks on the way, for which it needs scripts
		if v.noScript {
			b.run("turn scripts off", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
				_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
				return err
			}))
		}
		b.visit("/console/topics")
		if !strings.Contains(b.text("main"), "搅拌站") || !strings.Contains(b.text("main"), "热度 =") {
			t.Fatalf("topics:\n%s", b.text("main"))
		}
		b.fits(v.width)
		b.shot("topics-" + name)
		b.follow(".topics h2 a")
		b.fits(v.width)
		b.shot("topic-" + name)
		if !v.noScript {
			b.accessible("a topic")
		}
		b.visit("/console/desk/5")
		for _, want := range []string{"推荐分类", "公共汽车", "以往相似诉求及答复"} {
			if !strings.Contains(b.text("main"), want) {
				t.Fatalf("no %s:\n%s", want, b.text("main"))
			}
		}
		if !ask[bool](b, `document.querySelector("#form-answer_now details.inserts") !== null`) {
			t.Fatal("no templates beside the reply") // folded, so not in the text
		}
		b.fits(v.width)
		b.shot("case-" + name)
		if !v.noScript {
			b.accessible("a case with proposals")
		}
		b.click("#form-answer_now details.inserts summary, details.deed:has(#form-answer_now) > summary")
		b.fill("#answer_now-body", "张先生：")
		ask[bool](b, `(document.querySelectorAll("details").forEach(d => d.open = true), true)`)
		if v.noScript {
			b.follow(`button[name=insert][value^="c"]`)
		} else {
			b.click(`button[name=insert][value^="c"]`)
		}
		if got := ask[string](b, `document.querySelector("#answer_now-body").value`); !strings.HasPrefix(got, "张先生：\n您好！您反映的905路") {
			t.Errorf("inserted (%s): %q", name, got)
		}
		b.shot("inserted-" + name)
	}
}
