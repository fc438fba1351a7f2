package alike

import (
	"cmp"
	_ "embed"
	"math"
	"slices"
	"strings"
	"sync"

	"minping/internal/words"
)

//go:embed hints.txt
var hintText string

// hints are words by which people speak of a category, by "level 2/level 3".
var hints = sync.OnceValue(func() map[string][]string {
	all := map[string][]string{}
	for line := range strings.Lines(hintText) {
		if path, list, ok := strings.Cut(line, ":"); ok && !strings.HasPrefix(line, "#") {
			all[path] = strings.Fields(list)
		}
	}
	return all
})

// rest is the name of the category of what is left over; it says nothing.
const rest = "其他"

// nameCounts is how much a category's name counts by its level, 1 to 3.
var nameCounts = [3]float64{0.3, 0.6, 1}

// Prior gives the words of a category before any case had it: its names on three
// levels and the words by which people are known to speak of it.
func Prior(path [3]string) map[string]float64 {
	prior := map[string]float64{}
	for level, name := range path {
		if name == rest {
			continue
		}
		for _, w := range words.Terms(name) {
			prior[w] = max(prior[w], nameCounts[level])
		}
	}
	for _, hint := range hints()[path[1]+"/"+path[2]] {
		for _, w := range words.Terms(hint) {
			prior[w] = 1
		}
	}
	return prior
}

// Learned is what confirmed cases of a category say of one word.
type Learned struct {
	Prior float64 // from Prior; 0: not there
	Sum   float64 // of the damped counts in cases of the category
	IDF   float64
}

// learnedMost is how much the cases of a category count at most, beside the prior's 1.
const learnedMost = 0.5

// weight is how much a word stands for a category with so many cases.
func (l Learned) weight(cases int) float64 {
	w := l.Prior
	if cases > 0 {
		n := float64(cases)
		w += learnedMost * l.Sum / n * n / (n + 1)
	}
	return w * l.IDF
}

// Lesson is how much each word of a text adds to what is learned of its category.
func Lesson(b Bag) map[string]float64 {
	sums := make(map[string]float64, len(b))
	for w, n := range b {
		sums[w] = Damped(n)
	}
	return sums
}

// Norm is the size of a category's profile, by which scores are made comparable.
func Norm(profile []Learned, cases int) float64 {
	sum := 0.0
	for _, l := range profile {
		w := l.weight(cases)
		sum += w * w
	}
	return math.Sqrt(sum)
}

// Clue is a word of the text that speaks for a category.
type Clue struct {
	Word  string
	Score float64
}

// Candidate is a category that something speaks for.
type Candidate struct {
	ID    int
	Cases int     // confirmed ones it was learned from
	Norm  float64 // of its whole profile
	words []Clue
	score float64
}

// Hear adds a word of the text that stands in the category's profile.
func (c *Candidate) Hear(word string, count float64, l Learned) {
	if s := Damped(count) * l.IDF * l.weight(c.Cases); s > 0 {
		c.words = append(c.words, Clue{word, s})
		c.score += s
	}
}

// Score is how much speaks for the category. The root keeps categories of many words from
// winning by them, and those of few from winning by one.
func (c *Candidate) Score() float64 {
	if c.Norm <= 0 {
		return 0
	}
	return c.score / math.Sqrt(c.Norm)
}

// Clues are the words that speak most for the category.
func (c *Candidate) Clues(most int) []string {
	slices.SortFunc(c.words, func(a, b Clue) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Word, b.Word)) })
	var list []string
	for _, w := range c.words[:min(len(c.words), most)] {
		list = append(list, w.Word)
	}
	return list
}

// Best sorts candidates by score and gives the first; those for which nothing speaks are left out.
func Best(list []*Candidate, most int) []*Candidate {
	list = slices.DeleteFunc(slices.Clone(list), func(c *Candidate) bool { return c.Score() <= 0 })
	slices.SortFunc(list, func(a, b *Candidate) int { return cmp.Or(cmp.Compare(b.Score(), a.Score()), cmp.Compare(a.ID, b.ID)) })
	return list[:min(len(list), most)]
}
