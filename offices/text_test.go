package offices

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestTextRule(t *testing.T) {
	t.Parallel()
	name := textRule{required: true, max: 4}
	code := textRule{required: true, code: true, max: 8}
	for _, c := range []struct {
		rule       textRule
		in, out, k string
	}{
		{name, "  市教育局\u3000", "市教育局", ""},
		{name, "市教育局处", "", "offices.fault.too_long"},
		{name, " \u3000", "", "offices.fault.required"},
		{name, "市\x00局", "", "offices.fault.unprintable"},
		{name, "市\n局", "", "offices.fault.unprintable"},
		{name, "市\u200b局", "", "offices.fault.unprintable"},
		{name, "市\u202e局", "", "offices.fault.unprintable"},
		{name, "\xff", "", "offices.fault.unprintable"},
		{textRule{max: 9, lines: true}, "一\r\n二", "一\n二", ""},
		{code, "Ａ０１", "A01", ""},
		{code, "3.7E+11", "", "offices.fault.scientific"},
	} {
		out, wrong := c.rule.check(c.in)
		key := ""
		if wrong != nil {
			key = wrong.key
		}
		if key != c.k || (key == "" && out != c.out) {
			t.Errorf("check(%q) = %q, %q; want %q, %q", c.in, out, key, c.out, c.k)
		}
	}
}

func TestDisarm(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"=1+1": "'=1+1", "+86": "'+86", "-5": "'-5", "@x": "'@x", "＝1": "'＝1",
		"'=x": "''=x", "普通": "普通", "": "", "'引": "'引", "a=b": "a=b",
	} {
		if got := disarm(in); got != want {
			t.Errorf("disarm(%q) = %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`['=+\-@＝a中]{0,6}`).Draw(t, "text")
		armed := disarm(text)
		if rearm(armed) != text {
			t.Fatalf("rearm(disarm(%q)) = %q", text, rearm(armed))
		}
		if armed != "" && strings.ContainsRune(formulaStarts, []rune(armed)[0]) {
			t.Fatalf("disarm(%q) = %q would run", text, armed)
		}
	})
}
