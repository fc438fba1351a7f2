package config

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

// TestEverySettingHasItsRow holds the tables in the README and, for single sign-on, in
// docs/operations.md to Config: every variable has its row, with its default, and no
// row is left of one that is gone.
func TestEverySettingHasItsRow(t *testing.T) {
	t.Parallel()
	var text []byte
	for _, name := range []string{"README.md", "docs/operations.md"} {
		part, err := os.ReadFile("../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		text = append(text, part...)
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
			t.Errorf("no table has a row for %s", name)
		}
		if d := f.Tag.Get("envDefault"); d != "" && shown != "`"+d+"`" {
			t.Errorf("%s: its row says the default is %q, it is %q", name, shown, d)
		}
		delete(rows, name)
	}
	for name := range rows {
		t.Errorf("there is a row for %s, which does not exist", name)
	}
}
