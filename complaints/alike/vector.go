package alike

import (
	"cmp"
	"math"
	"slices"
)

// MostTerms is how many words of a text are kept. Half of all messages have
// fewer; leaving out the commonest of the others changes no figure that was measured.
const MostTerms = 64

// one is the weight that stands for 1.
const one = 32767

// Vector is a text as it is compared: numbers of words, ascending, and the weight
// of each, so that the squares of all weights give one².
type Vector struct {
	Terms   []int32
	Weights []int16
}

// Term is a word of a text by its number, how much it counts there, and in how many
// texts it stands.
type Term struct {
	ID    int32
	Count float64
	Cases int
}

// atLeast is how many texts there are taken to be: among the first three, a word in two
// of them is not common.
const atLeast = 1000

// IDF is how much a word tells: the rarer, the more. all texts, with texts that have it.
func IDF(all, with int) float64 {
	return max(0, math.Log((float64(max(all, atLeast))+1)/(float64(with)+0.5)))
}

// tooCommon is the part of all texts from which on a word tells nothing of what one is about.
const tooCommon = 0.1

// fewTexts is how many there must be before a part of them says anything.
const fewTexts = 200

// Damped keeps a word that stands ten times in a text from counting ten times.
func Damped(count float64) float64 { return 1 + math.Log(max(1, count)) }

// NewVector weighs the words of one of all texts and keeps the heaviest.
func NewVector(terms []Term, all int) Vector {
	type weighed struct {
		id int32
		w  float64
	}
	list := make([]weighed, 0, len(terms))
	for _, t := range terms {
		if all >= fewTexts && float64(t.Cases) > tooCommon*float64(all) {
			continue
		}
		if w := Damped(t.Count) * IDF(all, t.Cases); w > 0 {
			list = append(list, weighed{t.ID, w})
		}
	}
	slices.SortFunc(list, func(a, b weighed) int { return cmp.Or(cmp.Compare(b.w, a.w), cmp.Compare(a.id, b.id)) })
	list = list[:min(len(list), MostTerms)]
	slices.SortFunc(list, func(a, b weighed) int { return cmp.Compare(a.id, b.id) })
	sum := 0.0
	for _, t := range list {
		sum += t.w * t.w
	}
	v := Vector{make([]int32, 0, len(list)), make([]int16, 0, len(list))}
	for _, t := range list {
		v.Terms = append(v.Terms, t.id)
		v.Weights = append(v.Weights, int16(math.Round(one*t.w/math.Sqrt(sum))))
	}
	return v
}

// Cosine is how alike two texts are by their words, 0 to 1.
func Cosine(a, b Vector) float64 {
	sum, i, j := 0, 0, 0
	for i < len(a.Terms) && j < len(b.Terms) {
		switch {
		case a.Terms[i] < b.Terms[j]:
			i++
		case a.Terms[i] > b.Terms[j]:
			j++
		default:
			sum += int(a.Weights[i]) * int(b.Weights[j])
			i, j = i+1, j+1
		}
	}
	return min(1, float64(sum)/(one*one))
}

// Shared gives the words that two texts have in common, those first that make them most alike.
func Shared(a, b Vector, most int) []int32 {
	type both struct {
		id int32
		w  int
	}
	var list []both
	for i, j := 0, 0; i < len(a.Terms) && j < len(b.Terms); {
		switch {
		case a.Terms[i] < b.Terms[j]:
			i++
		case a.Terms[i] > b.Terms[j]:
			j++
		default:
			list = append(list, both{a.Terms[i], int(a.Weights[i]) * int(b.Weights[j])})
			i, j = i+1, j+1
		}
	}
	slices.SortFunc(list, func(x, y both) int { return cmp.Or(cmp.Compare(y.w, x.w), cmp.Compare(x.id, y.id)) })
	var ids []int32
	for _, t := range list[:min(len(list), most)] {
		ids = append(ids, t.id)
	}
	return ids
}

// Telling gives the words by which to look for texts like v: the heaviest, until the
// texts that have them are more than budget. cases says in how many texts each stands.
func Telling(v Vector, cases map[int32]int, budget int) []int32 {
	order := make([]int, len(v.Terms))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(v.Weights[b], v.Weights[a]), cmp.Compare(v.Terms[a], v.Terms[b]))
	})
	var ids []int32
	for _, i := range order {
		n := cases[v.Terms[i]]
		if n > budget {
			continue // a common word that is heavy by being repeated; rarer ones may follow
		}
		budget -= n
		ids = append(ids, v.Terms[i])
	}
	return ids
}
