package vault

import (
	"testing"

	"pgregory.net/rapid"
)

func TestNormalPhone(t *testing.T) {
	t.Parallel()
	for want, spellings := range map[string][]string{
		"13812345678": {"13812345678", " 138 1234 5678 ", "138-1234-5678", "+86 138 1234 5678", "+8613812345678", "0086-13812345678",
			"8613812345678", "（+86）13812345678", "１３８１２３４５６７８", "＋８６ １３８１２３４５６７８", "013812345678", "手机：13812345678", "138\u00a01234\u200b5678", "138–1234–5678"},
		"01062345678":     {"010-62345678", "(010) 6234 5678", "+86 10 6234 5678", "+86 (0)10 62345678", "０１０－６２３４５６７８"},
		"05368789123":     {"0536-8789123", "+86-536-8789123"},
		"05368789123x801": {"0536-8789123-801", "0536-8789123转801", "05368789123 转 801", "0536-8789123 分机801", "0536-8789123 ext. 801", "0536 8789123x801", "0536-8789123#801", "0536-8789123\n转801", "+86 536 8789123 轉801"},
		"4008106666":      {"400-810-6666", "4008106666", "+86 400 810 6666"},
		"4008106666x2":    {"400-810-6666转2"},
		"8789123":         {"8789123", "878-9123"},
		"12345":           {"12345"},
		"+12025550100":    {"+1 202-555-0100", "001 202 555 0100", "+1 (202) 555 0100"},
		"+85291234567":    {"+852 9123 4567", "00852 91234567"},
		"":                {"", "   ", "无", "+"},
	} {
		for _, s := range spellings {
			if got := normalPhone(s); got != want {
				t.Errorf("%q: %q, want %q", s, got, want)
			}
		}
	}
}

func TestNormalIsNormal(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.StringMatching(`(\+|00|86|0)?[0-9]{0,12}([-转x][0-9]{1,4})?`), rapid.String()).Draw(t, "value")
		for _, f := range []Field{Phone, Email} {
			if n := f.normal(s); f.normal(n) != n {
				t.Fatalf("%s %q: %q, then %q", f, s, n, f.normal(n))
			}
		}
	})
}

func TestNormalEmail(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"li.si@example.com", " Li.Si@EXAMPLE.com ", "ｌｉ.ｓｉ＠example.com"} {
		if got := normalEmail(s); got != "li.si@example.com" {
			t.Errorf("%q: %q", s, got)
		}
	}
}

func TestPlausible(t *testing.T) {
	t.Parallel()
	for field, cases := range map[Field]map[string]bool{
		Phone: {"138 1234 5678": true, "0536-8789123": true, "0536-8789123转801": true, "400-810-6666": true, "+1 202-555-0100": true,
			"": false, "8789123": false, "12345": false, "1381234567": false, "13812345678 或 13812345679": false, "li@example.com": false, "电话": false},
		Email: {"li.si@example.com": true, " LI@EXAMPLE.COM ": true, "李@例子.中国": true,
			"": false, "li": false, "@example.com": false, "li@": false, "li@example": false, "a b@example.com": false, "li@@example.com": false, "13812345678": false},
	} {
		for value, want := range cases {
			if got := field.Plausible(value); got != want {
				t.Errorf("%s %q: %v", field, value, got)
			}
		}
	}
}
