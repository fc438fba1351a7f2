//go:build ignore

// This program chooses the words of dict.txt out of the simplified Chinese
// dictionary of gse, which is too large to be kept in memory whole:
//
//	go run gen.go GSE/data/dict/zh/s_1.txt [TEXT...] > dict.txt
//
// It keeps what is frequent, and what occurs in the texts at least twice; names of persons
// only where they are very frequent, because a dictionary is no place for people.
package main

import (
	"fmt"
	"log"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-ego/gse"
)

const (
	frequent     = 120 // of a word, in the corpus that gse counted
	frequentName = 500
	frequentChar = 20
	longest      = 8
)

type word struct {
	freq float64
	pos  string
}

func main() {
	raw, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	all := read(string(raw))
	seen := occurring(string(raw), os.Args[2:])
	for text, w := range all {
		if !keep(text, w, seen[text]) {
			delete(all, text)
		}
	}
	for _, text := range slices.Sorted(maps.Keys(all)) {
		fmt.Println(text, strconv.FormatFloat(all[text].freq, 'f', -1, 64), all[text].pos)
	}
}

func keep(text string, w word, seen int) bool {
	switch n := utf8.RuneCountInString(text); {
	case n > longest:
		return false
	case n == 1:
		return w.freq >= frequentChar
	case strings.HasPrefix(w.pos, "nr"):
		return w.freq >= frequentName
	default:
		return w.freq >= frequent || seen >= 2
	}
}

func read(dict string) map[string]word {
	all := map[string]word{}
	for line := range strings.Lines(dict) {
		f := strings.Fields(line)
		if len(f) != 3 || strings.ContainsFunc(f[0], func(r rune) bool { return !unicode.Is(unicode.Han, r) }) {
			continue
		}
		freq, err := strconv.ParseFloat(f[1], 64)
		if err != nil {
			continue
		}
		all[f[0]] = word{freq, f[2]}
	}
	return all
}

func occurring(dict string, files []string) map[string]int {
	var seg gse.Segmenter
	seg.SkipLog = true
	if err := seg.LoadDictStr(dict); err != nil {
		log.Fatal(err)
	}
	seen := map[string]int{}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			log.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			for _, w := range seg.CutSearch(line, false) {
				seen[w]++
			}
		}
	}
	return seen
}
