package code_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"minping/internal/code"
)

func TestNormalize(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"":                  "",
		"  abc-dej ":        "abcdej",
		"ABC DEJ":           "abcdej",
		"ＡＢＣ－ＤＥ２":           "abcde2",
		"ab.cd。ej":          "abcdej",
		"ab．cd｡ej":          "abcdej",
		"ab–cd—ej−k":        "abcdejk",
		"ab·cd・ej_k":        "abcdejk",
		"“abc、dej”":         "abcdej",
		"ab\u3000cd\u00a0e": "abcde",
		"ab\x00c\r\nd\te":   "abcde",
		"\ufeffab\u200bcd":  "abcd",
		"Abc@De":            "abc@de",
		"回执abc":             "回执abc",
		"ab\xffc":           "ab\ufffdc",
		"demo0001":          "demo0001",
	} {
		if got := code.Normalize(typed); got != want {
			t.Errorf("Normalize(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestNormalizeCapsTheLength(t *testing.T) {
	t.Parallel()
	if got := code.Normalize(strings.Repeat("评- ", 1000)); got != strings.Repeat("评", code.MaxLength) {
		t.Errorf("%d characters stay", utf8.RuneCountInString(got))
	}
}

func TestGroup(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		s    string
		size int
		want string
	}{
		{"abcdefghj", 3, "ABC-DEF-GHJ"},
		{"abcdefghjk", 4, "ABCD-EFGH-JK"},
		{"abc", 3, "ABC"},
		{"abc", 0, "ABC"},
		{"abc", -1, "ABC"},
		{"", 3, ""},
		{"评价码", 2, "评价-码"},
	} {
		if got := code.Group(c.s, c.size); got != c.want {
			t.Errorf("Group(%q, %d) = %q, want %q", c.s, c.size, got, c.want)
		}
	}
}

func TestPrintedCodesReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s, err := code.New(source(rapid.Byte().Draw(t, "seed")), rapid.IntRange(1, 63).Draw(t, "n"))
		if err != nil {
			t.Fatal(err)
		}
		printed := code.Group(s, rapid.IntRange(-1, 9).Draw(t, "size"))
		if back := code.Normalize(printed); back != s || !code.Valid(back) {
			t.Fatalf("%s printed as %s reads back as %s", s, printed, back)
		}
	})
}

// Over every character there is, so that the fuzzer need not find it.
func TestNormalizeIsIdempotentForEveryCharacter(t *testing.T) {
	t.Parallel()
	for r := range rune(unicode.MaxRune + 1) {
		once := code.Normalize(string(r))
		if again := code.Normalize(once); again != once {
			t.Errorf("%U → %q → %q", r, once, again)
		}
	}
}

func FuzzNormalize(f *testing.F) {
	for _, seed := range []string{"", "abch", "ＡＢＣ－Ｈ", "ab\xff", "\u212a\u0130", strings.Repeat("ab-", 50)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		s := code.Normalize(typed)
		if again := code.Normalize(s); again != s {
			t.Errorf("%q → %q → %q", typed, s, again)
		}
		if !utf8.ValidString(s) || utf8.RuneCountInString(s) > code.MaxLength || strings.ContainsFunc(s, unicode.IsControl) {
			t.Errorf("%q → %q", typed, s)
		}
		if code.Valid(s) != (code.Check(s) == nil) {
			t.Errorf("%q: Valid and Check disagree", s)
		}
		if code.Valid(s) && strings.Trim(s, code.Alphabet) != "" {
			t.Errorf("%q is no code", s)
		}
	})
}
