package pgembed

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// oldest is the oldest major version that our SQL runs on.
const oldest = 15

// binaries is a directory with one PostgreSQL's programs.
type binaries struct {
	dir   string
	major int
}

func (b binaries) program(name string) string { return filepath.Join(b.dir, name) }

// errNoBinaries means that the machine has no usable PostgreSQL, so one has to be downloaded.
var errNoBinaries = errors.New("no PostgreSQL found on this machine")

// VersionError says that a cluster was made by a major version that is not at hand.
type VersionError struct {
	Dir     string
	Cluster int   // the version that made the cluster
	Found   []int // the versions of this machine
}

func (e *VersionError) Error() string {
	found := make([]string, len(e.Found))
	for i, v := range e.Found {
		found[i] = strconv.Itoa(v)
	}
	return fmt.Sprintf("the cluster %s was made by PostgreSQL %d, but this machine has PostgreSQL %s: install PostgreSQL %d, or move the data with pg_dump",
		e.Dir, e.Cluster, strings.Join(found, ", "), e.Cluster)
}

// places are where installed binaries are looked for.
type places struct {
	pgConfig string   // program that prints its bindir
	globs    []string // in order of preference; within one, the newest version first
}

func systemPlaces() places {
	return places{pgConfig: "pg_config", globs: []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin"}}
}

// find lists the usable binaries, best first.
func (p places) find(ctx context.Context) []binaries {
	var dirs []string
	if out, err := exec.CommandContext(ctx, p.pgConfig, "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	for _, g := range p.globs {
		m, _ := filepath.Glob(g) // the only error is a bad pattern, and the patterns are ours
		slices.SortFunc(m, func(a, b string) int { return cmp.Compare(lastNumber(b), lastNumber(a)) })
		dirs = append(dirs, m...)
	}
	var found []binaries
	for _, d := range dirs {
		same := func(b binaries) bool { return b.dir == d }
		if b, err := inspect(ctx, d); err == nil && b.major >= oldest && !slices.ContainsFunc(found, same) {
			found = append(found, b)
		}
	}
	return found
}

// choose takes the best binaries for a cluster of the given major version, 0 for a new one.
func choose(found []binaries, dir string, major int) (binaries, error) {
	if len(found) == 0 {
		return binaries{}, errNoBinaries
	}
	if major == 0 {
		return found[0], nil
	}
	wrong := &VersionError{Dir: dir, Cluster: major}
	for _, b := range found {
		if b.major == major {
			return b, nil
		}
		wrong.Found = append(wrong.Found, b.major)
	}
	return binaries{}, wrong
}

var (
	versionText = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)
	numberText  = regexp.MustCompile(`\d+`)
)

// inspect checks that a directory holds the three programs we need and asks for their version.
func inspect(ctx context.Context, dir string) (binaries, error) {
	for _, name := range []string{"initdb", "postgres", "pg_ctl"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			return binaries{}, fmt.Errorf("PostgreSQL's programs: %w", err)
		}
		if info.IsDir() || info.Mode()&0o111 == 0 {
			return binaries{}, fmt.Errorf("PostgreSQL's programs: %s in %s cannot be run", name, dir)
		}
	}
	out, err := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version").Output()
	if err != nil {
		return binaries{}, fmt.Errorf("version of the PostgreSQL in %s: %w", dir, err)
	}
	m := versionText.FindSubmatch(out)
	if m == nil {
		return binaries{}, fmt.Errorf("version of the PostgreSQL in %s: cannot read %q", dir, out)
	}
	major, err := strconv.Atoi(string(m[1]))
	return binaries{dir: dir, major: major}, err
}

func lastNumber(path string) int {
	all := numberText.FindAllString(path, -1)
	if len(all) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(all[len(all)-1]) // digits only; an overflow sorts anyhow
	return n
}

// clusterMajor reads the version that made a cluster, 0 when there is no finished cluster.
func clusterMajor(dir string) (int, error) {
	text, err := os.ReadFile(filepath.Join(dir, "PG_VERSION"))
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("version of the cluster: %w", err)
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("version of the cluster %s: %w", dir, err)
	}
	return major, nil
}
