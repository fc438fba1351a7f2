package pgembed

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// openDir makes a data directory that the server's account can enter, unlike t.TempDir's.
func openDir(t *testing.T) string {
	t.Helper()
	if found := systemPlaces().find(t.Context()); len(found) == 0 {
		if os.Getenv("CI") != "" {
			t.Fatal("no installed PostgreSQL, which CI must have")
		}
		t.Skip("no installed PostgreSQL")
	}
	dir, err := os.MkdirTemp("", "pgembed") //nolint:usetesting // the server's account cannot enter t.TempDir
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { discard(t, dir) })
	return dir
}

// discard stops whatever a failed test left running and removes it.
func discard(t *testing.T, dir string) {
	place, err := filepath.EvalSymlinks(filepath.Join(dir, "pg"))
	if err == nil {
		if pf, ok := runningPostmaster(place); ok {
			stopPostmaster(context.Background(), place, pf.pid)
		}
		os.RemoveAll(place)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Error(err)
	}
}

func acquire(t *testing.T, dir string) *Cluster {
	t.Helper()
	begin := time.Now()
	c, err := Acquire(t.Context(), testConfig(dir))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("acquired in %v", time.Since(begin).Round(time.Millisecond))
	return c
}

func release(t *testing.T, c *Cluster) {
	t.Helper()
	if err := c.Release(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, c *Cluster, statement string) {
	t.Helper()
	db := open(t, c)
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, c *Cluster) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", c.DSN("minping"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func ask(t *testing.T, c *Cluster, query string) (answer string) {
	t.Helper()
	if err := open(t, c).QueryRowContext(t.Context(), query).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func killServer(t *testing.T, c *Cluster) int {
	t.Helper()
	pid := c.PID()
	if pid == 0 {
		t.Fatal("server is not running")
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for isPostmaster(pid, c.place) {
		pause(t.Context(), time.Millisecond)
	}
	return pid
}

func TestStartJoinLastOutStops(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	a := acquire(t, dir)
	b := acquire(t, dir)
	if a.PID() == 0 || a.PID() != b.PID() {
		t.Fatalf("pids %d and %d, want one server", a.PID(), b.PID())
	}
	if a.DSN("x") != b.DSN("x") {
		t.Errorf("two addresses for one server")
	}
	pid := a.PID()
	release(t, a)
	if !b.Alive() {
		t.Fatal("stopped with a user left")
	}
	release(t, a) // a second release must not count twice
	if !b.Alive() {
		t.Fatal("stopped by a second release")
	}
	release(t, b)
	if b.Alive() || syscall.Kill(pid, 0) == nil {
		t.Error("runs on after its last user")
	}
	if err := a.Ensure(t.Context()); err == nil {
		t.Error("Ensure after Release started a server that nobody holds")
	}
	release(t, acquire(t, dir)) // restart of an existing cluster
}

func TestServerSettings(t *testing.T) {
	t.Parallel()
	c := acquire(t, openDir(t))
	defer release(t, c)
	for query, want := range map[string]string{
		`SHOW data_checksums`:  "on",
		`SHOW server_encoding`: "UTF8",
		`SELECT datcollate FROM pg_database WHERE datname = current_database()`: "C",
		`SHOW listen_addresses`:        "127.0.0.1",
		`SHOW unix_socket_directories`: "",
		`SHOW wal_compression`:         "pglz",
		`SHOW max_wal_size`:            "2GB",
		`SHOW jit`:                     "off",
		`SHOW timezone`:                "UTC",
		`SHOW fsync`:                   "off", // from Params
		`SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules`: "scram-sha-256",
	} {
		if got := ask(t, c, query); got != want {
			t.Errorf("%s = %q, want %q", query, got, want)
		}
	}
	if info, err := os.Stat(secretPath(c.dir)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("password file: %v, %v", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(c.dir, "pg.tmp*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// The terminal sends Ctrl-C to our session's foreground process group; the server must be in neither.
func TestServerHasItsOwnSession(t *testing.T) {
	t.Parallel()
	c := acquire(t, openDir(t))
	defer release(t, c)
	group, err := syscall.Getpgid(c.PID())
	if err != nil {
		t.Fatal(err)
	}
	if group != c.PID() {
		t.Errorf("process group %d, want its own, %d", group, c.PID())
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(c.PID()) + "/stat")
	if err != nil {
		t.Skip("no /proc")
	}
	after := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if after[3] != strconv.Itoa(c.PID()) { // field 6, session
		t.Errorf("session %s, want its own, %d", after[3], c.PID())
	}
	if os.Geteuid() == 0 {
		if uid, _, err := owner("/proc/" + strconv.Itoa(c.PID())); err != nil || uid == 0 {
			t.Errorf("server runs as uid %d, %v", uid, err)
		}
	}
}

func TestDirectoryBelowPrivateParent(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root runs the server as somebody else")
	}
	parent := openDir(t)
	if err := os.Chmod(parent, 0o700); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(parent, "data")
	c := acquire(t, dir)
	t.Cleanup(func() { os.RemoveAll(c.place) })
	if want := filepath.Join(elsewhere, hiddenName(dir)); c.place != want {
		t.Fatalf("cluster in %s, want %s", c.place, want)
	}
	if target, err := os.Readlink(filepath.Join(dir, "pg")); err != nil || target != c.place {
		t.Errorf("link to %q, %v", target, err)
	}
	run(t, c, `CREATE TABLE kept ()`)
	d := acquire(t, dir)
	if d.PID() != c.PID() {
		t.Error("a second user found another server")
	}
	release(t, c)
	release(t, d)

	if err := os.RemoveAll(dir); err != nil { // the operator wants a fresh start
		t.Fatal(err)
	}
	e := acquire(t, dir)
	defer release(t, e)
	old, _ := filepath.Glob(c.place + ".old-*")
	t.Cleanup(func() {
		for _, path := range old {
			os.RemoveAll(path)
		}
	})
	if len(old) != 1 {
		t.Errorf("former clusters: %v", old)
	}
	if got := ask(t, e, `SELECT count(*)::text FROM pg_tables WHERE tablename = 'kept'`); got != "0" {
		t.Error("a fresh directory shows old data")
	}
}

func TestConcurrentAcquire(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	others := []*helper{startHelper(t, dir), startHelper(t, dir)}
	var wg sync.WaitGroup
	held := make([]*Cluster, 8)
	for i := range held {
		wg.Go(func() {
			c, err := Acquire(t.Context(), testConfig(dir))
			if err != nil {
				t.Error(err)
				return
			}
			held[i] = c
		})
	}
	wg.Wait()
	for _, h := range others {
		h.expect(t, "ready")
	}
	if t.Failed() {
		return
	}
	pid := held[0].PID()
	for _, c := range held {
		if c.PID() != pid || pid == 0 {
			t.Errorf("server %d, want %d", c.PID(), pid)
		}
		wg.Go(func() {
			if err := c.Release(context.WithoutCancel(t.Context())); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if !held[0].Alive() {
		t.Fatal("stopped while other processes use it")
	}
	for _, h := range others {
		h.in.Close()
		h.expect(t, "released")
	}
	if held[0].Alive() {
		t.Error("runs on after its last user")
	}
}
