package config

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

// TestReadmeNamesEverySetting holds the table in the README to Config: every
// variable has its row, with its default, and no row is left of one that is gone.
func TestReadmeNamesEverySetting(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 {
			continue
		}
		if name := strings.Trim(cells[1], " `"); strings.HasPrefix(name, "MINPING_") {
			rows[name] = strings.TrimSpace(cells[2])
		}
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
		name := "MINPING_" + f.Tag.Get("env")
		shown, ok := rows[name]
		if !ok {
			t.Errorf("the README has no row for %s", name)
		}
		if d := f.Tag.Get("envDefault"); d != "" && shown != "`"+d+"`" {
			t.Errorf("%s: the README says the default is %q, it is %q", name, shown, d)
		}
		delete(rows, name)
	}
	for name := range rows {
		t.Errorf("the README has a row for %s, which does not exist", name)
	}
}
