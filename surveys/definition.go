package surveys

import (
	"encoding/json"
	"fmt"
)

// Kind is the form a question's answer takes.
type Kind string

// The kinds of question.
const (
	KindLevel    Kind = "level"    // five levels, 5 = 非常满意 … 1 = 非常不满意
	KindTags     Kind = "tags"     // coded reasons under each level
	KindScale10  Kind = "scale10"  // 0–10
	KindSingle   Kind = "single"   // one of the options
	KindMultiple Kind = "multiple" // any of the options
	KindAgree    Kind = "agree"    // 1–5, 0 = not applicable
	KindText     Kind = "text"     // words
)

// Text is a wording in the two languages of the product.
type Text struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

// In gives the wording in a language, Chinese where there is no English.
func (t Text) In(lang string) string {
	if lang == "en" && t.En != "" {
		return t.En
	}
	return t.Zh
}

// Option is one choice of a question.
type Option struct {
	Value int  `json:"value"`
	Text  Text `json:"text"`
}

// Tag is one coded reason; it may be given only with its level.
type Tag struct {
	Code  int  `json:"code"`
	Level int  `json:"level"`
	Core  bool `json:"core"`
	Text  Text `json:"text"`
}

// Condition says when a question applies: the answer to another question lies within Min..Max.
type Condition struct {
	Key string `json:"key"`
	Min int    `json:"min"`
	Max int    `json:"max"`
}

// Rotation shows a question to some raters only: Show of a group at a time, or one rater in OneIn.
type Rotation struct {
	Group string `json:"group"`
	Show  int    `json:"show,omitempty"`
	OneIn int    `json:"one_in,omitempty"`
}

// Question is one item as it was asked in a version.
type Question struct {
	ID       int        `json:"id"`
	Key      string     `json:"key"`
	Kind     Kind       `json:"kind"`
	Feeds    string     `json:"feeds,omitempty"`
	Text     Text       `json:"text"`
	Options  []Option   `json:"options,omitempty"`
	Tags     []Tag      `json:"tags,omitempty"`
	Required bool       `json:"required,omitempty"`
	Only     *Condition `json:"only,omitempty"`
	Rotate   *Rotation  `json:"rotate,omitempty"`
}

// Definition is the whole of a version. Its first question is the overall
// satisfaction on five levels; without it a rating would have no level.
type Definition struct {
	Questions []Question `json:"questions"`
}

// Version is a published, immutable version of a survey.
type Version struct {
	ID         int
	SurveyKey  string
	Number     int
	Title      Text
	Digest     string
	Definition Definition
	variants   int // Definition.Variants(), counted once
}

// Variants tells how many sets of further questions the version can show.
func (v *Version) Variants() int {
	if v.variants == 0 { // a version that was not read from the database
		return v.Definition.Variants()
	}
	return v.variants
}

// Check refuses a definition that could not be asked or counted.
func (d Definition) Check() error {
	if len(d.Questions) == 0 || d.Questions[0].Kind != KindLevel {
		return fmt.Errorf("definition: the first question must be the overall level")
	}
	seen := map[string]bool{}
	ids := map[int]bool{}
	for _, q := range d.Questions {
		if q.Key == "" || seen[q.Key] || q.ID <= 0 || ids[q.ID] {
			return fmt.Errorf("definition: question %q: key and id must be there once", q.Key)
		}
		if q.Only != nil && !seen[q.Only.Key] {
			return fmt.Errorf("definition: question %q depends on %q, which is not asked before it", q.Key, q.Only.Key)
		}
		if err := q.check(); err != nil {
			return err
		}
		seen[q.Key], ids[q.ID] = true, true
	}
	return nil
}

func (q Question) check() error {
	if q.Text.Zh == "" {
		return fmt.Errorf("definition: question %q has no wording", q.Key)
	}
	switch q.Kind {
	case KindLevel, KindAgree, KindSingle, KindMultiple:
		if len(q.Options) < 2 {
			return fmt.Errorf("definition: question %q has fewer than two options", q.Key)
		}
	case KindTags:
		if len(q.Tags) == 0 {
			return fmt.Errorf("definition: question %q has no tags", q.Key)
		}
	case KindScale10, KindText:
	default:
		return fmt.Errorf("definition: question %q is of unknown kind %q", q.Key, q.Kind)
	}
	return nil
}

// Level gives the overall question.
func (d Definition) Level() Question { return d.Questions[0] }

// Tags gives the reason tags of a level, core ones first as in the national set.
func (d Definition) Tags(level int) []Tag {
	var tags []Tag
	for _, q := range d.Questions {
		for _, t := range q.Tags {
			if t.Level == level {
				tags = append(tags, t)
			}
		}
	}
	return tags
}

// Further gives the questions after the level and its reasons.
func (d Definition) Further() []Question {
	var rest []Question
	for _, q := range d.Questions[1:] {
		if q.Kind != KindTags {
			rest = append(rest, q)
		}
	}
	return rest
}

func parseDefinition(raw []byte) (Definition, error) {
	var d Definition
	if err := json.Unmarshal(raw, &d); err != nil {
		return d, fmt.Errorf("read definition: %w", err)
	}
	return d, d.Check()
}
