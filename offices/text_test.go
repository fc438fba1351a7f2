package offices

import (
	"testing"
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
