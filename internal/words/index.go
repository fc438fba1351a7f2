package words

import (
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/go-ego/gse"
)

// Lexemes gives what an index keeps of a text, each once and sorted: every word
// of the dictionary that stands in it, wherever sentences could be cut, so that a search
// for a part finds the whole; and pairs of characters around those that belong to no word.
func Lexemes(text string) []string {
	seg, set := loaded(), map[string]bool{}
	for _, r := range runs(Normal(text)) {
		if !r.han {
			set[clip(r.text)] = true
			continue
		}
		g := spans(seg, r.text)
		for _, s := range g.words {
			if w := g.at(s.from, s.to); !stop(seg, w) {
				set[w] = true
			}
		}
		for i := 0; i+1 < len(g.chars); i++ {
			if (!g.covered[i] || !g.covered[i+1]) && !g.thinAt(i) && !g.thinAt(i+1) {
				set[g.at(i, i+2)] = true
			}
		}
		if len(g.chars) == 1 && !g.thinAt(0) {
			set[r.text] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// Wanted is one thing that a text must have.
type Wanted struct {
	Text   string
	Prefix bool // the beginning of a word is enough
}

// Query gives what a text must have to be found by what somebody typed: all of
// it. Nothing where it holds only stop words. What is typed finds every text whose words
// contain it; the last number or Latin word, and a lonely character, may be the beginning of one.
func Query(typed string) []Wanted {
	seg := loaded()
	var list []Wanted
	add := func(w Wanted) {
		if !slices.Contains(list, w) {
			list = append(list, w)
		}
	}
	for _, r := range runs(Normal(typed)) {
		if !r.han {
			add(Wanted{clip(r.text), utf8.RuneCountInString(r.text) > 1})
			continue
		}
		for _, w := range sought(seg, spans(seg, r.text)) {
			add(w)
		}
	}
	return list
}

// sought leaves out what another word contains, stop words, and a character
// beside a word: in the text it may be part of a longer one.
func sought(seg *gse.Segmenter, g graph) []Wanted {
	var list []Wanted
	last := 0 // end of the words so far: what ends before it is inside of one
	for _, s := range g.words {
		if s.to <= last {
			continue
		}
		last = s.to
		if w := g.at(s.from, s.to); !stop(seg, w) {
			list = append(list, Wanted{Text: w})
		}
	}
	for i := 0; i+1 < len(g.chars); i++ {
		if !g.covered[i] && !g.covered[i+1] && !g.thinAt(i) && !g.thinAt(i+1) {
			list = append(list, Wanted{Text: g.at(i, i+2)})
		}
	}
	if len(list) == 0 {
		for i := range g.chars {
			if !g.covered[i] && !g.thinAt(i) {
				list = append(list, Wanted{Text: g.at(i, i+1), Prefix: true})
			}
		}
	}
	return list
}

// graph is a run of Chinese characters with all the words of the dictionary in
// it: by where they begin, the longest first.
type graph struct {
	chars   []rune
	words   []span
	covered []bool // by a word of two characters or more
}

type span struct{ from, to int }

func (g graph) at(from, to int) string { return string(g.chars[from:to]) }

func (g graph) thinAt(i int) bool { return !g.covered[i] && thin[string(g.chars[i])] }

func spans(seg *gse.Segmenter, text string) graph {
	g := graph{chars: []rune(text)}
	g.covered = make([]bool, len(g.chars))
	for i := range g.chars {
		var here []span
		for j := i + 1; j <= len(g.chars) && j-i <= longest; j++ {
			_, whole, begins := known(seg, g.at(i, j))
			if !begins {
				break
			}
			if whole && j-i > 1 {
				here = append(here, span{i, j})
			}
		}
		slices.Reverse(here)
		g.words = append(g.words, here...)
		if len(here) > 0 {
			for k := i; k < here[0].to; k++ {
				g.covered[k] = true
			}
		}
	}
	return g
}
