package demo

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// surnames with their share in ten thousand of the population, after the
// Ministry of Public Security's yearly report on names (全国姓名报告), rounded;
// compound surnames 复姓 stand for themselves.
const surnames = `王720 李715 张680 刘515 陈455 杨310 黄225 赵223 吴205 周204 徐150 孙150 马120 朱118 胡115
郭112 何108 林105 高100 罗98 郑92 梁86 谢75 宋72 唐70 许68 韩66 邓63 冯62 曹60 彭59 曾58 肖57 田53 董52
潘50 袁49 蔡48 蒋48 余47 于46 杜45 叶44 程43 魏42 苏42 吕41 丁40 任40 卢39 姚39 沈38 钟38 姜37 崔36 谭35
陆34 范33 汪33 廖32 石31 金31 韦30 贾29 夏28 付28 方27 邹27 熊26 白26 孟25 秦25 邱24 侯24 江24 尹23 薛23
闫22 段22 雷21 龙20 黎20 史19 陶19 贺19 毛18 郝18 顾18 龚17 邵17 万17 覃16 武16 钱15 戴15 严15 莫14 孔14
向13 常13 汤12 康12 易11 乔11 赖10 文10 樊9 温9 牛9 倪8 祝8 齐8 柴7 阮7 欧阳6 上官2 司徒2 诸葛1`

// fashions are given names by the age at which they were usual and for whom:
// the first characters and the second ones.
func fashions() [][2][]rune {
	pairs := [][2]string{
		{"建国志文海永春德玉福广宝学长振宏云立少兴", "军明华平生林山波东辉强民庆成义良峰伟"},
		{"秀淑桂玉丽春凤爱美雪晓红素月惠", "英华兰珍梅霞芳玲萍燕云琴敏娟莲"},
		{"浩子宇俊博嘉晨泽天铭思承志翰景明启", "然轩航杰文豪阳洋逸凡佑远睿霖辰昊哲"},
		{"雨欣思梦诗佳可语若雯艺子芷书清晓婉", "桐怡琪瑶涵宁馨嫣彤静菲晴瑾玥萱妍"},
		{"晓文海嘉雪立一亦知安", "宁然川舟北遥歌青禾晗"},
	}
	var out [][2][]rune
	for _, p := range pairs {
		out = append(out, [2][]rune{[]rune(p[0]), []rune(p[1])})
	}
	return out
}

// givenSingle are given names of one character.
const givenSingle = "磊鹏超勇刚涛斌辉静丽娜婷颖倩莉雯璐薇楠凯锐峥昱蕊钰洁晖"

// taken are names of people known to everybody; a demonstration should not
// employ them.
const taken = `王毅 王岐山 王沪宁 王菲 王磊 王楠 王健林 王俊凯 李强 李鹏 李克强 李勇 李娜 李静 李刚 李宁 李文亮 李子柒 李云龙 张磊 张勇 张静 张楠 张学良 张学友
刘涛 刘洋 刘华清 刘少奇 刘德华 刘亚楼 陈毅 陈云 陈赓 陈凯歌 陈坤 杨洁 杨洋 杨颖 杨利伟 黄磊 黄勇 黄晓明 赵丽颖 赵薇 赵乐际 吴磊 吴刚 吴文俊 周涛 周鹏 周华健 孙俪
孙楠 孙杨 马云 马凯 马东 朱德 朱军 胡春华 胡静 郭涛 何洁 林丹 林志玲 林志颖 林青霞 高圆圆 罗永浩 郑爽 谢娜 宋丹丹 宋佳 宋慧乔 唐嫣 许晴 韩红 韩寒 邓超 邓丽君 冯刚 曹颖
田亮 董洁 董明珠 董卿 潘美辰 袁泉 袁立 袁隆平 蔡明 丁磊 任正非 任静 沈腾 姚明 钟丽缇 姜文 谭晶 范志毅 汪涵 汪洋 夏雨 方文山 雷军 雷锋 孟非 秦岚 侯勇 薛之谦 陶红 江华
邵逸夫 王子文 王志文 杨丽萍 李德生 孙春兰 李晓红 李若彤 徐峥 邹凯 王涛 王静 张国强 张建国 刘建国 马云 林文豪 林志玲 王一然 王建国 周海媚 李建国 陈志明 万里 钱学森 严明 孔子 毛泽东 乔丹 文天祥 温家宝 欧阳修 诸葛亮`

// namer deals names, each only once.
type namer struct {
	rng   *rand.Rand
	names []string
	upTo  []int // running total of shares
	used  map[string]bool

	fashions [][2][]rune
}

func newNamer(rng *rand.Rand) *namer {
	n := &namer{rng: rng, used: map[string]bool{}, fashions: fashions()}
	for _, name := range strings.Fields(taken) {
		n.used[name] = true
	}
	total := 0
	for _, field := range strings.Fields(surnames) {
		name := strings.TrimRight(field, "0123456789")
		share := 0
		for _, digit := range field[len(name):] {
			share = share*10 + int(digit-'0')
		}
		total += share
		n.names, n.upTo = append(n.names, name), append(n.upTo, total)
	}
	return n
}

// next is a name nobody has had.
func (n *namer) next() string {
	for {
		name := n.surname() + n.given()
		if !n.used[name] {
			n.used[name] = true
			return name
		}
	}
}

func (n *namer) surname() string {
	at, _ := slices.BinarySearch(n.upTo, 1+n.rng.IntN(n.upTo[len(n.upTo)-1]))
	return n.names[at]
}

// given is one or two characters of one fashion.
func (n *namer) given() string {
	if n.rng.Float64() < 0.14 {
		return pick(n.rng, []rune(givenSingle))
	}
	set := n.fashions[n.rng.IntN(len(n.fashions))]
	for {
		first, second := pick(n.rng, set[0]), pick(n.rng, set[1])
		if first != second {
			return first + second
		}
	}
}

func pick(rng *rand.Rand, set []rune) string { return string(set[rng.IntN(len(set))]) }
