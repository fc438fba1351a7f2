package i18n

import "github.com/nicksnyder/go-i18n/v2/i18n"

// Text gives the text of a key in a language. args are name, value pairs or one
// map[string]any. An unknown language reads as Chinese; an unknown key comes
// back in brackets, so that a gap is seen and not hidden.
func (c *Catalog) Text(lang, key string, args ...any) string {
	t, ok := c.languages[lang]
	if !ok {
		t = c.languages[Chinese]
	}
	p, ok := t.phrases[key]
	switch {
	case !ok:
		return c.gap(lang, key)
	case p.plural != nil:
		return t.pluralText(key, values(args))
	case len(p.names) == 0:
		return p.literals[0]
	}
	return p.fill(lookup(args))
}

// Has tells whether there is a text for the key.
func (c *Catalog) Has(key string) bool {
	_, ok := c.languages[Chinese].phrases[key]
	return ok
}

func (c *Catalog) gap(lang, key string) string {
	if c.missing != nil {
		c.missing(lang, key)
	}
	return "[" + key + "]"
}

func (t *texts) pluralText(key string, data map[string]any) string {
	cfg := &i18n.LocalizeConfig{MessageID: key, TemplateData: data}
	switch n := data["Count"].(type) {
	case int, int8, int16, int32, int64, string:
		cfg.PluralCount = n
	}
	text, err := t.plurals.Localize(cfg)
	if err != nil && text == "" {
		return "[" + key + "]"
	}
	return text
}

func lookup(args []any) func(string) any {
	if len(args) == 1 {
		m, _ := args[0].(map[string]any)
		return func(name string) any { return m[name] }
	}
	return func(name string) any {
		for i := 0; i+1 < len(args); i += 2 {
			if args[i] == name {
				return args[i+1]
			}
		}
		return nil
	}
}

func values(args []any) map[string]any {
	if len(args) == 1 {
		if m, ok := args[0].(map[string]any); ok {
			return m
		}
	}
	m := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		if name, ok := args[i].(string); ok {
			m[name] = args[i+1]
		}
	}
	return m
}
