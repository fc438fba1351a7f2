package vault

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"minping/internal/fault"
)

// redacted stands wherever a contact would print itself.
const redacted = "[redacted]"

// Text is one piece of a contact. It never prints itself; Reveal is the only
// way to it. The text stands behind a function, so that even what reads
// unexported fields by reflection (fmt does) shows an address.
type Text struct{ reveal func() string }

// Hide makes a Text.
func Hide(s string) Text {
	if s == "" {
		return Text{}
	}
	return Text{func() string { return s }}
}

// Reveal gives the text itself.
func (t Text) Reveal() string {
	if t.reveal == nil {
		return ""
	}
	return t.reveal()
}

// Empty tells whether there is no text.
func (t Text) Empty() bool { return t.Reveal() == "" }

// Equal compares texts.
func (t Text) Equal(other Text) bool { return t.Reveal() == other.Reveal() }

// String, Format, MarshalText and LogValue hide the text.
func (Text) String() string               { return redacted }
func (Text) Format(s fmt.State, _ rune)   { _, _ = io.WriteString(s, redacted) }
func (Text) MarshalText() ([]byte, error) { return []byte(redacted), nil }
func (Text) LogValue() slog.Value         { return slog.StringValue(redacted) }

// Contact is who somebody is and how to reach them. Every part may be empty.
type Contact struct {
	Name     Text
	Phone    Text
	Email    Text
	Address  Text
	IDNumber Text
	// Note is what is to be said to them, where a message waits in the vault until it is sent.
	Note Text
}

// Empty tells whether no part is there.
func (c Contact) Empty() bool {
	return c.Name.Empty() && c.Phone.Empty() && c.Email.Empty() && c.Address.Empty() && c.IDNumber.Empty() && c.Note.Empty()
}

// String, Format, MarshalText and LogValue hide the contact.
func (Contact) String() string               { return redacted }
func (Contact) Format(s fmt.State, _ rune)   { _, _ = io.WriteString(s, redacted) }
func (Contact) MarshalText() ([]byte, error) { return []byte(redacted), nil }
func (Contact) LogValue() slog.Value         { return slog.StringValue(redacted) }

// plain is a contact as it is encrypted.
type plain struct {
	Name     string `json:"name,omitempty"`
	Phone    string `json:"phone,omitempty"`
	Email    string `json:"email,omitempty"`
	Address  string `json:"address,omitempty"`
	IDNumber string `json:"id_number,omitempty"`
	Note     string `json:"note,omitempty"`
}

// maxText is in characters as people count them.
const maxText = 200

// parts are the contact's texts by the names their input fields have.
func (c Contact) parts() []struct{ name, text string } {
	return []struct{ name, text string }{
		{"name", c.Name.Reveal()}, {"phone", c.Phone.Reveal()}, {"email", c.Email.Reveal()},
		{"address", c.Address.Reveal()}, {"id_number", c.IDNumber.Reveal()}, {"note", c.Note.Reveal()},
	}
}

// check complains about an empty contact and about texts that are too long or unreadable.
func (c Contact) check() error {
	var wrong []fault.Field
	empty := true
	for _, p := range c.parts() {
		empty = empty && strings.TrimSpace(p.text) == ""
		if complaint := wrongText(p.name, p.text, maxText); complaint != nil {
			wrong = append(wrong, *complaint)
		}
	}
	if empty {
		wrong = append(wrong, fault.Field{Name: "contact", Key: "fault.field.required"})
	}
	if len(wrong) > 0 {
		return fault.Fielded(wrong...)
	}
	return nil
}

func wrongText(name, text string, limit int) *fault.Field {
	if !utf8.ValidString(text) || strings.ContainsFunc(text, unreadable) {
		return &fault.Field{Name: name, Key: "fault.field.text"}
	}
	// A character as people count them may have many runes, but no honest text has this many.
	if utf8.RuneCountInString(text) > 8*limit || uniseg.GraphemeClusterCount(text) > limit {
		return &fault.Field{Name: name, Key: "fault.field.max", Args: map[string]any{"Max": limit}}
	}
	return nil
}

func unreadable(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' }

// padTo hides from the ciphertext's length how long a name or address is.
const padTo = 128

func (c Contact) encode() ([]byte, error) {
	text, err := json.Marshal(plain{
		Name: strings.TrimSpace(c.Name.Reveal()), Phone: strings.TrimSpace(c.Phone.Reveal()), Email: strings.TrimSpace(c.Email.Reveal()),
		Address: strings.TrimSpace(c.Address.Reveal()), IDNumber: strings.TrimSpace(c.IDNumber.Reveal()),
		Note: strings.TrimSpace(c.Note.Reveal()),
	})
	if err != nil {
		return nil, errors.New("encode contact") // not err: it may quote the text
	}
	for len(text)%padTo != 0 {
		text = append(text, ' ') // JSON ends before it
	}
	return text, nil
}

func decode(text []byte) (Contact, error) {
	var p plain
	if err := json.Unmarshal(text, &p); err != nil {
		return Contact{}, errors.New("decode contact") // not err: it may quote the text
	}
	return Contact{Hide(p.Name), Hide(p.Phone), Hide(p.Email), Hide(p.Address), Hide(p.IDNumber), Hide(p.Note)}, nil
}
