package pgembed

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// makeCluster runs initdb beside the cluster's place and moves the result there: a cluster of that name is always a whole one.
// Each attempt has a directory of its own, for an initdb whose parent was killed may still be writing into the last one.
func (c *Cluster) makeCluster(ctx context.Context) error {
	if err := c.sweep(); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(c.place), filepath.Base(c.place)+".tmp")
	if err != nil {
		return fmt.Errorf("make the database: %w", err)
	}
	defer os.RemoveAll(tmp)
	if err := c.initdb(ctx, tmp); err != nil {
		return fmt.Errorf("make the database in %s: %w", c.place, err)
	}
	if err := os.Rename(filepath.Join(tmp, "pg"), c.place); err != nil {
		return fmt.Errorf("make the database: %w", err)
	}
	return syncDir(filepath.Dir(c.place))
}

func (c *Cluster) initdb(ctx context.Context, tmp string) error {
	pwfile := filepath.Join(tmp, "pwfile")
	if err := os.WriteFile(pwfile, []byte(c.password+"\n"), 0o600); err != nil {
		return err
	}
	if err := c.acct.own(tmp); err != nil {
		return err
	}
	args := []string{"-D", filepath.Join(tmp, "pg"), "--username=" + superuser, "--pwfile=" + pwfile, "--auth=scram-sha-256",
		"--encoding=UTF8", "--locale=C", "--data-checksums"}
	if c.params["fsync"] == "off" {
		args = append(args, "--no-sync")
	}
	cmd := c.acct.command(ctx, c.bin.program("initdb"), args...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, tail(string(out)))
	}
	log := filepath.Join(tmp, "pg", "log")
	if err := os.Mkdir(log, 0o700); err != nil {
		return err
	}
	return c.acct.own(log)
}

// sweep removes what unfinished attempts left, and an empty directory at the cluster's place.
// It refuses to touch a directory that holds anything else.
func (c *Cluster) sweep() error {
	left, err := filepath.Glob(c.place + ".tmp*")
	if err != nil {
		return fmt.Errorf("make the database: %w", err)
	}
	for _, path := range left {
		os.RemoveAll(path) // may fail while a dying initdb writes into it; the next start tries again
	}
	if err := os.Remove(c.place); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("%s is not a database (no PG_VERSION) and not empty: %w", c.place, err)
	}
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// tail returns the last lines of a log, for an error message.
func tail(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-8):], "\n")
}
