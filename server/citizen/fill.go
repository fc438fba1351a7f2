package citizen

import (
	"bytes"
	"html"
	"slices"
	"strings"
	"sync"

	"minping/internal/i18n"
	"minping/surveys"
)

// filling is what one request puts into a sheet. typed is nil on a page that
// nobody has typed into yet.
type filling struct {
	texts  *i18n.Catalog
	lang   string
	unit   *surveys.Unit
	id     string
	typed  *form
	errors map[string]string
	notice string
	work   *work // a challenge to be done; nil: none
}

var buffers = sync.Pool{New: func() any { return bytes.NewBuffer(make([]byte, 0, 16<<10)) }}

// write puts the page into b.
func (s *sheet) write(b *bytes.Buffer, f *filling) {
	parts := s.blank
	if f.typed != nil {
		parts = s.filled
	}
	for i := range parts {
		if parts[i].kind == slotLiteral {
			b.Write(parts[i].text)
			continue
		}
		f.fill(b, parts[i].slot)
	}
}

func (f *filling) fill(b *bytes.Buffer, s slot) {
	switch s.kind {
	case slotOver:
		writeOver(b, f.unit, f.lang)
	case slotHeading:
		f.writeHeading(b)
	case slotBrand:
		escape(b, brandOf(f.unit))
	case slotOffice:
		escape(b, nameOf(officeOf(f.unit), f.lang))
	case slotCalled:
		brand := brandOf(f.unit)
		if brand == "" {
			brand = nameOf(officeOf(f.unit), f.lang)
		}
		escape(b, brand)
	case slotID:
		escape(b, f.id)
	case slotNotice:
		if f.notice != "" {
			writeMessage(b, "note", "", f.notice)
		}
	case slotWork:
		if f.work != nil {
			f.work.write(b, f.texts, f.lang)
		}
	default:
		f.fillField(b, s)
	}
}

// fillField gives back what was typed and what is wrong with it.
func (f *filling) fillField(b *bytes.Buffer, s slot) {
	switch s.kind {
	case slotTitle:
		if len(f.errors) > 0 {
			escape(b, f.texts.Text(f.lang, "citizen.error.title"))
		}
	case slotChecked:
		if f.typed.has(s.name, s.value) {
			b.WriteString(" checked")
		}
	case slotTyped:
		escape(b, f.typed.text(s.name))
	case slotError:
		if message := f.errors[s.name]; message != "" {
			writeMessage(b, "err", "e-"+s.name, message)
		}
	case slotInvalid:
		if f.errors[s.name] != "" {
			b.WriteString(` aria-invalid="true" aria-describedby="e-` + s.name + `"`)
		}
	case slotOpen:
		if s.name == "q" && len(f.typed.answers) > 0 || s.name == "tags" && f.typed.tagged(s.value) {
			b.WriteString(" open")
		}
	}
}

func writeMessage(b *bytes.Buffer, class, id, text string) {
	b.WriteString(`<p class="` + class + `"`)
	if id == "" {
		b.WriteString(` role="alert"`)
	} else {
		b.WriteString(` id="` + id + `"`)
	}
	b.WriteByte('>')
	escape(b, text)
	b.WriteString("</p>")
}

// writeOver is the line above the place: its office, and the hall it stands in.
func writeOver(b *bytes.Buffer, u *surveys.Unit, lang string) {
	office := u.Office
	if office != nil && office.ID == u.ID {
		office = nil
	}
	if office != nil {
		escape(b, nameOf(office, lang))
	}
	if u.Hall != nil && u.Hall.ID != u.ID {
		if office != nil {
			b.WriteString(" · ")
		}
		escape(b, nameOf(u.Hall, lang))
	}
}

func (f *filling) writeHeading(b *bytes.Buffer) {
	if f.unit.Number != "" {
		escape(b, f.texts.Text(f.lang, "citizen.rate.window", "Number", f.unit.Number))
		b.WriteByte(' ')
	}
	escape(b, nameOf(f.unit, f.lang))
}

func nameOf(u *surveys.Unit, lang string) string {
	if lang == i18n.English && u.NameEn != "" {
		return u.NameEn
	}
	return u.Name
}

// officeOf is the unit that a question means by the office: a hall has none and speaks for itself.
func officeOf(u *surveys.Unit) *surveys.Unit {
	if u.Office != nil {
		return u.Office
	}
	return u
}

func brandOf(u *surveys.Unit) string {
	if u.Brand == "" {
		return officeOf(u).Brand
	}
	return u.Brand
}

// escape writes text safe for HTML text and quoted attributes.
func escape(b *bytes.Buffer, text string) {
	if !strings.ContainsAny(text, "<>&'\"") {
		b.WriteString(text)
		return
	}
	b.WriteString(html.EscapeString(text))
}

// tagged tells whether one of the tags given belongs to a level: the national
// codes begin with it.
func (f *form) tagged(level string) bool {
	return slices.ContainsFunc(f.tags, func(t string) bool { return strings.HasPrefix(t, level) })
}
