package figures

import (
	"html/template"
	"strconv"
	"strings"
)

// Stack draws the five shares side by side. The parts are rectangles with
// numbers for attributes and nothing else, so they are safe to insert; the
// table below says the same in words.
func (v View) Stack() template.HTML {
	var b strings.Builder
	x := 0.0
	for _, l := range v.Levels {
		b.WriteString(`<rect class="fig-l` + strconv.Itoa(l.Level) + `" y="0" height="8" x="` + attr(x) + `" width="` + attr(l.RawShare) + `"/>`)
		x += l.RawShare
	}
	return template.HTML(b.String())
}
