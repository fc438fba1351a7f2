package citizen

import (
	"html/template"
	"strings"
)

// A slot is a place of the rating page that is filled in per request. The
// template writes it between two control characters that no text of ours has.
type slot struct {
	kind  string
	name  string
	value string
}

// The kinds of slot. Those of the place and slotID are filled in every time;
// the others only when a form comes back with what was typed.
const (
	slotLiteral = ""
	slotOver    = "over"    // the office above the rated place
	slotHeading = "heading" // the rated place
	slotBrand   = "brand"
	slotOffice  = "office" // {office} inside a question
	slotCalled  = "called" // {brand} inside a question
	slotID      = "id"
	slotTitle   = "title"  // before the title: something is to be mended
	slotNotice  = "notice" // above the form
	slotWork    = "work"   // above the button: a challenge
	slotChecked = "checked"
	slotTyped   = "typed"
	slotError   = "error" // the message of a field
	slotInvalid = "invalid"
	slotOpen    = "open" // a <details> that holds something given
)

const (
	slotBegin = "\x02"
	slotBreak = "\x1f"
	slotEnd   = "\x03"
)

func (s slot) mark() string {
	return slotBegin + s.kind + slotBreak + s.name + slotBreak + s.value + slotEnd
}

// always tells whether the slot is filled on a page nobody has typed into yet.
func (s slot) always() bool {
	switch s.kind {
	case slotLiteral, slotOver, slotHeading, slotBrand, slotOffice, slotCalled, slotID:
		return true
	}
	return false
}

// Slot and SlotAttr are what templates call: in text and inside a tag.
func (sheetView) Slot(kind string, name ...string) template.HTML {
	return template.HTML(newSlot(kind, name).mark())
}

// SlotAttr is Slot for the inside of a tag.
func (sheetView) SlotAttr(kind string, name ...string) template.HTMLAttr {
	return template.HTMLAttr(newSlot(kind, name).mark())
}

func newSlot(kind string, name []string) slot {
	s := slot{kind: kind}
	if len(name) > 0 {
		s.name = name[0]
	}
	if len(name) > 1 {
		s.value = name[1]
	}
	return s
}

// part is a piece of a page: fixed text, or a slot.
type part struct {
	slot
	text []byte
}

// cutParts cuts a rendered page at its slots.
func cutParts(page string) []part {
	var parts []part
	for page != "" {
		text, rest, found := strings.Cut(page, slotBegin)
		if text != "" {
			parts = append(parts, part{text: []byte(text)})
		}
		if !found {
			break
		}
		inside, after, _ := strings.Cut(rest, slotEnd)
		fields := strings.SplitN(inside, slotBreak, 3)
		parts = append(parts, part{slot: slot{kind: fields[0], name: fields[1], value: fields[2]}})
		page = after
	}
	return parts
}

// blank leaves out the slots that an untouched page has no use for and joins the texts around them.
func blank(parts []part) []part {
	var kept []part
	for _, p := range parts {
		if !p.always() {
			continue
		}
		if last := len(kept) - 1; p.kind == slotLiteral && last >= 0 && kept[last].kind == slotLiteral {
			kept[last].text = append(kept[last].text[:len(kept[last].text):len(kept[last].text)], p.text...)
			continue
		}
		kept = append(kept, p)
	}
	return kept
}
