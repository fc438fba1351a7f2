package redact

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"minping/internal/words"
)

// token is a word in its place.
type token struct {
	text, pos  string
	start, end int
}

func (w token) single() bool { return utf8.RuneCountInString(w.text) == 1 }

// known tells whether the dictionary has the word as somebody's name.
func (w token) known() bool {
	first := firstRune(w.text)
	return strings.HasPrefix(w.pos, "nr") && !w.single() && utf8.RuneCountInString(w.text) <= 3 && isSurname(first) &&
		!strings.Contains(wordlike+doubtful, first) && likely(first, w.text[len(first):], "") && !strings.Contains(landforms, lastRune(w.text))
}

// sequences finds names in the middle of a sentence: a surname and one or two
// characters after it of which the dictionary makes no word.
func sequences(t *flat) []Span {
	var out []Span
	for _, run := range t.hanRuns() {
		for i := range run {
			if run[i].known() && !placed(run, i+1) {
				out = append(out, Span{run[i].start, run[i].end, Name})
			} else if end := nameAt(run, i); end > i {
				out = append(out, Span{run[i].start, run[end-1].end, Name})
			}
		}
	}
	return out
}

// nameAt gives the index behind the name that begins with a token; i where none does.
func nameAt(run []token, i int) int {
	s := run[i].text
	if !isSurname(s) || strings.Contains(wordlike, s) || i+1 >= len(run) || i > 0 && !opens(run[i-1]) {
		return i
	}
	end := i + 1
	for end < len(run) && end < i+3 && run[end].single() && !strings.Contains(never, run[end].text) && !strings.Contains(after, run[end].text) {
		end++
	}
	if end == i+1 && utf8.RuneCountInString(run[end].text) == 2 && sure(run[end].text) && !common[run[end].text] {
		end++ // 张建国: the given name is a word of its own
	}
	given := ""
	for _, w := range run[i+1 : end] {
		given += w.text
	}
	next := ""
	if end < len(run) {
		next = run[end].text
	}
	switch {
	case given == "" || !likely(s, given, next) || placed(run, end) || strings.Contains(landforms, lastRune(given)):
		return i
	case strings.Contains(doubtful, s) && !sure(given), utf8.RuneCountInString(given) == 1 && !sure(given) && !strings.Contains("淼鑫焱垚磊犇", given):
		return i
	case next != "" && utf8.RuneCountInString(next) == 1 && !strings.Contains(after+joins, next) && !isSurname(next):
		return i // a longer word that the dictionary does not know: a place, mostly
	}
	return end
}

func isSurname(s string) bool {
	return utf8.RuneCountInString(s) == 1 && strings.Contains(singles, s) || slices.Contains(compound, s)
}

// joins stand right before or after a name without belonging to a word.
const joins = "和与跟同及由被把让向对给找叫是在当请从的我说问告骂打见约把用该名收带任至到竟却即私"

// opens tells whether a name may begin after a word.
func opens(w token) bool { return !w.single() || strings.Contains(joins+after, w.text) }

// placed tells whether what looked like a name is the beginning of a place or firm: a
// word for one follows at once or after one more word.
func placed(run []token, end int) bool {
	for i := end; i < len(run) && i < end+2; i++ {
		if strings.Contains(places, " "+run[i].text+" ") {
			return true
		}
	}
	return false
}

// landforms end the names of places, and hardly ever those of people.
const landforms = "山铺堆湾坡段村镇湖河江岭塘冲桥站园苑城府庭坪垸洲港石木地泳"

const places = " 路 街 巷 道 村 镇 乡 组 区 县 市 桥 站 湖 江 河 山 岭 塘 冲 湾 园 苑 城 府 庭 里 坪 铺 坡 店 厂 寺 庙 井 垸 洲 港 湿地 小区 社区 街道 新村 家园 花园 公寓 大厦 广场 公司 集团 有限公司 中学 小学 大学 学院 学校 幼儿园 医院 卫生院 国际 新城 名城 山庄 大道 中路 北路 南路 东路 西路 一路 二路 三路 四路 水库 大桥 公园 市场 商场 超市 酒店 银行 物流 水电站 片区 安置区 工业园 开发区 派出所 段 线 期 栋 号 "

// again finds the other places where a name stands that was found once.
func again(t *flat, found []Span) []Span {
	var out []Span
	known := map[string]bool{}
	for _, s := range found {
		name := t.s[s.Start:s.End]
		if utf8.RuneCountInString(name) < 2 || known[name] || common[name] {
			continue
		}
		known[name] = true
		for _, o := range Occurrences(t.s, name) {
			out = append(out, Span{o.Start, o.End, Name})
		}
	}
	return out
}

// hanRuns cuts every run of Chinese characters into words.
func (t *flat) hanRuns() [][]token {
	var out [][]token
	for i := 0; i < len(t.s); {
		r, n := utf8.DecodeRuneInString(t.s[i:])
		if !unicode.Is(unicode.Han, r) {
			i += n
			continue
		}
		end := i + strings.IndexFunc(t.s[i:], func(r rune) bool { return !unicode.Is(unicode.Han, r) })
		if end < i {
			end = len(t.s)
		}
		var run []token
		at := i
		for _, w := range words.Cut(t.s[i:end]) {
			if !strings.HasPrefix(t.s[at:end], w.Text) { // it was written otherwise: no place can be told
				run = nil
				break
			}
			run = append(run, token{w.Text, w.Pos, at, at + len(w.Text)})
			at += len(w.Text)
		}
		out = append(out, run)
		i = end
	}
	return out
}
