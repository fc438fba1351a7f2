package redact

import (
	"regexp"
	"strings"
	"time"
)

var (
	mobile   = regexp.MustCompile(`(?:\+?86[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4})`)
	landline = regexp.MustCompile(`\(?0\d{2,3}\)?[- ]{0,3}\d{7,8}(?:(?:-| ?转 ?)\d{1,6})?`)
	local    = regexp.MustCompile(`(?i:电话|热线|致电|来电|手机|联系方式|拨打|咨询|座机|传真|tel)[^0-9\n。]{0,12}(\d{7,8})`)
	beside   = regexp.MustCompile(`^(?:[、,，/;； ]|或者?)+(\d{7,8})`)
	short    = regexp.MustCompile(`400-?\d{3}-?\d{4}`)

	eighteen = regexp.MustCompile(`[1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx]`)
	fifteen  = regexp.MustCompile(`[1-8]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}`)
	named    = regexp.MustCompile(`(?:身份证|证件)(?:号码?)?[是为:： ]{0,3}([0-9]{6,17}[0-9Xx*]{0,4})`)

	card    = regexp.MustCompile(`\d{4}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?`)
	account = regexp.MustCompile(`(?:卡号|账号|帐号|账户|帐户|存折)[是为:： ]{0,3}(\d[\d -]{7,28}\d)`)

	plate = regexp.MustCompile(`[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使][A-HJ-NP-Za-hj-np-z][·\- ]?(?:[DFdf][A-HJ-NP-Za-hj-np-z0-9]\d{4}|\d{5}[DFdf]|[A-HJ-NP-Za-hj-np-z0-9]{4}[A-HJ-NP-Za-hj-np-z0-9挂学警港澳])`)

	mail   = regexp.MustCompile(`[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+`)
	weixin = regexp.MustCompile(`(?i:微信|薇信|威信|weixin|wechat|vx)(?:号码?)?[是为:： ]{0,3}([A-Za-z][-_A-Za-z0-9]{5,19})`)
	qq     = regexp.MustCompile(`(?i:qq|扣扣)(?:群|号码?)*[是为:： ]{0,3}([1-9]\d{4,10})`)

	born   = regexp.MustCompile(`(?:出生(?:日期|年月日?|时间)?|生日|生于)[于在是为:： ]{0,3}((?:19|20)\d{2} ?[年./-] ?\d{1,2}(?: ?[月./-] ?\d{0,2}日?)?)`)
	bornAt = regexp.MustCompile(`((?:19|20)\d{2} ?[年./-] ?\d{1,2} ?[月./-](?: ?\d{1,2}日?)?)(?:出)?生(?:[^产活态意命病]|$)`)
)

func phones(t *flat) []Span {
	out := t.matches(mobile, 1, Phone, lone)
	out = append(out, t.matches(landline, 0, Phone, func(text string, start, end int) bool {
		return lone(text, start, end) && (end+1 >= len(text) || text[end] != '.' || !digit(text[end+1])) // 0123456789.50 is money
	})...)
	out = append(out, t.matches(short, 0, Phone, lone)...)
	near := t.matches(local, 1, Phone, lone)
	for i := 0; i < len(near); i++ { // 电话82111111、82111112
		if m := beside.FindStringSubmatchIndex(t.s[near[i].End:]); m != nil {
			if s := (Span{near[i].End + m[2], near[i].End + m[3], Phone}); lone(t.s, s.Start, s.End) {
				near = append(near, s)
			}
		}
	}
	return append(out, near...)
}

// identities: a number with a wrong check digit, typed in haste, tells as much as
// a right one; what is asked of it is a region and a date that exist.
func identities(t *flat) []Span {
	dated := func(layout string, from int) func(string, int, int) bool {
		return func(text string, start, end int) bool {
			if !lone(text, start, end) || !region(text[start:start+2]) {
				return false
			}
			_, err := time.Parse(layout, text[start+from:start+from+len(layout)])
			return err == nil
		}
	}
	out := t.matches(eighteen, 0, Identity, dated("20060102", 6))
	out = append(out, t.matches(fifteen, 0, Identity, dated("060102", 6))...)
	return append(out, t.matches(named, 1, Identity, lone)...)
}

// region: the first two digits of GB/T 2260.
func region(s string) bool {
	switch s[0] {
	case '1', '2', '3', '4', '5', '6':
		n := map[byte]byte{'1': '5', '2': '3', '3': '7', '4': '6', '5': '4', '6': '5'}[s[0]]
		return s[1] >= '0' && s[1] <= n
	}
	return s == "71" || s == "81" || s == "82" || s == "83"
}

// ValidIdentity tells whether a number of 18 places has the right check digit
// (GB 11643: ISO 7064 MOD 11-2).
func ValidIdentity(s string) bool {
	if len(s) != 18 || len(digits(s[:17])) != 17 {
		return false
	}
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += w * int(s[i]-'0')
	}
	return strings.ToUpper(s[17:]) == "10X98765432"[sum%11:sum%11+1]
}

func cards(t *flat) []Span {
	out := t.matches(card, 0, Card, func(text string, start, end int) bool { return lone(text, start, end) && luhn(digits(text[start:end])) })
	return append(out, t.matches(account, 1, Card, lone)...)
}

func luhn(s string) bool {
	sum, twice, same := 0, false, true
	for i := len(s) - 1; i >= 0; i-- {
		n := int(s[i] - '0')
		same = same && s[i] == s[0]
		if twice {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum, twice = sum+n, !twice
	}
	return sum%10 == 0 && !same
}

func plates(t *flat) []Span {
	return t.matches(plate, 0, Plate, func(text string, start, end int) bool {
		tail := text[end-1]
		return end == len(text) || !(digit(text[end]) || letter(text[end])) || tail >= 0x80
	})
}

func letter(b byte) bool { return b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z' }

func mails(t *flat) []Span { return t.matches(mail, 0, Mail, nil) }

func handles(t *flat) []Span {
	return append(t.matches(weixin, 1, Handle, nil), t.matches(qq, 1, Handle, lone)...)
}

func births(t *flat) []Span {
	return append(t.matches(born, 1, Birth, nil), t.matches(bornAt, 1, Birth, nil)...)
}
