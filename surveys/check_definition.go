package surveys

import (
	"fmt"
	"slices"

	"minping/internal/fault"
)

// Bounds of a definition. A page is rendered for each variant ahead of time.
const (
	maxQuestions = 40
	maxVariants  = 200
	maxWording   = 200
)

// faults finds what a form could not show or a reader not count, each with the
// place where it stands.
func (d Definition) faults() []fault.Field {
	var faults []fault.Field
	wrong := func(name, key string, args map[string]any) {
		faults = append(faults, fault.Field{Name: name, Key: key, Args: args})
	}
	if len(d.Questions) == 0 || len(d.Questions) > maxQuestions {
		wrong("questions", "surveys.version.questions", map[string]any{"Max": maxQuestions})
		return faults
	}
	if !d.Questions[0].asksLevel() {
		wrong("questions[0]", "surveys.version.level_first", nil)
	}
	keys, ids := map[string]bool{}, map[int]bool{}
	for i, q := range d.Questions {
		at := fmt.Sprintf("questions[%d]", i)
		if q.Key == "" || keys[q.Key] || q.ID <= 0 || ids[q.ID] {
			wrong(at+".key", "surveys.version.twice", map[string]any{"Question": q.Key})
		}
		if q.Only != nil && (!keys[q.Only.Key] || q.Only.Min > q.Only.Max) {
			wrong(at+".only", "surveys.version.only", map[string]any{"Question": q.Key})
		}
		for _, f := range q.faults(at) {
			wrong(f.Name, f.Key, f.Args)
		}
		keys[q.Key], ids[q.ID] = true, true
	}
	if len(faults) == 0 && d.Variants() > maxVariants {
		wrong("questions", "surveys.version.variants", map[string]any{"Max": maxVariants})
	}
	return faults
}

// asksLevel tells whether q is the overall question with the five levels.
func (q Question) asksLevel() bool {
	seen := map[int]bool{}
	for _, o := range q.Options {
		seen[o.Value] = o.Value >= 1 && o.Value <= 5
	}
	return q.Kind == KindLevel && len(q.Options) == 5 && len(seen) == 5 && !slices.Contains(valuesOf(seen), false) &&
		q.Only == nil && q.Rotate == nil
}

func valuesOf(seen map[int]bool) []bool {
	all := make([]bool, 0, len(seen))
	for _, ok := range seen {
		all = append(all, ok)
	}
	return all
}

func (q Question) faults(at string) []fault.Field {
	var faults []fault.Field
	wrong := func(when bool, part, key string) {
		if when {
			faults = append(faults, fault.Field{Name: at + part, Key: key, Args: map[string]any{"Question": q.Key, "Max": maxWording}})
		}
	}
	wrong(Clean(q.Text.Zh) == "", ".text", "surveys.version.wording")
	wrong(tooLong(q.Text.Zh, maxWording) || tooLong(q.Text.En, 2*maxWording), ".text", "surveys.version.wording_long")
	switch q.Kind {
	case KindLevel, KindAgree, KindSingle, KindMultiple:
		wrong(len(q.Options) < 2 || !q.optionsDiffer(), ".options", "surveys.version.options")
	case KindTags:
		wrong(len(q.Tags) == 0, ".tags", "surveys.version.tags")
	case KindScale10, KindText:
	default:
		wrong(true, ".kind", "surveys.version.kind")
	}
	if q.Rotate != nil {
		wrong(q.Rotate.Group == "" || q.Rotate.Show < 0 || q.Rotate.OneIn < 0 || q.Rotate.Show > 0 == (q.Rotate.OneIn > 0),
			".rotate", "surveys.version.rotate")
	}
	return faults
}

// optionsDiffer tells whether every option has words and a value of its own that a count can hold.
func (q Question) optionsDiffer() bool {
	seen := map[int]bool{}
	for _, o := range q.Options {
		if o.Text.Zh == "" || o.Value < 0 || o.Value > 999 || seen[o.Value] {
			return false
		}
		seen[o.Value] = true
	}
	return true
}

// strangers finds questions and tags that the bank does not hold or has retired:
// counts are kept by their numbers, so a number must mean one thing for ever.
func (d Definition) strangers(bank []BankQuestion, tags map[int]int) []fault.Field {
	var faults []fault.Field
	for i, q := range d.Questions {
		known := slices.ContainsFunc(bank, func(b BankQuestion) bool {
			return b.ID == q.ID && b.Key == q.Key && b.Kind == q.Kind && b.Feeds == q.Feeds && !b.Retired
		})
		if !known {
			faults = append(faults, fault.Field{Name: fmt.Sprintf("questions[%d].key", i), Key: "surveys.version.bank",
				Args: map[string]any{"Question": q.Key}})
		}
		for _, t := range q.Tags {
			if level, ok := tags[t.Code]; !ok || level != t.Level {
				faults = append(faults, fault.Field{Name: fmt.Sprintf("questions[%d].tags", i), Key: "surveys.version.tag",
					Args: map[string]any{"Tag": t.Code}})
			}
		}
	}
	return faults
}
