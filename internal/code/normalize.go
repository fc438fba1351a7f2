package code

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// separators are the marks, besides white space and dashes, that people and
// input methods put between the groups of a code.
const separators = `.,:;/\|_·•・。、'"‘’“”` + "`" + "\u2212" + "\u30fc" // minus sign, prolonged sound mark

// Normalize turns a typed code into its stored form: full-width forms become
// half-width, capitals small; separators, control and invisible characters go;
// of the rest the first 64 characters stay. It judges nothing: a character that
// belongs to no code stays for Check to name. Repeating it changes nothing.
func Normalize(s string) string {
	var b strings.Builder
	kept := 0
	for _, r := range s {
		if kept == MaxLength {
			break
		}
		if r = plain(r); !skipped(r) {
			b.WriteRune(r)
			kept++
		}
	}
	return b.String()
}

// plain is the half-width small form of r.
func plain(r rune) rune {
	if folded := width.LookupRune(r).Folded(); folded != 0 {
		r = folded
	}
	return unicode.ToLower(r)
}

func skipped(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) ||
		unicode.In(r, unicode.Z, unicode.Cf, unicode.Pd) || strings.ContainsRune(separators, r)
}

// Group writes a code for print, in capitals and in groups of size joined by
// hyphens: abcdefghj by threes is ABC-DEF-GHJ. A size below 1 makes one group.
func Group(s string, size int) string {
	var b strings.Builder
	count := 0
	for _, r := range s {
		if size > 0 && count > 0 && count%size == 0 {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToUpper(r))
		count++
	}
	return b.String()
}
