package offices

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/xuri/excelize/v2"

	"minping/internal/i18n"
)

func mustRead(t *testing.T, name, text string) Sheets {
	t.Helper()
	s, err := ReadSheets(name, strings.NewReader(text))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return s
}

// sheetsOf reads one CSV text per sheet; the title is the sheet's own.
func sheetsOf(t *testing.T, texts map[Table]string) Sheets {
	t.Helper()
	var all Sheets
	for _, table := range Tables() {
		if text, ok := texts[table]; ok {
			all = all.With(mustRead(t, table.Title()+".csv", text))
		}
	}
	return all
}

func workbookText(t *testing.T, f *excelize.File) string {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// bomb is a small archive that unpacks to more than is allowed.
func bomb(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(w, zeros{}, maxUnzipped+1); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// planOf plans purely, with rights over everything.
func planOf(t *testing.T, known map[Table][][]string, s Sheets) *planner {
	t.Helper()
	p := newPlanner(reach{all: true})
	for table, rows := range known {
		p.know(table, rows)
	}
	if err := p.run(context.Background(), s); err != nil {
		t.Fatal(err)
	}
	return p
}

// lines shows problems as "sheet!cell heading key" or "sheet!row key".
func lines(problems []Problem) []string {
	var out []string
	for _, p := range problems {
		at := p.Cell
		if at == "" {
			at = fmt.Sprint(p.Row)
		}
		out = append(out, strings.Join(strings.Fields(fmt.Sprintf("%s!%s %s %s", p.Sheet, at, p.Column, strings.TrimPrefix(p.Key, "offices."))), " "))
	}
	return out
}

var placeholder = regexp.MustCompile(`\{\{\.(\w+)\}\}`)

// said maps language to key to text, plural forms joined.
var said = sync.OnceValues(func() (map[string]map[string]string, error) {
	all := map[string]map[string]string{}
	for _, lang := range []string{i18n.Chinese, i18n.English} {
		data, err := os.ReadFile("../internal/i18n/locales/" + lang + "/offices.json")
		if err != nil {
			return nil, err
		}
		var raw map[string]any
		if err := json.Unmarshal(data, &raw); err != nil {
			return nil, err
		}
		all[lang] = map[string]string{}
		for key, text := range raw {
			all[lang][key] = fmt.Sprint(text)
		}
	}
	return all, nil
})

// mustSay wants a message to have a text in both languages, and every value
// that the text asks for.
func mustSay(t *testing.T, key string, args map[string]any) {
	t.Helper()
	all, err := said()
	if err != nil {
		t.Fatal(err)
	}
	for lang, texts := range all {
		text := texts[key]
		if text == "" {
			t.Errorf("%s: no text for %s", lang, key)
		}
		for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
			if _, ok := args[m[1]]; !ok {
				t.Errorf("%s: %s wants %s, has %v", lang, key, m[1], args)
			}
		}
	}
}
