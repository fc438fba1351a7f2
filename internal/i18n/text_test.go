package i18n

import (
	"testing"
	"testing/fstest"
)

func sample(t *testing.T, zh, en string) *Catalog {
	t.Helper()
	c, err := LoadFS(fstest.MapFS{
		"l/zh-CN/a.json": {Data: []byte(zh)},
		"l/en/a.json":    {Data: []byte(en)},
	}, "l")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestText(t *testing.T) {
	t.Parallel()
	c := sample(t,
		`{"a.plain": "评价", "a.filled": "共 {{.N}} 条，{{.Who}}经办", "a.many": {"other": "{{.Count}} 条"}}`,
		`{"a.plain": "Rate", "a.filled": "{{.N}} by {{.Who}}", "a.many": {"one": "{{.Count}} entry", "other": "{{.Count}} entries"}}`)
	for _, tt := range []struct {
		lang, key string
		args      []any
		want      string
	}{
		{Chinese, "a.plain", nil, "评价"},
		{English, "a.plain", []any{"N", 1}, "Rate"},
		{"fr", "a.plain", nil, "评价"},
		{Chinese, "a.filled", []any{"N", 3, "Who", "李伟"}, "共 3 条，李伟经办"},
		{English, "a.filled", []any{map[string]any{"Who": "{{.N}}", "N": 3}}, "3 by {{.N}}"},
		{English, "a.filled", []any{"N"}, " by "},
		{English, "a.many", []any{"Count", 1}, "1 entry"},
		{English, "a.many", []any{"Count", 2}, "2 entries"},
		{Chinese, "a.many", []any{"Count", 1}, "1 条"},
		{Chinese, "a.gone", nil, "[a.gone]"},
	} {
		if got := c.Text(tt.lang, tt.key, tt.args...); got != tt.want {
			t.Errorf("%s %s %v: %q, want %q", tt.lang, tt.key, tt.args, got, tt.want)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"a placeholder that computes": `{"a.b": "{{if .X}}x{{end}}"}`,
		"an open placeholder":         `{"a.b": "{{.X"}`,
		"plural forms without other":  `{"a.b": {"one": "x"}}`,
		"a number":                    `{"a.b": 3}`,
		"broken JSON":                 `{"a.b"`,
	} {
		_, err := LoadFS(fstest.MapFS{
			"l/zh-CN/a.json": {Data: []byte(text)}, "l/en/a.json": {Data: []byte(`{}`)},
		}, "l")
		if err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ accept, cookie, want string }{
		{"", "", Chinese},
		{"en-US,en;q=0.9", "", English},
		{"zh-CN,zh;q=0.9,en;q=0.8", "", Chinese},
		{"fr, en;q=0.3, zh;q=0.2", "", English},
		{"zh-TW", "", Chinese},
		{"en;q=0", "", Chinese},
		{"en;q=x", "", Chinese},
		{"de", "", Chinese},
		{"zh", "en", English},
		{"en", "zh-CN", Chinese},
		{"en", "<script>", English},
	} {
		if got := Match(tt.accept, tt.cookie); got != tt.want {
			t.Errorf("Match(%q, %q) = %q, want %q", tt.accept, tt.cookie, got, tt.want)
		}
	}
}

func TestMissingIsHeard(t *testing.T) {
	t.Parallel()
	c := sample(t, `{}`, `{}`)
	var heard string
	c.OnMissing(func(lang, key string) { heard = lang + " " + key })
	c.Text(English, "a.gone")
	if heard != "en a.gone" {
		t.Errorf("heard %q", heard)
	}
}

func BenchmarkTextPlain(b *testing.B) {
	c, err := Load()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		c.Text(Chinese, "web.product")
	}
}
