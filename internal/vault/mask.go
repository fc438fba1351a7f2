package vault

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"
)

// Masks show enough to tell two people of one matter apart, and never the
// greater part of a value. An empty value stays empty.

// compound surnames 复姓 in use, simplified and traditional.
var compound = []string{
	"欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛", "司徒", "司空", "东方", "東方", "皇甫", "尉迟", "尉遲", "公孙", "公孫",
	"慕容", "令狐", "宇文", "长孙", "長孫", "夏侯", "轩辕", "軒轅", "端木", "百里", "呼延", "东郭", "東郭", "南宫", "南宮", "西门", "西門",
	"独孤", "獨孤", "公羊", "澹台", "澹臺", "淳于", "单于", "太史", "申屠", "仲孙", "仲孫", "钟离", "鍾離", "赫连", "赫連", "闻人", "聞人",
	"拓跋", "完颜", "完顏", "纳兰", "納蘭", "濮阳", "濮陽", "万俟", "公冶", "宗政", "鲜于", "鮮于", "闾丘", "亓官", "司寇", "子车", "颛孙",
	"巫马", "漆雕", "乐正", "壤驷", "公良", "夹谷", "宰父", "谷梁", "段干", "梁丘", "左丘", "东门", "第五", "叶赫", "耶律",
}

// MaskName keeps the surname of a Chinese name (张*, 张**, 欧阳**) and the first
// letter of any other (J***). The number of stars does not tell more than three characters.
func MaskName(name string) string {
	chars := graphemes(strings.TrimSpace(norm.NFKC.String(name)))
	switch {
	case len(chars) == 0:
		return ""
	case len(chars) == 1:
		return "*"
	case !han(chars[0]):
		if letter(chars[0]) {
			return chars[0] + "***"
		}
		return "***"
	}
	keep := 1
	if len(chars) > 2 {
		for _, c := range compound {
			if c == chars[0]+chars[1] {
				keep = 2
			}
		}
	}
	return strings.Join(chars[:keep], "") + strings.Repeat("*", min(len(chars)-keep, 2))
}

// MaskPhone keeps a mobile's first three and last four digits (138****1234), a
// landline's area code and last four (010-****5678), and at most four of
// anything else. An extension is hidden whole.
func MaskPhone(phone string) string {
	if strings.TrimSpace(phone) == "" {
		return ""
	}
	number, ext := splitPhone(phone)
	bare := digits(number)
	shown := "****"
	switch {
	case mobile.MatchString(number):
		shown = number[:3] + "****" + number[7:]
	case strings.HasPrefix(number, "0") && whole.MatchString(number):
		shown = areaCode(number) + "-****" + number[len(number)-4:]
	case len(bare) >= 8:
		shown += bare[len(bare)-4:]
	case len(bare) >= 5:
		shown += bare[len(bare)-2:]
	}
	if strings.HasPrefix(number, "+") {
		shown = "+" + shown
	}
	if ext != "" {
		shown += "转***"
	}
	return shown
}

// areaCode is the first three digits (010, 02x) or four.
func areaCode(number string) string {
	if number[1] == '1' || number[1] == '2' {
		return number[:3]
	}
	return number[:4]
}

var domain = regexp.MustCompile(`^[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+$`)

// MaskEmail keeps the first letter and the domain: l***@example.com. A first
// part of one character is hidden whole, and so is what is no address.
func MaskEmail(email string) string {
	email = strings.TrimSpace(norm.NFKC.String(email))
	if email == "" {
		return ""
	}
	at := strings.LastIndexByte(email, '@')
	if at < 0 || !domain.MatchString(email[at+1:]) {
		return "***"
	}
	local := graphemes(email[:at])
	if len(local) < 2 || !letter(local[0]) {
		return "***" + email[at:]
	}
	return local[0] + "***" + email[at:]
}

// MaskIDNumber keeps the first and last two characters (37**************12) of a
// number of at least ten, and nothing of a shorter one but its length up to eight.
func MaskIDNumber(number string) string {
	chars := graphemes(strings.Join(strings.Fields(norm.NFKC.String(number)), ""))
	n := len(chars)
	switch {
	case n < 10:
		return strings.Repeat("*", min(n, 8))
	case n > 20:
		return chars[0] + chars[1] + strings.Repeat("*", 16) + chars[n-2] + chars[n-1]
	}
	return chars[0] + chars[1] + strings.Repeat("*", n-4) + chars[n-2] + chars[n-1]
}

// region is province, city and district in front of an address. What else ends
// in 区 (小区, 社区, 园区) or 市 (市场) begins the part that is hidden.
var (
	province = regexp.MustCompile(`^(?:\p{Han}{2,3}省|内蒙古自治区|广西壮族自治区|西藏自治区|宁夏回族自治区|新疆维吾尔自治区|(?:北京|天津|上海|重庆)市|(?:香港|澳门)特别行政区)`)
	city     = regexp.MustCompile(`^\p{Han}{2,8}?(?:市|自治州|地区|盟)`)
	district = regexp.MustCompile(`^\p{Han}{1,10}?(?:区|县|市|旗)`)
	street   = regexp.MustCompile(`[小社园景校厂库院片]区$|[路街道巷弄号镇乡村里楼]|[^地][区县].`)
)

// MaskAddress keeps province, city and district: 潍坊市奎文区****.
func MaskAddress(address string) string {
	rest := strings.Join(strings.Fields(norm.NFKC.String(address)), "")
	if rest == "" {
		return ""
	}
	var shown string
	for _, part := range []*regexp.Regexp{province, city, district} {
		found := part.FindString(rest)
		behind := strings.TrimPrefix(rest, found)
		if found == "" || street.MatchString(found) || strings.HasPrefix(behind, "场") {
			continue
		}
		shown, rest = shown+found, behind
	}
	return shown + "****"
}

func graphemes(text string) []string {
	var chars []string
	for g := uniseg.NewGraphemes(text); g.Next(); {
		chars = append(chars, g.Str())
	}
	return chars
}

func han(char string) bool {
	r, _ := utf8.DecodeRuneInString(char)
	return unicode.Is(unicode.Han, r)
}

func letter(char string) bool {
	r, _ := utf8.DecodeRuneInString(char)
	return unicode.IsLetter(r) || unicode.IsNumber(r)
}
