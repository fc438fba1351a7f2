package complaints

import (
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"

	"minping/internal/media"
)

// maxFileName is in characters as people count them, and twice that in runes.
const maxFileName = 80

// endings that a name loses before it gets the one that is true.
var endings = []string{".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".heic", ".pdf", ".exe", ".html", ".htm", ".svg", ".js", ".docx", ".doc"}

// fileName makes of a sender's name one that is safe to show and to save under: no
// folders, no controls, nothing that turns the direction of writing, not long, and
// the ending of what the file is.
func fileName(typed string, kind media.Kind) string {
	name := clean(typed[:min(len(typed), 8<<10)])
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case strings.ContainsRune(`/:*?"<>|`, r), unicode.Is(unicode.Cf, r) && r != '\u200d', unicode.IsControl(r), r == '\ufffd':
			return -1
		}
		return r
	}, name)
	for {
		ending := strings.ToLower(path.Ext(name))
		if !slices.Contains(endings, ending) {
			break
		}
		name = name[:len(name)-len(ending)]
	}
	name = strings.Trim(strings.Join(strings.Fields(name), " "), ". ")
	var b strings.Builder
	runes := 0
	for g, n := uniseg.NewGraphemes(name), 0; g.Next() && n < maxFileName; n++ {
		if runes += len(g.Runes()); runes > 2*maxFileName {
			break
		}
		b.WriteString(g.Str())
	}
	if name = strings.TrimSpace(b.String()); name == "" {
		name = "附件"
	}
	return name + kind.Extension()
}
