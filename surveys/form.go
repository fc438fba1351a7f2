package surveys

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/rivo/uniseg"

	"minping/internal/fault"
)

// MaxComment is the length of a comment in characters as people count them
// (grapheme clusters); maxCommentRunes bounds what one cluster may pile up.
const (
	MaxComment      = 500
	maxCommentRunes = 4000
	maxAnswerText   = 200
)

// Submission is a rating as a form sends it: nothing in it is trusted.
type Submission struct {
	ID       uuid.UUID
	Code     string
	Level    int // 0: none chosen
	Tags     []string
	Stratum  string
	Comment  string
	Answers  map[int][]string // question id → posted values
	Honeypot bool
	Device   string // value of the device cookie, "" where there is none
	Language string
	Elder    bool
}

// judge checks a submission against the definition and fills the rating's
// answers. Tags of another level than the chosen one and answers to questions
// whose condition does not hold are left out: the rater changed their mind.
func (d Definition) judge(sub Submission, r *Rating) error {
	var faults []fault.Field
	if sub.ID == uuid.Nil {
		faults = append(faults, fault.Field{Name: "submission_id", Key: "fault.rating.submission_id"})
	}
	if sub.Level < 1 || sub.Level > 5 {
		faults = append(faults, fault.Field{Name: "level", Key: "fault.rating.level"})
	}
	r.Level = sub.Level
	r.Stratum = Stratum(sub.Stratum)
	switch r.Stratum {
	case StratumPublic, StratumSociety, StratumGrassroots:
	case "":
		r.Stratum = StratumUnstated
	default:
		faults = append(faults, fault.Field{Name: "stratum", Key: "fault.rating.stratum"})
	}
	r.Comment = Clean(sub.Comment)
	if tooLong(r.Comment, MaxComment) {
		faults = append(faults, fault.Field{Name: "comment", Key: "fault.rating.comment",
			Args: map[string]any{"Max": MaxComment, "Count": uniseg.GraphemeClusterCount(r.Comment)}})
	}
	faults = append(faults, d.judgeTags(sub, r)...)
	faults = append(faults, d.judgeAnswers(sub, r)...)
	if len(faults) > 0 {
		return fault.Fielded(faults...)
	}
	return nil
}

func (d Definition) judgeTags(sub Submission, r *Rating) []fault.Field {
	for _, posted := range sub.Tags {
		number, err := strconv.Atoi(posted)
		level := d.tagLevel(number)
		if err != nil || level == 0 {
			return []fault.Field{{Name: "tags", Key: "fault.rating.tags"}}
		}
		if level == sub.Level && !slices.Contains(r.Tags, number) {
			r.Tags = append(r.Tags, number)
		}
	}
	slices.Sort(r.Tags)
	return nil
}

func (d Definition) tagLevel(number int) int {
	for i := range d.Questions {
		for j := range d.Questions[i].Tags {
			if t := &d.Questions[i].Tags[j]; t.Code == number {
				return t.Level
			}
		}
	}
	return 0
}

func (d Definition) judgeAnswers(sub Submission, r *Rating) []fault.Field {
	var faults []fault.Field
	given := map[string]int{d.Level().Key: sub.Level}
	asked := 0
	for _, q := range d.Further() {
		posted, ok := sub.Answers[q.ID]
		if ok {
			asked++
		}
		if !ok || !q.applies(given) {
			continue
		}
		if !q.take(posted, r, given) {
			faults = append(faults, fault.Field{Name: "q." + strconv.Itoa(q.ID), Key: "fault.rating.answer"})
		}
	}
	if asked < len(sub.Answers) { // a question of another version: the page was open while the survey changed
		for id := range sub.Answers {
			if !slices.ContainsFunc(d.Further(), func(q Question) bool { return q.ID == id }) {
				faults = append(faults, fault.Field{Name: "q." + strconv.Itoa(id), Key: "fault.rating.question"})
			}
		}
	}
	return faults
}

func (q Question) applies(given map[string]int) bool {
	if q.Only == nil {
		return true
	}
	v, ok := given[q.Only.Key]
	return ok && v >= q.Only.Min && v <= q.Only.Max
}

// take adds a question's posted values to the rating; false where they do not
// fit. Empty values are no answer.
func (q Question) take(posted []string, r *Rating, given map[string]int) bool {
	posted = slices.DeleteFunc(slices.Clone(posted), func(s string) bool { return strings.TrimSpace(s) == "" })
	if len(posted) == 0 {
		return !q.Required
	}
	if q.Kind == KindText {
		text := Clean(posted[0])
		if tooLong(text, maxAnswerText) {
			return false
		}
		if r.Texts == nil {
			r.Texts = map[int]string{}
		}
		r.Texts[q.ID] = text
		return true
	}
	if q.Kind != KindMultiple && len(posted) > 1 {
		return false
	}
	var taken []Answer
	for _, p := range posted {
		v, err := strconv.Atoi(p)
		if err != nil || !q.allows(v) {
			return false
		}
		a := Answer{Question: q.ID, Value: v}
		if !slices.Contains(taken, a) {
			taken = append(taken, a)
		}
	}
	r.Answers = append(r.Answers, taken...)
	given[q.Key] = taken[0].Value
	return true
}

func (q Question) allows(v int) bool {
	if q.Kind == KindScale10 {
		return v >= 0 && v <= 10
	}
	return slices.ContainsFunc(q.Options, func(o Option) bool { return o.Value == v })
}

// Clean makes typed words storable: valid UTF-8, unified line ends, no control
// characters and no marks that turn the writing direction of what follows.
func Clean(s string) string {
	s = strings.ToValidUTF8(s, "�")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r' || r == '\u2028' || r == '\u2029':
			return '\n'
		case unicode.IsControl(r), r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u2069', r == '\uFEFF':
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

func tooLong(s string, limit int) bool {
	if len(s) <= limit { // no string has more characters than bytes
		return false
	}
	return utf8.RuneCountInString(s) > limit*maxCommentRunes/MaxComment || uniseg.GraphemeClusterCount(s) > limit
}
