package i18n

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// phrase is one text, cut at its placeholders once so that filling it needs no
// template run. A phrase with plural forms is left to go-i18n.
type phrase struct {
	literals []string // len(names)+1 pieces; the whole text where there are no names
	names    []string
	plural   *i18n.MessageTemplate
}

func readPhrase(key string, raw json.RawMessage, bundle *i18n.Bundle, tag language.Tag) (phrase, error) {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return cut(text)
	}
	var forms map[string]string
	if err := json.Unmarshal(raw, &forms); err != nil {
		return phrase{}, fmt.Errorf("neither a text nor plural forms: %w", err)
	}
	m := &i18n.Message{ID: key, One: forms["one"], Other: forms["other"]}
	if m.Other == "" {
		return phrase{}, fmt.Errorf("plural forms need %q", "other")
	}
	if err := bundle.AddMessages(tag, m); err != nil {
		return phrase{}, fmt.Errorf("add plural forms: %w", err)
	}
	return phrase{plural: i18n.NewMessageTemplate(m)}, nil
}

// cut splits "共 {{.N}} 条" into literals and names; anything else than a plain
// {{.Name}} between the braces is refused.
func cut(text string) (phrase, error) {
	var p phrase
	for {
		before, rest, found := strings.Cut(text, "{{")
		p.literals = append(p.literals, before)
		if !found {
			return p, nil
		}
		inside, after, closed := strings.Cut(rest, "}}")
		name, dotted := strings.CutPrefix(strings.TrimSpace(inside), ".")
		if !closed || !dotted || name == "" {
			return p, fmt.Errorf("placeholder %q is not of the form {{.Name}}", inside)
		}
		p.names = append(p.names, name)
		text = after
	}
}

// fill puts values between the literals; value gives one by its name.
func (p phrase) fill(value func(name string) any) string {
	if len(p.names) == 0 {
		return p.literals[0]
	}
	var b strings.Builder
	for i, name := range p.names {
		b.WriteString(p.literals[i])
		switch v := value(name).(type) {
		case nil:
		case string:
			b.WriteString(v)
		default:
			fmt.Fprint(&b, v)
		}
	}
	b.WriteString(p.literals[len(p.names)])
	return b.String()
}
