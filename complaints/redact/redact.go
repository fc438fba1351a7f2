package redact

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Kind is what a span is.
type Kind string

// The kinds.
const (
	Name     Kind = "name"
	Phone    Kind = "phone"
	Identity Kind = "identity"
	Card     Kind = "card"
	Plate    Kind = "plate"
	Address  Kind = "address"
	Mail     Kind = "mail"
	Handle   Kind = "handle"
	Birth    Kind = "birth"
	Other    Kind = "other" // hidden by hand
)

// Kinds lists every kind.
func Kinds() []Kind {
	return []Kind{Name, Phone, Identity, Card, Plate, Address, Mail, Handle, Birth, Other}
}

// Span is a part of a text, in bytes.
type Span struct {
	Start int  `json:"s"`
	End   int  `json:"e"`
	Kind  Kind `json:"k"`
}

// Find proposes what to hide: in order, without overlaps, on the borders of
// characters. Where two finds overlap they become one, of the first's kind.
func Find(text string) []Span {
	t := plain(text)
	var all []Span
	for _, find := range []func(*flat) []Span{identities, cards, phones, mails, handles, plates, births, addresses, names} {
		all = append(all, find(t)...)
	}
	for i := range all {
		all[i].Start, all[i].End = t.at[all[i].Start], t.at[all[i].End]
	}
	return Join(all)
}

// Join orders spans and makes one of those that overlap, or touch and are of one kind. Empty ones are left out.
func Join(spans []Span) []Span {
	spans = slices.DeleteFunc(slices.Clone(spans), func(s Span) bool { return s.End <= s.Start || s.Start < 0 })
	slices.SortStableFunc(spans, func(a, b Span) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End)) })
	var out []Span
	for _, s := range spans {
		if n := len(out); n > 0 && (s.Start < out[n-1].End || s.Start == out[n-1].End && s.Kind == out[n-1].Kind) {
			out[n-1].End = max(out[n-1].End, s.End)
			continue
		}
		out = append(out, s)
	}
	return out
}

// Occurrences finds every place where words stand in a text, for what is hidden by hand.
func Occurrences(text, words string) []Span {
	var out []Span
	for from := 0; words != ""; {
		i := strings.Index(text[from:], words)
		if i < 0 {
			break
		}
		out = append(out, Span{from + i, from + i + len(words), Other})
		from += i + len(words)
	}
	return out
}

// Fits tells whether spans lie in a text on the borders of characters, in order
// and apart.
func Fits(text string, spans []Span) bool {
	end := 0
	for _, s := range spans {
		if s.Start < end || s.End <= s.Start || s.End > len(text) || !border(text, s.Start) || !border(text, s.End) {
			return false
		}
		end = s.End
	}
	return true
}

func border(text string, i int) bool { return i == len(text) || utf8.RuneStart(text[i]) }

// Hide replaces spans by the word that mask gives for their kind. The spans must fit.
func Hide(text string, spans []Span, mask func(Kind) string) string {
	var b strings.Builder
	at := 0
	for _, s := range spans {
		b.WriteString(text[at:s.Start])
		b.WriteString(mask(s.Kind))
		at = s.End
	}
	b.WriteString(text[at:])
	return b.String()
}

// Mask is what stands in a published text where something was hidden: words in
// brackets that a screen reader can say.
func Mask(k Kind) string {
	switch k {
	case Name:
		return "〔姓名〕"
	case Phone:
		return "〔电话〕"
	case Identity:
		return "〔证件号〕"
	case Card:
		return "〔账号〕"
	case Plate:
		return "〔车牌〕"
	case Address:
		return "〔地址〕"
	case Mail, Handle:
		return "〔联系方式〕"
	case Birth:
		return "〔出生日期〕"
	}
	return "〔已隐去〕"
}
