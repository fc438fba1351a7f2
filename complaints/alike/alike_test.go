package alike_test

import (
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"minping/complaints/alike"
)

func TestHeat(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)
	ago := func(days int, agree int) alike.Mention {
		return alike.Mention{At: now.Add(-time.Duration(days) * 24 * time.Hour), Agree: agree}
	}
	for _, c := range []struct {
		name string
		m    []alike.Mention
		want float64
	}{
		{"nothing", nil, 0},
		{"one now", []alike.Mention{ago(0, 0)}, 1},
		{"a fortnight old counts half", []alike.Mention{ago(14, 0)}, 0.5},
		{"four weeks, a quarter", []alike.Mention{ago(28, 0), ago(28, 0)}, 0.5},
		{"nine who agree", []alike.Mention{ago(0, 9)}, 1 + math.Log(10)},
		{"against is not less than nobody", []alike.Mention{ago(0, -5)}, 1},
		{"a clock ahead is now", []alike.Mention{ago(-3, 0)}, 1},
	} {
		if got := alike.Heat(now, c.m); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	if latest, before := alike.Trend(now, []alike.Mention{ago(0, 0), ago(13, 0), ago(14, 0), ago(27, 0), ago(28, 0)}); latest != 2 || before != 2 {
		t.Errorf("trend %d after %d", latest, before)
	}
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text alike.Text
		want []string
		in   []string
	}{
		{alike.Text{Title: "市南区丽发新城小区旁建搅拌站，噪音扰民"}, []string{"新城小区"}, []string{"市南区"}},
		{alike.Text{Title: "A7县泉塘街道漓楚路路灯不亮"}, []string{"泉塘街道", "漓楚路"}, []string{"a7县"}},
		{alike.Text{Title: "小区停水", Body: "我们小区的市场和学校附近"}, nil, nil},
		{alike.Text{Title: "", Body: ""}, nil, nil},
	} {
		got := alike.Places(c.text)
		for _, want := range c.want {
			if !slices.Contains(got, want) {
				t.Errorf("%q: places %v lack %s", c.text.Title, got, want)
			}
		}
		if c.want == nil && len(got) > 0 {
			t.Errorf("%q: places %v", c.text.Title, got)
		}
		if in := alike.Districts(c.text); !slices.Equal(in, c.in) {
			t.Errorf("%q: districts %v, want %v", c.text.Title, in, c.in)
		}
	}
}

func TestLikeness(t *testing.T) {
	t.Parallel()
	sketch := func(text alike.Text) alike.Sketch {
		var terms []alike.Term
		for w, n := range alike.Read(text) {
			id := int32(0)
			for _, r := range w {
				id = id*31 + r
			}
			terms = append(terms, alike.Term{ID: id, Count: n, Cases: 1})
		}
		return alike.Sketch{Vector: alike.NewVector(terms, 100), Places: alike.Places(text), Districts: alike.Districts(text)}
	}
	a := sketch(alike.Text{Title: "市南区珠江花园小区麻将馆深夜扰民"})
	same := sketch(alike.Text{Title: "珠江花园小区麻将馆扰民一直没人管"})
	elsewhere := sketch(alike.Text{Title: "李沧区万达花园小区麻将馆深夜扰民"})
	other := sketch(alike.Text{Title: "咨询身份证到期换证"})
	if alike.Likeness(a, same) < alike.Together {
		t.Errorf("the same place and matter: %.2f", alike.Likeness(a, same))
	}
	if alike.Likeness(a, elsewhere) >= alike.Together {
		t.Errorf("the same matter elsewhere: %.2f", alike.Likeness(a, elsewhere))
	}
	if l := alike.Likeness(a, other); l != 0 {
		t.Errorf("nothing in common: %.2f", l)
	}
	if l := alike.Cosine(a.Vector, a.Vector); l < 0.99 {
		t.Errorf("with itself: %.2f", l)
	}
}

// TestAnyText: whatever people type, nothing breaks, and what is kept keeps its order.
func TestAnyText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := alike.Text{Title: rapid.String().Draw(t, "title"), Body: rapid.String().Draw(t, "body")}
		var terms []alike.Term
		for range alike.Read(text) {
			terms = append(terms, alike.Term{ID: int32(len(terms)), Count: rapid.Float64Range(0, 1e6).Draw(t, "count"), Cases: rapid.IntRange(0, 1000).Draw(t, "cases")})
		}
		v := alike.NewVector(terms, rapid.IntRange(0, 1000).Draw(t, "all"))
		if !slices.IsSorted(v.Terms) || len(v.Terms) != len(v.Weights) || len(v.Terms) > alike.MostTerms {
			t.Fatalf("vector %v", v)
		}
		if c := alike.Cosine(v, v); len(v.Terms) > 0 && (c < 0.98 || c > 1) {
			t.Fatalf("likeness with itself %v", c)
		}
		for _, p := range alike.Places(text) {
			if strings.TrimSpace(p) == "" {
				t.Fatalf("a place without a name in %q", text)
			}
		}
		_ = alike.Districts(text)
	})
}

func TestTelling(t *testing.T) {
	t.Parallel()
	v := alike.Vector{Terms: []int32{1, 2, 3, 4}, Weights: []int16{100, 400, 300, 200}}
	got := alike.Telling(v, map[int32]int{1: 1, 2: 5000, 3: 60, 4: 50}, 100)
	if diff := cmp.Diff([]int32{3, 1}, got); diff != "" {
		t.Error(diff)
	}
}

func TestHintsNameCategories(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, row := range table(t, dataDir+"/complaint-categories.csv") {
		known[row["二级分类"]+"/"+row["三级分类"]] = true
	}
	raw, err := os.ReadFile("hints.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		path, words, ok := strings.Cut(line, ":")
		if strings.HasPrefix(line, "#") {
			continue
		}
		if !ok || strings.TrimSpace(words) == "" || !known[path] {
			t.Errorf("%q names no category, or says nothing", line)
		}
	}
}
