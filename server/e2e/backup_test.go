package e2e

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBackupComesBack: what is copied while the server runs is the same in another place.
func TestBackupComesBack(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.importCity()
	in.ok("import", "ratings", in.writeFile("ratings.csv", dated()))
	attached := filepath.Join("files", "2026", "11", "25", "attached")
	in.keep(attached, []byte("as it lies there"))
	s := in.start()
	file := filepath.Join(filepath.Dir(in.dir), "city.backup")
	if r := in.ok("backup", file); !strings.Contains(r.last(), " 1 files, ") {
		t.Errorf("backup said %q", r.last())
	}
	want := in.ok("indices", "--level", "window", "--period", "2026-03", "--format", "csv").out
	if r := in.run("restore", file); r.code != 1 || !strings.Contains(r.err, "not empty") {
		t.Errorf("a restore over a city: exit %d, %s", r.code, r.err)
	}
	if code, _ := s.stop(); code != 0 {
		t.Errorf("exit %d", code)
	}
	in.ok("backup", "--check", file)
	in.damaged(file)

	other := newInstance(t)
	other.keep("vault.keys", in.read("vault.keys"))
	other.keep("secret.key", in.read("secret.key"))
	if r := other.ok("restore", file); r.last() != "restored and verified" || !strings.Contains(r.out, "53 ratings") {
		t.Errorf("restore said %s", r.out)
	}
	if got := other.ok("indices", "--level", "window", "--period", "2026-03", "--format", "csv").out; got != want {
		t.Errorf("indices of the restored city:\n%swant\n%s", got, want)
	}
	if got := other.read(attached); string(got) != "as it lies there" {
		t.Errorf("the file came back as %q", got)
	}
	if code, _ := other.start().stop(); code != 0 {
		t.Errorf("the restored city ends with %d", code)
	}
}

// damaged: an archive that was cut off or changed is told so, and nothing is put back from it.
func (in *instance) damaged(file string) {
	in.t.Helper()
	whole, err := os.ReadFile(file)
	if err != nil {
		in.t.Fatal(err)
	}
	changed := bytes.Clone(whole)
	changed[bytes.Index(changed, []byte("as it lies there"))]++
	for name, content := range map[string][]byte{"cut.backup": whole[:len(whole)/2], "changed.backup": changed, "none.backup": []byte("nothing of the kind"), "empty.backup": nil} {
		path := in.writeFile(name, string(content))
		other := newInstance(in.t)
		for _, args := range [][]string{{"backup", "--check", path}, {"restore", path}} {
			if !filepath.IsAbs(path) {
				args[len(args)-1] = filepath.Join(filepath.Dir(in.dir), path)
			}
			if r := other.run(args...); r.code != 1 || !strings.Contains(r.err, "damaged") {
				in.t.Errorf("%v: exit %d, %s", args, r.code, r.err)
			}
		}
		if _, err := os.Stat(filepath.Join(other.dir, "pg")); !os.IsNotExist(err) {
			in.t.Errorf("%s: a database was made for it: %v", name, err)
		}
	}
}

// keep writes a file into the data directory.
func (in *instance) keep(name string, content []byte) {
	in.t.Helper()
	path := filepath.Join(in.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		in.t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		in.t.Fatal(err)
	}
}

func (in *instance) read(name string) []byte {
	in.t.Helper()
	content, err := os.ReadFile(filepath.Join(in.dir, name))
	if err != nil {
		in.t.Fatal(err)
	}
	return content
}
