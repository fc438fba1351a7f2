package redact

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// marked writes a text with its finds in brackets.
func marked(text string) string {
	var b strings.Builder
	at := 0
	for _, s := range Find(text) {
		b.WriteString(text[at:s.Start] + "[" + string(s.Kind) + ":" + text[s.Start:s.End] + "]")
		at = s.End
	}
	return b.String() + text[at:]
}

func TestFind(t *testing.T) {
	for _, want := range []string{
		// numbers
		"电话[phone:13812345678]。", "[phone:138 1234 5678]", "[phone:138-1234-5678]打不通", "手机[phone:１３８１２３４５６７８]", "拨打12345和110",
		"座机[phone:0532-85912345]", "[phone:(0532)85912345转801]", "请致电[phone:85912345]或[phone:85912346]", "共0123456789.50元", "订单2138123456789012",
		"身份证[identity:11010519491231002X]", "号370202198813301234无效", "老证[identity:370202880130123]", "身份证号：[identity:３７０２０２１９８８０１０１１２３４]",
		"卡[card:6222 0212 3456 7890 128]", "编号1234567890123456", "开户账号：[card:370001234567890123]",
		"车牌[plate:鲁B12345]逆行", "新能源[plate:鲁BD12345]", "[plate:鲁B·12345D]", "[plate:鲁B1234学]", "[plate:粤Z1234港]", "晋级12345",
		"邮箱[mail:zhang.san@example.com.cn]", "微信：[handle:zhang_san88]", "QQ号[handle:123456789]",
		"[birth:1988年3月5日]出生", "出生日期：[birth:1988-03-05]", "2019年3月5日生产的", "2019年3月5日办理",
		// names
		"我叫[name:王小明]，住在这里", "尊敬的[name:胡]书记：您好", "[name:王]女士说", "投诉[name:李建国]主任态度差", "举报人：[name:欧阳娜娜]。", "[name:张]某某", "找[name:司马]先生",
		"联系人：[name:陈红]、", "此致敬礼 [name:刘建军] 2020年", "窗口的[name:赵敏]态度差", "感谢书记", "非常感谢[name:杨]书记", "夜间施工扰民", "高校长期占用", "现任书记", "楚龙派出所的同志", "和谐社区", "向书记反映", "马上办理",
		"[name:王海燕]说她不管，后来[name:王海燕]又来了",
		// addresses
		"家住[address:香港中路12号3号楼2单元501室]", "[address:阳光小区5栋2单元301]漏水", "[address:石梅村新飞十二组]的路", "[address:长江路958号]", "5号线延长线", "全小区1100户业主", "共32栋房子", "第三层楼道", "坐103路公交", "3号窗口", "2016-01-04版本",
	} {
		plain := want
		for _, k := range Kinds() {
			plain = strings.ReplaceAll(plain, "["+string(k)+":", "")
		}
		plain = strings.ReplaceAll(plain, "]", "")
		if got := marked(plain); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestHide(t *testing.T) {
	const text = "王小明先生电话13812345678，鲁B12345"
	got := Hide(text, Find(text), Mask)
	if d := cmp.Diff("〔姓名〕先生电话〔电话〕，〔车牌〕", got); d != "" {
		t.Error(d)
	}
	spans := Join(append(Find(text), Occurrences(text, "电话")...))
	if got := Hide(text, spans, Mask); got != "〔姓名〕先生〔已隐去〕〔电话〕，〔车牌〕" {
		t.Error(got)
	}
	if Occurrences("aaa", "") != nil || len(Occurrences("aaaa", "aa")) != 2 {
		t.Error("occurrences overlap or are found of nothing")
	}
}

func TestValidIdentity(t *testing.T) {
	for s, want := range map[string]bool{"11010519491231002X": true, "11010519491231002x": true, "110105194912310021": false, "": false, "1101051949123100２X": false} {
		if ValidIdentity(s) != want {
			t.Errorf("%s: not %v", s, want)
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{"我叫王小明，13812345678", "鲁B12345\x00\xff", "１３８１２３４５６７８\u202e王先生", "👩‍👩‍👧长江路1号", strings.Repeat("1栋", 300), strings.Repeat("路", 500), "王王王王先生"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		spans := Find(text)
		if !Fits(text, spans) && utf8.ValidString(text) {
			t.Fatalf("%v do not fit %q", spans, text)
		}
		if !utf8.ValidString(text) {
			return
		}
		hidden := Hide(text, spans, Mask)
		for _, s := range spans {
			if s.Kind == Phone && len(text[s.Start:s.End]) >= 11 && !strings.Contains(Hide(text[:s.Start], nil, Mask)+text[s.End:], text[s.Start:s.End]) && strings.Contains(hidden, text[s.Start:s.End]) {
				t.Fatalf("%q still stands in %q", text[s.Start:s.End], hidden)
			}
		}
	})
}
