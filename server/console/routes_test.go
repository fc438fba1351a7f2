package console

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The table of routes and permissions is reviewed as a file: whoever opens a
// page to more people changes it.
func TestRoutesAndPermissions(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, r := range (&Handler{}).routes() {
		need := string(r.need)
		if r.need == anyone {
			need = "anyone"
		}
		for _, or := range r.or {
			need += " or " + string(or)
		}
		fmt.Fprintf(&b, "%-4s /console%-40s %s\n", r.method, r.path, need)
	}
	golden := filepath.Join("testdata", "routes.golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("routes differ from %s (run with -update after review):\n%s", golden, b.String())
	}
}
