package surveys

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/rivo/uniseg"
	"pgregory.net/rapid"

	"minping/internal/fault"
)

// survey is a small version: level, tags, an agree item, a 0–10 item asked only of the dissatisfied, a choice, words.
var survey = Definition{Questions: []Question{
	{ID: 1, Key: "level", Kind: KindLevel, Text: Text{Zh: "总体"}, Options: points(1, 5), Required: true},
	{ID: 2, Key: "reason", Kind: KindTags, Text: Text{Zh: "原因"}, Tags: []Tag{{Code: 510, Level: 5}, {Code: 207, Level: 2}, {Code: 214, Level: 2}}},
	{ID: 3, Key: "ease", Kind: KindAgree, Text: Text{Zh: "容易"}, Options: points(0, 5)},
	{ID: 4, Key: "trust", Kind: KindScale10, Text: Text{Zh: "信任"}, Only: &Condition{Key: "level", Min: 1, Max: 2}},
	{ID: 5, Key: "came", Kind: KindMultiple, Text: Text{Zh: "怎么来的"}, Options: points(1, 3)},
	{ID: 6, Key: "words", Kind: KindText, Text: Text{Zh: "想说的"}},
}}

func points(from, to int) []Option {
	var o []Option
	for v := from; v <= to; v++ {
		o = append(o, Option{Value: v, Text: Text{Zh: "点"}})
	}
	return o
}

func TestJudge(t *testing.T) {
	t.Parallel()
	id := uuid.New()
	for name, c := range map[string]struct {
		sub   Submission
		field string // "" = accepted
		key   string
	}{
		"only a level":           {Submission{ID: id, Level: 5}, "", ""},
		"no level":               {Submission{ID: id}, "level", "fault.rating.level"},
		"level out of range":     {Submission{ID: id, Level: 6}, "level", "fault.rating.level"},
		"no submission id":       {Submission{Level: 3}, "submission_id", "fault.rating.submission_id"},
		"unknown tag":            {Submission{ID: id, Level: 2, Tags: []string{"999"}}, "tags", "fault.rating.tags"},
		"tag that is no number":  {Submission{ID: id, Level: 2, Tags: []string{"x"}}, "tags", "fault.rating.tags"},
		"stratum of a panel":     {Submission{ID: id, Level: 2, Stratum: "expert"}, "stratum", "fault.rating.stratum"},
		"500 characters":         {Submission{ID: id, Level: 2, Comment: strings.Repeat("好", 500)}, "", ""},
		"500 families":           {Submission{ID: id, Level: 2, Comment: strings.Repeat("👨‍👩‍👧", 500)}, "", ""},
		"501 characters":         {Submission{ID: id, Level: 2, Comment: strings.Repeat("好", 501)}, "comment", "fault.rating.comment"},
		"one heaped character":   {Submission{ID: id, Level: 2, Comment: "e" + strings.Repeat("\u0301", 5000)}, "comment", "fault.rating.comment"},
		"answer out of range":    {Submission{ID: id, Level: 2, Answers: map[int][]string{3: {"6"}}}, "q.3", "fault.rating.answer"},
		"two answers to one":     {Submission{ID: id, Level: 2, Answers: map[int][]string{3: {"4", "5"}}}, "q.3", "fault.rating.answer"},
		"several of a multiple":  {Submission{ID: id, Level: 2, Answers: map[int][]string{5: {"1", "3"}}}, "", ""},
		"empty answer is none":   {Submission{ID: id, Level: 2, Answers: map[int][]string{3: {""}}}, "", ""},
		"question not asked":     {Submission{ID: id, Level: 2, Answers: map[int][]string{99: {"1"}}}, "q.99", "fault.rating.question"},
		"words too long":         {Submission{ID: id, Level: 2, Answers: map[int][]string{6: {strings.Repeat("长", 201)}}}, "q.6", "fault.rating.answer"},
		"not applicable is fine": {Submission{ID: id, Level: 2, Answers: map[int][]string{3: {"0"}}}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var r Rating
			err := survey.judge(c.sub, &r)
			if c.field == "" {
				if err != nil {
					t.Fatalf("refused: %v", err)
				}
				return
			}
			f, ok := fault.As(err)
			if !ok || f.Kind != fault.Invalid || f.Fields[0].Name != c.field || f.Fields[0].Key != c.key {
				t.Errorf("got %v, want %s at %s", err, c.key, c.field)
			}
		})
	}
}

