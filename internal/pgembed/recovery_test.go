package pgembed

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestEnsureAfterKill(t *testing.T) {
	t.Parallel()
	c := acquire(t, openDir(t))
	defer release(t, c)
	run(t, c, `CREATE TABLE kept AS SELECT 'still here' AS word`)
	before := c.DSN("minping")
	if err := c.Ensure(t.Context()); err != nil {
		t.Fatal(err)
	}
	// A busy backend notices the postmaster's death late: the restart has to wait for its shared memory.
	busy := open(t, c)
	done := make(chan struct{})
	go func() {
		defer close(done)
		busy.ExecContext(t.Context(), `SELECT count(*) FROM generate_series(1, 8000000)`)
	}()
	for ask(t, c, `SELECT count(*)::text FROM pg_stat_activity WHERE query LIKE '%generate_series(1, 8%' AND pid <> pg_backend_pid()`) == "0" {
		pause(t.Context(), time.Millisecond)
	}
	old := killServer(t, c)
	if c.Alive() {
		t.Fatal("a killed server counts as alive")
	}
	begin := time.Now()
	if err := c.Ensure(t.Context()); err != nil {
		t.Fatal(err)
	}
	waited := strings.Count(readFrom(filepath.Join(c.place, "log", "server.log"), 0), "pre-existing shared memory block")
	t.Logf("recovered in %v, refused %d times", time.Since(begin).Round(time.Millisecond), waited)
	<-done
	if c.PID() == old || !c.Alive() {
		t.Error("no new server")
	}
	if got := c.DSN("minping"); got != before {
		t.Errorf("address changed")
	}
	if got := ask(t, c, `SELECT word FROM kept`); got != "still here" {
		t.Errorf("committed data: %q", got)
	}
}

func TestStalePIDFile(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	c := acquire(t, dir)
	release(t, c)
	ended := startHelper(t, t.TempDir()) // any process of ours, for a pid that is free again
	ended.kill(t)
	rest := "\n" + c.place + "\n1700000000\n15499\n\n127.0.0.1\n 1 1\nready   \n"
	for name, text := range map[string]string{
		"pid of nobody":      strconv.Itoa(ended.cmd.Process.Pid) + rest,
		"pid used by others": strconv.Itoa(os.Getpid()) + rest,
		"empty":              "",
		"garbage":            "\x00\x00\x00",
	} {
		if err := os.WriteFile(pidPath(c.place), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := c.acct.own(pidPath(c.place)); err != nil {
			t.Fatal(err)
		}
		if c.Alive() {
			t.Errorf("%s: counts as alive", name)
		}
		d := acquire(t, dir)
		if got := ask(t, d, `SELECT 'up'`); got != "up" {
			t.Errorf("%s: %q", name, got)
		}
		release(t, d)
	}
}

func TestOrphanIsJoined(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	h := startHelper(t, dir)
	h.expect(t, "ready")
	pf, ok := runningPostmaster(filepath.Join(dir, "pg"))
	if !ok {
		t.Fatal("the helper's server does not run")
	}
	h.kill(t)
	c := acquire(t, dir)
	if c.PID() != pf.pid {
		t.Errorf("pid %d, want the orphan %d", c.PID(), pf.pid)
	}
	release(t, c)
	if c.Alive() {
		t.Error("the orphan outlives its last user")
	}
}

// Everything is killed at once, as by a power cut: the next run starts anew.
func TestEverythingKilled(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	c := acquire(t, dir)
	run(t, c, `CREATE TABLE kept AS SELECT 'still here' AS word`)
	killServer(t, c)
	c.used.close() // as the kernel does for a killed process
	d := acquire(t, dir)
	defer release(t, d)
	if got := ask(t, d, `SELECT word FROM kept`); got != "still here" {
		t.Errorf("committed data: %q", got)
	}
}

func TestUnfinishedInitdb(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	left := filepath.Join(dir, "pg.tmp123", "pg", "base")
	if err := os.MkdirAll(left, 0o700); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 150*time.Millisecond) // ends within initdb
	defer cancel()
	if c, err := Acquire(ctx, testConfig(dir)); err == nil {
		release(t, c)
	} else if !errors.Is(err, context.DeadlineExceeded) && !strings.Contains(err.Error(), "killed") {
		t.Errorf("interrupted: %v", err)
	}
	c := acquire(t, dir)
	release(t, c)
	if left, _ := filepath.Glob(filepath.Join(dir, "pg.tmp*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	c := acquire(t, dir)
	release(t, c)
	version := filepath.Join(c.place, "PG_VERSION")
	for _, tc := range []struct {
		name   string
		change func() error
		want   []string
	}{
		{"wrong version", func() error { return os.WriteFile(version, []byte("14\n"), 0o600) }, []string{"made by PostgreSQL 14", "has PostgreSQL 1"}},
		{"broken configuration", func() error {
			err := os.WriteFile(version, []byte(strconv.Itoa(c.bin.major)+"\n"), 0o600)
			return errors.Join(err, os.WriteFile(filepath.Join(c.place, "postgresql.conf"), []byte("nonsense = 1\n"), 0o600))
		}, []string{"did not start", `unrecognized configuration parameter "nonsense"`}},
		{"lost password", func() error { return os.Remove(secretPath(dir)) }, []string{"pg.secret is missing"}},
	} {
		if err := tc.change(); err != nil {
			t.Fatal(err)
		}
		_, err := Acquire(t.Context(), testConfig(dir))
		for _, want := range tc.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %v, want %q in it", tc.name, err, want)
			}
		}
	}
}

func TestForeignDirectoryIsLeftAlone(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	file := filepath.Join(dir, "pg", "thesis.txt")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("ten years of work"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Acquire(t.Context(), testConfig(dir)); err == nil || !strings.Contains(err.Error(), "is not a database") {
		t.Errorf("error %v", err)
	}
	if _, err := os.Stat(file); err != nil {
		t.Error(err)
	}
}
