package offices

import "strings"

// Spreadsheets run a cell that begins with one of these (the full-width forms
// too, in East Asian editions): OWASP, "CSV Injection".
const formulaStarts = "=+-@＝＋－＠"

// disarm prefixes an apostrophe to a text that a spreadsheet could run, and to
// one that already looks disarmed, so that rearm gives back exactly the text.
func disarm(text string) string {
	if runnable(text) {
		return "'" + text
	}
	return text
}

// rearm takes off the apostrophe that disarm put there.
func rearm(text string) string {
	if strings.HasPrefix(text, "'") && runnable(text) {
		return text[1:]
	}
	return text
}

// runnable looks behind leading apostrophes.
func runnable(text string) bool {
	for _, c := range strings.TrimLeft(text, "'") {
		return strings.ContainsRune(formulaStarts, c)
	}
	return false
}
