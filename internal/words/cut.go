package words

import (
	"strings"
	"unicode/utf8"

	"github.com/go-ego/gse"
)

// Word is a word of a text, in its place.
type Word struct {
	Text string
	Pos  string // gse's tag: n noun, v verb, ns place, nr person …; empty where the dictionary does not know it
	Stop bool   // says nothing of what the text is about
}

// Cut gives the words of a text in their order, repeated as they are. Characters
// that the dictionary knows only by themselves come out one by one.
func Cut(text string) []Word {
	seg := loaded()
	var list []Word
	for _, r := range runs(Normal(text)) {
		if !r.han {
			list = append(list, Word{Text: clip(r.text), Pos: "x"})
			continue
		}
		for _, w := range seg.Cut(r.text, false) {
			pos, _, _ := known(seg, w)
			list = append(list, Word{Text: w, Pos: pos, Stop: stop(seg, w)})
		}
	}
	return list
}

// Terms gives what a text is about: its words in their order, repeated as they
// are, without stop words. Neighbouring characters that make no word of the dictionary (names of
// places and people, mostly) are given in pairs: 潇楚 南路.
func Terms(text string) []string {
	var list []string
	single, met := "", false // the character just before that is no word, and whether a pair has it
	end := func() {
		if single != "" && !met && !thin[single] {
			list = append(list, single)
		}
		single, met = "", false
	}
	for _, w := range Cut(text) {
		if utf8.RuneCountInString(w.Text) == 1 && w.Pos != "x" {
			switch {
			case w.Stop || thin[w.Text]:
				end()
			case single != "":
				list = append(list, single+w.Text)
				single, met = w.Text, true
			default:
				single, met = w.Text, false
			}
			continue
		}
		end()
		if !w.Stop {
			list = append(list, w.Text)
		}
	}
	end()
	return list
}

// stop says whether a word says nothing by itself. Single characters are judged
// by a list of our own: gse's has many that stand in names of places.
func stop(seg *gse.Segmenter, word string) bool {
	if utf8.RuneCountInString(word) == 1 {
		return thin[word]
	}
	return seg.IsStop(word)
}

// thin are characters that hold sentences together.
var thin = func() map[string]bool {
	set := map[string]bool{}
	for _, r := range "的了是在也就都而与着吗呢吧啊么嘛啦呀哦我你您他她它们这那哪没不很还被把给要会能个又再才却已以于其之为从对向因但若则该此何谁某每且或即如使让得过去来到说等些次种件" {
		set[string(r)] = true
	}
	return set
}()

// clip keeps a word that is no word (a long number, an address of a page) within what an index takes.
func clip(text string) string {
	const most = 40
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	cut := 0
	for i := range text {
		if cut == most {
			return strings.Clone(text[:i])
		}
		cut++
	}
	return text
}
