package archtest_test

import (
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestNobodySleeps(t *testing.T) {
	t.Parallel()
	for _, s := range goSources(t) {
		if lines := s.calls()["time.Sleep"]; len(lines) > 0 && !s.test && !among(sleepers, s.path) {
			t.Errorf("%s sleeps in line %v: wait on a timer and the context", s.path, lines)
		}
	}
}

func TestConfigurationIsReadInOnePlace(t *testing.T) {
	t.Parallel()
	for _, s := range goSources(t) {
		if s.test || among(environment, s.path) {
			continue
		}
		calls := s.calls()
		for _, name := range []string{"os.Getenv", "os.LookupEnv", "os.Environ"} {
			if lines := calls[name]; len(lines) > 0 {
				t.Errorf("%s reads the environment in line %v", s.path, lines)
			}
		}
	}
}

func TestNoWorkInInit(t *testing.T) {
	t.Parallel()
	for _, s := range goSources(t) {
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s:%d has an init function", s.path, s.line(f))
			}
		}
	}
}

var everyColumn = regexp.MustCompile(`(?i)\bSELECT\s+\*`)

func TestColumnsAreListed(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t, ".go", ".sql") {
		if at := everyColumn.FindStringIndex(s.text); at != nil && !s.test {
			t.Errorf("%s:%d selects every column", s.path, 1+strings.Count(s.text[:at[0]], "\n"))
		}
	}
}

// TestNamesSayWhatTheyHold refuses rooms for odds and ends.
func TestNamesSayWhatTheyHold(t *testing.T) {
	t.Parallel()
	empty := []string{"util", "utils", "common", "helper", "helpers", "model", "models", "type", "types", "base", "impl", "manager", "misc"}
	for _, s := range sources(t, ".go", ".sql", ".css", ".js", ".html") {
		for _, part := range strings.Split(strings.TrimSuffix(s.path, path.Ext(s.path)), "/") {
			if slices.Contains(empty, strings.TrimSuffix(part, "_test")) {
				t.Errorf("%s: %q says nothing of what is in it", s.path, part)
			}
		}
	}
}

func TestPackagesSayWhatTheyOwn(t *testing.T) {
	t.Parallel()
	said := map[string]bool{}
	for _, s := range goSources(t) {
		if !s.test {
			dir := path.Dir(s.path)
			said[dir] = said[dir] || s.file.Doc != nil
		}
	}
	for dir, ok := range said {
		if !ok {
			t.Errorf("package %s has no comment that says what it owns", dir)
		}
	}
}

// TestTablesAreDisarmed: whatever a spreadsheet may open is written through
// internal/csvtext, which lets no cell run.
func TestTablesAreDisarmed(t *testing.T) {
	t.Parallel()
	for _, s := range goSources(t) {
		if s.test || strings.HasPrefix(s.path, "internal/csvtext/") {
			continue
		}
		if lines := s.calls()["csv.NewWriter"]; len(lines) > 0 && !among(rawTables, s.path) {
			t.Errorf("%s writes CSV by itself in line %v: use csvtext.Writer", s.path, lines)
		}
		if lines := s.calls()["excelize.NewFile"]; len(lines) > 0 && !strings.Contains(s.text, "csvtext.Disarm") {
			t.Errorf("%s writes a workbook in line %v and does not disarm its cells", s.path, lines)
		}
	}
}
