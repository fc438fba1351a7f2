package words_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"minping/internal/words"
)

func TestNormal(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"ＡＢＣ１２３":            "abc123",
		"５Ｇ 基站，太慢！":         "5g 基站 太慢 ",
		"不动\u200b产\u202e登记": "不动产登记",
		"a\x00b\xff":        "a b ",
		"👍好":                " 好",
	} {
		if got := words.Normal(typed); got != want {
			t.Errorf("Normal(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestTerms(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"不动产登记窗口的工作人员态度很差，医保报销要跑三趟": "不动产登记 窗口 工作人员 态度 差 医保 报销 跑 三趟",
		"Ａ3区潇楚大道怎么还没修好？":            "a3 区潇 潇楚 大道 修好",
		"的了吗": "",
		"":    "",
	} {
		if got := strings.Join(words.Terms(text), " "); got != want {
			t.Errorf("Terms(%q) = %q, want %q", text, got, want)
		}
	}
}

// found says whether an index with the lexemes of text finds it by what is typed.
func found(text, typed string) bool {
	lexemes, wanted := words.Lexemes(text), words.Query(typed)
	if len(wanted) == 0 {
		return false
	}
	for _, w := range wanted {
		if !slices.ContainsFunc(lexemes, func(l string) bool { return l == w.Text || w.Prefix && strings.HasPrefix(l, w.Text) }) {
			return false
		}
	}
	return true
}

func TestWhatIsTypedFindsTheText(t *testing.T) {
	t.Parallel()
	const text = "6月3日在市民中心不动产登记窗口排队三小时，工作人员王建国态度恶劣；A3区潇楚南路公交站台夜间施工噪音扰民，电话13800000001，已交契税2,300元"
	for _, typed := range []string{"不动产", "动产", "不动产登记", "登记窗口", "排队", "工作人员", "态度恶劣", "王建国", "潇楚", "潇楚南路", "南路公交", "公交站台",
		"公交站", "噪音", "噪音扰民", "夜间 契税", "１３８０", "13800000001", "a3区", "施工噪音", "市民中心", "台夜间", "站"} {
		if !found(text, typed) {
			t.Errorf("%q does not find the text: %v", typed, words.Query(typed))
		}
	}
	for _, typed := range []string{"医保", "潇湘", "楚潇", "不动产 医保", "的", "我们", "1390", "。", ""} {
		if found(text, typed) {
			t.Errorf("%q finds the text: %v", typed, words.Query(typed))
		}
	}
}

// TestPartsFindTheWhole: between its punctuation, two or more words that follow each other find the text they stand in.
func TestPartsFindTheWhole(t *testing.T) {
	t.Parallel()
	bank := strings.Fields("不动产 登记 窗口 排队 太久 医保 报销 比例 小区 物业 收费 停车 困难 路灯 损坏 噪音 扰民 学区 划分 公交 站台 太远 社保 卡 补办 户口 迁移 材料 退回 潇楚 洋湖 路 街道 办事处 态度 很 差 的 了")
	rapid.Check(t, func(t *rapid.T) {
		picked := rapid.SliceOfN(rapid.SampledFrom(bank), 3, 30).Draw(t, "words")
		from := rapid.IntRange(0, len(picked)-2).Draw(t, "from")
		to := rapid.IntRange(from+2, len(picked)).Draw(t, "to")
		text, typed := strings.Join(picked, ""), strings.Join(picked[from:to], "")
		if len(words.Query(typed)) > 0 && !found(text, typed) {
			t.Fatalf("%q (%v) does not find %q (%v)", typed, words.Query(typed), text, words.Lexemes(text))
		}
	})
}

func FuzzWords(f *testing.F) {
	for _, s := range []string{"", "不动产登记", "a\x00b\xff", "👍\u202e", strings.Repeat("长", 3000), strings.Repeat("x", 3000), "ﷺ㎡①"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, l := range slices.Concat(words.Lexemes(s), words.Terms(s)) {
			if l == "" || strings.ContainsAny(l, " \x00'\\:") || !utf8.ValidString(l) || len(l) > 200 {
				t.Errorf("%q gives %q", s, l)
			}
		}
		words.Query(s)
	})
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	const text = "政务服务中心的窗口叫号太慢，潇楚南路的路灯坏了"
	want := words.Lexemes(text)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if got := words.Lexemes(text); !slices.Equal(got, want) {
					t.Errorf("Lexemes = %v, want %v", got, want)
					return
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkLexemes(b *testing.B) {
	text := strings.Repeat("物业公司扬言要退出小区，因为小区水电改造造成物业公司的高昂水电费收取不了。", 5)
	words.Warm()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		words.Lexemes(text)
	}
}
