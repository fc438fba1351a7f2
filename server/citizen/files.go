package citizen

import (
	"embed"
	"fmt"
	"html/template"
	"regexp"
	"strings"

	"minping/server/web"
)

//go:embed pages/*.html pages/*.css
var files embed.FS

// style is a style sheet and the content policy that allows it.
type style struct {
	css    template.CSS
	policy []string
}

func styles() (form, full style, err error) {
	var text [2]string
	for i, name := range []string{"pages/counter.css", "pages/more.css"} {
		css, err := files.ReadFile(name)
		if err != nil {
			return form, full, fmt.Errorf("citizen style: %w", err)
		}
		text[i] = squeezeCSS(string(css))
	}
	return newStyle(text[0]), newStyle(text[0] + text[1]), nil
}

func newStyle(css string) style {
	return style{css: template.CSS(css), policy: []string{web.StylePolicy(css)}}
}

// squeezeCSS takes comments and needless white space out of the style sheet,
// which travels inside every page.
func squeezeCSS(css string) string {
	css = regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(css, "")
	css = regexp.MustCompile(`\s+`).ReplaceAllString(css, " ")
	css = regexp.MustCompile(` ?([{};,>~]) ?`).ReplaceAllString(css, "$1")
	css = strings.ReplaceAll(css, ": ", ":")
	return strings.TrimSpace(strings.ReplaceAll(css, ";}", "}"))
}

// squeezeHTML takes out the line breaks and indents between tags of a template's
// output, and the quotes of plain words, which HTML does not ask for.
func squeezeHTML(page string) string {
	page = regexp.MustCompile(`>\s*\n\s*<`).ReplaceAllString(page, "><")
	page = regexp.MustCompile(`\s*\n\s*`).ReplaceAllString(page, " ")
	page = regexp.MustCompile(`="([\w.-]+)"([ >`+slotBegin+`])`).ReplaceAllString(page, "=$1$2")
	return strings.TrimSpace(page)
}
