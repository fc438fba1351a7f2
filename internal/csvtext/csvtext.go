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

// Separator guesses the field separator from the first line.
func Separator(text string) rune {
	line, _, _ := strings.Cut(text, "\n")
	best, most := ',', strings.Count(line, ",")
	for _, c := range []rune{';', '\t'} {
		if n := strings.Count(line, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}

// NewReader reads records of decoded text, lenient about quotes and lengths:
// the caller says per row what is wrong.
func NewReader(text string) *csv.Reader {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes, r.ReuseRecord = Separator(text), -1, true, true
	return r
}
