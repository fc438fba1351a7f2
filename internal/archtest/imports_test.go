package archtest_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const (
	root   = "../.."
	module = "minping"
)

// listed is what go list tells of a package.
type listed struct {
	ImportPath, Dir                    string
	Imports, TestImports, XTestImports []string
}

// name is the package's path below the module's.
func (p listed) name() string { return below(p.ImportPath) }

func below(path string) string { return strings.TrimPrefix(path, module+"/") }

func packages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Dir,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 20 {
		t.Fatalf("go list found %d packages only", len(all))
	}
	return all
}

func TestImportsGoOneWay(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		l, ok := layerOf(p.name())
		if !ok {
			t.Errorf("%s has no place in layers: give it one", p.name())
			continue
		}
		check(t, p, p.Imports, l.may)
		inTests := slices.Concat(l.may, forTests, []string{p.name()})
		check(t, p, p.TestImports, inTests)
		check(t, p, p.XTestImports, inTests)
	}
}

func check(t *testing.T, p listed, imports, may []string) {
	t.Helper()
	for _, i := range imports {
		if strings.HasPrefix(i, module+"/") && !named(may, below(i)) {
			t.Errorf("%s imports %s, which its layer may not", p.name(), below(i))
		}
	}
}

// TestLayersForbidWhatMatters keeps the table itself from growing lax.
func TestLayersForbidWhatMatters(t *testing.T) {
	t.Parallel()
	for _, wrong := range [][2]string{
		{"surveys", "accounts"}, {"accounts", "surveys"}, {"indices", "surveys"}, {"complaints", "indices"},
		{"indices", "appraisal"}, {"offices", "surveys"}, {"internal/pg", "offices"}, {"internal/fault", "internal/actor"},
		{"complaints/workday", "internal/fault"}, {"indices/stats", "indices"}, {"server/citizen", "server/console"},
		{"server/console", "server/api"}, {"server/api", "server/citizen"}, {"server/web", "server/console"},
		{"server/citizen", "internal/pg"}, {"surveys", "server/web"}, {"server/config", "surveys"}, {"surveys", "internal/pgtest"},
	} {
		l, ok := layerOf(wrong[0])
		if !ok || named(l.may, wrong[1]) {
			t.Errorf("layers let %s import %s", wrong[0], wrong[1])
		}
	}
}
