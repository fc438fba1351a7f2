package vault

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

type maskCase struct{ in, want string }

func check(t *testing.T, mask func(string) string, cases []maskCase) {
	t.Helper()
	for _, c := range cases {
		if got := mask(c.in); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}

func TestMaskName(t *testing.T) {
	t.Parallel()
	check(t, MaskName, []maskCase{
		{"", ""}, {"  ", ""}, {"张", "*"}, {"张三", "张*"}, {" 张三丰 ", "张**"},
		{"欧阳修", "欧阳*"}, {"欧阳明月", "欧阳**"}, {"欧阳", "欧*"}, {"司馬光", "司馬*"}, {"诸葛亮", "诸葛*"},
		{"古丽娜尔·买买提", "古**"}, {"爱新觉罗溥仪", "爱**"}, {"𠮷野家", "𠮷**"},
		{"John Smith", "J***"}, {"Jo", "J***"}, {"Élodie", "É***"}, {"Иван", "И***"}, {"ｊｏｈｎ", "j***"},
		{"😀", "*"}, {"😀小明", "***"}, {"👨‍👩‍👧张三", "***"}, {"张😀", "张*"}, {"...", "***"},
	})
}

func TestMaskPhone(t *testing.T) {
	t.Parallel()
	check(t, MaskPhone, []maskCase{
		{"", ""}, {"13812341234", "138****1234"}, {"+86 138-1234-1234", "138****1234"}, {"１３８１２３４１２３４", "138****1234"},
		{"010-62345678", "010-****5678"}, {"0536-8789123", "0536-****9123"}, {"02081234567", "020-****4567"},
		{"0536-8789123-801", "0536-****9123转***"}, {"0536-8789123 转 8", "0536-****9123转***"},
		{"400-810-6666", "****6666"}, {"62345678", "****5678"}, {"8789123", "****23"}, {"12345", "****45"}, {"110", "****"}, {"1", "****"},
		{"+1 202 555 0100", "+****0100"}, {"+44 20", "+****"}, {"找张三", "****"}, {"😀", "****"},
		{"138123412345", "****2345"}, {"13812341234 13912345678", "****5678"},
	})
}

func TestMaskEmail(t *testing.T) {
	t.Parallel()
	check(t, MaskEmail, []maskCase{
		{"", ""}, {"lisi@example.com", "l***@example.com"}, {"l@example.com", "***@example.com"}, {"li@example.com", "l***@example.com"},
		{"@example.com", "***@example.com"}, {"李四@例子.中国", "李***@例子.中国"}, {"😀a@example.com", "***@example.com"},
		{"lisi", "***"}, {"lisi@", "***"}, {"lisi@13812341234", "***"}, {"a@b@example.com", "a***@example.com"}, {"li@example.com 13812341234", "***"},
	})
}

func TestMaskIDNumber(t *testing.T) {
	t.Parallel()
	check(t, MaskIDNumber, []maskCase{
		{"", ""}, {"370700199001011212", "37**************12"}, {"37070019900101121x", "37**************1x"}, {"370700 900101 121", "37***********21"},
		{"E12345678", "********"}, {"H1234567890", "H1*******90"}, {"1234", "****"}, {"1", "*"},
		{"３７０７００１９９００１０１１２１２", "37**************12"}, {strings.Repeat("1", 40), "11" + strings.Repeat("*", 16) + "11"},
	})
}

func TestMaskAddress(t *testing.T) {
	t.Parallel()
	check(t, MaskAddress, []maskCase{
		{"", ""}, {"潍坊市奎文区东风东街8号3单元501", "潍坊市奎文区****"}, {"山东省潍坊市奎文区东风东街8号", "山东省潍坊市奎文区****"},
		{"北京市海淀区中关村大街1号", "北京市海淀区****"}, {"内蒙古自治区呼和浩特市新城区1号", "内蒙古自治区呼和浩特市新城区****"},
		{"吉林省延边朝鲜族自治州延吉市1号", "吉林省延边朝鲜族自治州延吉市****"}, {"山东省潍坊市青州市1号", "山东省潍坊市青州市****"},
		{"阳光小区3号楼", "****"}, {"东风东街8号", "****"}, {"潍坊市阳光小区3号楼", "潍坊市****"}, {"1", "****"}, {"Main Street 5", "****"}, {"大张庄市场街5号", "****"},
		{"潍坊市\n奎文区 东风街", "潍坊市奎文区****"},
	})
}

// TestMasksHide: whatever is typed, most of its letters and digits are gone.
func TestMasksHide(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringMatching(`[0-9]{1,25}`).Draw(t, "digits")
		for _, mask := range []func(string) string{MaskPhone, MaskIDNumber} {
			shown := len(strings.Map(func(r rune) rune {
				if r >= '0' && r <= '9' {
					return r
				}
				return -1
			}, mask(digits)))
			if shown > 8 || shown > 0 && len(digits)-shown < 3 {
				t.Fatalf("%q: %q shows %d of %d", digits, mask(digits), shown, len(digits))
			}
		}
		any := rapid.String().Draw(t, "text")
		name := MaskName(any)
		if n := len(graphemes(name)); n > 4 {
			t.Fatalf("name %q: %q", any, name)
		}
		if len(graphemes(strings.TrimSpace(any))) > 0 && any == name && strings.Trim(name, "*") != "" {
			t.Fatalf("name %q is shown whole", any)
		}
	})
}
