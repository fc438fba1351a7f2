package words

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Normal gives text as it is compared: full width as half width, lower case,
// without marks that nobody sees. What is no letter and no digit becomes a space.
func Normal(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Mn, r):
			return -1
		case unicode.IsLetter(r) || unicode.IsNumber(r):
			return unicode.ToLower(r)
		default:
			return ' '
		}
	}, norm.NFKC.String(strings.ToValidUTF8(text, " ")))
}

// run is a stretch of text of one kind.
type run struct {
	text string
	han  bool
}

// runs splits normal text where its kind changes. Digits and letters stay together: 5g, a3, 13800000000.
func runs(normal string) []run {
	var list []run
	for field := range strings.FieldsSeq(normal) {
		start, han := 0, false
		for i, r := range field {
			is := unicode.Is(unicode.Han, r)
			if i > 0 && is != han {
				list = append(list, run{field[start:i], han})
				start = i
			}
			han = is
		}
		list = append(list, run{field[start:], han})
	}
	return list
}
