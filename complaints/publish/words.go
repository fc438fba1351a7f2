package publish

import (
	"strings"

	"minping/internal/words"
)

// lexemes is what the index keeps of texts.
func lexemes(texts ...string) []string { return words.Lexemes(strings.Join(texts, "\n")) }

// wanted is what somebody looks for, as PostgreSQL's tsquery: all of it. The words
// hold letters and digits only.
func wanted(typed string) string {
	var parts []string
	for _, w := range words.Query(typed) {
		part := "'" + w.Text + "'"
		if w.Prefix {
			part += ":*"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " & ")
}

// alike is what a text is about, as a tsquery of any of it, for suggestions.
func alike(text string) string {
	const most = 40
	var parts []string
	seen := map[string]bool{}
	for _, w := range words.Terms(text) {
		if !seen[w] && len(parts) < most {
			seen[w] = true
			parts = append(parts, "'"+w+"'")
		}
	}
	return strings.Join(parts, " | ")
}
