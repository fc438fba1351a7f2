package detect

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	leastText  = 8    // characters: shorter ones are alike by nature (很好)
	leastAlike = 4    // comments
	alike      = 0.75 // Jaccard resemblance of pairs of characters
	hashes     = 12   // MinHash: bands of rows
	rows       = 3
	wording    = 300 // how little offices differ in their wording, as the strength of a Beta
)

// Plain is a comment without what is varied to make it look different: marks, blanks,
// digits, the size of letters.
func Plain(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, text)
}

// texts finds comments on one window that are the same, or nearly: more of them than the
// rest of the city, where the same words are used of the same service, makes likely.
func texts(w *Week, _ Rules) []candidate {
	b := newBook(w)
	var found []candidate
	for window := range w.Windows {
		if len(b.by[int32(window)]) > 0 { // #nosec G115 -- a city has thousands
			found = append(found, b.window(w, window)...)
		}
	}
	return found
}

// book holds the week's comments, made plain, by window.
type book struct {
	plain map[int32]string // by place in Week.Texts
	count map[string]int   // in the city
	all   int
	by    map[int32][]int32 // window: places of ratings
}

func newBook(w *Week) *book {
	b := &book{plain: map[int32]string{}, count: map[string]int{}, by: map[int32][]int32{}}
	for i := range w.Ratings {
		r := &w.Ratings[i]
		if r.Text < 0 || r.Mode == Elsewhere {
			continue
		}
		p := Plain(w.Texts[r.Text])
		if utf8.RuneCountInString(p) < leastText {
			continue
		}
		b.plain[r.Text] = p
		b.count[p]++
		b.all++
		b.by[r.Window] = append(b.by[r.Window], int32(i)) // #nosec G115 -- a week has a million at most
	}
	return b
}

// window gathers a window's comments into groups and asks of each how many were to be expected.
func (b *book) window(w *Week, window int) []candidate {
	list := b.by[int32(window)] // #nosec G115 -- a city has thousands
	var found []candidate
	for _, group := range b.groups(w, list) {
		c := candidate{Finding: w.at(Text, window)}
		c.Seen, c.Of, c.Windows = float64(len(group)), len(list), 1
		elsewhere, kinds := -len(group), map[string]bool{}
		for _, i := range group {
			kinds[b.plain[w.Ratings[i].Text]] = true
		}
		for p := range kinds {
			elsewhere += b.count[p]
		}
		usual := (float64(elsewhere) + 1) / float64(b.all-len(list)+50)
		c.Expected = usual * float64(len(list))
		if len(group) >= leastAlike {
			c.LogP = betaBinomialTail(len(group), len(list), usual*wording, (1-usual)*wording)
			c.Ratings = group
		}
		found = append(found, c)
	}
	return found
}

// groups are the comments that resemble each other, through others if need be.
func (b *book) groups(w *Week, list []int32) [][]int32 {
	parent := make([]int, len(list))
	pairs := make([]map[uint64]bool, len(list))
	root := func(i int) int {
		for parent[i] != i {
			i = parent[i]
		}
		return i
	}
	bands := map[[2]uint64]int{}
	for i, r := range list {
		parent[i], pairs[i] = i, pairsOf(b.plain[w.Ratings[r].Text])
		for band, key := range signature(pairs[i]) {
			at := [2]uint64{uint64(band), key} // #nosec G115 -- a dozen
			first, met := bands[at]
			if !met {
				bands[at] = i
			} else if root(first) != root(i) && resemblance(pairs[first], pairs[i]) >= alike {
				parent[root(i)] = root(first)
			}
		}
	}
	byRoot := map[int][]int32{}
	for i, r := range list {
		byRoot[root(i)] = append(byRoot[root(i)], r)
	}
	all := make([][]int32, 0, len(byRoot))
	for _, g := range byRoot {
		all = append(all, g)
	}
	slices.SortFunc(all, func(x, y []int32) int { return cmp.Compare(x[0], y[0]) })
	return all
}

// pairsOf are the neighbouring characters of a text, as numbers.
func pairsOf(p string) map[uint64]bool {
	set := map[uint64]bool{}
	runes := []rune(p)
	for i := 1; i < len(runes); i++ {
		set[uint64(runes[i-1])<<32|uint64(runes[i])] = true // #nosec G115 -- characters are positive
	}
	return set
}

// signature is MinHash in bands: two texts that resemble each other share a band.
func signature(pairs map[uint64]bool) [hashes / rows]uint64 {
	var least [hashes]uint64
	for i := range least {
		least[i] = math.MaxUint64
	}
	for p := range pairs {
		for i := range least {
			least[i] = min(least[i], mix(p+uint64(i)*0x9e3779b97f4a7c15)) // #nosec G115 -- a dozen
		}
	}
	var bands [hashes / rows]uint64
	for i, v := range least {
		bands[i/rows] = mix(bands[i/rows] ^ v)
	}
	return bands
}

// mix is the finalizer of SplitMix64 (S. Vigna).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func resemblance(a, b map[uint64]bool) float64 {
	both := 0
	for p := range a {
		if b[p] {
			both++
		}
	}
	return float64(both) / float64(max(len(a)+len(b)-both, 1))
}
