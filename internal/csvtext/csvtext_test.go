package csvtext_test

import (
	"errors"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"minping/internal/csvtext"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	const text = "机关,等级\n人社局,5\n"
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, raw := range map[string]string{"plain": text, "with mark": "\ufeff" + text, "GB18030": gb, "UTF-16": utf16} {
		if got, err := csvtext.Decode([]byte(raw)); err != nil || got != text {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if _, err := csvtext.Decode([]byte("\x89PNG\r\n\x1a\n\x00\xff")); !errors.Is(err, csvtext.ErrEncoding) {
		t.Errorf("a picture: %v, want ErrEncoding", err)
	}
}

func TestSeparator(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]rune{"a,b\n1,2": ',', "a\tb\n1\t2": '\t', "2026 年，名单\na;b;c\n1;2;3": ';', "": ','} {
		if got := csvtext.Separator(text); got != want {
			t.Errorf("Separator(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestAnOpenQuoteIsAnError(t *testing.T) {
	t.Parallel()
	r := csvtext.NewReader("a,b\n1,\"open\n2,3\n")
	if _, err := r.Read(); err != nil {
		t.Fatal(err)
	}
	if row, err := r.Read(); err == nil {
		t.Errorf("read %q over an open quote", row)
	}
}
