package redact

import (
	"regexp"
	"strings"
)

// An address begins to point at somebody with the number of a house, building,
// door or village group. What leads to it (road, housing estate, village) is hidden with
// it; a district or road by itself is what most complaints are about, and stays.
const (
	numeral = `(?:[0-9]{1,5}|[A-Za-z][0-9]{0,4}|[0-9]{1,3}[A-Za-z]|[一二三四五六七八九十百]{1,4})`
	several = numeral + `(?:[-、,，/和至到]` + numeral + `){0,5}`
	block   = several + `[#号]?(?:栋|幢|座|号楼|单元)`
	room    = several + `[#号]?(?:单元|楼(?:层)?|层|门|室|房|户(?:主|业主)?|号)`
	lead    = `(?:[\p{Han}A-Za-z0-9]{1,16}?(?:路|街|巷|大道|道|弄|胡同|里|村|小区|社区|花园|花苑|家园|苑|公寓|大厦|广场|园|城|湾|府|庭|墅|郡|院|安置房|宿舍|中心|期|区|塘|岭|山庄|国际|新村)[-,，·的 ]{0,2})`
)

var (
	blocks = regexp.MustCompile(`((?:` + lead + `){0,4}` + block + `(?:[-,， ]?` + room + `){0,3}(?:[0-9]{2,4}(?:室|房|户)?)?)`)
	rooms  = regexp.MustCompile(`((?:` + lead + `){1,4}[0-9]{2,4}(?:室|房|户主))`)
	dashed = regexp.MustCompile(`((?:` + lead + `){0,3}[0-9]{1,2}-[0-9]{1,2}-[0-9]{3,4}(?:室|房|户)?)`)
	door   = regexp.MustCompile(`((?:[\p{Han}A-Za-z0-9]{1,10}?(?:路|街|巷|大道|道|弄|胡同|里|村|环|线|组))(?:[一-龥]{0,4})?[0-9]{1,5}(?:-[0-9]{1,4})?号)(?:[^线车文令台楼井机]|$)`)
	group  = regexp.MustCompile(`([\p{Han}A-Za-z0-9]{1,10}?(?:村|社区|屯|居委会)[\p{Han}]{0,4}?(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})(?:村民小组|小组|组|队|社)(?:[0-9]{1,4}号)?)`)
	owner  = regexp.MustCompile(`([0-9]{3,4}户主)`)

	// cut is where an address begins that a pattern took too far back.
	cut     = regexp.MustCompile(`.*(?:居住|家住|住在|坐落|位于|地址[是为:]?|地处|我们是|我是|本人[是系在]?|投诉|举报|反映|咨询|请求|要求|希望|关于|购买|购置|购得|入住|搬到|买了|来自|因为|安置在|附近|周边|隔壁|对面|尤其是|[是在于住把使拆买租与跟到来给向从对而这那每该但将让被后前])`)
	counted = regexp.MustCompile(`[几多共达第近约仅前后每余有建盖拆整增加剩另]$`)
	numbers = regexp.MustCompile(`[0-9A-Za-z]|[一二三四五六七八九十]{2}|号`)
)

func addresses(t *flat) []Span {
	apart := func(text string, start, end int) bool { return !digit(text[start]) || lone(text, start, end) }
	out := t.matches(blocks, 1, Address, func(text string, start, end int) bool {
		r := text[max(0, start-3):start]
		return apart(text, start, end) && numbers.MatchString(text[start:end]) && !(counted.MatchString(r) && !strings.HasSuffix(r, "第"))
	})
	out = append(out, t.matches(rooms, 1, Address, nil)...)
	out = append(out, t.matches(owner, 1, Address, lone)...)
	out = append(out, t.matches(dashed, 1, Address, func(text string, start, end int) bool {
		return lone(text, start, end) && (start == 0 || text[start-1] != '-') && (end == len(text) || text[end] != '-')
	})...)
	out = append(out, t.matches(door, 1, Address, nil)...)
	out = append(out, t.matches(group, 1, Address, nil)...)
	for i, s := range out {
		if m := cut.FindStringIndex(t.s[s.Start:s.End]); len(m) == 2 && m[1] < s.End-s.Start {
			out[i].Start += m[1]
		}
	}
	return out
}
