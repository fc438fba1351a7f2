// Package csvtext reads CSV as Chinese offices write it: UTF-8 with or without
// a byte order mark, UTF-16, or GB18030; comma, semicolon or tab.
package csvtext

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// ErrEncoding says that the bytes are text in none of the encodings.
var ErrEncoding = errors.New("the file is not text in UTF-8, UTF-16 or GB18030")

// Decode turns a file into UTF-8: a byte order mark decides, else valid UTF-8
// is UTF-8, else it is GB18030, which Chinese Excel writes.
func Decode(data []byte) (string, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(data)
		if err != nil {
			return "", ErrEncoding
		}
		data = out
	case !utf8.Valid(data):
		out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
		if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
			return "", ErrEncoding
		}
		data = out
	}
	if !utf8.Valid(data) {
		return "", ErrEncoding
	}
	return string(data), nil
}

// headLines is how far the separator is looked for: a title line above the
// headings must not mislead.
const headLines = 20

// Separator is the most frequent of comma, tab and semicolon in the first lines.
func Separator(text string) rune {
	head := text
	for i, lines := 0, 0; i < len(text); i++ {
		if text[i] == '\n' {
			if lines++; lines == headLines {
				head = text[:i]
				break
			}
		}
	}
	best, most := ',', strings.Count(head, ",")
	for _, c := range "\t;" {
		if n := strings.Count(head, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}

// NewReader reads records of decoded text, whatever their length: the caller says
// per row what is wrong. Quotes are strict: one left open would swallow the rows below it.
// A record is valid until the next is read.
func NewReader(text string) *csv.Reader {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = Separator(text), -1, true
	return r
}
