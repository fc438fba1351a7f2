package publish

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emmansun/gmsm/sm3"

	"minping/complaints"
	"minping/complaints/redact"
)

// Decision is what a person says about a part that may be hidden.
type Decision string

// The decisions; empty is none yet.
const (
	Hide Decision = "hide"
	Keep Decision = "keep"
)

// Known tells whether there is such a decision.
func (d Decision) Known() bool { return d == Hide || d == Keep }

// The parts of a case that are published.
const (
	Title    = "title"
	Question = "question"
	Answer   = "answer"
)

// Mark is a part of a text that may be hidden.
type Mark struct {
	redact.Span
	ByHand   bool     `json:"h,omitempty"` // a person marked it, the program did not
	Decision Decision `json:"d,omitempty"`
}

// Part is one text of a draft, with what may be hidden in it.
type Part struct {
	Name  string
	Text  string
	Marks []Mark
}

// Piece is a stretch of a part, as a page shows it: marked or not.
type Piece struct {
	Text string
	Mark *Mark
}

// Pieces cuts a part at its marks.
func (p Part) Pieces() []Piece {
	var list []Piece
	at := 0
	for i := range p.Marks {
		m := &p.Marks[i]
		if m.Start > at {
			list = append(list, Piece{Text: p.Text[at:m.Start]})
		}
		list = append(list, Piece{Text: p.Text[m.Start:m.End], Mark: m})
		at = m.End
	}
	if at < len(p.Text) {
		list = append(list, Piece{Text: p.Text[at:]})
	}
	return list
}

// Public is a part as the public reads it. What is undecided counts as hidden.
func (p Part) Public() string {
	var hide []redact.Span
	for _, m := range p.Marks {
		if m.Decision != Keep {
			hide = append(hide, m.Span)
		}
	}
	return redact.Hide(p.Text, hide, redact.Mask)
}

// Draft is a case on its way to the public.
type Draft struct {
	Case     complaints.Case
	Seq      int    // give it back with what is done; 0: nothing is kept yet
	State    string // draft, submitted
	Parts    []Part
	Author   int64 // who changed it last
	Name     string
	Remark   string // why the second look sent it back
	Changed  time.Time
	Number   int64 // of the reply that is published already; 0: none
	MayEdit  bool
	MayCheck bool // the second look is open to whoever asked
}

// Undecided counts the marks that nobody has decided.
func (d *Draft) Undecided() int {
	n := 0
	for _, p := range d.Parts {
		for _, m := range p.Marks {
			if m.Decision == "" {
				n++
			}
		}
	}
	return n
}

// Group is everything in a draft that reads the same and is decided together.
type Group struct {
	Key      string // of its first mark
	Text     string
	Kind     redact.Kind
	Times    int
	ByHand   bool
	Decision Decision
}

// Groups lists what is to be decided, in the order of the text.
func (d *Draft) Groups() []Group {
	var list []Group
	for _, p := range d.Parts {
		for _, m := range p.Marks {
			text := p.Text[m.Start:m.End]
			i := slices.IndexFunc(list, func(g Group) bool { return g.Text == text })
			if i < 0 {
				list = append(list, Group{Key: key(p.Name, m), Text: text, Kind: m.Kind, ByHand: m.ByHand, Decision: m.Decision, Times: 1})
				continue
			}
			list[i].Times++
		}
	}
	return list
}

func key(part string, m Mark) string { return part + "-" + strconv.Itoa(m.Start) }

// propose makes a fresh draft's parts out of what was said.
func propose(src source) []Part {
	parts := []Part{{Name: Title, Text: src.Title}, {Name: Question, Text: src.Body}, {Name: Answer, Text: src.Answer}}
	found := map[string]redact.Kind{}
	for i := range parts {
		for _, span := range redact.Find(parts[i].Text) {
			parts[i].Marks = append(parts[i].Marks, Mark{Span: span})
			found[parts[i].Text[span.Start:span.End]] = span.Kind
		}
	}
	for text, kind := range found { // a name found in the question is one in the answer too
		if len([]rune(text)) > 1 {
			for i := range parts {
				parts[i].mark(text, kind, Mark{})
			}
		}
	}
	return parts
}

// mark adds marks wherever words stand in a part. What touches others takes them
// in, unless they hold it already. It tells whether the words stand there.
func (p *Part) mark(words string, kind redact.Kind, like Mark) bool {
	spans := redact.Occurrences(p.Text, words)
	for _, span := range spans {
		m := like
		m.Span = span
		m.Kind = kind
		held := false
		p.Marks = slices.DeleteFunc(p.Marks, func(o Mark) bool {
			switch {
			case o.End <= m.Start || m.End <= o.Start:
				return false
			case o.Start <= m.Start && m.End <= o.End && (o.Decision != Keep || like.Decision == ""):
				held = true
				return false
			}
			m.Start, m.End = min(m.Start, o.Start), max(m.End, o.End)
			return true
		})
		if !held {
			p.Marks = append(p.Marks, m)
		}
	}
	slices.SortFunc(p.Marks, func(a, b Mark) int { return cmp.Compare(a.Start, b.Start) })
	return len(spans) > 0
}

// digest is of the words that marks count in.
func (src source) digest() []byte {
	sum := sm3.Sum([]byte(strings.Join([]string{src.Title, src.Body, src.Answer}, "\x00")))
	return sum[:]
}
