package words

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/go-ego/gse"
)

var (
	//go:embed dict.txt
	dictText string
	//go:embed services.txt
	serviceText string
	//go:embed dropped.txt
	droppedText string
)

// serviceWord is what a line of services.txt means to gse: frequent enough to be kept in one piece.
const serviceWord = " 2000 n\n"

// longest is how many characters a word of the dictionary may have.
const longest = 8

// loaded gives the segmenter. It is only read once it is made, so everybody shares it.
var loaded = sync.OnceValue(func() *gse.Segmenter {
	seg := &gse.Segmenter{SkipLog: true, NotLoadHMM: true}
	var text strings.Builder
	text.Grow(len(dictText) + 2*len(serviceText))
	dropped := strings.Fields(droppedText)
	drop := make(map[string]bool, len(dropped))
	for _, w := range dropped {
		drop[w] = true
	}
	for w := range strings.Lines(serviceText) {
		text.WriteString(strings.TrimSpace(w) + serviceWord)
	}
	for line := range strings.Lines(dictText) {
		if w, _, _ := strings.Cut(line, " "); !drop[w] {
			text.WriteString(line)
		}
	}
	// Both read a string, and neither can fail.
	_ = seg.LoadDictStr(text.String())
	_ = seg.LoadStopEmbed()
	return seg
})

// Warm loads the dictionary, so that nobody waits for it later.
func Warm() { loaded() }

// known says whether text stands in the dictionary, and how it is tagged there.
func known(seg *gse.Segmenter, text string) (pos string, whole, begins bool) {
	freq, pos, begins := seg.Dict.Find([]byte(text))
	return pos, freq > 0, begins
}
