package redact

import (
	"regexp"
	"strings"
)

// flat is a text in which full-width letters and digits are ordinary ones and
// every character that is neither Han nor ASCII has become a mark, with the way
// back to the original's bytes.
type flat struct {
	s  string
	at []int // byte of s → byte of the original; one more for the end
}

func plain(text string) *flat {
	var b strings.Builder
	b.Grow(len(text))
	at := make([]int, 0, len(text)+1)
	for i, r := range text {
		switch {
		case r >= '！' && r <= '～':
			r -= '！' - '!'
		case r == '　', r == '\u00a0', r == '\u2003', r == '\u2002':
			r = ' '
		case r == '—', r == '－', r == '–', r == '‐', r == '‑':
			r = '-'
		case r == '•', r == '．':
			r = '·'
		}
		n := b.Len()
		b.WriteRune(r)
		for range b.Len() - n {
			at = append(at, i)
		}
	}
	return &flat{b.String(), append(at, len(text))}
}

// matches gives what a group of a pattern matched, where ok agrees.
func (t *flat) matches(p *regexp.Regexp, group int, k Kind, ok func(text string, start, end int) bool) []Span {
	var out []Span
	for from := 0; from <= len(t.s); {
		m := p.FindStringSubmatchIndex(t.s[from:])
		if m == nil {
			break
		}
		start, end := from+m[2*group], from+m[2*group+1]
		if m[2*group] >= 0 && end > start && (ok == nil || ok(t.s, start, end)) {
			out = append(out, Span{start, end, k})
			from = end // not the match's end: what follows a find may begin the next
		} else {
			from += m[0] + 1
			for from < len(t.s) && t.s[from]&0xC0 == 0x80 {
				from++
			}
		}
	}
	return out
}

// lone tells whether no digit stands right before or after.
func lone(text string, start, end int) bool {
	return (start == 0 || !digit(text[start-1])) && (end == len(text) || !digit(text[end]))
}

func digit(b byte) bool { return b >= '0' && b <= '9' }

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
