package alike

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"minping/internal/words"
)

// mostPlaces is how many places of a text are kept.
const mostPlaces = 12

// placeReads is how much of a body is read for places; whoever writes names the place first.
const placeReads = 150

// placeEnds are the words that names of places end with.
var placeEnds = strings.Fields("小区 社区 街道 大道 广场 花园 公园 大厦 公寓 新村 新城 小学 中学 学校 学院 大学 幼儿园 医院 国际 家园 市场 大桥 隧道 " +
	"收费站 地铁站 高速 镇 乡 村 路 街 巷 苑 城 府 园 湾 庭 站 桥 厂 公司 组")

// general are ends that name no place by themselves: every street has a shop.
var general = strings.Fields("县城 省城 新城 市场 公司 学校 医院 小区 社区 街道 公园 广场 搅拌站 垃圾站 加油站 中转站 地铁站 火车站 汽车站 公交站 安置小区 安置区 高速公路 断头路 水泥路")

// Places gives the names of places in a text, as they are written, each once and sorted.
func Places(t Text) []string {
	set := map[string]bool{}
	cut := words.Cut(t.Title + "。" + first(t.Body, placeReads))
	for i := range cut {
		if name := placeAt(cut, i); name != "" && len(set) < mostPlaces {
			set[name] = true
		}
	}
	list := make([]string, 0, len(set))
	for name := range set {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// placeAt gives the name that ends at a word; "" where none does.
func placeAt(cut []words.Word, at int) string {
	w := cut[at].Text
	end := slices.IndexFunc(placeEnds, func(e string) bool { return strings.HasSuffix(w, e) })
	if end < 0 {
		return ""
	}
	name := w
	if w == placeEnds[end] || slices.Contains(general, w) {
		name = before(cut, at) + w
		if name == w {
			return ""
		}
	}
	if utf8.RuneCountInString(name) < 3 || slices.Contains(general, name) {
		return ""
	}
	return name
}

// What does not belong to a name that stands after it: words between two names, and
// tags of words that join (prepositions, verbs, numbers …).
const (
	between = "区县市省 附近 旁边 街道 社区"
	joining = "p v c d x u r m f"
)

// before gathers what stands before the end of a name and belongs to it: at most four
// characters, up to a word that holds sentences together, a verb or a number.
func before(cut []words.Word, at int) string {
	name, room := "", 4
	for i := at - 1; i >= 0 && room > 0; i-- {
		w := cut[i]
		n := utf8.RuneCountInString(w.Text)
		if w.Stop || n > room || n > 3 || strings.Contains(between, w.Text) || w.Pos != "" && strings.Contains(joining, w.Pos) {
			break
		}
		name, room = w.Text+name, room-n
	}
	return name
}

var district = regexp.MustCompile(`(?:[a-z][0-9]{1,2}|\p{Han}{2})[区县]|[a-z][0-9]{1,2}市`)

// noDistrict are characters before 区 and 县 that make another word of it: 小区, 园区, 我们县.
const noDistrict = "小社片景校园发新老地辖城郊山库专战厂街病院商矿林牧禁展湖湿住工保楼们本全该各个我这那贵某此同在到到"

// Districts gives the districts and counties that a text names, each once and sorted.
func Districts(t Text) []string {
	var list []string
	for _, d := range district.FindAllString(words.Normal(t.Title+" "+t.Body), -1) {
		runes := []rune(d)
		if !strings.ContainsRune(noDistrict, runes[len(runes)-2]) && !slices.Contains(list, d) && len(list) < mostPlaces {
			list = append(list, d)
		}
	}
	slices.Sort(list)
	return list
}

// samePlace tells whether one of the names is another of them, or a part of it:
// 麓谷林语小区 and 保利麓谷林语小区.
func samePlace(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if strings.Contains(x, y) || strings.Contains(y, x) {
				return true
			}
		}
	}
	return false
}

// sameDistrict tells whether both name one.
func sameDistrict(a, b []string) bool {
	return slices.ContainsFunc(a, func(d string) bool { return slices.Contains(b, d) })
}
