package archtest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What the documents on security are made of.
var (
	securityTest = regexp.MustCompile("`([a-z0-9/]+)\\.((?:Test|Fuzz)[A-Za-z0-9_]+)`")
	securityFile = regexp.MustCompile("`([A-Za-z0-9_./-]*[A-Za-z0-9_-]+\\.(?:go|js|html|md|sql|golden|yml|yaml)|Dockerfile|NOTICE|go\\.mod|go\\.sum|\\.dockerignore|\\.ci/run)`")
	securityLink = regexp.MustCompile(`\]\(([^)#:]*)(#[^)]*)?\)`)
	asvsRow      = regexp.MustCompile(`^\| (V\d+\.\d+\.\d+) \| ([123]) \| [^|]+ \| (done|n/a|not done) \| ([^|]*) \|$`)
	mlpsRow      = regexp.MustCompile(`^\| ([^|]+) \| [^|]+ \| (done|n/a|not done) \| ([^|]*) \|$`)
)

// TestSecurityDocumentsAreTrue follows everything that the documents on security
// point at: each file is there, each test is there and in that package, each
// requirement of ASVS 5.0 of level 1 and 2 has one row, and whatever is called
// done shows a file or a test.
func TestSecurityDocumentsAreTrue(t *testing.T) {
	t.Parallel()
	tests := testFunctions(t)
	rows, counts := map[string]string{}, map[string]int{}
	for _, path := range securityDocuments(t) {
		text := readText(t, path)
		checkReferences(t, path, text, tests)
		for _, line := range strings.Split(text, "\n") {
			var id, state, where string
			if m := asvsRow.FindStringSubmatch(line); m != nil {
				id, state, where = m[1], m[3], m[4]
				if rows[id] != "" {
					t.Errorf("%s: %s has two rows", path, id)
				}
				rows[id] = m[2]
				counts["level "+m[2]+" "+state]++
			} else if m := mlpsRow.FindStringSubmatch(line); m != nil && strings.HasSuffix(path, "mlps-pipl.md") {
				id, state, where = m[1], m[2], m[3]
			} else if strings.HasPrefix(line, "| V") {
				t.Errorf("%s: this row cannot be read: %s", path, line)
			}
			shown := securityTest.MatchString(where)
			if state == "done" && !shown || strings.TrimSpace(where) == "" && state != "" {
				t.Errorf("%s: %s is %s and shows no test", path, id, state)
			}
		}
	}
	compareRequirements(t, rows)
	entry := readText(t, filepath.Join(root, "docs", "security.md"))
	for _, level := range []string{"1", "2"} {
		want := fmt.Sprintf("| ASVS 5.0, level %s | %d | %d | %d |", level,
			counts["level "+level+" done"], counts["level "+level+" n/a"], counts["level "+level+" not done"])
		if !strings.Contains(entry, want) {
			t.Errorf("docs/security.md does not say: %s", want)
		}
	}
}

// compareRequirements holds the rows against the standard's own list.
func compareRequirements(t *testing.T, rows map[string]string) {
	t.Helper()
	wanted := map[string]string{}
	for _, line := range strings.Fields(readText(t, filepath.Join("testdata", "asvs-5.0.0.txt"))) {
		id, level, _ := strings.Cut(line, ":")
		wanted[id] = level
		if rows[id] != level {
			t.Errorf("ASVS %s of level %s: the documents have level %q", id, level, rows[id])
		}
	}
	for id := range rows {
		if wanted[id] == "" {
			t.Errorf("ASVS has no %s of level 1 or 2", id)
		}
	}
}

func checkReferences(t *testing.T, path, text string, tests map[string]bool) {
	t.Helper()
	for _, m := range securityTest.FindAllStringSubmatch(text, -1) {
		if !tests[m[1]+"."+m[2]] {
			t.Errorf("%s: there is no test %s.%s", path, m[1], m[2])
		}
	}
	for _, m := range securityFile.FindAllStringSubmatch(text, -1) {
		if _, err := os.Stat(filepath.Join(root, m[1])); err != nil && !(isBare(m[1]) && tests["file "+m[1]]) {
			t.Errorf("%s: there is no file %s", path, m[1])
		}
	}
	for _, m := range securityLink.FindAllStringSubmatch(text, -1) {
		target := path
		if m[1] != "" {
			target = filepath.Join(filepath.Dir(path), m[1])
		}
		if _, err := os.Stat(target); err != nil {
			t.Errorf("%s: the link %s leads nowhere", path, m[1])
			continue
		}
		if m[2] != "" && !strings.Contains("\n"+anchors(readText(t, target))+"\n", "\n"+m[2]+"\n") {
			t.Errorf("%s: %s has no heading %s", path, m[1], m[2])
		}
	}
}

// isBare: a name alone stands beside one with its directory.
func isBare(name string) bool { return !strings.Contains(name, "/") }

// anchors are the headings of a document as links name them.
func anchors(text string) string {
	var out []string
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "#") {
			name := strings.ToLower(strings.TrimSpace(strings.TrimLeft(line, "#")))
			out = append(out, "#"+strings.ReplaceAll(name, " ", "-"))
		}
	}
	return strings.Join(out, "\n")
}

// securityDocuments are docs/security.md and what it is split into.
func securityDocuments(t *testing.T) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(root, "docs", "security", "*.md"))
	if err != nil || len(list) < 4 {
		t.Fatalf("%d documents, %v", len(list), err)
	}
	return append(list, filepath.Join(root, "docs", "security.md"))
}

// testFunctions gives "package.TestName" of the whole repository, and "file name"
// of every file in it.
func testFunctions(t *testing.T) map[string]bool {
	t.Helper()
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Za-z0-9_]+)\(`)
	found := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		found["file "+d.Name()] = true
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		for _, m := range declared.FindAllStringSubmatch(readText(t, path), -1) {
			found[filepath.ToSlash(dir)+"."+m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestMemoryIsSafe: no package of ours steps around Go's memory safety.
func TestMemoryIsSafe(t *testing.T) {
	t.Parallel()
	unsafe := regexp.MustCompile(`(?m)^(import )?\s*"(unsafe|C)"$`)
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(path, ".go") && unsafe.MatchString(readText(t, path)) {
			t.Errorf("%s imports unsafe or C", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
