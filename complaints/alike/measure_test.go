package alike_test

import (
	"cmp"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"minping/complaints/alike"
)

// What is measured here is measured on real messages, which are not in the
// repository: only the numbers of messages and what a person judged of them are. Where the files are not at
// hand the tests are skipped. The figures are kept in testdata/measured-*.txt and quoted in docs/measurements-similar.md.

var update = flag.Bool("update", false, "write the measured figures anew")

const dataDir = "../../../shared/data" // from this package's directory

type message struct {
	alike.Text
	number, reply string
	at            time.Time
	agree         int
}

// table reads a CSV file as rows by heading; it skips the test where there is none.
func table(t *testing.T, path string) []map[string]string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && strings.HasPrefix(path, dataDir) {
		t.Skipf("the real messages are not at hand: %s", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(raw), "\ufeff")))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	records, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, cells := range records[1:] {
		row := map[string]string{}
		for i, h := range records[0] {
			if i < len(cells) {
				row[h] = strings.TrimSpace(cells[i])
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func messages(t *testing.T, name string) []message {
	t.Helper()
	var list []message
	for _, row := range table(t, filepath.Join(dataDir, name)) {
		m := message{Text: alike.Text{Title: row["留言主题"], Body: row["留言详情"]}, number: row["留言编号"], reply: row["答复意见"]}
		at := strings.ReplaceAll(row["留言时间"], "-", "/")
		for _, layout := range []string{"2006/1/2 15:04:05", "2006/1/2 15:04", "2006/1/2", "1/2/06 15:04"} {
			if m.at.IsZero() {
				m.at, _ = time.Parse(layout, at)
			}
		}
		_, _ = fmt.Sscan(row["点赞数"], &m.agree)
		list = append(list, m)
	}
	return list
}

// corpus is messages as the desk keeps them.
type corpus struct {
	ids      map[string]int32
	cases    map[int32]int
	bags     []alike.Bag
	sketches []alike.Sketch
}

func read(list []message) *corpus {
	c := &corpus{ids: map[string]int32{}, cases: map[int32]int{}}
	for _, m := range list {
		b := alike.Read(m.Text)
		c.bags = append(c.bags, b)
		for w := range b {
			if c.ids[w] == 0 {
				c.ids[w] = int32(len(c.ids) + 1)
			}
			c.cases[c.ids[w]]++
		}
	}
	for i, m := range list {
		var terms []alike.Term
		for w, n := range c.bags[i] {
			terms = append(terms, alike.Term{ID: c.ids[w], Count: n, Cases: c.cases[c.ids[w]]})
		}
		c.sketches = append(c.sketches, alike.Sketch{Vector: alike.NewVector(terms, len(list)), Places: alike.Places(m.Text), Districts: alike.Districts(m.Text)})
	}
	return c
}

func (c *corpus) idf(word string) float64 { return alike.IDF(len(c.bags), c.cases[c.ids[word]]) }

// measured holds a text against a kept one.
func measured(t *testing.T, name, got string) {
	t.Helper()
	t.Log("\n" + got)
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s says something else than what is measured now; if that is better, write it anew with -update and mend the document\n%s", path, want)
	}
}

// share prints k of n with its Wilson interval of 95 %.
func share(k, n int) string {
	const z = 1.959964
	p, f := float64(k)/float64(n), float64(n)
	mid := (p + z*z/(2*f)) / (1 + z*z/f)
	half := z / (1 + z*z/f) * math.Sqrt(p*(1-p)/f+z*z/(4*f*f))
	return fmt.Sprintf("%3d/%d %5.1f%% [%.1f–%.1f]", k, n, 100*p, 100*(mid-half), 100*(mid+half))
}

func TestMeasureCategories(t *testing.T) {
	t.Parallel()
	list := messages(t, "complaints-with-replies.csv")
	all := read(list)
	place := map[string]int{}
	for i, m := range list {
		place[m.number] = i
	}
	var tree [][3]string
	for _, row := range table(t, filepath.Join(dataDir, "complaint-categories.csv")) {
		tree = append(tree, [3]string{row["一级分类"], row["二级分类"], row["三级分类"]})
	}
	parts := map[string][]labelled{}
	for _, row := range table(t, "testdata/labels.csv") {
		parts[row["part"]] = append(parts[row["part"]], labelled{place[row["number"]], [3]string{row["level1"], row["level2"], row["level3"]}})
	}
	flat := func(string) float64 { return alike.IDF(0, 0) }
	var out strings.Builder
	for _, way := range []struct {
		name  string
		prior func([3]string) map[string]float64
		idf   func(string) float64
		learn []labelled
	}{
		{"names of the tree alone", namesOnly, all.idf, nil},
		{"and words people use, no case in yet", alike.Prior, flat, nil},
		{"and words people use, cases in, none confirmed", alike.Prior, all.idf, nil},
		{"and 240 confirmed cases", alike.Prior, all.idf, slices.Concat(parts["develop"], parts["learn"])},
	} {
		s := newSuggester(tree, way.prior, way.idf)
		for _, l := range way.learn {
			s.learn(all.bags[l.at], l.path)
		}
		fmt.Fprintf(&out, "%s\n", way.name)
		for level := range 3 {
			var hits [3]int
			for _, l := range parts["test"] {
				best := s.suggest(all.bags[l.at])
				for k, most := range []int{1, 3, 5} {
					if slices.ContainsFunc(best[:min(most, len(best))], func(id int) bool { return slices.Equal(tree[id][:level+1], l.path[:level+1]) }) {
						hits[k]++
					}
				}
			}
			n := len(parts["test"])
			fmt.Fprintf(&out, "  level %d  first %s  first three %s  first five %s\n", level+1, share(hits[0], n), share(hits[1], n), share(hits[2], n))
		}
	}
	measured(t, "measured-categories.txt", out.String())
}

type labelled struct {
	at   int
	path [3]string
}

// namesOnly is a prior without the words that people use.
func namesOnly(path [3]string) map[string]float64 {
	return alike.Prior([3]string{path[0], path[1] + " ", path[2]}) // with the space it is no path of the list
}

// suggester is what tables and statements do in the desk, in memory.
type suggester struct {
	idf      func(string) float64
	tree     map[[3]string]int
	profiles []map[string]alike.Learned
	cases    []int
	norms    []float64
}

func newSuggester(tree [][3]string, prior func([3]string) map[string]float64, idf func(string) float64) *suggester {
	s := &suggester{idf: idf, tree: map[[3]string]int{}, cases: make([]int, len(tree)), norms: make([]float64, len(tree))}
	for id, path := range tree {
		s.tree[path] = id
		profile := map[string]alike.Learned{}
		for w, p := range prior(path) {
			profile[w] = alike.Learned{Prior: p, IDF: idf(w)}
		}
		s.profiles = append(s.profiles, profile)
		s.weigh(id)
	}
	return s
}

func (s *suggester) weigh(id int) {
	words := make([]string, 0, len(s.profiles[id]))
	for w := range s.profiles[id] {
		words = append(words, w)
	}
	slices.Sort(words) // sums of floating numbers depend on the order
	list := make([]alike.Learned, 0, len(words))
	for _, w := range words {
		list = append(list, s.profiles[id][w])
	}
	s.norms[id] = alike.Norm(list, s.cases[id])
}

func (s *suggester) learn(b alike.Bag, path [3]string) {
	id := s.tree[path]
	s.cases[id]++
	for w, n := range alike.Lesson(b) {
		l := s.profiles[id][w]
		l.Sum, l.IDF = l.Sum+n, s.idf(w)
		s.profiles[id][w] = l
	}
	s.weigh(id)
}

func (s *suggester) suggest(b alike.Bag) []int {
	words := make([]string, 0, len(b))
	for w := range b {
		words = append(words, w)
	}
	slices.Sort(words)
	var list []*alike.Candidate
	for id, profile := range s.profiles {
		c := &alike.Candidate{ID: id, Cases: s.cases[id], Norm: s.norms[id]}
		for _, w := range words {
			if l, ok := profile[w]; ok {
				c.Hear(w, b[w], l)
			}
		}
		list = append(list, c)
	}
	var ids []int
	for _, c := range alike.Best(list, 5) {
		ids = append(ids, c.ID)
	}
	return ids
}

func TestMeasureSimilar(t *testing.T) {
	t.Parallel()
	list := messages(t, "complaints-with-replies.csv")
	all := read(list)
	place, helps := map[string]int{}, map[string]bool{}
	for i, m := range list {
		place[m.number] = i
	}
	var asked []string
	judged := map[string]bool{}
	for _, row := range table(t, "testdata/similar.csv") {
		if !slices.Contains(asked, row["number"]) {
			asked = append(asked, row["number"])
		}
		judged[row["number"]+" "+row["neighbour"]] = true
		helps[row["number"]+" "+row["neighbour"]] = row["helps"] == "1"
	}
	var out strings.Builder
	var good, shown, goodSure, sure, served, unjudged int
	for _, number := range asked {
		found := false
		for _, n := range all.nearest(place[number], 5) {
			pair := number + " " + list[n.at].number
			if !judged[pair] {
				unjudged++
			}
			shown++
			if n.likeness >= alike.Similar {
				sure++
			}
			if helps[pair] {
				good, found = good+1, true
				if n.likeness >= alike.Similar {
					goodSure++
				}
			}
		}
		if found {
			served++
		}
	}
	fmt.Fprintf(&out, "of the five nearest, replies that help      %s\n", share(good, shown))
	fmt.Fprintf(&out, "of those that are shown (likeness ≥ %.2f)   %s\n", alike.Similar, share(goodSure, sure))
	fmt.Fprintf(&out, "messages with one that helps among five     %s\n", share(served, len(asked)))
	fmt.Fprintf(&out, "pairs that nobody judged: %d\n", unjudged)
	out.WriteString(replies(list, all))
	measured(t, "measured-similar.txt", out.String())
}

// replies says how alike the replies of neighbours are, against those of messages drawn at random.
func replies(list []message, all *corpus) string {
	answers := make([]message, len(list))
	for i, m := range list {
		answers[i] = message{Text: alike.Text{Body: m.reply}}
	}
	said := read(answers)
	var near, far float64
	var n, closer int
	for i := range list {
		best := all.nearest(i, 1)
		if len(best) == 0 || best[0].likeness < alike.Similar {
			continue
		}
		other := int(hash(list[i].number)) % len(list)
		a, b := alike.Cosine(said.sketches[i].Vector, said.sketches[best[0].at].Vector), alike.Cosine(said.sketches[i].Vector, said.sketches[other].Vector)
		near, far, n = near+a, far+b, n+1
		if a > b {
			closer++
		}
	}
	return fmt.Sprintf("messages with a neighbour to show           %s\nlikeness of the two replies, mean           %.3f; of a reply drawn at random %.3f\nthe neighbour's reply is the nearer one     %s\n",
		share(n, len(list)), near/float64(n), far/float64(n), share(closer, n))
}

func hash(s string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s))
	return h.Sum32() >> 3
}

type neighbour struct {
	at       int
	likeness float64
}

func (c *corpus) nearest(at, most int) []neighbour {
	var list []neighbour
	for i := range c.sketches {
		if i == at {
			continue
		}
		if l := alike.Cosine(c.sketches[at].Vector, c.sketches[i].Vector); l > 0 {
			list = append(list, neighbour{i, l})
		}
	}
	slices.SortFunc(list, func(a, b neighbour) int {
		return cmp.Or(cmp.Compare(b.likeness, a.likeness), cmp.Compare(a.at, b.at))
	})
	return list[:min(most, len(list))]
}
