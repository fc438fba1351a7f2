package pgembed

import (
	"archive/zip"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fakePostgres writes the programs of a PostgreSQL that knows only its version.
func fakePostgres(t *testing.T, dir, version string, programs ...string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range programs {
		text := "#!/bin/sh\necho 'postgres (PostgreSQL) " + version + "'\n"
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	all := []string{"initdb", "postgres", "pg_ctl"}
	fakePostgres(t, root+"/lib/9.6/bin", "9.6.24", all...)
	fakePostgres(t, root+"/lib/14/bin", "14.1", all...)
	fakePostgres(t, root+"/lib/15/bin", "15.14 (Debian 15.14-0+deb12u1)", all...)
	fakePostgres(t, root+"/lib/16/bin", "16beta1", all...)
	fakePostgres(t, root+"/lib/18/bin", "18.1", "postgres", "psql") // client packages only
	fakePostgres(t, root+"/pgsql-17/bin", "17.0", all...)
	config := filepath.Join(root, "pg_config")
	if err := os.WriteFile(config, []byte("#!/bin/sh\necho "+root+"/lib/15/bin\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	globs := []string{root + "/lib/*/bin", root + "/pgsql-*/bin"}
	for _, tc := range []struct {
		name   string
		places places
		want   []int
	}{
		{"pg_config first", places{config, globs}, []int{15, 16, 17}},
		{"no pg_config", places{root + "/none", globs}, []int{16, 15, 17}},
		{"nothing", places{root + "/none", []string{root + "/empty/*/bin"}}, nil},
	} {
		var got []int
		for _, b := range tc.places.find(t.Context()) {
			got = append(got, b.major)
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s: %s", tc.name, diff)
		}
	}
}

func TestChoose(t *testing.T) {
	t.Parallel()
	two := []binaries{{"/a", 17}, {"/b", 15}}
	for _, tc := range []struct {
		name  string
		found []binaries
		major int
		want  string // directory, or the error
	}{
		{"new cluster, best binaries", two, 0, "/a"},
		{"the cluster's own version", two, 15, "/b"},
		{"new cluster, none", nil, 0, errNoBinaries.Error()},
		{"cluster, none: its version can be downloaded", nil, 15, errNoBinaries.Error()},
		{"another version", two, 14, "the cluster /c was made by PostgreSQL 14, but this machine has PostgreSQL 17, 15: install PostgreSQL 14, or move the data with pg_dump"},
	} {
		b, err := choose(tc.found, "/c", tc.major)
		got := b.dir
		if err != nil {
			got = err.Error()
		}
		if got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestReleaseToDownload(t *testing.T) {
	t.Parallel()
	for major, want := range map[int]string{0: "17.", 15: "15.", 18: "18."} {
		if v, err := releaseFor(major); err != nil || !strings.HasPrefix(string(v), want) {
			t.Errorf("%d: %s, %v", major, v, err)
		}
	}
	if _, err := releaseFor(14); err == nil {
		t.Error("14 is older than our oldest")
	}
}

// mirror serves a jar whose archive holds programs that answer --version and fail at all else:
// shell scripts bin/initdb and bin/pg_ctl (exit 1) and bin/postgres (prints "postgres (PostgreSQL) 17.5"), packed with tar -cJ.
func mirror(t *testing.T) (url string, requests func() int) {
	t.Helper()
	archive, err := os.ReadFile("testdata/binaries.txz")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, ".jar") {
			http.NotFound(w, r)
			return
		}
		n++
		z := zip.NewWriter(w)
		f, err := z.Create("postgres-linux-x86_64.txz")
		if err == nil {
			_, err = f.Write(archive)
		}
		if err := errors.Join(err, z.Close()); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL, func() int { return n }
}

func TestFetch(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir()) // where the library leaves its log
	url, requests := mirror(t)
	d := download{mirror: url, dest: filepath.Join(t.TempDir(), "pg.bin")}
	b, err := fetch(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	if b.major != 17 || b.dir != filepath.Join(d.dest, "bin") || requests() != 1 {
		t.Errorf("got %+v in %d downloads", b, requests())
	}
	// A later run finds them again, whatever has been installed since.
	c := &Cluster{place: strings.TrimSuffix(d.dest, ".bin"), log: Config{}.logger()}
	if again, err := c.programs(t.Context(), url, 17); err != nil || again != b || requests() != 1 {
		t.Errorf("got %+v in %d downloads, %v", again, requests(), err)
	}
	if left, _ := filepath.Glob(d.dest + ".tmp*"); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestFetchFails(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir()) // where the library leaves its log
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	dest := filepath.Join(t.TempDir(), "pg.bin")
	_, err := fetch(t.Context(), download{mirror: s.URL, dest: dest, major: 16})
	if err == nil || !strings.Contains(err.Error(), "set a mirror") {
		t.Errorf("error %v", err)
	}
	if _, err := os.Stat(dest); err == nil {
		t.Error("half a download is left")
	}
}

func TestServerAccount(t *testing.T) {
	t.Parallel()
	known := func(names ...string) func(string) (*user.User, error) {
		return func(name string) (*user.User, error) {
			for i, n := range names {
				if n == name {
					return &user.User{Uid: string(rune('5' + i)), Gid: "7"}, nil
				}
			}
			return nil, user.UnknownUserError(name)
		}
	}
	for _, tc := range []struct {
		name   string
		euid   int
		lookup func(string) (*user.User, error)
		want   string
		cred   bool
	}{
		{"ordinary user", 1000, known("postgres"), "1000", false},
		{"root", 0, known("nobody", "postgres"), "postgres", true},
		{"root without postgres", 0, known("nobody"), "nobody", true},
		{"root alone", 0, known(), "", false},
	} {
		a, err := serverAccount(tc.euid, tc.lookup)
		if a.name != tc.want || (a.cred != nil) != tc.cred || (err != nil) != (tc.want == "") {
			t.Errorf("%s: %+v, %v", tc.name, a, err)
		}
	}
}

func TestParsePIDFile(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		text string
		want pidFile
		ok   bool
	}{
		{"42\n/d\n1700000000\n5432\n\n127.0.0.1\n 1 2\nready   \n", pidFile{42, 5432, "ready"}, true},
		{"42\n/d\n1700000000\n5432\n", pidFile{42, 5432, ""}, true},
		{"42\n", pidFile{42, 0, ""}, true},
		{"", pidFile{}, false},
		{"-42\n", pidFile{}, false}, // a single-user server
	} {
		got, err := parsePIDFile(tc.text)
		if got != tc.want || (err == nil) != tc.ok {
			t.Errorf("%q: %+v, %v", tc.text, got, err)
		}
	}
}
