package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// The languages of the product.
const (
	Chinese = "zh-CN"
	English = "en"
)

//go:embed locales
var locales embed.FS

// Catalog holds every text in both languages. It is read-only after Load and
// safe for concurrent use.
type Catalog struct {
	languages map[string]*texts
	missing   func(lang, key string)
}

type texts struct {
	phrases map[string]phrase
	plurals *i18n.Localizer
	twice   []string // keys of two files: the first text stands, a test complains
}

// Load reads the embedded texts.
func Load() (*Catalog, error) { return LoadFS(locales, "locales") }

// LoadFS reads texts from <root>/<language>/*.json.
func LoadFS(files fs.FS, root string) (*Catalog, error) {
	c := &Catalog{languages: map[string]*texts{}}
	for _, lang := range []string{Chinese, English} {
		t, err := loadLanguage(files, path.Join(root, lang), lang)
		if err != nil {
			return nil, err
		}
		c.languages[lang] = t
	}
	return c, nil
}

// OnMissing makes f hear of every key that has no text; tests fail there.
func (c *Catalog) OnMissing(f func(lang, key string)) { c.missing = f }

// Keys lists the keys of one language, in no order.
func (c *Catalog) Keys(lang string) []string {
	keys := make([]string, 0, len(c.languages[lang].phrases))
	for k := range c.languages[lang].phrases {
		keys = append(keys, k)
	}
	return keys
}

func loadLanguage(files fs.FS, dir, lang string) (*texts, error) {
	names, err := fs.Glob(files, path.Join(dir, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("texts for %s: %w", lang, err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("texts for %s: no files in %s", lang, dir)
	}
	tag := language.Make(lang)
	bundle := i18n.NewBundle(tag)
	t := &texts{phrases: map[string]phrase{}, plurals: i18n.NewLocalizer(bundle, lang)}
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("read texts: %w", err)
		}
		var area map[string]json.RawMessage
		if err := json.Unmarshal(data, &area); err != nil {
			return nil, fmt.Errorf("texts %s: %w", name, err)
		}
		for key, raw := range area {
			if _, taken := t.phrases[key]; taken {
				t.twice = append(t.twice, key)
				continue
			}
			p, err := readPhrase(key, raw, bundle, tag)
			if err != nil {
				return nil, fmt.Errorf("texts %s: key %q: %w", name, key, err)
			}
			t.phrases[key] = p
		}
	}
	return t, nil
}