func TestJudgeLeavesOutWhatTheRaterTookBack(t *testing.T) {
	t.Parallel()
	var r Rating
	sub := Submission{ID: uuid.New(), Level: 5, Tags: []string{"207", "510", "510"}, Answers: map[int][]string{4: {"9"}, 3: {"4"}}}
	if err := survey.judge(sub, &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Tags) != 1 || r.Tags[0] != 510 {
		t.Errorf("tags %v, want those of the chosen level, once", r.Tags)
	}
	if len(r.Answers) != 1 || r.Answers[0] != (Answer{3, 4}) {
		t.Errorf("answers %v: trust is asked only of the dissatisfied", r.Answers)
	}
	if r.Stratum != StratumUnstated {
		t.Errorf("stratum %q, want unstated: it is never guessed", r.Stratum)
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"  好\r\n的\r ":     "好\n的",
		"a\x00b\x1b[31mc": "ab[31mc",
		"反\u202e转\u2066":  "反转",
		"坏\xff字":          "坏�字",
		"👍🏽 很好":           "👍🏽 很好",
		"\ufeff头\u2028二行": "头\n二行",
	} {
		if got := Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCleanIsStorable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		out := Clean(in)
		if !utf8.ValidString(out) || strings.ContainsRune(out, 0) || Clean(out) != out {
			t.Fatalf("Clean(%q) = %q", in, out)
		}
	})
}

func FuzzJudge(f *testing.F) {
	f.Add(2, "207", "public", "等太久", "4")
	f.Add(0, "", "", "\x00\u202e", "-1")
	f.Fuzz(func(t *testing.T, level int, tag, stratum, comment, answer string) {
		var r Rating
		sub := Submission{ID: uuid.New(), Level: level, Tags: []string{tag}, Stratum: stratum, Comment: comment,
			Answers: map[int][]string{3: {answer}, 4: {answer}, 5: {answer, answer}, 6: {answer}}}
		err := survey.judge(sub, &r)
		if err != nil && fault.KindOf(err) != fault.Invalid {
			t.Fatalf("not a field fault: %v", err)
		}
		if err == nil && (r.Level < 1 || r.Level > 5 || uniseg.GraphemeClusterCount(r.Comment) > MaxComment) {
			t.Fatalf("accepted %+v", r)
		}
	})
}

func TestRotationShowsEachItemEquallyOften(t *testing.T) {
	t.Parallel()
	var d Definition
	d.Questions = append(d.Questions, survey.Questions[0])
	for i, key := range []string{"a", "b", "c", "d", "e"} {
		d.Questions = append(d.Questions, Question{ID: 10 + i, Key: key, Kind: KindAgree, Text: Text{Zh: key}, Options: points(1, 5), Rotate: &Rotation{Group: "g", Show: 2}})
	}
	d.Questions = append(d.Questions, Question{ID: 20, Key: "rare", Kind: KindScale10, Text: Text{Zh: "r"}, Rotate: &Rotation{Group: "t", OneIn: 5}})
	if err := d.Check(); err != nil {
		t.Fatal(err)
	}
	if n := d.Variants(); n != 50 {
		t.Fatalf("%d variants, want 10 pairs × 1 in 5", n)
	}
	shown, together := map[string]int{}, map[string]bool{}
	for v := range d.Variants() {
		met := ""
		for _, q := range d.Shown(v) {
			shown[q.Key]++
			if q.Key != "rare" {
				met += q.Key
			}
		}
		together[met] = true
	}
	if len(together) != 10 {
		t.Errorf("%d pairs are asked together, want every one of 10: %v", len(together), together)
	}
	for _, key := range []string{"a", "b", "c", "d", "e"} {
		if shown[key] != 20 {
			t.Errorf("%s shown %d times of 50, want 20", key, shown[key])
		}
	}
	if shown["rare"] != 10 {
		t.Errorf("rare shown %d times of 50, want 10", shown["rare"])
	}
}

func TestBrokenDefinitionsAreRefused(t *testing.T) {
	t.Parallel()
	level := survey.Questions[0]
	for name, d := range map[string]Definition{
		"empty":           {},
		"no level first":  {Questions: []Question{survey.Questions[2]}},
		"key twice":       {Questions: []Question{level, {ID: 9, Key: "level", Kind: KindText, Text: Text{Zh: "x"}}}},
		"id twice":        {Questions: []Question{level, {ID: 1, Key: "x", Kind: KindText, Text: Text{Zh: "x"}}}},
		"condition ahead": {Questions: []Question{level, {ID: 9, Key: "x", Kind: KindText, Text: Text{Zh: "x"}, Only: &Condition{Key: "later"}}}},
		"no options":      {Questions: []Question{level, {ID: 9, Key: "x", Kind: KindSingle, Text: Text{Zh: "x"}}}},
		"unknown kind":    {Questions: []Question{level, {ID: 9, Key: "x", Kind: "stars", Text: Text{Zh: "x"}}}},
		"no wording":      {Questions: []Question{level, {ID: 9, Key: "x", Kind: KindText}}},
	} {
		if d.Check() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
