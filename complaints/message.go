package complaints

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"minping/internal/fault"
)

// Audience says who may read a message.
type Audience string

// The audiences. Private words never leave the offices.
const (
	Public  Audience = "public"
	Private Audience = "private"
)

// Message is words in a case.
type Message struct {
	ID       int64     `db:"id"`
	At       time.Time `db:"at"`
	Audience Audience  `db:"audience"`
	Side     Who       `db:"side"`    // citizen or staff
	Purpose  string    `db:"purpose"` // note, question, answer, addition, reply, explanation
	Account  int64     `db:"account_id"`
	Name     string    `db:"account_name"`
	Body     string    `db:"body"`
}

// Most characters, as people count them.
const (
	MaxBody   = 2000 // a citizen's words
	MaxWords  = 5000 // an office's words
	MaxTitle  = 100
	MaxReason = 500
)

// clean leaves out what is no text: controls, marks that turn the direction of
// writing, NUL. Line breaks become one kind.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r' || r == '\u2028' || r == '\u2029':
			return '\n'
		case unicode.IsControl(r), r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u2069', r == '\uFEFF', r == '\u200B':
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// length in characters as people count them; what has far more runes than that is
// no honest text and counts by its runes.
func length(s string) int {
	if n := utf8.RuneCountInString(s); n > 4*MaxWords {
		return n
	}
	return uniseg.GraphemeClusterCount(s)
}

// words checks a text that must be there.
func words(field, s string, most int) (string, error) {
	s = clean(s)
	if s == "" {
		return s, fault.Fielded(fault.Field{Name: field, Key: "fault.field.required"})
	}
	if length(s) > most || utf8.RuneCountInString(s) > 4*most {
		return s, fault.Fielded(fault.Field{Name: field, Key: "fault.field.max", Args: map[string]any{"Max": most}})
	}
	return s, nil
}

func wrongChoice(field string) error {
	return fault.Fielded(fault.Field{Name: field, Key: "fault.field.choice"})
}
