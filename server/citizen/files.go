package citizen

import (
	"embed"
	"regexp"
	"strings"
)

//go:embed pages
var files embed.FS

// squeezeCSS takes comments and needless white space out of the style sheet,
// which travels inside every page.
func squeezeCSS(css string) string {
	css = regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(css, "")
	css = regexp.MustCompile(`\s+`).ReplaceAllString(css, " ")
	css = regexp.MustCompile(` ?([{};,>~]) ?`).ReplaceAllString(css, "$1")
	css = strings.ReplaceAll(css, ": ", ":")
	return strings.TrimSpace(strings.ReplaceAll(css, ";}", "}"))
}

// squeezeHTML takes out the line breaks and indents between tags of a template's output.
func squeezeHTML(page string) string {
	page = regexp.MustCompile(`>\s*\n\s*<`).ReplaceAllString(page, "><")
	return strings.TrimSpace(regexp.MustCompile(`\s*\n\s*`).ReplaceAllString(page, " "))
}
