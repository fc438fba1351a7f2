package csvtext_test

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"minping/internal/csvtext"
)

func TestDisarm(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"=1+1": "'=1+1", "+86": "'+86", "-5": "'-5", "@x": "'@x", "＝1": "'＝1", "＋1": "'＋1", "－1": "'－1", "＠a": "'＠a",
		"\t=1": "'\t=1", "\r": "'\r", "\n好": "'\n好", " =1": "' =1", "\u3000＝1": "'\u3000＝1", "\ufeff=1": "'\ufeff=1", "\u202e=1": "'\u202e=1",
		"'=x": "''=x", "普通": "普通", "": "", "'引": "'引", "a=b": "a=b", "😀=": "😀=", "\x00=1": "'\x00=1",
	} {
		if got := csvtext.Disarm(in); got != want {
			t.Errorf("Disarm(%q) = %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.StringMatching(`['=+\-@＝ \t\r\na中]{0,6}`), rapid.String()).Draw(t, "text")
		armed := csvtext.Disarm(text)
		if csvtext.Rearm(armed) != text {
			t.Fatalf("Rearm(Disarm(%q)) = %q", text, csvtext.Rearm(armed))
		}
		if armed != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(armed)[0]) {
			t.Fatalf("Disarm(%q) = %q would run", text, armed)
		}
	})
}

func TestWriterDisarms(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	w, err := csvtext.NewExcelWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	w.Write("名称", "=cmd|' /C calc'!A0")
	w.WriteFigures([]string{"＝1", "-0.25"}, func(i int) bool { return i == 1 })
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got[0], []string{"名称", "'=cmd|' /C calc'!A0"}) || !slices.Equal(got[1], []string{"'＝1", "-0.25"}) {
		t.Errorf("%q", got)
	}
}
