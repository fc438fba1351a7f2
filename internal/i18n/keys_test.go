package i18n

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestBothLanguagesHaveTheSameKeysAndNoEmptyText(t *testing.T) {
	t.Parallel()
	c := mustLoad(t)
	zh, en := c.Keys(Chinese), c.Keys(English)
	slices.Sort(zh)
	slices.Sort(en)
	for _, k := range zh {
		if _, found := slices.BinarySearch(en, k); !found {
			t.Errorf("%s: no English text", k)
		}
	}
	for _, k := range en {
		if _, found := slices.BinarySearch(zh, k); !found {
			t.Errorf("%s: no Chinese text", k)
		}
	}
	for lang, texts := range c.languages {
		if len(texts.twice) > 0 {
			t.Errorf("%s: keys in two files: %v", lang, texts.twice)
		}
		for key, p := range texts.phrases {
			if p.plural == nil && strings.TrimSpace(strings.Join(p.literals, "")) == "" && len(p.names) == 0 {
				t.Errorf("%s %s: empty", lang, key)
			}
		}
	}
}

func TestBothLanguagesUseTheSamePlaceholders(t *testing.T) {
	t.Parallel()
	c := mustLoad(t)
	for key, zh := range c.languages[Chinese].phrases {
		en, ok := c.languages[English].phrases[key]
		if !ok || zh.plural != nil || en.plural != nil {
			continue
		}
		a, b := slices.Clone(zh.names), slices.Clone(en.names)
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(slices.Compact(a), slices.Compact(b)) {
			t.Errorf("%s: Chinese fills %v, English %v", key, a, b)
		}
	}
}

var (
	quoted = regexp.MustCompile("[\"`]([a-z][a-z0-9_]*(?:\\.[a-zA-Z0-9_]+)+\\.?)[\"`]")
	// Places where a key must be a key: templates' T, faults, page titles.
	asked = regexp.MustCompile(`(?:\.T "|\.T\("|fault\.New\([^,()]+, "|fault\.Wrap\([^,()]+, "|\.Page\(c, ")([^"]+)"`)
)

func TestEveryKeyIsUsedAndEveryUsedKeyExists(t *testing.T) {
	t.Parallel()
	used, wanted := scan(t, filepath.Join("..", ".."))
	c := mustLoad(t)
	for _, key := range c.Keys(Chinese) {
		if !used[key] && !usedByPrefix(used, key) {
			t.Errorf("%s: unused", key)
		}
	}
	for key, file := range wanted {
		if !strings.HasSuffix(key, ".") && !c.Has(key) {
			t.Errorf("%s: %s has no text", file, key)
		}
	}
}

// usedByPrefix finds a quoted "area.page." of which the key is an extension.
func usedByPrefix(used map[string]bool, key string) bool {
	for i := len(key) - 1; i > 0; i-- {
		if key[i] == '.' && strings.Count(key[:i], ".") >= 1 && used[key[:i+1]] {
			return true
		}
	}
	return false
}

func scan(t *testing.T, root string) (used map[string]bool, wanted map[string]string) {
	t.Helper()
	used, wanted = map[string]bool{}, map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		name := d.Name()
		switch {
		case err != nil:
			return err
		case d.IsDir() && (name == "testdata" || name == "vendor" || name == ".git" || name == "data"):
			return filepath.SkipDir
		case d.IsDir(), strings.HasSuffix(name, "_test.go"):
			return nil
		case !strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, ".html"):
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range quoted.FindAllSubmatch(text, -1) {
			used[string(m[1])] = true
		}
		for _, m := range asked.FindAllSubmatch(text, -1) {
			wanted[string(m[1])] = path
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return used, wanted
}

func mustLoad(t *testing.T) *Catalog {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}
