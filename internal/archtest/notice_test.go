package archtest_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var required = regexp.MustCompile(`(?m)^\t(\S+) v\S+`)

// TestNoticeNamesEveryModule: what we pass on, we name with its licence.
func TestNoticeNamesEveryModule(t *testing.T) {
	t.Parallel()
	notice := strings.Fields(read(t, "NOTICE"))
	named := make(map[string]bool, len(notice))
	for _, word := range notice {
		named[word] = true
	}
	modules := required.FindAllStringSubmatch(read(t, "go.mod"), -1)
	if len(modules) < 10 {
		t.Fatalf("go.mod requires %d modules only", len(modules))
	}
	for _, m := range modules {
		if !named[m[1]] {
			t.Errorf("NOTICE does not name %s and its licence", m[1])
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
