package offices

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// problem is a message about one text: a key and its values.
type problem struct {
	key  string
	args map[string]any
}

// scientific is what a spreadsheet makes of a long code in a number cell; its
// last digits are lost.
var scientific = regexp.MustCompile(`^\d(\.\d+)?[eE]\+\d+$`)

// textRule is what a text must keep to.
type textRule struct {
	required bool
	code     bool // a code or number by which things are recognised: full-width characters are folded
	lines    bool // line breaks are allowed
	max      int  // in runes
}

// check tidies a text and tells what is wrong with it, if anything.
func (r textRule) check(text string) (string, *problem) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	if r.code {
		text = strings.TrimSpace(width.Fold.String(text))
	}
	switch n := utf8.RuneCountInString(text); {
	case !r.printable(text):
		return text, &problem{"offices.fault.unprintable", map[string]any{"Value": excerpt(text)}}
	case r.required && n == 0:
		return text, &problem{"offices.fault.required", nil}
	case r.code && scientific.MatchString(text):
		return text, &problem{"offices.fault.scientific", map[string]any{"Value": excerpt(text)}}
	case n > r.max:
		return text, &problem{"offices.fault.too_long", map[string]any{"Max": r.max, "Length": n}}
	}
	return text, nil
}

// printable refuses control characters (NUL cannot be stored at all) and
// invisible format characters, which make two codes look alike.
func (r textRule) printable(text string) bool {
	if !utf8.ValidString(text) {
		return false
	}
	for _, c := range text {
		if c == '\n' && r.lines {
			continue
		}
		if unicode.Is(unicode.Cc, c) || unicode.Is(unicode.Cf, c) || unicode.Is(unicode.Zl, c) || unicode.Is(unicode.Zp, c) || c == utf8.RuneError {
			return false
		}
	}
	return true
}

// excerpt makes a value fit to stand in a message.
func excerpt(text string) string {
	const most = 40
	clean := strings.Map(func(c rune) rune {
		if unicode.Is(unicode.Cc, c) || unicode.Is(unicode.Cf, c) {
			return '�'
		}
		return c
	}, strings.ToValidUTF8(text, "�"))
	runes := []rune(clean)
	if len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return clean
}
